package rowcopy

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are what may pass in a second, of all workers together. Zero is no limit.
type Limits struct {
	Statements float64 // sent to the source
	Rows       float64
	Bytes      float64
}

const (
	// quantaPerSecond is into how many portions a second's worth of a limit is cut. Each worker moves one, then pays for it.
	quantaPerSecond = 50
	// burstTime is for how long an idle bucket fills.
	burstTime = 50 * time.Millisecond
	// maxWait keeps the arithmetic of a tiny limit within what a duration can hold.
	maxWait = 1000 * time.Hour
)

// kind is what a bucket counts.
type kind int

const (
	perStatement kind = iota
	perRow
	perByte
	kinds
)

func (l Limits) of(k kind) float64 { return [kinds]float64{l.Statements, l.Rows, l.Bytes}[k] }

// Throttle holds the workers of a run to common limits. What is too large for a bucket passes, and is paid for
// afterwards by waiting. A nil Throttle limits nothing.
type Throttle struct {
	mu      sync.Mutex
	limits  Limits
	changed chan struct{} // closed by Set, which puts a new one here
	buckets [kinds]*rate.Limiter
}

// NewThrottle returns a throttle with its first limits.
func NewThrottle(limits Limits) *Throttle {
	t := &Throttle{changed: make(chan struct{})}
	t.Set(limits)
	return t
}

// Set changes the limits, also for those who wait right now. Their debts remain.
func (t *Throttle) Set(limits Limits) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	for k := range kinds {
		switch per := limits.of(k); {
		case per <= 0:
			t.buckets[k] = nil
		case t.buckets[k] == nil:
			t.buckets[k] = rate.NewLimiter(rate.Limit(per), burst(per))
		default:
			t.buckets[k].SetLimitAt(now, rate.Limit(per))
			t.buckets[k].SetBurstAt(now, burst(per))
		}
	}
	t.limits = limits
	close(t.changed)
	t.changed = make(chan struct{})
}

// Limits returns the limits in force.
func (t *Throttle) Limits() Limits {
	if t == nil {
		return Limits{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.limits
}

// Statement waits until a statement that is sent to the source has been paid for.
func (t *Throttle) Statement(ctx context.Context) error {
	return t.pay(ctx, [kinds]int64{perStatement: 1})
}

// Pay pays for rows and bytes that have passed: it returns when the next ones may.
func (t *Throttle) Pay(ctx context.Context, rows, bytes int64) error {
	return t.pay(ctx, [kinds]int64{perRow: rows, perByte: bytes})
}

// pay takes tokens out of the buckets, which may leave them in debt, and waits for its turn: until each has
// earned what had been taken out of it by then.
func (t *Throttle) pay(ctx context.Context, taken [kinds]int64) error {
	if t == nil {
		return ctx.Err()
	}
	var debts [kinds]float64
	t.mu.Lock()
	limits, changed := t.limits, t.changed
	now := time.Now()
	for k, n := range taken {
		if bucket := t.buckets[k]; bucket != nil && n > 0 {
			// A limiter gives no more than its burst at once, so that is raised for a moment.
			bucket.SetBurstAt(now, max(int(n), burst(limits.of(kind(k)))))
			bucket.ReserveN(now, int(n))
			bucket.SetBurstAt(now, burst(limits.of(kind(k))))
			debts[k] = -bucket.TokensAt(now)
		}
	}
	t.mu.Unlock()
	for {
		wait := longest(debts, limits)
		if wait <= 0 {
			return ctx.Err()
		}
		start := time.Now()
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
			return ctx.Err()
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-changed:
			timer.Stop()
		}
		passed := time.Since(start).Seconds()
		for k := range kinds {
			debts[k] -= passed * limits.of(k)
		}
		t.mu.Lock()
		limits, changed = t.limits, t.changed
		t.mu.Unlock()
	}
}

// longest is how long it takes until all debts are earned.
func longest(debts [kinds]float64, limits Limits) time.Duration {
	wait := 0.0
	for k := range kinds {
		if per := limits.of(k); per > 0 {
			wait = max(wait, debts[k]/per)
		}
	}
	return time.Duration(min(wait, maxWait.Seconds()) * float64(time.Second))
}

// burst is how much a bucket holds.
func burst(perSecond float64) int { return max(1, int(perSecond*burstTime.Seconds())) }

// quantum is what a worker may move before it pays, 0 for any amount.
func (l Limits) quantum() (rows, bytes int64) {
	if l.Rows > 0 {
		rows = max(1, int64(l.Rows/quantaPerSecond))
	}
	if l.Bytes > 0 {
		bytes = max(1, int64(l.Bytes/quantaPerSecond))
	}
	return rows, bytes
}
