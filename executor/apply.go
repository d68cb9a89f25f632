// Package executor carries a plan out: it holds the locks, keeps the ledger and the state, runs the statements and moves
// the rows. It sends events and never prints.
//
// Invariants:
//   - What an action or part did is committed together with its record in the ledger, or not at all.
//   - Nothing is written before the locks are held and the databases are found as the plan saw them.
//   - Every goroutine ends before the function that started it returns.
package executor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/planner/precheck"
	"migrator/statefile"
)

// Options are what a command gives to Apply.
type Options struct {
	Config  *config.Config
	Version string
	// Plan is the plan to carry out; nil resumes what is unfinished, or else plans now.
	Plan *planner.Plan
	// Approve is asked before anything is written, and not when a run is resumed with its own saved plan; nil approves.
	Approve func(p *planner.Plan, resumed bool) (bool, error)
	Sink    report.Sink
	// LockTimeout is how long to wait for a run that holds the locks.
	LockTimeout time.Duration
	// Parallelism overrides the configuration's number of COPY streams when above 0.
	Parallelism int
}

// Result is what Apply did.
type Result struct {
	Plan    *planner.Plan
	State   *statefile.State
	Nothing bool // there was nothing to do
	Resumed bool
	Rows    int64
	Bytes   int64
	Elapsed time.Duration
}

// ErrDeclined says that the approval was not given.
var ErrDeclined = errors.New("the plan was not approved, and nothing was written")

// Apply carries out a plan, or goes on with one that is unfinished. Errors that a command tells apart: *ReleasedError,
// *StaleError, *PrecheckError, *UnfinishedError, *statefile.LockedError, *ledger.HeldError, *IncompleteError, *InterruptedError.
func Apply(ctx context.Context, o Options) (*Result, error) {
	a := &application{Options: o, began: time.Now()}
	defer a.close()
	return a.apply(ctx)
}

// application is one call of Apply.
type application struct {
	Options
	began   time.Time
	file    *statefile.File
	state   *statefile.State
	reading *reading
	planID  string
	control *pgx.Conn // a session in the destination for the ledger
	lease   *ledger.Lease // of the session that runs
	fence   int64
	lineage string // of the ledger, empty before there is one
	retrier *retrier
	resumed bool
}

func (a *application) close() {
	if a.reading != nil {
		a.reading.close()
	}
	closeConn(a.control)
	if a.file != nil {
		_ = a.file.Close() // the lock goes with the process at the latest
	}
}

func (a *application) apply(ctx context.Context) (*Result, error) {
	if err := a.lockState(ctx); err != nil {
		return nil, err
	}
	if a.Plan != nil {
		if err := a.usePlan(); err != nil {
			return nil, err
		}
	}
	if err := a.find(ctx); err != nil {
		return nil, err
	}
	if done, err := a.decide(ctx); done != nil || err != nil {
		return done, err
	}
	if err := a.prepare(ctx); err != nil {
		return nil, err
	}
	return a.execute(ctx)
}

// lockState takes the file lock and refuses a state that was released.
func (a *application) lockState(ctx context.Context) (err error) {
	a.file, err = statefile.Open(ctx, a.Config.StatePath, statefile.Options{Operation: "apply", LockTimeout: a.LockTimeout})
	if err != nil {
		return err
	}
	if a.state, err = readState(a.Config.StatePath); err != nil {
		return err
	}
	if a.state != nil && a.state.Status == statefile.Released {
		return &ReleasedError{Lineage: a.state.Lineage, At: a.state.ReleasedAt, By: a.state.ReleasedBy}
	}
	return nil
}

// usePlan takes over what the plan says of the configuration, so that a file changed since cannot change what is done.
func (a *application) usePlan() (err error) {
	if a.planID, err = planner.ID(a.Plan); err != nil {
		return err
	}
	var public config.Public
	if err := decodeJSON(a.Plan.Configuration, &public); err != nil {
		return &planner.FileError{Reason: "has no configuration in it", Err: err}
	}
	a.Config = public.Apply(a.Config)
	a.Config.Destination.LedgerSchema = a.Plan.LedgerSchema
	return nil
}

