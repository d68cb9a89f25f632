package report

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vbauerster/mpb/v8"
)

// screen is a writer that somebody can wait for.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
	wake *sync.Cond
}

func newScreen() *screen {
	s := &screen{}
	s.wake = sync.NewCond(&s.mu)
	return s
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake.Broadcast()
	return s.text.Write(p)
}

// await returns when all texts have been written, or never.
func (s *screen) await(texts ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, text := range texts {
		for !strings.Contains(s.text.String(), text) {
			s.wake.Wait()
		}
	}
}

func (s *screen) string() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func onScreen(s *screen) *Terminal {
	return newTerminal(s, TextOptions{Next: "Next: verify"}, mpb.WithAutoRefresh(), mpb.WithWidth(120), mpb.WithRefreshRate(time.Millisecond))
}

func TestTerminalShowsWhatRunsAboveABar(t *testing.T) {
	out, c := newScreen(), newClock()
	s := onScreen(out)
	s.Send(Event{Type: RunStart, Time: c.after(0), Plan: plan(), Total: 5})
	s.Send(Event{Type: ActionStart, Time: c.after(0), Address: "rows.s.big", Part: 0, Parts: 2})
	s.Send(Event{Type: ActionStart, Time: c.after(0), Address: "index.s.big_pkey"})
	s.Send(Event{Type: ActionProgress, Time: c.after(10), Address: "index.s.big_pkey", Message: "building index 40 %"})
	s.Send(Event{Type: ActionProgress, Time: c.after(0), Address: "rows.s.big", Part: 0, Parts: 2, Rows: 250, Bytes: 250_000_000})
	out.await("0 of 5 actions [==", "25 % of the rows, about 30 s to go",
		"\n  index.s.big_pkey  10 s  building index 40 %\n  rows.s.big  10 s  250 rows  250 MB  25 rows/s, 25.0 MB/s  25 %\n")
	// What was tried again starts anew, but the bar does not go back.
	reached := s.reached
	s.Send(Event{Type: ActionProgress, Time: c.after(1), Address: "rows.s.big", Part: 0, Parts: 2, Rows: 1, Bytes: 1})
	if s.reached != reached || reached == 0 {
		t.Errorf("the bar went from %d to %d", reached, s.reached)
	}
	s.Send(Event{Type: Warning, Time: c.after(100), Message: "stays"})
	out.await("Warning: stays\n")
	s.Send(Event{Type: RunComplete, Time: c.after(0)})
	s.Close()
	text := out.string()
	_, ending, _ := strings.Cut(text, "Complete after")
	if !strings.Contains(ending, "Next: verify") || strings.Contains(ending, "of the rows") || strings.Contains(ending, "\x1b") {
		t.Errorf("the report at the end is %q", ending)
	}
	if strings.Contains(text, "; running:") {
		t.Errorf("a summary is written beside the bar:\n%s", text)
	}
}

func TestTerminalIsLeftAloneAfterARunWithoutAnEnd(t *testing.T) {
	out := newScreen()
	s := onScreen(out)
	s.Send(Event{Type: RunStart, Plan: plan()})
	s.Close()
	before := out.string()
	s.Send(Event{Type: Warning, Message: "late"})
	s.Close()
	if added := strings.TrimPrefix(out.string(), before); !strings.HasSuffix(added, "Warning: late\n") || strings.Contains(added, "\x1b") {
		t.Errorf("after the run %q is written", added)
	}
}
