package report

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"migrator/planner"
	"migrator/planner/count"
)

// summaryInterval is how often a run in a pipe says where it stands, verifiedLines how many verified tables get a line of their own.
const (
	summaryInterval = 30 * time.Second
	verifiedLines   = 30
	summaryRunning  = 4 // actions that a summary names
)

// TextOptions say what a text sink knows beside the events.
type TextOptions struct {
	// Next is what to do after the run is complete. What is to be done after another end stands in the error of it.
	Next string
	// Interval is how often a summary is written, 30 seconds when zero.
	Interval time.Duration
}

// NewText returns a Sink for a pipe or a file: a line when something big starts or ends, a summary every 30 seconds, and
// a report at the end. Thousands of small actions are counted, not listed. The summaries are driven by events, so that
// the sink needs no goroutine and nobody has to close it.
func NewText(w io.Writer, o TextOptions) Sink { return newTextSink(w, o) }

func newTextSink(w io.Writer, o TextOptions) *textSink {
	if o.Interval == 0 {
		o.Interval = summaryInterval
	}
	return &textSink{w: w, options: o, tally: newTally()}
}

// textSink is the sink of NewText.
type textSink struct {
	mu      sync.Mutex
	w       io.Writer
	options TextOptions
	tally   *tally
	plan    *planner.Plan // nil before a run has begun
	// summarized is when the last summary was written, and at what amount: the rates are those since then.
	summarized time.Time
	amount     amount
	// live says that something else shows where the run stands, so that there are no summaries.
	live bool
}

func (s *textSink) Send(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.send(e, timeOf(e))
}

// send is Send for who holds mu.
func (s *textSink) send(e Event, now time.Time) {
	t := s.tally
	if t.started.IsZero() {
		t.started, s.summarized = now, now
	}
	switch e.Type {
	case RunStart, RunResume:
		s.begin(e, now)
	case ActionStart:
		if a, first := t.start(e, now); first && a.big {
			s.line(now, "%s: started%s", a.address, planned(a))
		}
	case ActionProgress:
		t.progress(e)
	case ActionComplete:
		if a, whole := t.complete(e, now); whole && a.leads() && (a.big || a.took() >= longAction) {
			s.line(now, "%s: done in %s%s", a.name(), short(a.took()), moved(a))
		}
	case ActionErrored:
		t.fail(e)
		s.line(now, "Error: %s: %v", e.Address, e.Err)
		s.details(e)
	case ActionSkipped:
		t.skipped = append(t.skipped, e)
	case LockWait:
		s.line(now, "Waiting: %s", message(e))
	case LockFree:
		s.line(now, "%s", message(e))
	case Pulse:
	case Retrying:
		t.retries++
		s.line(now, "Retrying: %s", message(e))
	case Warning:
		s.line(now, "Warning: %s", message(e))
	case VerifyTable:
		s.verified(e, now)
	case VerifyObject:
		s.line(now, "Error: %v", e.Err)
		s.details(e)
	case VerifyEnd:
		s.verdict(e)
		return
	case RunComplete, RunFailed, RunInterrupted:
		s.end(e, now)
		return
	default:
		s.line(now, "%s: %s", e.Type, message(e))
	}
	if !s.live && now.Sub(s.summarized) >= s.options.Interval {
		s.summary(now)
	}
}

// begin says what lies ahead.
func (s *textSink) begin(e Event, now time.Time) {
	t := s.tally
	if e.Plan != nil {
		s.plan = e.Plan
		t.expect(e.Plan, e.Committed)
	}
	t.total, t.before = max(t.total, e.Total), max(t.before, e.Done)
	first := "run started"
	if e.Type == RunResume {
		first = "run resumed"
	}
	if e.Message != "" {
		first = e.Message
	}
	parts := []string{upper(first)}
	if e.Done > 0 {
		parts = append(parts, count.Of(e.Done, "action")+" done before")
	}
	if e.Total > 0 {
		parts = append(parts, count.Of(e.Total, "action")+" in all")
	}
	if e.TotalRows > 0 {
		parts = append(parts, fmt.Sprintf("~%s, %s on the source's disk", rows(e.TotalRows), size(e.TotalBytes)))
	}
	s.line(now, "%s", strings.Join(parts, "; "))
}

