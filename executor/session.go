package executor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/statefile"
)

// grace is how long a take-over waits for the transactions of the process before, once its lock is free.
const grace = 10 * time.Second

// execute runs the plan, in as many sessions as it takes: one that loses the destination's lock, with its connection or with the
// whole server, is followed by another, which takes over from the ledger.
func (a *application) execute(ctx context.Context) (*Result, error) {
	a.retrier = newRetrier(a.Config.Retry, a.FirstWait, a.Sink)
	var last *run // of the last session that came so far
	err := a.retrier.do(ctx, "", a.again, func(try int) error {
		r, err := a.session(ctx, try > 0)
		if r != nil {
			last = r
		}
		return err
	})
	return a.finish(last, err)
}

// again is how long another session is tried after one that failed. That the ledger lacks records which the server had confirmed is
// what a crash does; a second time it would be something else.
func (a *application) again(err error) (time.Duration, bool) {
	var missing *ledger.MissingRecordsError
	if errors.As(err, &missing) && !a.missing {
		a.missing = true
		return a.Config.Retry.Connection, true
	}
	return a.retrier.ofSession(err)
}

// patience is how long a session waits for the lock of the one before it, whose connection the server may still believe in.
const patience = time.Minute

// session runs the plan under one lease. r is nil when it did not come to that.
func (a *application) session(ctx context.Context, again bool) (r *run, err error) {
	lockConn, err := connectDestination(ctx, a.Config, a.Version, "lock")
	if err != nil {
		return nil, err
	}
	lease, err := a.acquire(ctx, lockConn, again)
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
		throttle: newThrottle(a.Config.Throttle), snapshot: snap, fence: a.fence, lock: a.lock, role: ledger.SessionRole(a.state.Lineage, a.fence),
		file: a.file, state: a.state,
		next: time.Now().Add(saveEvery), roster: newRoster(), every: a.Watch, parallel: a.Config.Parallelism.Copy, failed: map[string]error{}, skipped: map[string]string{},
	}
	if r.every <= 0 {
		r.every = watchEvery
	}
	if a.Parallelism > 0 {
		r.parallel = a.Parallelism
	}
	r.done.Store(int64(countDone(a.state)))
	if !again {
		a.announce(entries)
	}
	if err := r.carryOut(ctx, entries); err != nil {
		return r, err
	}
	if len(r.failed) > 0 || len(r.skipped) > 0 {
		return r, &IncompleteError{Failed: r.failed, Skipped: r.skipped, Left: a.state.Total - int(r.done.Load())}
	}
	if a.resumed || again || snap.taken > 1 {
		if err := a.repeatSequences(ctx); err != nil {
			return r, err
		}
	}
	if err := a.lookBack(ctx, snap); err != nil {
		return r, err
	}
	a.completing = true
	if err := ledger.Complete(ctx, a.control, a.Plan.LedgerSchema, a.fence, records(a.Plan)); err != nil {
		return r, err
	}
	a.bringUp(ctx)
	return r, nil
}

// acquire takes the destination's lock. After a session that was lost, the server may still believe in it, until the
// network tells it otherwise, so that it is ended.
func (a *application) acquire(ctx context.Context, conn *pgx.Conn, again bool) (*ledger.Lease, error) {
	schema, holder := a.Plan.LedgerSchema, statefile.NewHolder("apply").String()
	wait := ledger.LockOptions{Timeout: a.LockTimeout}
	if again {
		wait.Timeout = max(wait.Timeout, patience)
		other, err := ledger.LockHolder(ctx, conn, schema)
		if err != nil {
			return nil, err
		}
		if other != nil && other.PID == a.lock && other.Holder == holder {
			if _, err := ledger.ForceUnlock(ctx, conn, schema); err != nil {
				return nil, err
			}
		}
	}
	return ledger.Acquire(ctx, conn, schema, holder, wait)
}

// open makes the ledger of a fresh start, or takes over the one of an unfinished run, and brings the state up to it.
func (a *application) open(ctx context.Context, snap *snapshot) ([]ledger.Entry, error) {
	schema := a.Plan.LedgerSchema
	// Somebody else may have finished, begun or released it while this process waited for the lock.
	run, err := ledger.Find(ctx, a.control, schema)
	if err != nil {
		return nil, err
	}
	if run != nil && a.lineage == "" && run.Lineage == a.made {
		a.lineage = a.made
	}
	if (run == nil) != (a.lineage == "") ||
		run != nil && (run.Lineage != a.lineage || run.PlanID != a.planID || !run.CompletedAt.IsZero() && !a.completing) {
		return nil, &MovedError{}
	}
	// A session that was lost finds the run as it left it, or somebody has taken it over since. The one whose answer to that got
	// lost was this process itself.
	if a.fence != 0 && run != nil && run.Fence != a.fence && run.Holder != statefile.NewHolder("apply").String() {
		return nil, &ledger.FencedError{Schema: schema, Now: run.Fence}
	}
	if run == nil {
		body, err := planner.Encode(a.Plan)
		if err != nil {
			return nil, err
		}
		a.made = statefile.NewLineage()
		run := ledger.Run{Lineage: a.made, PlanID: a.planID, Holder: statefile.NewHolder("apply").String(), ToolVersion: a.Version}
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
	if entries, err = a.remember(ctx, entries); err != nil {
		return nil, err
	}
	if run, err = ledger.Find(ctx, a.control, schema); err != nil {
		return nil, err
	}
	if run == nil {
		return nil, &ReleasedError{}
	}
	a.lock = run.BackendPID
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
		src, err := a.source(ctx)
		if err != nil {
			return err
		}
		now, err := ledger.ReadCounters(ctx, src)
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

// source is the session in the source that the catalogs were read with, or another one when that was lost.
func (a *application) source(ctx context.Context) (*pgx.Conn, error) {
	if !a.reading.src.IsClosed() {
		return a.reading.src, nil
	}
	src, err := connectSource(ctx, a.Config, a.Version, "plan")
	if err != nil {
		return nil, err
	}
	a.reading.src = src
	return src, nil
}

func newThrottle(t config.Throttle) *rowcopy.Throttle {
	return rowcopy.NewThrottle(rowcopy.Limits{
		Statements: t.QueriesPerSecond, Rows: t.RowsPerSecond, Bytes: t.MegabytesPerSecond * 1e6,
	})
}
