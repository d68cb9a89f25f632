package executor

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
)

var (
	errDeadlock = &pgconn.PgError{Code: "40P01"}
	errSyntax   = &pgconn.PgError{Code: "42601"}
	errLost     = &ledger.LostError{Err: io.EOF}
)

// counted remembers how many events of each type there were.
type counted map[report.Type]int

func (c counted) Send(e report.Event) { c[e.Type]++ }

// hand is a retrier whose clock is moved by hand: waiting takes no time, but the clock goes on.
type hand struct {
	*retrier
	at     time.Time
	waited []time.Duration
	events counted
}

func newHand() *hand {
	h := &hand{at: time.Unix(1e9, 0), events: counted{}}
	h.retrier = newRetrier(config.Retry{Connection: 12 * time.Hour, Other: 10 * time.Minute}, 0, h.events)
	h.now = func() time.Time { return h.at }
	h.wait = func(_ context.Context, d time.Duration) {
		h.waited = append(h.waited, d)
		h.at = h.at.Add(d)
	}
	h.advance()
	return h
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		within func(h *hand) window
		want   time.Duration
	}{
		"a deadlock":                 {errDeadlock, func(h *hand) window { return h.ofStatement }, 10 * time.Minute},
		"a lost connection":          {io.ErrUnexpectedEOF, func(h *hand) window { return h.ofStatement }, 12 * time.Hour},
		"the lost lock of a session": {errLost, func(h *hand) window { return h.ofSession }, 12 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHand()
			began := h.at
			err := h.do(t.Context(), "x", c.within(h), func(int) error { return c.err })
			var gaveUp *GaveUpError
			if !errors.As(err, &gaveUp) || gaveUp.Window != c.want || !errors.Is(err, c.err) {
				t.Fatalf("got %v", err)
			}
			if took := h.at.Sub(began); took <= c.want || took > c.want+2*longestWait {
				t.Errorf("gave up after %s, want a little more than %s", took, c.want)
			}
			if h.events[report.Retrying] != len(h.waited) {
				t.Errorf("%d events about %d waits", h.events[report.Retrying], len(h.waited))
			}
			// What gave up within is not tried again by who called it.
			tries := 0
			outer := h.do(t.Context(), "", h.ofSession, func(int) error { tries++; return err })
			if tries != 1 || !errors.Is(outer, err) {
				t.Errorf("tried %d times more", tries)
			}
		})
	}
}

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	t.Parallel()
	h := newHand()
	for name, err := range map[string]error{
		"syntax": errSyntax, "a fence": &ledger.FencedError{Err: &pgconn.PgError{Code: "23502"}}, "unknown": errors.New("what"),
		"the lost lock, for a worker": errLost,
	} {
		tries := 0
		if got := h.do(t.Context(), "x", h.ofStatement, func(int) error { tries++; return err }); !errors.Is(got, err) || tries != 1 {
			t.Errorf("%s: %d tries, %v", name, tries, got)
		}
	}
	if len(h.waited) > 0 || len(h.events) > 0 {
		t.Errorf("waited %v, sent %v", h.waited, h.events)
	}
}

func TestWaitsDoubleUpToAMinute(t *testing.T) {
	t.Parallel()
	h := newHand()
	if err := h.do(t.Context(), "x", h.ofStatement, func(try int) error {
		if try < 9 {
			return errDeadlock
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	want := time.Second
	for i, d := range h.waited {
		if jitter := want * 3 / 10; d < want-jitter || d > want+jitter {
			t.Errorf("wait %d was %s, want about %s", i, d, want)
		}
		want = min(2*want, longestWait)
	}
	if len(h.waited) != 9 {
		t.Errorf("%d waits", len(h.waited))
	}
}

func TestProgressBeginsTheWindowAndTheWaitsAnew(t *testing.T) {
	t.Parallel()
	h := newHand()
	const tries = 200
	longest := time.Duration(0)
	err := h.do(t.Context(), "x", h.ofStatement, func(try int) error {
		if try == tries {
			return nil
		}
		if try%5 == 4 { // another worker gets on
			h.at = h.at.Add(time.Millisecond)
			h.advance()
			h.at = h.at.Add(time.Millisecond)
		}
		return errDeadlock
	})
	if err != nil {
		t.Fatalf("gave up although others got on: %v", err)
	}
	for _, d := range h.waited {
		longest = max(longest, d)
	}
	if longest > 16*time.Second*13/10 {
		t.Errorf("waited %s soon after things went well", longest)
	}
}

// TestLongStatementThenFailure has a statement fail that ran for longer than the window: it is tried again nevertheless.
func TestLongStatementThenFailure(t *testing.T) {
	t.Parallel()
	h := newHand()
	if err := h.do(t.Context(), "x", h.ofStatement, func(try int) error {
		if try == 0 {
			h.at = h.at.Add(5 * time.Hour)
			return errDeadlock
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRetryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	h := newHand()
	ctx, cancel := context.WithCancelCause(t.Context())
	h.wait = func(context.Context, time.Duration) { cancel(stopped) }
	tries := 0
	err := h.do(ctx, "x", h.ofStatement, func(int) error { tries++; return errDeadlock })
	if !errors.Is(err, stopped) || tries != 1 {
		t.Errorf("%d tries, %v", tries, err)
	}
	// And the real wait returns when it does, whatever it was to wait.
	pause(ctx, 24*time.Hour)
}
