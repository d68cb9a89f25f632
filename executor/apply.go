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
	lease   *ledger.Lease
	resumed bool
}

func (a *application) close() {
	if a.reading != nil {
		a.reading.close()
	}
	closeConn(a.control)
	if a.lease != nil {
		a.lease.Release()
	}
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
	a.file, err = statefile.Open(ctx, a.Config.StatePath, statefile.Options{Operation: "apply", Timeout: a.LockTimeout})
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
	if run != nil && a.Plan != nil && run.PlanID == a.planID {
		return &Result{Plan: a.Plan, State: a.state, Nothing: true}, nil
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
		body, err := ledger.PlanBody(ctx, a.reading.dst, a.Config.Destination.LedgerSchema, run.PlanID)
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
	a.resumed = true
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
	for _, res := range r.Results {
		if res.Status == precheck.Failed && res.Severity == precheck.Error {
			return &PrecheckError{Report: r}
		}
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

// execute runs the plan under the lease.
func (a *application) execute(ctx context.Context) (*Result, error) {
	schema := a.Plan.LedgerSchema
	lockConn, err := connectDestination(ctx, a.Config, a.Version, "lock")
	if err != nil {
		return nil, err
	}
	holder := statefile.NewHolder("apply").String()
	if a.lease, err = ledger.Acquire(ctx, lockConn, schema, holder, a.LockTimeout); err != nil {
		closeConn(lockConn)
		return nil, err
	}
	ctx = a.lease.Context()
	if a.control, err = connectDestination(ctx, a.Config, a.Version, "ledger"); err != nil {
		return nil, err
	}
	snap := &snapshot{cfg: a.Config, version: a.Version, sink: a.Sink}
	defer snap.close()
	entries, err := a.open(ctx, snap, holder)
	if err != nil {
		return nil, err
	}
	// The catalogs were read on these; a long run has no use for idle sessions.
	a.reading.close()
	r := &run{
		cfg: a.Config, plan: a.Plan, version: a.Version, sink: a.Sink, retrier: newRetrier(a.Config.Retry, a.Sink),
		throttle: newThrottle(a.Config.Throttle), snapshot: snap, fence: a.lease.Fence(), file: a.file, state: a.state,
		parallel: a.Config.Parallelism.Copy, failed: map[string]error{}, skipped: map[string]string{},
	}
	if a.Parallelism > 0 {
		r.parallel = a.Parallelism
	}
	r.done.Store(int64(countDone(a.state)))
	a.announce(len(entries))
	err = r.carryOut(ctx, entries)
	return a.finish(ctx, r, err)
}

// open makes the ledger of a fresh start, or takes over the one of an unfinished run, and brings the state up to it.
func (a *application) open(ctx context.Context, snap *snapshot, holder string) ([]ledger.Entry, error) {
	schema := a.Plan.LedgerSchema
	// Somebody else may have finished, begun or released it while this process waited for the lock.
	run, err := ledger.Find(ctx, a.control, schema)
	if err != nil {
		return nil, err
	}
	if (run == nil) != (a.reading.run == nil) || run != nil && (run.PlanID != a.reading.run.PlanID || run.CompletedAt != a.reading.run.CompletedAt) {
		return nil, &MovedError{}
	}
	if run == nil || !run.CompletedAt.IsZero() {
		if err := a.begin(ctx, run, snap, holder); err != nil {
			return nil, err
		}
	}
	if err := a.lease.TakeOver(ctx, a.control); err != nil {
		return nil, err
	}
	if snap.before, err = ledger.LoadCounters(ctx, a.control, schema); err != nil {
		return nil, err
	}
	entries, err := ledger.Entries(ctx, a.control, schema)
	if err != nil {
		return nil, err
	}
	if run, err = ledger.Find(ctx, a.control, schema); err != nil {
		return nil, err
	}
	serial := int64(0)
	if a.state != nil {
		serial = a.state.Serial
	}
	a.state = stateOf(run, entries, a.Plan)
	a.state.Serial, a.state.Status, a.state.Fence = serial, statefile.Running, a.lease.Fence()
	if err := a.file.Save(a.state); err != nil {
		return nil, err
	}
	return entries, nil
}

// begin writes the ledger's first rows: the run, its plan, and the source's change counters, read before its snapshot is taken.
func (a *application) begin(ctx context.Context, old *ledger.Run, snap *snapshot, holder string) error {
	counters, err := ledger.ReadCounters(ctx, a.reading.src)
	if err != nil {
		return fmt.Errorf("reading the source's change counters: %w", err)
	}
	body, err := planner.Encode(a.Plan)
	if err != nil {
		return err
	}
	run := ledger.Run{PlanID: a.planID, Holder: holder, ToolVersion: a.Version}
	if old != nil {
		run.Lineage = old.Lineage
		return ledger.Renew(ctx, a.control, a.Plan.LedgerSchema, run, body, counters)
	}
	run.Lineage = statefile.NewLineage()
	snap.before = counters
	return ledger.Create(ctx, a.control, a.Plan.LedgerSchema, run, body, counters)
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
func (a *application) finish(ctx context.Context, r *run, err error) (*Result, error) {
	res := &Result{Plan: a.Plan, State: a.state, Resumed: a.resumed, Rows: r.rows.Load(), Bytes: r.bytes.Load(), Elapsed: time.Since(a.began)}
	if err == nil && (len(r.failed) > 0 || len(r.skipped) > 0) {
		err = &IncompleteError{Failed: r.failed, Skipped: r.skipped}
	}
	if err == nil {
		err = r.retrier.do(ctx, "completing the run", func(int) error {
			if a.control.IsClosed() {
				if a.control, err = connectDestination(ctx, a.Config, a.Version, "ledger"); err != nil {
					return err
				}
			}
			return ledger.Complete(ctx, a.control, a.Plan.LedgerSchema, a.lease.Fence())
		})
	}
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
		StatementsPerSecond: t.QueriesPerSecond, RowsPerSecond: t.RowsPerSecond, BytesPerSecond: t.MegabytesPerSecond * 1e6,
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
