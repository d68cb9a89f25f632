package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/planner"
)

// clock gives events times, each some seconds after the one before.
type clock struct{ now time.Time }

func (c *clock) after(seconds float64) time.Time {
	c.now = c.now.Add(time.Duration(seconds * float64(time.Second)))
	return c.now
}

func newClock() *clock { return &clock{time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)} }

func plan() *planner.Plan {
	return &planner.Plan{Actions: []planner.Action{
		{Address: "schema.s", Change: planner.Create, Section: planner.PreData},
		{Address: "function.s.f()", Change: planner.Skip, Section: planner.PreData, Reason: "language C"},
		{Address: "rows.s.big", Change: planner.Copy, Section: planner.Data, Copy: &planner.RowCopy{Parts: make([]planner.BlockRange, 2)}, Estimate: planner.Estimate{Rows: 1000, Bytes: 1 << 30}},
		{Address: "rows.s.small", Change: planner.Copy, Section: planner.Data, Copy: &planner.RowCopy{}, Estimate: planner.Estimate{Rows: 10, Bytes: 8192}},
		{Address: "index.s.big_pkey", Change: planner.Create, Section: planner.Data, DependsOn: []string{"rows.s.big"}},
		{Address: "trigger.s.big.t", Change: planner.Create, Section: planner.PostData},
	}}
}

