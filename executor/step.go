package executor

import (
	"sort"

	"migrator/planner"
	"migrator/planner/catalog"
)

// lane is the kind of worker that runs a step.
type lane int

const (
	laneSQL   lane = iota // one worker: short statements, in the plan's order
	laneCopy              // COPY streams
	laneIndex             // index builds, validations, statistics, refreshes
	laneCount
)

// The limits of a batch. A batch is one transaction in one message: its ledger rows go with it, and a lock per object must fit
// into max_locks_per_transaction (64 by default, times the connections).
const (
	batchActions = 100
	batchBytes   = 16 << 20
	// small is the size on disk up to which an action is put into a batch with others; above it is a step of its own.
	small = 4 << 20
)

// task is one action, or one part of one.
type task struct {
	action *planner.Action
	part   int
}

// step is what one worker does in one transaction of the destination.
type step struct {
	id    int
	lane  lane
	stage planner.Stage
	tasks []task
	bytes int64 // of the source's disk that it reads or indexes: the longest goes first
	// needs counts steps that must be finished before; dependents are told when this one is.
	needs      int
	dependents []*step
	locks      map[string]bool
	shares     map[string]bool
}

// laneOf says what kind of worker an action wants.
func laneOf(a *planner.Action) lane {
	switch a.Kind {
	case planner.ActionRows, planner.ActionLargeObjects:
		return laneCopy
	case string(catalog.KindIndex), string(catalog.KindPrimaryKey), string(catalog.KindUnique), string(catalog.KindExclusion),
		string(catalog.KindCheck), string(catalog.KindForeignKey), string(catalog.KindIndexPartition),
		planner.ActionValidate, planner.ActionAnalyze, planner.ActionRefresh:
		return laneIndex
	}
	return laneSQL
}

// batchKey tells which actions may share a step: the same stage, lane and kind of work, and the same distance from the start,
// so that no action needs another of its batch and batches never need each other in a ring.
type batchKey struct {
	stage planner.Stage
	lane  lane
	class string
	level int
}

// cutter cuts a plan's actions into steps.
type cutter struct {
	steps []*step
	// of maps an action's address to the steps that hold it; several for rows in parts.
	of    map[string][]*step
	level map[string]int
}

// cut turns actions, in the plan's order, into steps. done says which tasks the ledger has already.
func cut(actions []*planner.Action, done func(task) bool) []*step {
	c := &cutter{of: map[string][]*step{}, level: map[string]int{}}
	groups := map[batchKey][]task{}
	var order []batchKey
	last := map[planner.Stage]*step{} // the statements of a stage run in the plan's order
	for _, a := range actions {
		for _, d := range a.DependsOn {
			c.level[a.Address] = max(c.level[a.Address], c.level[d]+1)
		}
		if a.Stage != planner.StageData && a.Stage != planner.StageRefresh {
			last[a.Stage] = c.inOrder(a, last[a.Stage], done)
			continue
		}
		for part := range parts(a) {
			t := task{a, part}
			if done(t) {
				continue
			}
			k := batchKey{a.Stage, laneOf(a), class(a), c.level[a.Address]}
			if parts(a) > 1 || !batches(a) {
				c.add([]task{t})
				continue
			}
			if groups[k] == nil {
				order = append(order, k)
			}
			groups[k] = append(groups[k], t)
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return order[i].level < order[j].level })
	for _, k := range order {
		c.batch(groups[k])
	}
	c.connect()
	return c.steps
}

// parts is the number of transactions an action takes.
func parts(a *planner.Action) int {
	if a.Copy != nil {
		return a.Copy.PartCount()
	}
	return 1
}

// batches says whether an action is small enough to share a transaction.
func batches(a *planner.Action) bool {
	switch a.Kind {
	case planner.ActionRefresh, planner.ActionLargeObjects:
		return false
	case planner.ActionRows:
		return a.Estimate.Bytes <= small && !a.Copy.KeepExisting
	}
	return a.Estimate.Bytes <= small
}

func class(a *planner.Action) string {
	switch a.Kind {
	case planner.ActionRows, planner.ActionSequenceValue, planner.ActionAnalyze, planner.ActionValidate:
		return a.Kind
	}
	return "sql"
}

// inOrder appends an action to the stage's last batch, or begins the next one after it.
func (c *cutter) inOrder(a *planner.Action, last *step, done func(task) bool) *step {
	t := task{a, 0}
	if done(t) {
		return last
	}
	if last != nil && (len(last.tasks) < batchActions || a.Stage == planner.StageRename) {
		last.tasks = append(last.tasks, t)
		c.of[a.Address] = []*step{last}
		return last
	}
	return c.add([]task{t})
}

// batch cuts a group into steps, those together that wait for the same.
func (c *cutter) batch(group []task) {
	sort.SliceStable(group, func(i, j int) bool { return c.waitsFor(group[i]) < c.waitsFor(group[j]) })
	var some []task
	var bytes int64
	for _, t := range group {
		if len(some) == batchActions || (len(some) > 0 && bytes+t.action.Estimate.Bytes > batchBytes) {
			c.add(some)
			some, bytes = nil, 0
		}
		some = append(some, t)
		bytes += t.action.Estimate.Bytes
	}
	if len(some) > 0 {
		c.add(some)
	}
}

// waitsFor is the last of the steps that a task needs.
func (c *cutter) waitsFor(t task) int {
	last := -1
	for _, d := range t.action.DependsOn {
		for _, s := range c.of[d] {
			last = max(last, s.id)
		}
	}
	return last
}

func (c *cutter) add(tasks []task) *step {
	a := tasks[0].action
	s := &step{id: len(c.steps), lane: laneOf(a), stage: a.Stage, tasks: tasks}
	if a.Stage != planner.StageData && a.Stage != planner.StageRefresh {
		s.lane = laneSQL
	}
	c.steps = append(c.steps, s)
	for _, t := range tasks {
		c.of[t.action.Address] = append(c.of[t.action.Address], s)
	}
	return s
}

// connect fills in what each step needs, locks and weighs.
func (c *cutter) connect() {
	for _, s := range c.steps {
		s.locks, s.shares = map[string]bool{}, map[string]bool{}
		needs := map[*step]bool{}
		for _, t := range s.tasks {
			s.bytes += t.action.Estimate.Bytes / int64(parts(t.action))
			for _, l := range t.action.Locks {
				s.locks[l] = true
			}
			for _, l := range t.action.Shares {
				s.shares[l] = true
			}
			for _, d := range t.action.DependsOn {
				for _, n := range c.of[d] {
					if n != s && n.stage == s.stage {
						needs[n] = true
					}
				}
			}
		}
		for n := range needs {
			n.dependents = append(n.dependents, s)
			s.needs++
		}
	}
	// Statements of one stage run one batch after another.
	last := map[planner.Stage]*step{}
	for _, s := range c.steps {
		if s.lane != laneSQL || s.stage == planner.StageData || s.stage == planner.StageRefresh {
			continue
		}
		if l := last[s.stage]; l != nil {
			l.dependents = append(l.dependents, s)
			s.needs++
		}
		last[s.stage] = s
	}
}

// conflicts says whether two steps may not run at once.
func (s *step) conflicts(o *step) bool {
	for l := range s.locks {
		if o.locks[l] || o.shares[l] {
			return true
		}
	}
	for l := range s.shares {
		if o.locks[l] {
			return true
		}
	}
	return false
}