// find connects to both sides, and finds the ledger and what the plan was made of.
func (a *application) find(ctx context.Context) (err error) {
	if a.reading, err = look(ctx, a.Config, a.Version); err != nil {
		return err
	}
	run := a.reading.run
	switch {
	case run == nil && a.state != nil && a.state.Status != statefile.Released && a.state.PlanID != "":
		return &ReleasedError{Lineage: a.state.Lineage}
	case run != nil && a.state != nil && a.state.Lineage != run.Lineage:
		return &LineageError{State: a.state.Lineage, Ledger: run.Lineage, Holder: run.Holder}
	case run != nil && a.state == nil && a.Plan != nil && run.PlanID != a.planID:
		return &LineageError{Ledger: run.Lineage, Holder: run.Holder}
	}
	if a.Plan != nil {
		return a.checkIdentity()
	}
	return nil
}

// decide tells a resume from a fresh start. A result means that there is nothing to do.
func (a *application) decide(ctx context.Context) (*Result, error) {
	run := a.reading.run
	if run != nil && run.CompletedAt.IsZero() {
		return nil, a.resume(ctx)
	}
	if run != nil && a.Plan != nil {
		if run.PlanID == a.planID {
			return &Result{Plan: a.Plan, State: a.state, Nothing: true}, nil
		}
		return nil, &CompleteError{Run: *run}
	}
	if a.Plan == nil {
		p, err := a.reading.plan(ctx)
		if err != nil {
			return nil, err
		}
		a.Plan = p
		if a.planID, err = planner.ID(p); err != nil {
			return nil, err
		}
	} else if err := a.checkFresh(); err != nil {
		return nil, err
	}
	if conflicts := planner.Conflicts(a.Plan); len(conflicts) > 0 {
		return nil, &ConflictError{Conflicts: conflicts, Plan: a.Plan}
	}
	if !planner.HasChanges(a.Plan) {
		return &Result{Plan: a.Plan, State: a.state, Nothing: true}, nil
	}
	if run != nil {
		return nil, &CompleteError{Run: *run}
	}
	if err := a.precheck(ctx); err != nil {
		return nil, err
	}
	return nil, a.approve(false)
}

// resume goes on with the plan that the ledger keeps.
func (a *application) resume(ctx context.Context) error {
	run := a.reading.run
	if a.Plan != nil && run.PlanID != a.planID {
		return &UnfinishedError{Run: *run, Done: len(a.reading.entries)}
	}
	if a.Plan == nil {
		body, err := ledger.PlanBody(ctx, a.reading.dst, a.Config.Destination.LedgerSchema)
		if err != nil {
			return err
		}
		if a.Plan, err = planner.Decode(body); err != nil {
			return fmt.Errorf("the plan in the ledger: %w", err)
		}
		if err := a.usePlan(); err != nil {
			return err
		}
		if err := a.checkIdentity(); err != nil {
			return err
		}
	}
	a.resumed, a.lineage = true, run.Lineage
	if err := a.checkSource(); err != nil {
		return err
	}
	return nil
}

func (a *application) approve(resumed bool) error {
	if a.Approve == nil {
		return nil
	}
	yes, err := a.Approve(a.Plan, resumed)
	if err != nil {
		return err
	}
	if !yes {
		return ErrDeclined
	}
	return nil
}

// precheck runs the checks that a fresh start needs.
func (a *application) precheck(ctx context.Context) error {
	r, err := a.reading.precheck(ctx, a.Plan, nil)
	if err != nil {
		return err
	}
	if r.Count(precheck.Failed, precheck.Error) > 0 {
		return &PrecheckError{Report: r}
	}
	for _, res := range r.Results {
		if res.Status == precheck.Failed && res.Severity == precheck.Alert {
			a.Sink.Send(report.Event{Type: report.Warning, Message: res.Name + ": " + res.Found})
		}
	}
	return nil
}

// prepare takes the destination's lock, makes or takes over the ledger, and the source's snapshot.
func (a *application) prepare(ctx context.Context) (err error) {
	if a.Plan.Destination.Create && a.reading.dst == nil {
		if err := createDatabase(ctx, a.Config, a.Plan, a.Version); err != nil {
			return err
		}
	}
	return nil
}

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

