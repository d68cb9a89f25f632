package render

import (
	"fmt"
	"slices"
	"strings"

	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/count"
)

// Summary counts what a plan does.
type Summary struct {
	// Create counts the objects that are made.
	Create int `json:"create"`
	// Copy counts the tables whose rows are copied, Rows and Bytes what statistics say about them.
	Copy  int   `json:"copy"`
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// LargeObjects counts large objects.
	LargeObjects int `json:"large_objects"`
	// Sequences counts sequences whose value is set.
	Sequences int `json:"sequences"`
	// Rename and Change count objects that get another name, and that differ and are altered.
	Rename int `json:"rename"`
	Change int `json:"change"`
	// Steps counts what completes something that the plan itself makes: its privileges, statistics, validation.
	Steps int `json:"steps"`
	// Skip counts what is not carried, Conflict what refuses the plan.
	Skip     int `json:"skip"`
	Conflict int `json:"conflict"`
	// Destroy is always 0: this release removes nothing.
	Destroy int `json:"destroy"`
	// LeavesSource estimates the bytes that travel from the source.
	LeavesSource int64 `json:"leaves_source"`
}

// Summarize counts what p does.
func Summarize(p *planner.Plan) Summary {
	var s Summary
	made := make(map[string]bool)
	for i := range p.Actions {
		if c := p.Actions[i].Change; c == planner.Create || c == planner.Copy {
			made[p.Actions[i].Address] = true
		}
	}
	for i := range p.Actions {
		s.add(&p.Actions[i], made)
	}
	return s
}

func (s *Summary) add(a *planner.Action, made map[string]bool) {
	switch a.Change {
	case planner.Skip:
		s.Skip++
		return
	case planner.Conflict:
		s.Conflict++
		return
	}
	switch {
	case a.Sequence != nil:
		s.Sequences++
	case a.Objects != nil:
		s.LargeObjects += a.Objects.Count
		s.Bytes += a.Estimate.Bytes
		s.LeavesSource += a.Estimate.Bytes
	case a.Change == planner.Copy:
		s.Copy++
		s.Rows += a.Estimate.Rows
		s.Bytes += a.Estimate.Bytes
		s.LeavesSource += leaves(a)
	case a.Kind == planner.ActionRename:
		s.Rename++
	case isStep(a, made):
		s.Steps++
	case a.Change == planner.Create:
		s.Create++
	default:
		s.Change++
	}
}

// isStep tells the work that belongs to what the plan makes ("grant on the new table") from a
// change of its own ("grant on a table that is there already"). Such an action either has the address of
// what it completes in its own, or depends on it.
func isStep(a *planner.Action, made map[string]bool) bool {
	if a.Change != planner.Alter && !completes(a.Kind) {
		return false
	}
	if made[strings.TrimPrefix(a.Address, a.Kind+".")] {
		return true
	}
	return completes(a.Kind) && slices.ContainsFunc(a.DependsOn, func(need string) bool { return made[need] })
}

// completes says that actions of a kind complete an object and make none.
func completes(kind string) bool {
	switch kind {
	case planner.ActionAnalyze, planner.ActionValidate, planner.ActionRefresh, planner.ActionPrivileges, planner.ActionRowSecurity:
		return true
	}
	return false
}

// leaves estimates the size of a table's COPY stream: a row on disk has 28 bytes of header
// and line pointer that do not travel; in the binary stream each row has 2 bytes and each field 4
// of its own, in the text stream each field has one separator.
func leaves(a *planner.Action) int64 {
	if a.Copy == nil || a.Estimate.Bytes == 0 {
		return a.Estimate.Bytes
	}
	perRow := int64(len(a.Copy.Columns))
	if a.Copy.Format == "binary" {
		perRow = 2 + 4*perRow
	}
	// Statistics may be far off: the estimate stays within half and all of what is on disk.
	return min(a.Estimate.Bytes, max(a.Estimate.Bytes/2, a.Estimate.Bytes+a.Estimate.Rows*(perRow-28)))
}

// HasChanges says whether there is anything for apply to do. A plan that only lists what it will not carry has no changes.
func (s Summary) HasChanges() bool {
	return s.Create+s.Copy+s.LargeObjects+s.Sequences+s.Rename+s.Change+s.Steps+s.Conflict > 0
}

// String is the line that ends a plan. Its numbers are those of the plan's lines, with large objects instead of their batches.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Plan: %s to create", count.Number(s.Create))
	if s.Steps > 0 {
		fmt.Fprintf(&b, " (completed by %s)", count.Of(s.Steps, "further step"))
	}
	b.WriteString(", ")
	fmt.Fprintf(&b, "%s to copy", count.Of(s.Copy, "table"))
	if s.Copy > 0 {
		fmt.Fprintf(&b, " (%s, %s)", rows(s.Rows), size(s.Bytes))
	}
	if s.LargeObjects > 0 {
		fmt.Fprintf(&b, ", %s to copy", count.Of(s.LargeObjects, "large object"))
	}
	if s.Sequences > 0 {
		fmt.Fprintf(&b, ", %s to set", count.Of(s.Sequences, "sequence value"))
	}
	fmt.Fprintf(&b, ", %s to rename, %s to skip, %s to change, %s to destroy", count.Number(s.Rename), count.Number(s.Skip), count.Number(s.Change), count.Number(s.Destroy))
	if s.Conflict > 0 {
		fmt.Fprintf(&b, ", %s", count.Of(s.Conflict, "conflict"))
	}
	b.WriteByte('.')
	return b.String()
}

// tables counts the tables a plan speaks of, whether it makes them or fills them.
func tables(p *planner.Plan) int {
	made, filled := 0, 0
	for i := range p.Actions {
		switch p.Actions[i].Kind {
		case string(catalog.KindTable):
			made++
		case planner.ActionRows:
			filled++
		}
	}
	return max(made, filled)
}
