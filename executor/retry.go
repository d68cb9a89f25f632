package executor

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"migrator/config"
	"migrator/executor/report"
	"migrator/planner/postgres"
)

// The waits between tries: the first, unless Options say another, and the longest.
const (
	firstWait   = time.Second
	longestWait = time.Minute
)

// retrier repeats what failed for a reason that can pass by itself, as long as the configuration allows.
type retrier struct {
	limits config.Retry
	sink   report.Sink
	first  time.Duration
	// progress is when anything last went well, in Unix nanoseconds: the windows are counted from there.
	progress atomic.Int64
	now      func() time.Time
	wait     func(ctx context.Context, pause time.Duration) // returns early when ctx ends
}

func newRetrier(limits config.Retry, first time.Duration, sink report.Sink) *retrier {
	if first <= 0 {
		first = firstWait
	}
	r := &retrier{limits: limits, sink: sink, first: first, now: time.Now, wait: pause}
	r.advance()
	return r
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// advance notes that something went well.
func (r *retrier) advance() { r.progress.Store(r.now().UnixNano()) }

// window is how long an error is retried, and false for one that is not.
type window func(err error) (time.Duration, bool)

// do runs f until it succeeds, fails for good, or its window is used up. f is told how often it was tried before.
func (r *retrier) do(ctx context.Context, what string, within window, f func(try int) error) error {
	waits := &backoff.ExponentialBackOff{
		InitialInterval: r.first, Multiplier: 2, MaxInterval: longestWait, RandomizationFactor: 0.3,
	}
	waits.Reset()
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
		var gaveUp *GaveUpError
		limit, ok := within(err)
		if !ok || errors.As(err, &gaveUp) {
			return err
		}
		// A statement may have run for longer than the window before it failed.
		if last := time.Unix(0, r.progress.Load()); failing.IsZero() || failing.Before(last) {
			failing = r.now()
			waits.Reset()
		}
		if r.now().Sub(failing) > limit {
			return &GaveUpError{Window: limit, Err: err}
		}
		d := waits.NextBackOff()
		r.sink.Send(report.Event{
			Type: report.Retrying, Address: what, Err: err,
			Message: "trying again in " + d.Round(100*time.Millisecond).String(),
		})
		r.wait(ctx, d)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}

// ofStatement is the window of what one worker does. The loss of the lock is no business of its: the session ends with it.
func (r *retrier) ofStatement(err error) (time.Duration, bool) {
	if lost(err) {
		return 0, false
	}
	switch postgres.Classify(err) {
	case postgres.ConnectionLost:
		return r.limits.Connection, true
	case postgres.Transient:
		return r.limits.Other, true
	}
	return 0, false
}

// ofSession is the window of a whole session under one lease: another one follows when the lock was lost.
func (r *retrier) ofSession(err error) (time.Duration, bool) {
	if lost(err) {
		return r.limits.Connection, true
	}
	return r.ofStatement(err)
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
