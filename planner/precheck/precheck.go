// Package precheck looks for what would make a migration fail, or its result differ, before anything is done.
//
// Invariants:
//   - A check reads and never writes; it asks set-based queries, however many objects there are.
//   - Every check has a stable name and says, for each finding, what was found and what to do about it.
//   - An error cannot be ignored. An alert can, for named objects, with a reason; an object that the ignore does
//     not name raises it again.
//   - A check that cannot be carried out has not passed: it is skipped, or failed with the reason.
package precheck

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Severity is how bad a finding is.
type Severity string

// The severities.
const (
	Error Severity = "error" // the migration would fail, or lose something; cannot be ignored
	Alert Severity = "alert" // to be looked at; can be ignored, with a reason
	Info  Severity = "info"  // good to know; holds nothing up
)

// Status is what became of a check.
type Status string

// The statuses.
const (
	Passed  Status = "passed"
	Failed  Status = "failed"
	Ignored Status = "ignored" // failed, and accepted in the configuration
	Skipped Status = "skipped" // could not be asked; Found says why
)

// The sides of a finding.
const (
	Source      = "source"
	Destination = "destination"
)

// Check is one named question.
type Check struct {
	Name     string
	Severity Severity // of findings that name no other
	Doc      string   // one sentence: what is checked, and why
	// Run returns what it found; nothing means that the check has passed. It returns a *SkipError when it cannot ask.
	Run func(ctx context.Context, in *Input) ([]Finding, error)
}

// Finding is one answer of a check.
type Finding struct {
	// Fine marks a finding that is no fault, such as a measured time.
	Fine     bool
	Severity Severity // empty: the check's
	Side     string   // Source, Destination or empty
	Found    string
	Do       string
	// Objects are what it is about; an ignore matches them by schema and name.
	Objects []catalog.Name
	Fix     []string // SQL for Side, without final semicolons
}

// Input is everything checks look at. What is nil was not to be had: checks that need it are skipped.
type Input struct {
	Config              *config.Config
	Source, Destination *catalog.Database
	// SourceConn and DestinationConn are idle, and not used by others while checks run.
	SourceConn, DestinationConn   *pgx.Conn
	SourceSteps, DestinationSteps []postgres.Step // of opening them
	// DestinationServer is the destination's server where Destination is nil.
	DestinationServer catalog.Server
	// Maintenance is a session in another database of the destination's server, while the destination's own is still to be created.
	Maintenance      *pgx.Conn
	MaintenanceSteps []postgres.Step
	// Selected are the source's objects that are to be migrated.
	Selected []catalog.Object
	// Makes and Alters are addresses of objects that the plan makes, and of those it changes that are there; both are nil without a plan,
	// and all that is selected counts as made.
	Makes, Alters map[string]bool
	// Keyless are the source's tables whose rows the plan copies without a key to name them by.
	Keyless []catalog.Name
	// Fills are tables of the destination that are there and get rows.
	Fills []Fill
	// Conflicts are the addresses of what the plan would create under a name that is taken in the destination by something
	// that is not equal, each with its reason.
	Conflicts []Conflict
	Ledger    Ledger
	// SourceConnections and DestinationConnections are how many sessions the run opens at most.
	SourceConnections, DestinationConnections int
}

// Fill is a table of the destination that is there and gets rows.
type Fill struct {
	Table catalog.Name
	// Owner says that statements are needed which only its owner may give, such as those that disable triggers.
	Owner bool
	// Beside says that the rows are received in a temporary table first.
	Beside bool
}

// server is a session on the destination's server, be it in the destination's database or in another one.
func (in *Input) server() *pgx.Conn {
	if in.DestinationConn != nil {
		return in.DestinationConn
	}
	return in.Maintenance
}

// made are the objects that the plan makes.
func (in *Input) made() []catalog.Object {
	return in.selected(in.Makes)
}

// selected are those of the selected objects that are among addresses; a nil map has all.
func (in *Input) selected(addresses map[string]bool) []catalog.Object {
	if addresses == nil {
		return in.Selected
	}
	var some []catalog.Object
	for _, o := range in.Selected {
		if addresses[o.Meta().Address()] {
			some = append(some, o)
		}
	}
	return some
}

// Conflict is an object in the destination that is in the way.
type Conflict struct {
	Object catalog.Name
	Reason string
}

// Ledger is what the destination's ledger says, if there is one.
type Ledger struct {
	Exists  bool
	Lineage string // the ledger's
	// OwnLineage is the state file's; empty without a state file.
	OwnLineage string
	Running    bool // its lock is held by another process
	Holder     string
}

// SkipError says why a check could not be carried out.
type SkipError struct{ Reason string }

// Error implements error.
func (e *SkipError) Error() string { return e.Reason }

var (
	errNoSource      = &SkipError{"there is no connection to the source"}
	errNoDestination = &SkipError{"there is no connection to the destination, or the database does not exist yet"}
	errNoServer      = &SkipError{"there is no connection to the destination"}
)

// All returns every check, in the order in which they run.
func All() []Check {
	return slices.Concat(connectionChecks, serverChecks, sourceChecks, destinationChecks, extensionChecks, localeChecks, capacityChecks, objectChecks)
}

// Names returns the names of all checks.
func Names() []string {
	var names []string
	for _, c := range All() {
		names = append(names, c.Name)
	}
	return names
}

// Run carries out the checks named by only, or all of them, and applies the configuration's ignores.
func Run(ctx context.Context, in *Input, only []string) Report {
	var report Report
	ignores := newIgnores(in.Config)
	for _, c := range All() {
		if len(only) > 0 && !slices.Contains(only, c.Name) {
			continue
		}
		findings, err := c.Run(ctx, in)
		report.Results = append(report.Results, ignores.results(c, findings, err)...)
	}
	report.Results = append(report.Results, ignores.unused(only)...)
	return report
}

// results turns a check's findings into results, and splits those that are ignored for a part of their objects.
func (g *ignores) results(c Check, findings []Finding, err error) []Result {
	var results []Result
	for _, f := range findings {
		r := Result{Name: c.Name, Severity: c.Severity, Status: Failed, Side: f.Side, Found: f.Found, Do: f.Do, Fix: f.Fix}
		if f.Severity != "" {
			r.Severity = f.Severity
		}
		if f.Fine {
			r.Status, r.Objects = Passed, display(f.Objects)
			results = append(results, r)
			continue
		}
		results = append(results, g.split(r, f.Objects)...)
	}
	var skip *SkipError
	switch {
	case errors.As(err, &skip):
		results = append(results, Result{Name: c.Name, Severity: c.Severity, Status: Skipped, Found: skip.Reason})
	case err != nil:
		results = append(results, Result{
			Name: c.Name, Severity: c.Severity, Status: Failed, Found: "the check itself failed: " + err.Error(),
			Do: "resolve this and run the checks again",
		})
	case len(results) == 0:
		results = append(results, Result{Name: c.Name, Severity: c.Severity, Status: Passed})
	}
	return results
}
