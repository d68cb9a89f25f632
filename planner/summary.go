package planner

import "sort"

// Conflicts are the actions that refuse the plan.
func Conflicts(p *Plan) []Action {
	var found []Action
	for i := range p.Actions {
		if p.Actions[i].Change == Conflict {
			found = append(found, p.Actions[i])
		}
	}
	return found
}

// HasChanges says whether carrying the plan out would do anything.
func HasChanges(p *Plan) bool {
	for i := range p.Actions {
		switch p.Actions[i].Change {
		case Create, Alter, Copy, Conflict:
			return true
		}
	}
	return false
}

// Present are addresses that the plan would create and that the destination's fingerprint has by now, at most three.
func Present(p *Plan, destination map[string]string) []string {
	var present []string
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Change != Create {
			continue
		}
		if _, ok := destination[a.Address]; !ok {
			continue
		}
		if _, before := p.Destination.Fingerprint[a.Address]; !before {
			present = append(present, a.Address)
		}
	}
	sort.Strings(present)
	return present[:min(3, len(present))]
}
