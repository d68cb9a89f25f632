package render

import (
	"strings"

	"migrator/planner"
	"migrator/planner/count"
)

// shownConflicts is how many conflicts an error text names.
const shownConflicts = 20

// ConflictError is the error of a plan that has conflicts: its summary, and what and what to do. Both are empty for a plan without.
func ConflictError(p *planner.Plan) (summary, detail string) {
	var lines []string
	total := 0
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Change != planner.Conflict {
			continue
		}
		total++
		if total <= shownConflicts {
			lines = append(lines, kindLabel(a.Kind)+" "+label(a)+": "+printable(a.Reason))
		}
	}
	if total == 0 {
		return "", ""
	}
	if total > shownConflicts {
		lines = append(lines, "and "+count.Number(total-shownConflicts)+" more")
	}
	lines = append(lines,
		"Nothing can be applied while the destination holds something else under these names. Remove or rename it there, leave",
		"the object out with select.exclude, give it another name with mapping, or set conflict = \"ignore\" where the structure is equal.")
	return count.Of(total, "conflict") + " with what is in the destination", strings.Join(lines, "\n")
}