func (a *application) announce(done int) {
	var rows, bytes int64
	for i := range a.Plan.Actions {
		if c := a.Plan.Actions[i]; c.Kind == planner.ActionRows && c.Change == planner.Copy {
			rows += c.Estimate.Rows
			bytes += c.Estimate.Bytes
		}
	}
	e := report.Event{Type: report.RunStart, Total: a.state.Total, TotalRows: rows, TotalBytes: bytes}
	if a.resumed {
		e.Type, e.Done = report.RunResume, done
		e.Message = fmt.Sprintf("%d actions and parts were committed before and are not done again", done)
	}
	a.Sink.Send(e)
}

// finish settles what the run came to: complete, failed or interrupted.
func (a *application) finish(r *run, err error) (*Result, error) {
	if r == nil {
		return nil, err
	}
	res := &Result{Plan: a.Plan, State: a.state, Resumed: a.resumed, Rows: r.rows.Load(), Bytes: r.bytes.Load(), Elapsed: time.Since(a.began)}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		a.state.Status, a.state.FinishedAt, a.state.Failures = statefile.Complete, time.Now().UTC(), nil
	case errors.Is(err, context.Canceled) && !lost(err):
		a.state.Status = statefile.Interrupted
		err = &InterruptedError{Done: int(r.done.Load()), Total: a.state.Total, Err: err}
	default:
		a.state.Status, a.state.Failures = statefile.Failed, map[string]string{}
		for address, e := range r.failed {
			a.state.Failures[address] = a.Config.Redact(e.Error())
		}
	}
	if saveErr := a.file.Save(a.state); saveErr != nil {
		a.Sink.Send(report.Event{Type: report.Warning, Message: "the state file could not be written; \"migrator state pull\" rebuilds it from the ledger", Err: saveErr})
	}
	e := report.Event{Type: report.RunComplete, Rows: res.Rows, Bytes: res.Bytes, Elapsed: res.Elapsed, Done: int(r.done.Load()), Total: a.state.Total, Err: err}
	var interrupted *InterruptedError
	switch {
	case errors.As(err, &interrupted):
		e.Type, e.Message = report.RunInterrupted, "what is committed stays; run \"migrator apply\" again to go on"
	case err != nil:
		e.Type, e.Message = report.RunFailed, "what is committed stays; run \"migrator apply\" again to go on"
	}
	a.Sink.Send(e)
	return res, err
}

// bringUp makes a complete run's state what any other host would rebuild from the ledger.
func (a *application) bringUp(ctx context.Context) {
	schema := a.Plan.LedgerSchema
	run, err := ledger.Find(ctx, a.control, schema)
	if err != nil || run == nil {
		return // the state has the same facts, but for the server's clock
	}
	entries, err := ledger.Entries(ctx, a.control, schema)
	if err != nil {
		return
	}
	if s, err := stateOf(run, entries, a.Plan); err == nil {
		s.Serial = a.state.Serial
		*a.state = *s
	}
}

// records is how many rows the ledger has when a plan is carried out.
func records(p *planner.Plan) int64 {
	var n int64
	for i := range p.Actions {
		if a := &p.Actions[i]; a.Change != planner.Skip && a.Change != planner.Conflict {
			n += int64(parts(a))
		}
	}
	return n
}

// lost says whether the run's context ended because the lease was lost, and not because somebody asked.
func lost(err error) bool {
	var l *ledger.LostError
	return errors.As(err, &l)
}

func countDone(s *statefile.State) int {
	n := 0
	for _, d := range s.Done {
		if d.Parts >= d.Of {
			n++
		}
	}
	return n
}

func newThrottle(t config.Throttle) *rowcopy.Throttle {
	return rowcopy.NewThrottle(rowcopy.Limits{
		Statements: t.QueriesPerSecond, Rows: t.RowsPerSecond, Bytes: t.MegabytesPerSecond * 1e6,
	})
}

// operator names who runs this, for the record.
func operator() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return os.Getenv("USER") + "@" + host
}
