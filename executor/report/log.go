package report

import (
	"context"
	"log/slog"
)

// NewLog returns a Sink that writes every event to a log: progress and the actions' comings and goings as debug, the rest
// as what they are.
func NewLog(logger *slog.Logger) Sink { return logSink{logger} }

type logSink struct{ logger *slog.Logger }

func (s logSink) Send(e Event) {
	level := slog.LevelInfo
	switch e.Type {
	case Pulse:
		return
	case ActionStart, ActionProgress, ActionComplete:
		level = slog.LevelDebug
	case Warning, Retrying, LockWait, ActionSkipped, RunInterrupted:
		level = slog.LevelWarn
	case ActionErrored, RunFailed:
		level = slog.LevelError
	}
	ctx := context.Background()
	if !s.logger.Enabled(ctx, level) {
		return
	}
	s.logger.Log(ctx, level, message(e), "type", string(e.Type), "rows", e.Rows, "bytes", e.Bytes, "elapsed", e.Elapsed)
}