func TestTextRun(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewText(&b, TextOptions{Next: "Next: migrator verify"})
	for _, e := range []Event{
		{Type: RunStart, Time: c.after(0), Message: "Applying plan 0123abcd", Plan: plan(), Total: 5, TotalRows: 1010, TotalBytes: 1 << 30},
		{Type: ActionStart, Time: c.after(1), Address: "schema.s"},
		{Type: ActionComplete, Time: c.after(0.1), Address: "schema.s", Elapsed: 100 * time.Millisecond},
		{Type: ActionStart, Time: c.after(0), Address: "rows.s.big", Part: 0, Parts: 2},
		{Type: ActionStart, Time: c.after(0), Address: "rows.s.big", Part: 1, Parts: 2},
		{Type: ActionStart, Time: c.after(0), Address: "rows.s.small"},
		{Type: ActionComplete, Time: c.after(1), Address: "rows.s.small", Rows: 10, Bytes: 100},
		{Type: ActionComplete, Time: c.after(10), Address: "rows.s.big", Part: 1, Parts: 2, Rows: 500, Bytes: 500_000_000},
		{Type: Retrying, Time: c.after(1), Address: "rows.s.big", Part: 0, Parts: 2, Err: errors.New("connection reset"), Message: "again in 1 s"},
		{Type: ActionProgress, Time: c.after(20), Address: "rows.s.big", Part: 0, Parts: 2, Rows: 250, Bytes: 250_000_000},
		{Type: ActionComplete, Time: c.after(20), Address: "rows.s.big", Part: 0, Parts: 2, Rows: 500, Bytes: 500_000_000},
		{Type: ActionStart, Time: c.after(0), Address: "index.s.big_pkey"},
		{Type: ActionErrored, Time: c.after(3), Address: "index.s.big_pkey", Err: errors.New("duplicate key\nDETAIL: (1)")},
		{Type: ActionSkipped, Time: c.after(0), Address: "trigger.s.big.t", Message: "needs index.s.big_pkey"},
		{Type: RunFailed, Time: c.after(1), Err: errors.New("1 action failed"), Message: `Run "migrator apply" again to resume.`},
	} {
		s.Send(e)
	}
	want := `10:00:00  Applying plan 0123abcd; 5 actions in all; ~1,010 rows, 1.1 GB on the source's disk
10:00:01  rows.s.big: started, ~1,000 rows, 1.1 GB on disk, 2 parts
10:00:13  Retrying: rows.s.big, part 1 of 2: again in 1 s: connection reset
10:00:33  2 of 5 actions; 1 of 2 tables copied; 760 rows, 750 MB; 22 rows/s, 22.7 MB/s; 75 % of the rows, about 11 s to go; running: rows.s.big, 32 s, 75 %
10:00:53  rows.s.big: done in 52 s, 1,000 rows, 1.0 GB, 19 rows/s, 19.2 MB/s
10:00:53  index.s.big_pkey: started
10:00:56  Error: index.s.big_pkey: duplicate key DETAIL: (1)

Failed after 57 s: 3 actions done, 1,010 rows, 1.0 GB (17 rows/s, 17.5 MB/s).

  pre-data   1 action    100 ms
  data       2 actions   52 s   1,010 rows, 1.0 GB, 19 rows/s, 19.2 MB/s

Slowest:
  rows.s.big     52 s
  rows.s.small   1.0 s
  schema.s       100 ms

Failed:
  index.s.big_pkey: duplicate key DETAIL: (1)

Skipped, because something they need failed:
  trigger.s.big.t: needs index.s.big_pkey

Not carried, by the plan:
  function.s.f(): language C

Tried again after an error: 1 time
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestTextOfAResumedRunThatIsInterrupted(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewText(&b, TextOptions{Next: "never said"})
	for _, e := range []Event{
		{Type: RunResume, Time: c.after(0), Message: "run resumed", Plan: plan(), Done: 1, Total: 5, Committed: map[string]int{"schema.s": 1, "rows.s.big": 1}},
		{Type: ActionStart, Time: c.after(0), Address: "rows.s.big", Part: 1, Parts: 2},
		{Type: ActionStart, Time: c.after(0), Address: "rows.s.small"},
		// Half of what was left when it was resumed.
		{Type: ActionProgress, Time: c.after(30), Address: "rows.s.big", Part: 1, Parts: 2, Rows: 250, Bytes: 250_000_000},
		{Type: ActionComplete, Time: c.after(1), Address: "rows.s.big", Part: 1, Parts: 2, Rows: 500, Bytes: 500_000_000},
		{Type: ActionProgress, Time: c.after(1), Address: "rows.s.small", Rows: 5, Bytes: 50},
		{Type: RunInterrupted, Time: c.after(1), Err: errors.New("interrupted after 2 of 5 actions"), Message: "what is committed stays", Rows: 500, Bytes: 500_000_000},
	} {
		s.Send(e)
	}
	want := `10:00:00  Run resumed; 1 action done before; 5 actions in all
10:00:00  rows.s.big: started, ~1,000 rows, 1.1 GB on disk, 2 parts
10:00:30  1 of 5 actions; 0 of 2 tables copied; 250 rows, 250 MB; 8 rows/s, 8.3 MB/s; 75 % of the rows, about 30 s to go; running: rows.s.big, 30 s, 75 % | rows.s.small, 30 s
10:00:31  rows.s.big: done in 31 s, 500 rows, 500 MB, 16 rows/s, 16.1 MB/s

Interrupted after 33 s: 1 action done, 1 before, 500 rows, 500 MB (15 rows/s, 15.2 MB/s).
Not committed, and rolled back: 5 rows, 50 B.

  data   1 action   31 s   500 rows, 500 MB, 16 rows/s, 16.1 MB/s

Slowest:
  rows.s.big   31 s

Not carried, by the plan:
  function.s.f(): language C
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWaitsAndIndexBuildsAreTold(t *testing.T) {
	var text, lines bytes.Buffer
	c := newClock()
	s := Tee(NewText(&text, TextOptions{}), NewJSON(&lines))
	for _, e := range []Event{
		{Type: RunStart, Time: c.after(0), Plan: plan()},
		{Type: ActionStart, Time: c.after(1), Address: "index.s.big_pkey"},
		{Type: ActionProgress, Time: c.after(5), Address: "index.s.big_pkey", Message: "building index: scanning table 40 %"},
		{Type: Pulse, Time: c.after(30)},
		{Type: LockWait, Time: c.after(1), Address: "trigger.s.big.t", Elapsed: 5 * time.Second, Batch: "trigger.s.big.t", Together: 3, Message: "waits in the destination for ShareRowExclusiveLock on s.big, held by process 17"},
		{Type: LockFree, Time: c.after(1), Address: "trigger.s.big.t", Elapsed: 6 * time.Second},
	} {
		s.Send(e)
	}
	want := `10:00:00  Run started
10:00:01  index.s.big_pkey: started
10:00:36  0 of 5 actions; 0 of 2 tables copied; running: index.s.big_pkey, 35 s, building index: scanning table 40 %
10:00:37  Waiting: trigger.s.big.t and 2 more actions in one transaction: waits in the destination for ShareRowExclusiveLock on s.big, held by process 17
10:00:38  trigger.s.big.t: goes on after waiting for 6.0 s
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, want := range []string{
		`"@level":"warn","@message":"trigger.s.big.t and 2 more actions in one transaction: waits in the destination for ShareRowExclusiveLock on s.big, held by process 17"`,
		`"type":"lock_free"`, `still running: building index: scanning table 40 %`,
	} {
		if !strings.Contains(lines.String(), want) {
			t.Errorf("no %s in:\n%s", want, lines.String())
		}
	}
	if strings.Contains(lines.String(), "pulse") {
		t.Error("a pulse is written")
	}
}

func TestTextGivesABatchItsTimeOnce(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewText(&b, TextOptions{})
	s.Send(Event{Type: RunStart, Time: c.after(0)})
	for _, kind := range []Type{ActionStart, ActionComplete} {
		now := c.after(7)
		for i := range 12 {
			s.Send(Event{Type: kind, Time: now, Address: fmt.Sprintf("rows.s.t%02d", i), Batch: "rows.s.t00", Together: 12})
		}
	}
	s.Send(Event{Type: ActionStart, Time: c.after(0), Address: "index.s.i"})
	s.Send(Event{Type: ActionComplete, Time: c.after(2), Address: "index.s.i"})
	s.Send(Event{Type: RunComplete, Time: c.after(0)})
	for _, want := range []string{
		"rows.s.t00 and 11 more actions in one transaction: done in 7.0 s",
		"Slowest:\n  rows.s.t00 and 11 more actions in one transaction   7.0 s\n  index.s.i                                           2.0 s\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "rows.s.t01") {
		t.Errorf("the time of a batch is given to its actions:\n%s", b.String())
	}
}

func TestTextIsTerseForThousandsOfActions(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewText(&b, TextOptions{Next: "Next: verify"})
	s.Send(Event{Type: RunStart, Time: c.after(0), Total: 5000})
	for i := range 5000 {
		address := fmt.Sprintf("rows.s.t%d", i)
		s.Send(Event{Type: ActionStart, Time: c.after(0.01), Address: address})
		s.Send(Event{Type: ActionComplete, Time: c.after(0.01), Address: address, Rows: 10, Bytes: 1000})
	}
	s.Send(Event{Type: RunComplete, Time: c.after(0)})
	// 100 seconds are three summaries; with the first line and the ending there is little more.
	if lines := strings.Count(b.String(), "\n"); lines > 12 {
		t.Errorf("%d lines:\n%s", lines, b.String())
	}
	for _, want := range []string{"5,000 actions done, 50,000 rows, 5.0 MB", "Next: verify"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
}

func TestTextVerify(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewText(&b, TextOptions{})
	for i := range 100 {
		e := Event{Type: VerifyTable, Time: c.after(0), Address: fmt.Sprintf("rows.s.t%d", i), Rows: 1}
		if i == 90 {
			e.Err = errors.New("2 rows here, 1 there")
		}
		s.Send(e)
	}
	s.Send(Event{Type: VerifyEnd, Time: c.after(2), Rows: 100, Elapsed: 2 * time.Second, Message: "100 tables are equal"})
	if got := strings.Count(b.String(), "verified, 1 row"); got != verifiedLines {
		t.Errorf("%d lines of tables", got)
	}
	for _, want := range []string{"Error: rows.s.t90: differs: 2 rows here, 1 there", "Equal after 2.0 s: 100 tables are equal, 100 rows"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in:\n%s", want, b.String())
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	c := newClock()
	s := NewJSON(&b)
	s.Send(Event{Type: ActionComplete, Time: c.after(0.5), Address: "rows.s.t", Part: 1, Parts: 3, Rows: 5, Bytes: 7, Elapsed: 2 * time.Second})
	s.Send(Event{Type: RunFailed, Time: c.after(0), Err: errors.New("no"), Message: "again"})
	want := []map[string]any{
		{
			"@level": "info", "@message": "rows.s.t, part 2 of 3: complete after 2.0 s, 5 rows, 7 B", "@module": "migrator.ui",
			"@timestamp": "2026-03-01T10:00:00.500000Z", "type": "apply_complete",
			"hook": map[string]any{
				"resource": map[string]any{"addr": "rows.s.t", "resource_type": "rows", "resource_name": "s.t"},
				"part":     1.0, "parts": 3.0, "rows": 5.0, "bytes": 7.0, "elapsed_seconds": 2.0,
			},
		},
		{
			"@level": "error", "@message": "run failed: again: no", "@module": "migrator.ui", "@timestamp": "2026-03-01T10:00:00.500000Z",
			"type": "run_failed", "error": "no", "note": "again",
		},
	}
	var got []map[string]any
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatal(err)
		}
		got = append(got, m)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// secretError is what a careless driver could return.
type secretError struct{}

func (secretError) Error() string { return "password=hunter2 refused" }

func TestRedactingLeavesNoWayToTheSecret(t *testing.T) {
	var b bytes.Buffer
	var seen error
	hide := func(s string) string { return strings.ReplaceAll(s, "hunter2", "(sensitive)") }
	s := Redacting(Tee(nil, NewJSON(&b), sinkFunc(func(e Event) { seen = e.Err })), hide)
	details := []string{"a", "Key (hunter2)"}
	s.Send(Event{Type: RunFailed, Message: "hunter2", Err: secretError{}, Details: details})
	if strings.Contains(b.String(), "hunter2") || strings.Count(b.String(), "(sensitive)") == 0 || details[1] != "Key (hunter2)" {
		t.Error(b.String(), details)
	}
	var inner secretError
	if errors.As(seen, &inner) {
		t.Error("the error inside can still be reached")
	}
}

// sinkFunc makes a function a Sink.
type sinkFunc func(Event)

func (f sinkFunc) Send(e Event) { f(e) }

func TestSinksTakeEventsFromManyGoroutines(t *testing.T) {
	var text, lines bytes.Buffer
	s := Tee(NewText(&text, TextOptions{}), NewJSON(&lines))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := range 100 {
				s.Send(Event{Type: ActionProgress, Address: "rows.s.big", Part: i, Parts: 8, Rows: int64(n)})
			}
		})
	}
	wg.Wait()
	for line := range strings.Lines(lines.String()) {
		if !json.Valid([]byte(line)) {
			t.Fatalf("not an object: %q", line)
		}
	}
}
