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
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
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
	// Approve is asked before a plan is begun, and not when one is resumed; nil approves.
	Approve func(p *planner.Plan) (bool, error)
	Sink    report.Sink
	// LockTimeout is how long to wait for a run that holds the locks.
	LockTimeout time.Duration
	// Parallelism overrides the configuration's number of COPY streams when above 0.
	Parallelism int
	// FirstWait is how long it is waited before what failed is tried again for the first time; 0 is a second.
	FirstWait time.Duration
	// Watch is how often it is looked at what the run's sessions wait for; 0 is every five seconds.
	Watch time.Duration
}

// Result is what Apply did.
type Result struct {
	Plan    *planner.Plan
	State   *statefile.State
	Nothing bool // there was nothing to do
	// CompletedAt is when this very plan was completed before, and nothing was compared; otherwise zero.
	CompletedAt time.Time
	Resumed     bool
	Rows        int64
	Bytes       int64
	Elapsed     time.Duration
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
	loaded  *config.Config // as the files say it, before the plan's took its place
	file    *statefile.File
	state   *statefile.State
	reading *reading
	planID  string
	control *pgx.Conn     // a session in the destination for the ledger
	lease   *ledger.Lease // of the session that runs
	fence   int64
	lock    int32  // the server process that holds the lock
	lineage string // of the ledger, empty before there is one
	// made is the lineage of the ledger that this call makes; with it one whose COMMIT was not answered is known again.
	made string
	// completing says that the run may have been completed already, which is known from an answer that was lost.
	completing bool
	missing    bool // the server has once lost commits that it had confirmed
	retrier    *retrier
	resumed    bool
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
	if a.Plan.Destination.Create && a.reading.dst == nil {
		if err := createDatabase(ctx, a.Config, a.Plan, a.Version); err != nil {
			return nil, err
		}
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
	a.loaded = a.Config
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
			return &Result{Plan: a.Plan, State: a.state, Nothing: true, CompletedAt: run.CompletedAt}, nil
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
	} else if err := a.checkFresh(ctx); err != nil {
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
	return nil, a.approve()
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
	// What is done stands in the plan; how fast may be changed between two attempts, or a limit that is too low could never be left.
	a.Config.Throttle, a.Config.Retry = a.loaded.Throttle, a.loaded.Retry
	a.Config.Parallelism.Copy, a.Config.Parallelism.Index = a.loaded.Parallelism.Copy, a.loaded.Parallelism.Index
	a.resumed, a.lineage = true, run.Lineage
	return a.checkSource()
}

func (a *application) approve() error {
	if a.Approve == nil {
		return nil
	}
	yes, err := a.Approve(a.Plan)
	if err == nil && !yes {
		err = ErrDeclined
	}
	return err
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
			a.Sink.Send(report.Event{Type: report.Warning, Message: res.Name + ": " + res.Found + named(res.Objects)})
		}
	}
	return nil
}

// named are the first of a finding's objects.
func named(objects []string) string {
	const most = 3
	switch {
	case len(objects) == 0:
		return ""
	case len(objects) > most:
		return fmt.Sprintf(": %s and %d more", strings.Join(objects[:most], ", "), len(objects)-most)
	}
	return ": " + strings.Join(objects, ", ")
}
