package executor

import (
	"context"
	"fmt"
	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/statefile"
	"time"
)

// grace is how long a take-over waits for the transactions of the process before, once its lock is free.
const grace = 10 * time.Second

// execute runs the plan, in as many sessions as it takes: one that loses the destination's lock, with its connection or with the
// whole server, is followed by another, which takes over from the ledger.
func (a *application) execute(ctx context.Context) (*Result, error) {
	a.retrier = newRetrier(a.Config.Retry, a.Sink)
	var r *run
	err := a.retrier.do(ctx, "", func(try int) (err error) {
		r, err = a.session(ctx, try > 0)
		return err
	})
	return a.finish(r, err)
}

// patience is how long a session waits for the lock of the one before it, whose connection the server may still believe in.
const patience = time.Minute

// session runs the plan under one lease. r is nil when it did not come to that.
func (a *application) session(ctx context.Context, again bool) (r *run, err error) {
	lockConn, err := connectDestination(ctx, a.Config, a.Version, "lock")
	if err != nil {
		return nil, err
	}
	wait := ledger.LockOptions{Timeout: a.LockTimeout}
	if again {
		wait.Timeout = max(wait.Timeout, patience)
	}
	lease, err := ledger.Acquire(ctx, lockConn, a.Plan.LedgerSchema, statefile.NewHolder("apply").String(), wait)
	if err != nil {
		closeConn(lockConn)
		return nil, err
	}
	a.lease = lease
	defer func() { _ = lease.Release() }() // a lock that cannot be given back goes with its session
	ctx = lease.Context()
	closeConn(a.control)
	if a.control, err = connectDestination(ctx, a.Config, a.Version, "ledger"); err != nil {
		return nil, err
	}
	snap := &snapshot{cfg: a.Config, version: a.Version, sink: a.Sink}
	defer snap.close()
	entries, err := a.open(ctx, snap)
	if err != nil {
		return nil, err
	}
	// The catalogs were read on these; a long run has no use for idle sessions.
	a.reading.close()
	r = &run{
		cfg: a.Config, plan: a.Plan, version: a.Version, sink: a.Sink, retrier: a.retrier,
		throttle: newThrottle(a.Config.Throttle), snapshot: snap, fence: a.fence, role: ledger.SessionRole(a.state.Lineage, a.fence),
		file: a.file, state: a.state,
		parallel: a.Config.Parallelism.Copy, failed: map[string]error{}, skipped: map[string]string{},
	}
	if a.Parallelism > 0 {
		r.parallel = a.Parallelism
	}
	r.done.Store(int64(countDone(a.state)))
	if !again {
		a.announce(len(entries))
	}
	if err := r.carryOut(ctx, entries); err != nil {
		return r, err
	}
	if len(r.failed) > 0 || len(r.skipped) > 0 {
		return r, &IncompleteError{Failed: r.failed, Skipped: r.skipped}
	}
	if err := ledger.Complete(ctx, a.control, a.Plan.LedgerSchema, a.fence, records(a.Plan)); err != nil {
		return r, err
	}
	a.bringUp(ctx)
	return r, nil
}

// open makes the ledger of a fresh start, or takes over the one of an unfinished run, and brings the state up to it.
func (a *application) open(ctx context.Context, snap *snapshot) ([]ledger.Entry, error) {
	schema := a.Plan.LedgerSchema
	// Somebody else may have finished, begun or released it while this process waited for the lock.
	run, err := ledger.Find(ctx, a.control, schema)
	if err != nil {
		return nil, err
	}
	if (run == nil) != (a.lineage == "") || run != nil && (run.Lineage != a.lineage || run.PlanID != a.planID || !run.CompletedAt.IsZero()) {
		return nil, &MovedError{}
	}
	if run == nil {
		body, err := planner.Encode(a.Plan)
		if err != nil {
			return nil, err
		}
		run := ledger.Run{Lineage: statefile.NewLineage(), PlanID: a.planID, Holder: statefile.NewHolder("apply").String(), ToolVersion: a.Version}
		if err := ledger.Create(ctx, a.control, schema, run, body); err != nil {
			return nil, err
		}
		a.lineage = run.Lineage
	}
	if a.fence, err = a.lease.TakeOver(ctx, grace); err != nil {
		return nil, err
	}
	if err := a.counters(ctx, snap); err != nil {
		return nil, err
	}
	entries, err := ledger.Entries(ctx, a.control, schema)
	if err != nil {
		return nil, err
	}
	if run, err = ledger.Find(ctx, a.control, schema); err != nil {
		return nil, err
	}
	if run == nil {
		return nil, &ReleasedError{}
	}
	serial := int64(0)
	if a.state != nil {
		serial = a.state.Serial
	}
	if a.state, err = stateOf(run, entries, a.Plan); err != nil {
		return nil, err
	}
	a.state.Serial = serial
	return entries, a.file.Save(a.state)
}

// counters gives the snapshot what the source's tables had been written when the run began. They are read before its first
// snapshot is taken: a write in between is then one too many to be told of, and none too few.
func (a *application) counters(ctx context.Context, snap *snapshot) error {
	schema := a.Plan.LedgerSchema
	before, err := ledger.LoadCounters(ctx, a.control, schema, 1)
	if err != nil {
		return err
	}
	if before == nil {
		now, err := ledger.ReadCounters(ctx, a.reading.src)
		if err != nil {
			return fmt.Errorf("reading the source's change counters: %w", err)
		}
		now.Epoch = 1
		if err := ledger.SaveCounters(ctx, a.control, schema, a.fence, now); err != nil {
			return err
		}
		before = &now
	}
	snap.before = *before
	return nil
}

func newThrottle(t config.Throttle) *rowcopy.Throttle {
	return rowcopy.NewThrottle(rowcopy.Limits{
		Statements: t.QueriesPerSecond, Rows: t.RowsPerSecond, Bytes: t.MegabytesPerSecond * 1e6,
	})
}
