package report

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"migrator/planner"
	"migrator/planner/count"
)

// The ending names this many of the slowest actions, and of each list of what was not done.
const (
	endingSlowest = 10
	endingListed  = 30
)

// end is the report after a run, however it ended. Why it did not complete, and what to do then, is in the error that the command
// ends with; it is not said twice.
func (s *textSink) end(e Event, now time.Time) {
	t := s.tally
	elapsed := e.Elapsed
	if elapsed == 0 {
		elapsed = now.Sub(t.started)
	}
	committed, underway := t.amounts()
	s.print("\n%s\n", oneLine(s.headline(e, committed, elapsed)))
	if underway.rows > 0 && e.Type != RunComplete {
		s.print("Not committed, and rolled back: %s, %s.\n", rows(underway.rows), size(underway.bytes))
	}
	s.times()
	s.slowest()
	s.left()
	if t.retries > 0 {
		s.print("\nTried again after an error: %s\n", count.Of(t.retries, "time"))
	}
	if e.Type == RunComplete && s.options.Next != "" {
		s.print("\n%s\n", s.options.Next)
	}
}

// headline is the first line of the ending: what was done, and how fast.
func (s *textSink) headline(e Event, total amount, elapsed time.Duration) string {
	word := map[Type]string{RunComplete: "Complete", RunFailed: "Failed", RunInterrupted: "Interrupted"}[e.Type]
	parts := []string{count.Of(s.tally.done, "action") + " done"}
	if s.tally.before > 0 {
		parts = append(parts, count.Number(s.tally.before)+" before")
	}
	if total.rows > 0 {
		parts = append(parts, rows(total.rows), size(total.bytes))
	}
	text := fmt.Sprintf("%s after %s: %s", word, short(elapsed), strings.Join(parts, ", "))
	if r := rate(total.rows, total.bytes, elapsed); r != "" {
		text += " (" + r + ")"
	}
	return text + "."
}

// times is how long each section took. Sections overlap: foreign keys are added while other tables are copied.
func (s *textSink) times() {
	sections := s.tally.sections()
	if len(sections) == 0 {
		return
	}
	s.print("\n")
	w := tabwriter.NewWriter(s.w, 0, 0, 3, ' ', 0)
	for _, x := range sections {
		took := x.end.Sub(x.start)
		line := fmt.Sprintf("  %s\t%s\t%s", x.name, count.Of(x.done, "action"), short(took))
		if x.moved.rows > 0 {
			line += "\t" + rows(x.moved.rows) + ", " + size(x.moved.bytes) + ", " + rate(x.moved.rows, x.moved.bytes, took)
		}
		_, _ = fmt.Fprintln(w, strings.TrimSuffix(line, ", "))
	}
	_ = w.Flush()
}

// slowest names the actions that took longest, if any of them took long.
func (s *textSink) slowest() {
	list := s.tally.slowest(endingSlowest)
	if len(list) == 0 || list[0].took() < time.Second {
		return
	}
	s.print("\nSlowest:\n")
	w := tabwriter.NewWriter(s.w, 0, 0, 3, ' ', 0)
	for _, a := range list {
		_, _ = fmt.Fprintf(w, "  %s\t%s\n", oneLine(a.name()), short(a.took()))
	}
	_ = w.Flush()
}

// left is what was not done, and why: by the plan, because something before it failed, or because it failed itself.
func (s *textSink) left() {
	t := s.tally
	var failed, needed, planned []string
	for _, e := range t.failed {
		failed = append(failed, fmt.Sprintf("%s: %v", e.Address, e.Err))
	}
	for _, e := range t.skipped {
		needed = append(needed, e.Address+": "+e.Message)
	}
	if p := s.plan; p != nil {
		for i := range p.Actions {
			if a := &p.Actions[i]; a.Change == planner.Skip {
				planned = append(planned, a.Address+": "+a.Reason)
			}
		}
	}
	s.list("Failed", failed)
	s.list("Skipped, because something they need failed", needed)
	s.list("Not carried, by the plan", planned)
}

func (s *textSink) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	s.print("\n%s:\n", title)
	for _, line := range lines[:min(len(lines), endingListed)] {
		s.print("  %s\n", oneLine(line))
	}
	if more := len(lines) - endingListed; more > 0 {
		s.print("  and %s more\n", count.Number(more))
	}
}

// print writes without a time in front.
func (s *textSink) print(format string, args ...any) { _, _ = fmt.Fprintf(s.w, format, args...) }
