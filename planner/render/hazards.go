package render

import (
	"migrator/planner"
	"migrator/planner/count"
)

// shownHazards is how many hazards of one name are printed one by one.
const shownHazards = 20

// hazardGroup is all hazards of one name, in the plan's order.
type hazardGroup struct {
	name    string
	hazards []planner.Hazard
}

// byName groups hazards by name, in the order in which the names first appear.
func byName(hazards []planner.Hazard) []hazardGroup {
	var groups []hazardGroup
	index := make(map[string]int)
	for _, h := range hazards {
		i, ok := index[h.Name]
		if !ok {
			i = len(groups)
			index[h.Name] = i
			groups = append(groups, hazardGroup{name: h.Name})
		}
		groups[i].hazards = append(groups[i].hazards, h)
	}
	return groups
}

// hazards prints what a reviewer should know, with what to do below it.
func (t *text) hazards() {
	if len(t.plan.Hazards) == 0 {
		return
	}
	t.line("%s", t.style.bold(count.Of(len(t.plan.Hazards), "hazard")))
	groups := byName(t.plan.Hazards)
	var table [][]string
	for _, g := range groups {
		for _, h := range g.hazards[:min(len(g.hazards), shownHazards)] {
			table = append(table, []string{printable(h.Name), printable(h.Object), printable(h.What)})
		}
	}
	lines := align(table, 2, 24)
	for _, g := range groups {
		shown := g.hazards[:min(len(g.hazards), shownHazards)]
		for i := range shown {
			t.line("  %s %s", t.style.change(planner.Conflict), lines[i])
			// What to do is the same for many of one name; it is said once, below the last of them.
			if do := printable(shown[i].Do); do != "" && (i+1 == len(shown) || printable(shown[i+1].Do) != do) {
				t.line("      %s", t.style.dim("to do: "+do))
			}
		}
		lines = lines[len(shown):]
		if more := len(g.hazards) - len(shown); more > 0 {
			t.line("    and %s more %s; -json lists all", count.Number(more), printable(g.name))
		}
	}
	t.line("")
}
