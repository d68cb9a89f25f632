package executor

import (
	"migrator/executor/rowcopy"
	"migrator/planner"
)

// CopySQL are the statements that move the rows of an action of p: one for each part on the source, and on the destination those
// that every part runs. They come from the code that runs them.
func CopySQL(p *planner.Plan, a *planner.Action) (source, destination []string) {
	for part := range a.Copy.PartCount() {
		var read string
		read, destination = rowcopy.Statements(itemOf(task{a, part}), p.Destination.Version)
		source = append(source, read)
	}
	return source, destination
}
