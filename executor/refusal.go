package executor

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/count"
	"migrator/planner/precheck"
)

// ReleasedError refuses to write: the migration was released, or the ledger that the state expects is gone.
type ReleasedError struct {
	Lineage string
	// At and By are known from a state that says so; zero when only the ledger is missing.
	At time.Time
	By string
	// Present are objects of the plan that are in the destination already, when there is a plan but neither state nor ledger.
	Present []string
}

func (e *ReleasedError) Error() string {
	switch {
	case !e.At.IsZero():
		return fmt.Sprintf("this migration (lineage %s) was released on %s by %s. The destination may be live, so nothing was written",
			e.Lineage, e.At.UTC().Format("2006-01-02 15:04 MST"), e.By)
	case len(e.Present) > 0:
		return fmt.Sprintf("there is no ledger in the destination, but what this plan makes or copies is there already (%s): "+
			"either the plan was applied and released, or somebody else made this since. The destination may be live, so nothing was written", strings.Join(e.Present, ", "))
	}
	return fmt.Sprintf("the ledger of this migration (lineage %s) is not in the destination: it was released with another copy of the state, "+
		"or this is another database. The destination may be live, so nothing was written", e.Lineage)
}

// LineageError says that the ledger in the destination belongs to another migration than the state, or the plan.
type LineageError struct{ State, Ledger, Holder string }

func (e *LineageError) Error() string {
	if e.State == "" {
		return fmt.Sprintf("the destination holds the ledger of another migration (lineage %s, run by %s)", e.Ledger, e.Holder)
	}
	return fmt.Sprintf("the state is of lineage %s, but the destination holds the ledger of lineage %s, run by %s", e.State, e.Ledger, e.Holder)
}

// StaleError says that a saved plan does not fit the databases any more.
type StaleError struct {
	Side    string // "source" or "destination"
	Changes []string
	// Resume says that the plan's run has begun and is not finished, so that another plan is no way out.
	Resume bool
}

func (e *StaleError) Error() string {
	return "the " + e.Side + " has changed since the plan was made: " + strings.Join(e.Changes, "; ")
}

// WrongDatabaseError says that a plan was made for other databases than the configuration leads to.
type WrongDatabaseError struct {
	Side, Planned, Found string
}

func (e *WrongDatabaseError) Error() string {
	return fmt.Sprintf("the plan was made for another %s: planned for %s, but the configuration leads to %s", e.Side, e.Planned, e.Found)
}

// ConflictError refuses a plan that has conflicts.
type ConflictError struct {
	Plan      *planner.Plan
	Conflicts []planner.Action
}

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the plan has %s with what the destination holds; the first: %s: %s",
		count.Of(len(e.Conflicts), "conflict"), e.Conflicts[0].Address, e.Conflicts[0].Reason)
}

// CompleteError says that the destination holds a complete run, which another plan cannot go on with.
type CompleteError struct{ Run ledger.Run }

func (e *CompleteError) Error() string {
	return fmt.Sprintf("the run of plan %.12s is complete, since %s; release it before another plan begins, which then needs a state of its own",
		e.Run.PlanID, e.Run.CompletedAt.UTC().Format("2006-01-02 15:04 MST"))
}

// PrecheckError says that a precheck failed that cannot be ignored.
type PrecheckError struct{ Report precheck.Report }

func (e *PrecheckError) Error() string {
	for _, r := range e.Report.Results {
		if r.Status == precheck.Failed && r.Severity == precheck.Error {
			return "precheck " + r.Name + " failed: " + r.Found
		}
	}
	return "a precheck failed"
}

// MovedError says that the run changed hands while this process waited for its lock.
type MovedError struct{}

func (e *MovedError) Error() string {
	return "another process worked on this migration while this one waited for the lock; run the command again"
}

// InterruptedError says that somebody stopped the run, which can be resumed.
type InterruptedError struct {
	Done, Total int
	Err         error
}

func (e *InterruptedError) Error() string {
	return fmt.Sprintf("interrupted after %s of %s", count.Number(e.Done), count.Of(e.Total, "action"))
}

func (e *InterruptedError) Unwrap() error { return e.Err }

// checkIdentity makes sure that the configuration leads to the databases that the plan was made for.
func (a *application) checkIdentity() error {
	check := func(side string, planned planner.Side, system, database string, oid uint32) error {
		if planned.SystemID != system && planned.SystemID != "" && system != "" || planned.Database != database ||
			planned.DatabaseOID != oid && planned.DatabaseOID != 0 && oid != 0 {
			return &WrongDatabaseError{
				Side:    side,
				Planned: fmt.Sprintf("%s @ %s:%d (system %s)", planned.Database, planned.Host, planned.Port, planned.SystemID),
				Found:   fmt.Sprintf("%s (system %s)", database, system),
			}
		}
		return nil
	}
	src := a.reading.source
	if err := check("source", a.Plan.Source, src.Server.SystemID, src.Name, src.OID); err != nil {
		return err
	}
	dst := a.reading.dest
	if dst == nil {
		at := a.reading.absent
		return check("destination", a.Plan.Destination, at.SystemID, at.Database, 0)
	}
	return check("destination", a.Plan.Destination, dst.Server.SystemID, dst.Name, dst.OID)
}

// checkSource refuses a plan whose source has other objects by now.
func (a *application) checkSource() error {
	now, err := planner.Fingerprint(a.reading.source, &a.Config.Select)
	if err != nil {
		return err
	}
	if changes := changesOf(a.Plan, a.Config.Mapping, a.Plan.Source.Fingerprint, now, a.reading.source); len(changes) > 0 {
		return &StaleError{Side: "source", Changes: changes, Resume: a.resumed}
	}
	return nil
}

// checkFresh refuses a plan that was made from other databases than there are now.
func (a *application) checkFresh(ctx context.Context) error {
	if err := a.checkSource(); err != nil {
		return err
	}
	dst := a.reading.dest
	if dst == nil {
		if a.Plan.Destination.Create {
			return nil
		}
		return &StaleError{Side: "destination", Changes: []string{"the database is gone"}}
	}
	now, err := planner.Fingerprint(dst, nil)
	if err != nil {
		return err
	}
	filled, err := contents(ctx, a.reading.dst, a.Plan, a.reading.nonEmpty)
	if err != nil {
		return err
	}
	maps.Copy(now, filled)
	if present := a.present(now); len(present) > 0 && a.reading.run == nil {
		return &ReleasedError{Present: present}
	}
	if changes := changesOf(a.Plan, a.Config.Mapping, a.Plan.Destination.Fingerprint, now, dst); len(changes) > 0 {
		return &StaleError{Side: "destination", Changes: changes}
	}
	return nil
}

func decodeJSON(data []byte, into any) error {
	return json.NewDecoder(bytes.NewReader(data)).Decode(into)
}
