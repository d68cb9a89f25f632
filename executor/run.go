package executor

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/planner/count"
	"migrator/planner/postgres"
	"migrator/statefile"
)

// run is one process's work on a plan, from the moment it holds the lease.
type run struct {
	cfg      *config.Config
	plan     *planner.Plan
	version  string
	sink     report.Sink
	retrier  *retrier
	throttle *rowcopy.Throttle
	snapshot *snapshot
	fence    int64
	lock     int32 // the server process that holds the lock
	// role marks the workers' sessions as those of this lineage and fence, so that a process that takes over can end them.
	role     string
	file     *statefile.File
	parallel int

	mu    sync.Mutex // guards what follows
	state *statefile.State
	// next is when the state is saved again.
	next time.Time
	// failed are actions that could not be done, with their error; skipped those that needed one of them.
	failed  map[string]error
	skipped map[string]string
	// partsLeft counts an action's parts that are not done.
	partsLeft map[string]int

	roster *roster
	every  time.Duration // between two looks at what the sessions wait for

	rows, bytes atomic.Int64
	done        atomic.Int64
}

// saveEvery is how often the state file follows the ledger while things go well. The ledger is the truth, so what is lost with a
// late save is nothing but a moment's news.
const saveEvery = 2 * time.Second

// saveShare is how many times as long as a save takes is waited before the next: all workers wait for it, and that of a
// hundred thousand actions takes a second.
const saveShare = 50

// carryOut runs every action that the ledger does not have yet.
func (r *run) carryOut(ctx context.Context, entries []ledger.Entry) error {
	have := map[ledger.Key]bool{}
	for _, e := range entries {
		have[ledger.Key{Address: e.Address, Part: e.Part}] = true
	}
	var actions []*planner.Action
	for i := range r.plan.Actions {
		a := &r.plan.Actions[i]
		if a.Change == planner.Skip || a.Change == planner.Conflict {
			continue
		}
		actions = append(actions, a)
	}
	steps := cut(actions, func(t task) bool { return have[t.key()] })
	r.partsLeft = map[string]int{}
	for _, s := range steps {
		for _, t := range s.tasks {
			r.partsLeft[t.action.Address]++
		}
	}
	return r.work(ctx, newSchedule(steps))
}

func (t task) key() ledger.Key { return ledger.Key{Address: t.action.Address, Part: t.part} }

// work lets the workers of every lane run the schedule dry.
func (r *run) work(ctx context.Context, s *schedule) error {
	looking := &watch{run: r, every: r.every, conns: map[side]*pgx.Conn{}, waiting: map[process]*waiting{}}
	defer looking.start(ctx)()
	group, groupCtx := errgroup.WithContext(ctx)
	defer s.stop(groupCtx)()
	workers := [laneCount]int{laneSQL: 1, laneCopy: max(1, r.parallel), laneIndex: max(1, r.cfg.Parallelism.Index)}
	for l, n := range workers {
		for range n {
			group.Go(func() error {
				w := &worker{run: r}
				defer w.close()
				for {
					st := s.next(lane(l))
					if st == nil {
						return nil
					}
					failed, err := w.do(groupCtx, st)
					if err != nil {
						return err
					}
					s.finish(st, failed)
				}
			})
		}
	}
	err := group.Wait()
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return err
}

// blocked says what an action needs that failed or was skipped, empty when it can be done.
func (r *run) blocked(a *planner.Action) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range a.DependsOn {
		if r.failed[d] != nil || r.skipped[d] != "" {
			return d
		}
	}
	return ""
}

// fail notes that an action could not be done, for good.
func (r *run) fail(t task, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed[t.action.Address] = err
	e := report.Event{Type: report.ActionErrored, Address: t.action.Address, Part: t.part, Parts: parts(t.action), Err: err}
	if key := postgres.ViolatedKey(err); key != "" {
		e.Details = []string{key}
	}
	r.sink.Send(e)
}

func (r *run) skip(t task, needs string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.skipped[t.action.Address] == "" {
		r.sink.Send(report.Event{Type: report.ActionSkipped, Address: t.action.Address, Message: "needs " + needs})
	}
	r.skipped[t.action.Address] = needs
}

// succeed notes what is committed, in the state and to whoever listens.
func (r *run) succeed(tasks []task, results []ledger.Entry, elapsed time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now().UTC()
	batch, together := batchOf(tasks)
	for i, t := range tasks {
		e := results[i]
		d := r.state.Done[t.action.Address]
		if t.action.Copy != nil {
			d.Of = parts(t.action)
			d.Parts++
		}
		d.Rows += e.Rows
		d.Bytes += e.Bytes
		d.Kept += e.Kept
		d.Before = max(d.Before, e.Before)
		d.Digest = addDigests(d.Digest, e.Digest)
		d.At = now
		r.state.Done[t.action.Address] = d
		r.rows.Add(e.Rows)
		r.bytes.Add(e.Bytes)
		r.partsLeft[t.action.Address]--
		if r.partsLeft[t.action.Address] == 0 {
			r.done.Add(1)
		}
		r.sink.Send(report.Event{
			Type: report.ActionComplete, Address: t.action.Address, Part: t.part, Parts: parts(t.action), Rows: e.Rows, Bytes: e.Bytes,
			Elapsed: elapsed, Batch: batch, Together: together, Done: int(r.done.Load()), Total: r.state.Total, TotalRows: r.rows.Load(), TotalBytes: r.bytes.Load(),
		})
	}
	r.retrier.advance()
	if time.Now().After(r.next) {
		r.saveLocked()
	}
}

// batchOf is what events say of tasks that share a transaction.
func batchOf(tasks []task) (batch string, together int) {
	if len(tasks) < 2 {
		return "", 0
	}
	return tasks[0].action.Address, len(tasks)
}

// saveLocked writes the state; that it cannot be written is no reason to stop, since the ledger has everything.
func (r *run) saveLocked() {
	began := time.Now()
	defer func() { r.next = time.Now().Add(max(saveEvery, saveShare*time.Since(began))) }()
	if err := r.file.Save(r.state); err != nil {
		r.sink.Send(report.Event{Type: report.Warning, Message: "the state file could not be written; the ledger in the destination has everything, " +
			"and \"migrator state pull\" rebuilds it", Err: err})
	}
}

// addDigests adds two digests as the ledger prints them; what cannot be read counts as nothing, and verification will say so.
func addDigests(a, b string) string {
	if a == "" {
		return b
	}
	if b == "" {
		return a
	}
	x, errA := ledger.ParseDigest(a)
	y, errB := ledger.ParseDigest(b)
	if errors.Join(errA, errB) != nil {
		return a
	}
	return x.Add(y).String()
}

// IncompleteError says that some actions failed; what did not need them is done.
type IncompleteError struct {
	Failed  map[string]error
	Skipped map[string]string
	// Left counts all actions that are not done, also those of later stages, which did not begin.
	Left int
}

func (e *IncompleteError) Error() string {
	addresses := make([]string, 0, len(e.Failed))
	for a := range e.Failed {
		addresses = append(addresses, a)
	}
	sort.Strings(addresses)
	first := addresses[0]
	text := count.Of(len(addresses), "action") + " failed"
	if len(addresses) > 1 {
		text += ", the first"
	}
	text += fmt.Sprintf(": %s: %v", first, e.Failed[first])
	if others := e.Left - len(addresses); others > 0 {
		text += "; " + count.Are(others, "more action") + " not done, because of that or because a later stage did not begin"
	}
	return text
}
