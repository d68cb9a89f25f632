package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"migrator/planner/count"
)

const (
	// barScale is how finely the bar is divided, barLines how many running actions stand above it.
	barScale = 10_000
	barLines = 8
	// shownAfter keeps what is done in a moment from flickering.
	shownAfter = time.Second
)

// Terminal is a Sink for a terminal: the lines of NewText scroll by above a line for each action that runs and a bar for
// the whole.
type Terminal struct {
	text     *textSink
	out      io.Writer
	progress *mpb.Progress // nil before a run begins and after it has ended
	bar      *mpb.Bar
	reached  int64
	view     atomic.Pointer[view] // what the bar's own goroutine draws: it must not wait for this one
	options  []mpb.ContainerOption
}

// view is one picture of a run.
type view struct {
	lines      []string
	state, eta string
}

// NewTerminal returns a Terminal. Close it when the run is over, whether its end was told or not.
func NewTerminal(w io.Writer, o TextOptions) *Terminal { return newTerminal(w, o) }

func newTerminal(w io.Writer, o TextOptions, options ...mpb.ContainerOption) *Terminal {
	t := &Terminal{text: newTextSink(w, o), out: w, options: append(options, mpb.WithOutput(w))}
	t.view.Store(&view{})
	return t
}

// Send is part of Sink.
func (t *Terminal) Send(e Event) {
	t.text.mu.Lock()
	defer t.text.mu.Unlock()
	now := timeOf(e)
	switch e.Type {
	case RunComplete, RunFailed, RunInterrupted:
		t.stop()
	}
	t.text.send(e, now)
	switch e.Type {
	case RunStart, RunResume:
		t.begin()
	}
	if t.progress != nil {
		t.view.Store(t.picture(now))
		share, _ := t.text.tally.measure()
		t.reached = max(t.reached, int64(share*barScale)) // it only moves forward
		t.bar.SetCurrent(t.reached)
	}
}

// Close takes the bar away.
func (t *Terminal) Close() {
	t.text.mu.Lock()
	defer t.text.mu.Unlock()
	t.stop()
}

func (t *Terminal) begin() {
	t.stop()
	t.progress = mpb.New(t.options...)
	t.bar = t.progress.New(barScale+1, mpb.BarStyle(), // one more than it reaches: it goes when it is told to
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return t.view.Load().state })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return t.view.Load().eta })),
		mpb.BarExtender(mpb.BarFillerFunc(func(w io.Writer, s decor.Statistics) error {
			// The library draws what is above a bar from the bottom up.
			for _, line := range slices.Backward(t.view.Load().lines) {
				if _, err := fmt.Fprintln(w, displaywidth.TruncateString(line, s.AvailableWidth, "…")); err != nil {
					return err
				}
			}
			return nil
		}), true))
	t.text.w, t.text.live = t.progress, true
}

func (t *Terminal) stop() {
	if t.progress == nil {
		return
	}
	t.bar.Abort(true)
	t.progress.Wait()
	t.progress, t.text.w, t.text.live = nil, t.out, false
}

// picture is how things stand.
func (t *Terminal) picture(now time.Time) *view {
	y := t.text.tally
	v := &view{state: fmt.Sprintf("%s of %s", count.Number(y.before+y.done), count.Of(y.total, "action"))}
	hidden := 0
	for _, a := range y.underWay() {
		switch {
		case now.Sub(a.start) < shownAfter:
		case len(v.lines) == barLines:
			hidden++
		default:
			v.lines = append(v.lines, "  "+running(a, now))
		}
	}
	if hidden > 0 {
		v.lines = append(v.lines, "  and "+count.Number(hidden)+" more")
	}
	share, of := y.measure()
	v.eta = fmt.Sprintf("%.0f %% of the %s", share*100, of)
	if left, known := y.left(now); known {
		v.eta += ", about " + short(left) + " to go"
	}
	return v
}

// measure is how far a run is, and what that is a share of: its rows, or its actions if it copies none.
func (t *tally) measure() (share float64, of string) {
	if t.planned > 0 {
		return t.share(), "rows"
	}
	return min(float64(t.before+t.done)/float64(max(t.total, 1)), 1), "actions"
}

// running is one action while it runs.
func running(a *action, now time.Time) string {
	parts := []string{oneLine(a.name()), short(now.Sub(a.start))}
	switch {
	case a.phase != "":
		parts = append(parts, a.phase)
	case a.rows:
		sum := a.moved
		for _, r := range a.running {
			sum = sum.plus(r)
		}
		if sum.rows == 0 {
			break
		}
		parts = append(parts, rows(sum.rows), size(sum.bytes), rate(sum.rows, sum.bytes, now.Sub(a.start)))
		if share := a.share(); share > 0 && a.together < 2 {
			parts = append(parts, fmt.Sprintf("%.0f %%", share*100))
		}
	}
	return strings.Join(parts, "  ")
}
