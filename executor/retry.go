package executor

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"migrator/config"
	"migrator/executor/report"
	"migrator/planner/postgres"
)

// retrier repeats what failed for a reason that can pass by itself, as long as the configuration allows.
type retrier struct {
	limits config.Retry
	sink   report.Sink
	// progress is when anything last went well, in Unix nanoseconds: the windows are counted from there.
	progress atomic.Int64
}

func newRetrier(limits config.Retry, sink report.Sink) *retrier {
	r := &retrier{limits: limits, sink: sink}
	r.advance()
	return r
}

// advance notes that something went well.
func (r *retrier) advance() { r.progress.Store(time.Now().UnixNano()) }

// do runs f until it succeeds, fails for good, or its window is used up. f is told how often it was tried before.
func (r *retrier) do(ctx context.Context, what string, f func(try int) error) error {
	wait := &backoff.ExponentialBackOff{
		InitialInterval: time.Second, Multiplier: 2, MaxInterval: time.Minute, RandomizationFactor: 0.3,
	}
	wait.Reset()
	var failing time.Time // since when, without anything going well in between
	for try := 0; ; try++ {
		err := f(try)
		if err == nil {
			r.advance()
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		window, ok := r.window(err)
		if !ok {
			return err
		}
		// A statement may have run for longer than the window before it failed.
		if last := time.Unix(0, r.progress.Load()); failing.IsZero() || failing.Before(last) {
			failing = time.Now()
		}
		if time.Since(failing) > window {
			return &GaveUpError{Window: window, Err: err}
		}
		pause := wait.NextBackOff()
		r.sink.Send(report.Event{
			Type: report.Retrying, Address: what, Err: err,
			Message: "trying again in " + pause.Round(100*time.Millisecond).String(),
		})
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(pause):
		}
	}
}

// window is how long an error is retried.
func (r *retrier) window(err error) (time.Duration, bool) {
	if lost(err) {
		return r.limits.Connection, true
	}
	switch postgres.Classify(err) {
	case postgres.ConnectionLost:
		return r.limits.Connection, true
	case postgres.Transient:
		return r.limits.Other, true
	}
	return 0, false
}

// GaveUpError is an error that could have passed but did not within its window.
type GaveUpError struct {
	Window time.Duration
	Err    error
}

func (e *GaveUpError) Error() string {
	return "gave up after " + e.Window.String() + " without progress: " + e.Err.Error()
}

func (e *GaveUpError) Unwrap() error { return e.Err }
