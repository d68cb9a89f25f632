package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"migrator/planner"
	"migrator/planner/count"
)

// bigBytes is how much a table must hold for its copy to be worth a line of its own, and longAction how long any action must take.
const (
	bigBytes   = int64(64) << 20
	longAction = 5 * time.Second
)

// tally adds up what the events say. It knows of time only what they say, so that tests need no clock.
type tally struct {
	actions map[string]*action
	totals  map[planner.Section]int
	// planned are the estimated bytes of all copies, the measure of how far the run is.
	planned int64
	resumed float64 // share when this run began
	started time.Time
	before  int // actions done in earlier runs
	total   int
	done    int
	tables  int // all tables to copy; copied are those that are complete
	copied  int
	failed  []Event
	skipped []Event
	retries int
	// verified and differing count tables.
	verified, differing int
}

// action is one line of the plan while it runs.
type action struct {
	address  string
	section  planner.Section
	rows     bool // copies rows
	big      bool
	estimate planner.Estimate
	parts    int
	finished int // parts that are committed, in earlier runs too
	earlier  int // those of earlier runs
	start    time.Time
	end      time.Time
	// moved are the rows and bytes of finished parts, running those of parts under way.
	moved   amount
	running map[int]amount
	// batch is the address of the first of the actions that share this one's transaction, and its time.
	batch    string
	together int
	phase    string // of an index build
	failed   bool
}

type amount struct{ rows, bytes int64 }

func newTally() *tally {
	return &tally{actions: make(map[string]*action), totals: make(map[planner.Section]int)}
}

// expect notes what a plan holds, and what of it is committed already.
func (t *tally) expect(p *planner.Plan, committed map[string]int) {
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Change == planner.Skip || a.Change == planner.Conflict {
			continue
		}
		x := &action{address: a.Address, section: a.Section, rows: a.Copy != nil, big: a.Estimate.Bytes >= bigBytes, estimate: a.Estimate, parts: 1}
		if a.Copy != nil {
			x.parts = a.Copy.PartCount()
			t.tables++
			t.planned += a.Estimate.Bytes
		}
		x.earlier = min(committed[a.Address], x.parts)
		x.finished = x.earlier
		if x.finished == x.parts {
			t.before++
			if x.rows {
				t.copied++
			}
		}
		// An index of a big table is as long in the making as the table was in the copying.
		for _, need := range a.DependsOn {
			if n := t.actions[need]; n != nil && n.rows && n.big {
				x.big = true
			}
		}
		t.actions[a.Address] = x
		t.totals[a.Section]++
		t.total++
	}
	t.resumed = t.share()
}

// of returns the action of an event; without a plan it is made from the address.
func (t *tally) of(e Event) *action {
	a := t.actions[e.Address]
	if a == nil {
		kind, _, _ := strings.Cut(e.Address, ".")
		a = &action{address: e.Address, rows: kind == planner.ActionRows, parts: 1}
		if a.rows {
			a.section = planner.Data
		}
		t.actions[e.Address] = a
	}
	a.parts = max(a.parts, e.Parts)
	return a
}

// start notes that an action or part of one began, and says whether it is the action's first.
func (t *tally) start(e Event, now time.Time) (*action, bool) {
	a := t.of(e)
	first := a.start.IsZero()
	if first {
		a.start = now
	}
	a.batch, a.together, a.failed = e.Batch, e.Together, false
	return a, first
}

func (t *tally) progress(e Event) {
	a := t.of(e)
	if e.Message != "" {
		a.phase = e.Message
		return
	}
	if a.running == nil {
		a.running = make(map[int]amount)
	}
	a.running[e.Part] = amount{e.Rows, e.Bytes}
}

// fail notes that an action will not be done in this run.
func (t *tally) fail(e Event) {
	t.failed = append(t.failed, e)
	a := t.of(e)
	delete(a.running, e.Part)
	a.failed = true
}

// complete notes the end of an action or part, and says whether the whole action is done.
func (t *tally) complete(e Event, now time.Time) (*action, bool) {
	a := t.of(e)
	if a.start.IsZero() {
		a.start = now.Add(-e.Elapsed)
	}
	a.batch, a.together = e.Batch, e.Together
	a.end = now
	a.finished++
	a.moved.rows += e.Rows
	a.moved.bytes += e.Bytes
	delete(a.running, e.Part)
	if a.finished < a.parts {
		return a, false
	}
	t.done++
	if a.rows {
		t.copied++
	}
	return a, true
}

