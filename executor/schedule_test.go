package executor

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"migrator/executor/report"
	"migrator/planner"
	"migrator/planner/catalog"
)

type discard struct{}

func (discard) Send(report.Event) {}

// witness stands where the servers would be, and sees what runs when.
type witness struct {
	run     *run
	bad     map[string]bool // actions that fail
	done    map[task]bool   // from an earlier run
	mu      sync.Mutex
	running map[*step]bool
	did     map[task]int
	over    map[task]bool     // finished, failed or skipped
	order   []*planner.Action // as they were done
	failed  planner.Stage     // the first stage in which something failed
	wrong   error
}

func (w *witness) complain(format string, args ...any) {
	if w.wrong == nil {
		w.wrong = fmt.Errorf(format, args...)
	}
}

// collide returns a relation that one of two steps locks and the other locks or shares.
func collide(a, b *step) string {
	for _, x := range a.tasks {
		for _, y := range b.tasks {
			for _, l := range x.action.Locks {
				if slices.Contains(y.action.Locks, l) || slices.Contains(y.action.Shares, l) {
					return l
				}
			}
			for _, l := range y.action.Locks {
				if slices.Contains(x.action.Shares, l) {
					return l
				}
			}
		}
	}
	return ""
}

// do is what worker.do does, without a server.
func (w *witness) do(actions []*planner.Action, s *step) (failed bool) {
	w.mu.Lock()
	for other := range w.running {
		if relation := collide(s, other); relation != "" {
			w.complain("steps %d and %d lock %s at once", s.id, other.id, relation)
		}
	}
	w.running[s] = true
	if s.stage > w.failed && s.stage > planner.StageData {
		w.complain("stage %d was begun although something had failed in stage %d", s.stage, w.failed)
	}
	for _, a := range actions {
		for part := range parts(a) {
			k := task{a, part}
			if a.Stage < s.stage && !w.over[k] && !w.done[k] {
				w.complain("stage %d was begun before %s of stage %d was over", s.stage, a.Address, a.Stage)
			}
		}
	}
	w.mu.Unlock()

	for _, k := range s.tasks {
		if needs := w.run.blocked(k.action); needs != "" {
			w.run.skip(k, needs)
			failed = true
			w.end(k)
			continue
		}
		w.mu.Lock()
		w.did[k]++
		w.order = append(w.order, k.action)
		for _, d := range k.action.DependsOn {
			for _, a := range actions {
				for part := range parts(a) {
					if n := (task{a, part}); a.Address == d && !w.over[n] && !w.done[n] {
						w.complain("%s ran before %s, which it needs", k.action.Address, d)
					}
				}
			}
		}
		w.mu.Unlock()
		for range 20 {
			runtime.Gosched() // so that steps that may overlap do
		}
		if w.bad[k.action.Address] {
			w.run.fail(k, errors.New("broken"))
			failed = true
		}
		w.end(k)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.running, s)
	if failed {
		w.failed = min(w.failed, s.stage)
	}
	return failed
}

func (w *witness) end(k task) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over[k] = true
}

// TestScheduleRunsEverythingOnceAndInOrder lets real workers run random plans dry, in which some actions fail. That it comes
// to an end at all says that batches never need each other in a ring.
func TestScheduleRunsEverythingOnceAndInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		actions := drawActions(t)
		w := &witness{
			run: &run{sink: discard{}, failed: map[string]error{}, skipped: map[string]string{}}, done: drawDone(t, actions),
			bad: map[string]bool{}, running: map[*step]bool{}, did: map[task]int{}, over: map[task]bool{}, failed: planner.StageRename + 1,
		}
		if rapid.Bool().Draw(t, "some fail") {
			for _, a := range actions {
				w.bad[a.Address] = rapid.IntRange(0, 9).Draw(t, "fails") == 0
			}
		}
		s := newSchedule(cut(actions, func(k task) bool { return w.done[k] }))
		var workers sync.WaitGroup
		for l := range laneCount {
			for range rapid.IntRange(1, 3).Draw(t, "workers") {
				workers.Go(func() {
					for st := s.next(l); st != nil; st = s.next(l) {
						s.finish(st, w.do(actions, st))
					}
				})
			}
		}
		workers.Wait()
		if w.wrong != nil {
			t.Fatal(w.wrong)
		}
		expect(t, w, actions)
		// Outside of the stages with a lane of their own for each kind of work the order is the plan's.
		latest := map[planner.Stage]string{}
		for _, a := range w.order {
			if a.Stage != planner.StageData && a.Stage != planner.StageRefresh && a.Address < latest[a.Stage] {
				t.Fatalf("%s was done after %s", a.Address, latest[a.Stage])
			}
			latest[a.Stage] = a.Address
		}
	})
}

// expect fails unless what was done and left out is what the failures demand.
func expect(t *rapid.T, w *witness, actions []*planner.Action) {
	stands := map[string]bool{} // failed or skipped
	for _, a := range actions {
		blocked := slices.ContainsFunc(a.DependsOn, func(d string) bool { return stands[d] })
		for part := range parts(a) {
			k := task{a, part}
			want := 1
			if blocked || w.done[k] || a.Stage > max(planner.StageData, w.failed) {
				want = 0
			}
			if w.did[k] != want {
				t.Fatalf("%s part %d ran %d times, want %d", a.Address, part, w.did[k], want)
			}
			stands[a.Address] = stands[a.Address] || w.did[k] > 0 && w.bad[a.Address] || blocked && !w.done[k]
		}
	}
}

func TestLongestFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Int64Range(small+1, 1<<40), 1, 30).Draw(t, "sizes")
		var actions []*planner.Action
		for i, size := range sizes {
			actions = append(actions, &planner.Action{
				Address: fmt.Sprint("rows.", i), Kind: planner.ActionRows, Stage: planner.StageData, Copy: &planner.RowCopy{}, Estimate: planner.Estimate{Bytes: size},
			})
		}
		s := newSchedule(cut(actions, func(task) bool { return false }))
		var order []int64
		for st := s.next(laneCopy); st != nil; st = s.next(laneCopy) {
			order = append(order, st.tasks[0].action.Estimate.Bytes)
			s.finish(st, false)
		}
		slices.Sort(sizes)
		slices.Reverse(sizes)
		if !slices.Equal(order, sizes) {
			t.Fatalf("the order is %v, want %v", order, sizes)
		}
	})
}

// TestFailureInALateStage fails one action of a stage after the rows: its stage is still done, and the next is not begun.
func TestFailureInALateStage(t *testing.T) {
	t.Parallel()
	var actions []*planner.Action
	for i := range 2*batchActions + 1 {
		actions = append(actions, &planner.Action{Address: fmt.Sprint("privileges.", i), Kind: planner.ActionPrivileges, Stage: planner.StageRules})
	}
	actions = append(actions, &planner.Action{Address: "refresh", Kind: planner.ActionRefresh, Stage: planner.StageRefresh},
		&planner.Action{Address: "index", Kind: string(catalog.KindIndex), Stage: planner.StageRefresh})
	s := newSchedule(cut(actions, func(task) bool { return false }))
	ran := 0
	for st := s.next(laneSQL); st != nil; st = s.next(laneSQL) {
		if len(s.ready[laneSQL]) > 0 {
			t.Error("two batches of statements may run at once")
		}
		ran += len(st.tasks)
		s.finish(st, ran == batchActions)
	}
	if ran != 2*batchActions+1 {
		t.Errorf("%d privileges were given, want %d", ran, 2*batchActions+1)
	}
	if st := s.next(laneIndex); st != nil {
		t.Errorf("%s was begun", st.tasks[0].action.Address)
	}
}
