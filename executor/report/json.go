package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"migrator/planner/count"
)

// jsonModule is what Terraform's stream has in "@module".
const jsonModule = "migrator.ui"

// NewJSON returns a Sink that writes one JSON object a line, in the shape of Terraform's machine-readable UI.
func NewJSON(w io.Writer) Sink { return &jsonSink{encoder: json.NewEncoder(w)} }

// jsonSink encodes under a lock, so that lines never mix.
type jsonSink struct {
	mu      sync.Mutex
	encoder *json.Encoder
}

// jsonEvent is one line. The fields that begin with @, type and hook are Terraform's.
type jsonEvent struct {
	Level     string    `json:"@level"`
	Message   string    `json:"@message"`
	Module    string    `json:"@module"`
	Timestamp string    `json:"@timestamp"`
	Type      Type      `json:"type"`
	Hook      *jsonHook `json:"hook,omitempty"`

	// Ours: numbers about the run as a whole.
	Done       int      `json:"done,omitempty"`
	Total      int      `json:"total,omitempty"`
	Rows       int64    `json:"rows,omitempty"`
	Bytes      int64    `json:"bytes,omitempty"`
	TotalRows  int64    `json:"total_rows,omitempty"`
	TotalBytes int64    `json:"total_bytes,omitempty"`
	Elapsed    float64  `json:"elapsed_seconds,omitempty"`
	Error      string   `json:"error,omitempty"`
	Note       string   `json:"note,omitempty"`
	Details    []string `json:"details,omitempty"`
}

// jsonHook is about one action.
type jsonHook struct {
	Resource jsonResource `json:"resource"`
	Part     int          `json:"part"`
	Parts    int          `json:"parts,omitempty"`
	Rows     int64        `json:"rows"`
	Bytes    int64        `json:"bytes"`
	Elapsed  float64      `json:"elapsed_seconds"`
}

type jsonResource struct {
	Addr string `json:"addr"`
	Type string `json:"resource_type"`
	Name string `json:"resource_name"`
}

func (s *jsonSink) Send(e Event) {
	if e.Type == Pulse {
		return
	}
	line := jsonEvent{
		Level: "info", Message: message(e), Module: jsonModule, Type: e.Type, Note: e.Message,
		Timestamp: timeOf(e).UTC().Format("2006-01-02T15:04:05.000000Z"),
		Done:      e.Done, Total: e.Total, TotalRows: e.TotalRows, TotalBytes: e.TotalBytes, Details: e.Details,
	}
	switch {
	case e.Type == ActionErrored, e.Type == RunFailed, e.Type == VerifyObject, (e.Type == VerifyTable || e.Type == VerifyEnd) && e.Err != nil:
		line.Level = "error"
	case e.Type == Warning, e.Type == Retrying, e.Type == LockWait, e.Type == ActionSkipped, e.Type == RunInterrupted:
		line.Level = "warn"
	}
	if e.Err != nil {
		line.Error = e.Err.Error()
	}
	if e.Address != "" {
		kind, name, _ := strings.Cut(e.Address, ".")
		line.Hook = &jsonHook{
			Resource: jsonResource{Addr: e.Address, Type: kind, Name: name},
			Part:     e.Part, Parts: e.Parts, Rows: e.Rows, Bytes: e.Bytes, Elapsed: e.Elapsed.Seconds(),
		}
	} else {
		line.Rows, line.Bytes, line.Elapsed = e.Rows, e.Bytes, e.Elapsed.Seconds()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// Whoever reads the stream may be gone; that must not stop a migration, which the ledger and the state file record.
	_ = s.encoder.Encode(line)
}

// message is an event as a sentence, for people who read the stream.
func message(e Event) string {
	about := e.Address
	if e.Parts > 1 {
		about = fmt.Sprintf("%s, part %d of %d", about, e.Part+1, e.Parts)
	}
	if e.Type == LockWait && e.Together > 1 {
		about += " and " + count.Of(e.Together-1, "more action") + " in one transaction"
	}
	text := ""
	switch e.Type {
	case ActionStart:
		text = "started"
	case ActionProgress:
		text = "still running"
		if e.Rows > 0 || e.Bytes > 0 {
			text += fmt.Sprintf(", %s, %s", rows(e.Rows), size(e.Bytes))
		}
	case LockFree:
		text = "goes on after waiting for " + short(e.Elapsed)
	case ActionComplete:
		text = "complete after " + short(e.Elapsed)
		if e.Rows > 0 {
			text += fmt.Sprintf(", %s, %s", rows(e.Rows), size(e.Bytes))
		}
	case ActionErrored:
		text = "failed"
	case ActionSkipped:
		text = "skipped"
	case VerifyTable:
		text = "verified, " + rows(e.Rows)
		if e.Err != nil {
			text = "differs"
		}
	case VerifyObject:
		about = "" // the error names it better
	case VerifyEnd:
		text = "verification done, " + rows(e.Rows)
	case RunStart:
		text = "run started, " + count.Of(e.Total, "action")
	case RunResume:
		text = fmt.Sprintf("run resumed, %s of %s done", count.Number(e.Done), count.Of(e.Total, "action"))
	case RunComplete:
		text = "run complete after " + short(e.Elapsed)
	case RunFailed:
		text = "run failed"
	case RunInterrupted:
		text = "run interrupted"
	}
	parts := make([]string, 0, 4)
	for _, part := range []string{about, text, e.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// timeOf is an event's time, or now when it has none.
func timeOf(e Event) time.Time {
	if e.Time.IsZero() {
		return time.Now()
	}
	return e.Time
}