func (s *textSink) verified(e Event, now time.Time) {
	t := s.tally
	t.verified++
	switch {
	case e.Err != nil:
		t.differing++
		s.line(now, "Error: %s", message(e))
		s.details(e)
	case t.verified <= verifiedLines:
		s.line(now, "%s", message(e))
	case t.verified == verifiedLines+1:
		s.line(now, "more tables follow; only those that differ are named")
	}
}

// details are an event's further lines, below its message.
func (s *textSink) details(e Event) {
	for _, d := range e.Details {
		s.print("          %s\n", oneLine(d))
	}
}

// verdict is the end of a verification.
func (s *textSink) verdict(e Event) {
	text := fmt.Sprintf("Equal after %s: %s", short(e.Elapsed), e.Message)
	switch {
	case e.Err != nil:
		text = upper(e.Err.Error())
	case e.Rows > 0:
		text += ", " + rows(e.Rows)
	}
	s.print("\n%s.\n", oneLine(text))
	for _, d := range e.Details {
		s.print("\n%s\n", oneLine(d))
	}
}

// summary is the line of every 30 seconds.
func (s *textSink) summary(now time.Time) {
	t := s.tally
	committed, underway := t.amounts()
	total := committed.plus(underway)
	var parts []string
	if t.total > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s", count.Number(t.before+t.done), count.Of(t.total, "action")))
	}
	if t.tables > 0 {
		parts = append(parts, fmt.Sprintf("%s of %s copied", count.Number(t.copied), count.Of(t.tables, "table")))
	}
	if total.rows > 0 {
		parts = append(parts, rows(total.rows)+", "+size(total.bytes))
	}
	if text := rate(total.rows-s.amount.rows, total.bytes-s.amount.bytes, now.Sub(s.summarized)); text != "" {
		parts = append(parts, text)
	}
	if left, known := t.left(now); known {
		parts = append(parts, fmt.Sprintf("%.0f %% of the rows, about %s to go", t.share()*100, short(left)))
	}
	if t.verified > 0 {
		parts = append(parts, count.Of(t.verified, "table")+" verified")
	}
	if running := t.underWay(); len(running) > 0 {
		parts = append(parts, "running: "+doing(running, now))
	}
	if len(parts) > 0 {
		s.line(now, "%s", strings.Join(parts, "; "))
	}
	s.summarized, s.amount = now, total
}

// doing names the first of the actions that run.
func doing(running []*action, now time.Time) string {
	names := make([]string, 0, summaryRunning)
	for _, a := range running[:min(len(running), summaryRunning)] {
		name := a.name() + ", " + short(now.Sub(a.start))
		switch {
		case a.phase != "":
			name += ", " + a.phase
		case a.rows && a.together < 2 && a.share() > 0:
			name += fmt.Sprintf(", %.0f %%", a.share()*100)
		}
		names = append(names, name)
	}
	if more := len(running) - len(names); more > 0 {
		names = append(names, count.Number(more)+" more")
	}
	return strings.Join(names, " | ")
}

// line writes one line with its time. Whoever reads may be gone; that must not stop a migration.
func (s *textSink) line(now time.Time, format string, args ...any) {
	_, _ = fmt.Fprintf(s.w, "%s  %s\n", now.Format(time.TimeOnly), oneLine(fmt.Sprintf(format, args...)))
}

// upper begins a sentence.
func upper(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// oneLine keeps server messages and names from moving the cursor or looking like lines of ours.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text)
}

// planned is what statistics say of a copy about to start.
func planned(a *action) string {
	if !a.rows {
		return ""
	}
	text := fmt.Sprintf(", ~%s, %s on disk", rows(a.estimate.Rows), size(a.estimate.Bytes))
	if a.parts > 1 {
		text += ", " + count.Of(a.parts, "part")
	}
	return text
}

// moved is what a copy has moved, and how fast; nothing for one that shared its time with others.
func moved(a *action) string {
	if !a.rows || a.together > 1 {
		return ""
	}
	text := fmt.Sprintf(", %s, %s", rows(a.moved.rows), size(a.moved.bytes))
	if r := rate(a.moved.rows, a.moved.bytes, a.took()); r != "" {
		text += ", " + r
	}
	return text
}
