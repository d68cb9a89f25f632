// Package render shows a plan to people and to programs: as text, as SQL, as Markdown for
// a pull request, and as JSON in the shape of Terraform's plans.
//
// Invariants:
//   - The same plan and the same options give the same bytes.
//   - What was named by somebody else (objects, reasons, details) is printed without control characters
//     and escaped, so that no name can look like another line of the plan.
//   - Nothing is left out in silence: what is shortened says how much is missing and where it stands.
package render

import "migrator/planner"

// Options say how a plan is shown. The zero value shows everything, without colours.
type Options struct {
	// Color adds ANSI colours to text. Whether the output is a terminal is the caller's business.
	Color bool
	// Compact leaves only totals, hazards and what is unusual.
	Compact bool
	// PlanFile is where the plan was saved; it is named where the reader is sent to the whole plan. Empty: not saved.
	PlanFile string
	// PlanID is the plan's id, see planner.ID. Empty: not shown.
	PlanID string
	// CopySQL gives the statements that move an action's rows, on either side: they are of the code that runs them, of which this package
	// knows nothing. nil: rows are only named.
	CopySQL func(*planner.Action) (source, destination []string)
}

// manyTables is the number of tables above which a plan starts with totals, and leaves the
// lines below its tables out: nobody reads 2,000 lists of columns.
const manyTables = 100