// committed is what this run's copies have moved for good, underway what those have that are not finished.
func (t *tally) amounts() (committed, underway amount) {
	for _, a := range t.actions {
		committed = committed.plus(a.moved)
		for _, r := range a.running {
			underway = underway.plus(r)
		}
	}
	return committed, underway
}

func (a amount) plus(b amount) amount { return amount{a.rows + b.rows, a.bytes + b.bytes} }

// share is how much of the planned rows has been moved, from 0 to 1, by the sizes on the source's disk: the only ones known before.
func (t *tally) share() float64 {
	if t.planned == 0 {
		return 0
	}
	var bytes float64
	for _, a := range t.actions {
		if a.rows {
			bytes += a.share() * float64(a.estimate.Bytes)
		}
	}
	return min(bytes/float64(t.planned), 1)
}

// left is how long the rest of the rows takes at the pace of this run so far. What comes after the rows is not in it: nothing tells how
// long that takes.
func (t *tally) left(now time.Time) (left time.Duration, known bool) {
	share := t.share()
	if share <= t.resumed || share >= 1 {
		return 0, false
	}
	return time.Duration(float64(now.Sub(t.started)) * (1 - share) / (share - t.resumed)), true
}

// share is how much of one copy has been moved, as far as statistics tell its rows.
func (a *action) share() float64 {
	if a.parts == 0 {
		return 0
	}
	done := float64(a.finished) / float64(a.parts)
	if a.estimate.Rows > 0 {
		for _, r := range a.running {
			done += min(float64(r.rows)/float64(a.estimate.Rows), 1/float64(a.parts))
		}
	}
	return min(done, 1)
}

// underWay are the actions that run, the one that began first first.
func (t *tally) underWay() []*action {
	var list []*action
	for _, a := range t.actions {
		if !a.start.IsZero() && a.finished < a.parts && !a.failed && a.leads() {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *action) int { return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.address, b.address)) })
	return list
}

// sectionTotal is what happened in one section of this run.
type sectionTotal struct {
	name       planner.Section
	done       int
	start, end time.Time
	moved      amount
}

// sections are the totals per section, in the order of a plan.
func (t *tally) sections() []sectionTotal {
	by := map[planner.Section]*sectionTotal{}
	for _, a := range t.actions {
		if a.end.IsZero() {
			continue
		}
		s := by[a.section]
		if s == nil {
			s = &sectionTotal{name: a.section, start: a.start, end: a.end}
			by[a.section] = s
		}
		if a.finished >= a.parts {
			s.done++
		}
		if a.start.Before(s.start) {
			s.start = a.start
		}
		if a.end.After(s.end) {
			s.end = a.end
		}
		s.moved.rows += a.moved.rows
		s.moved.bytes += a.moved.bytes
	}
	list := make([]sectionTotal, 0, len(by))
	order := []planner.Section{planner.PreData, planner.Data, planner.PostData}
	for _, name := range append(order, slices.Sorted(maps.Keys(by))...) {
		if s := by[name]; s != nil {
			list = append(list, *s)
			delete(by, name)
		}
	}
	return list
}

// slowest are the n actions that took longest, the longest first. Of those that share a transaction only the first is there: nobody
// knows how its time was spent.
func (t *tally) slowest(n int) []*action {
	var list []*action
	for _, a := range t.actions {
		if !a.end.IsZero() && a.leads() {
			list = append(list, a)
		}
	}
	slices.SortFunc(list, func(a, b *action) int {
		return cmp.Or(cmp.Compare(b.took(), a.took()), cmp.Compare(a.address, b.address))
	})
	return list[:min(n, len(list))]
}

// leads says whether an action speaks for all of its transaction.
func (a *action) leads() bool { return a.batch == "" || a.batch == a.address }

// name is an action's address, with how many others its time is shared.
func (a *action) name() string {
	if a.batch == "" || a.together < 2 {
		return a.address
	}
	return a.address + " and " + count.Of(a.together-1, "more action") + " in one transaction"
}

// took is the time between an action's first start and its last end.
func (a *action) took() time.Duration { return a.end.Sub(a.start) }
