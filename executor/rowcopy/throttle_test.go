package rowcopy

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// passed is how much workers move in a time, portion by portion as streams do it.
func passed(throttle *Throttle, workers int, during time.Duration, portion func(Limits) (rows, bytes int64)) (rows, bytes float64) {
	ctx, cancel := context.WithTimeout(context.Background(), during)
	defer cancel()
	var allRows, allBytes atomic.Int64
	var tasks sync.WaitGroup
	for range workers {
		tasks.Go(func() {
			for ctx.Err() == nil {
				r, b := portion(throttle.Limits())
				allRows.Add(r)
				allBytes.Add(b)
				_ = throttle.Pay(ctx, r, b)
			}
		})
	}
	tasks.Wait()
	return float64(allRows.Load()), float64(allBytes.Load())
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > want/10 {
		t.Errorf("%s: %.0f passed, want %.0f within 10 %%", what, got, want)
	}
}

// The clock of a synctest bubble is not that of the wall: waiting is exact and takes no time.

func TestThrottleIsAccurate(t *testing.T) {
	const seconds = 10
	for _, limits := range []Limits{{Rows: 50_000}, {Bytes: 40e6}, {Rows: 100}, {Rows: 20_000, Bytes: 2e6}, {Rows: 20_000, Bytes: 1e6}} {
		for _, workers := range []int{1, 8} {
			synctest.Test(t, func(t *testing.T) {
				rows, bytes := passed(NewThrottle(limits), workers, seconds*time.Second, func(l Limits) (int64, int64) {
					r, b := l.quantum()
					if r == 0 || b > 0 && b < r*100 {
						r = max(1, b/100)
					}
					return r, r * 100 // rows of 100 bytes
				})
				want := min(pass(limits.Rows), pass(limits.Bytes)/100) * seconds
				near(t, "rows", rows, want)
				near(t, "bytes", bytes, want*100)
			})
		}
	}
}

func pass(limit float64) float64 {
	if limit == 0 {
		return math.Inf(1)
	}
	return limit
}

func TestThrottleRowLargerThanTheBucketIsPaidForAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle, start := NewThrottle(Limits{Bytes: 1e6}), time.Now()
		if err := throttle.Pay(t.Context(), 1, 30e6); err != nil {
			t.Fatal(err)
		}
		near(t, "milliseconds", float64(time.Since(start).Milliseconds()), 30_000)
	})
}

func TestThrottleChangesWhileSomebodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle, start := NewThrottle(Limits{Bytes: 1e6}), time.Now()
		var tasks sync.WaitGroup
		tasks.Go(func() {
			if err := throttle.Pay(t.Context(), 1, 100e6); err != nil {
				t.Error(err)
			}
		})
		time.Sleep(20 * time.Second)
		throttle.Set(Limits{Bytes: 8e6}) // 80 MB are left, for 10 s
		tasks.Wait()
		near(t, "milliseconds", float64(time.Since(start).Milliseconds()), 30_000)

		tasks.Go(func() { _ = throttle.Pay(t.Context(), 1, 1e12) })
		synctest.Wait()
		throttle.Set(Limits{})
		tasks.Wait()
	})
}

func TestThrottleStatements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		throttle, start := NewThrottle(Limits{Statements: 5}), time.Now()
		for range 100 {
			if err := throttle.Statement(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		near(t, "milliseconds", float64(time.Since(start).Milliseconds()), 20_000)
	})
}

func TestThrottleEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := NewThrottle(Limits{Rows: 1}).Pay(ctx, 1000, 0)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Fatalf("got error %v after %s", err, time.Since(start))
		}
	})
	var none *Throttle
	if err := none.Pay(t.Context(), 1e9, 1e9); err != nil {
		t.Fatal(err)
	}
}

func TestThrottledCopy(t *testing.T) {
	src, dst := sides(t)
	items := bundle(t, src, dst)
	throttle := NewThrottle(Limits{Statements: 1000, Rows: 1e6, Bytes: 1e9})
	results, err := Run(t.Context(), src, dst, items, nil, Options{Throttle: throttle})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		if got := readBack(t, dst, items[i].Copy); got != resultSum(r) {
			t.Errorf("%s: the destination has %+v, want %+v", r.Address, got, r)
		}
	}
}
