package executor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/count"
	"migrator/statefile"
)

// ReleaseOptions are what the release command gives.
type ReleaseOptions struct {
	Config  *config.Config
	Version string
	// Abandon releases a run that is not complete.
	Abandon     bool
	LockTimeout time.Duration
}

// Released is what a release did.
type Released struct {
	State *statefile.State
	// Missing are the addresses of actions that were not done, for an abandoned run.
	Missing []string
}

// Release drops the ledger and marks the state released. From then on no copy of the state or of the plan can write to
// the destination.
func Release(ctx context.Context, o ReleaseOptions) (*Released, error) {
	file, err := statefile.Open(ctx, o.Config.StatePath, statefile.Options{Operation: "release", LockTimeout: o.LockTimeout})
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	state, err := readState(o.Config.StatePath)
	if err != nil {
		return nil, err
	}
	if state != nil && state.Status == statefile.Released {
		return nil, &ReleasedError{Lineage: state.Lineage, At: state.ReleasedAt, By: state.ReleasedBy}
	}
	schema := ledgerSchema(o.Config, state)
	conn, err := connectDestination(ctx, o.Config, o.Version, "release")
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	run, err := ledger.Find(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, noLedger(state)
	}
	if state != nil && state.Lineage != run.Lineage {
		return nil, &LineageError{State: state.Lineage, Ledger: run.Lineage, Holder: run.Holder}
	}
	lockConn, err := connectDestination(ctx, o.Config, o.Version, "lock")
	if err != nil {
		return nil, err
	}
	lease, err := ledger.Acquire(ctx, lockConn, schema, statefile.NewHolder("release").String(), ledger.LockOptions{Timeout: o.LockTimeout})
	if err != nil {
		closeConn(lockConn)
		return nil, err
	}
	defer func() { _ = lease.Release() }() // a lock that cannot be given back goes with its session
	ctx = lease.Context()
	plan, entries, err := kept(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	out := &Released{Missing: missing(plan, entries)}
	if run.CompletedAt.IsZero() && !o.Abandon {
		return nil, &NotCompleteError{Missing: out.Missing}
	}
	if out.State, err = stateOf(run, entries, plan); err != nil {
		return nil, err
	}
	if state != nil {
		out.State.Serial, out.State.Verified = state.Serial, state.Verified
	}
	fence, err := lease.TakeOver(ctx, grace)
	if err != nil {
		return nil, err
	}
	if err := lease.Drop(ctx, fence); err != nil {
		return nil, err
	}
	who := statefile.NewHolder("release")
	out.State.Status, out.State.ReleasedAt, out.State.ReleasedBy = statefile.Released, time.Now().UTC(), who.Who+"@"+who.Host
	if err := file.Save(out.State); err != nil {
		return nil, fmt.Errorf("the ledger is dropped and the migration released, but the state file could not be marked: %w", err)
	}
	return out, nil
}

// NotCompleteError refuses to release what is not finished.
type NotCompleteError struct{ Missing []string }

func (e *NotCompleteError) Error() string {
	return "the migration is not complete: " + count.Are(len(e.Missing), "action") + " missing"
}

// ErrNoRun says that there is neither a state nor a ledger.
var ErrNoRun = errors.New("there is no migration here: neither a state file nor a ledger in the destination")

func noLedger(state *statefile.State) error {
	if state == nil {
		return ErrNoRun
	}
	return &ReleasedError{Lineage: state.Lineage, At: state.ReleasedAt, By: state.ReleasedBy}
}

func ledgerSchema(cfg *config.Config, state *statefile.State) string {
	if state != nil && state.LedgerSchema != "" {
		return state.LedgerSchema
	}
	return cfg.Destination.LedgerSchema
}

// missing are the addresses that are in the plan and not, or not wholly, in the ledger.
func missing(p *planner.Plan, entries []ledger.Entry) []string {
	have := map[string]int{}
	for _, e := range entries {
		have[e.Address]++
	}
	var left []string
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Change != planner.Skip && a.Change != planner.Conflict && have[a.Address] < parts(a) {
			left = append(left, a.Address)
		}
	}
	return left
}

// ForceUnlock ends the session that holds the destination's lock, and takes the run over, so that a process that is still alive
// does not come back. It returns the session, nil if the lock was free.
func ForceUnlock(ctx context.Context, cfg *config.Config, version string) (*ledger.Session, error) {
	state, err := readState(cfg.StatePath)
	if err != nil {
		return nil, err
	}
	conn, err := connectDestination(ctx, cfg, version, "unlock")
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	schema := ledgerSchema(cfg, state)
	held, err := ledger.ForceUnlock(ctx, conn, schema)
	if err != nil || held == nil {
		return held, err
	}
	run, err := ledger.Find(ctx, conn, schema)
	if err != nil || run == nil {
		return held, err
	}
	lockConn, err := connectDestination(ctx, cfg, version, "lock")
	if err != nil {
		return held, err
	}
	lease, err := ledger.Acquire(ctx, lockConn, schema, statefile.NewHolder("force-unlock").String(), ledger.LockOptions{})
	if err != nil {
		closeConn(lockConn)
		return held, err
	}
	defer func() { _ = lease.Release() }() // a lock that cannot be given back goes with its session
	_, err = lease.TakeOver(lease.Context(), grace)
	return held, err
}
