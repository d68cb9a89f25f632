package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/count"
)

// NoChanges is what is said when the destination has everything already.
const NoChanges = "No changes. The destination matches the source and the configuration."

// Text writes the plan for people at a terminal.
func Text(w io.Writer, p *planner.Plan, o Options) error {
	t := &text{w: bufio.NewWriter(w), style: style{on: o.Color}, plan: p, options: o, summary: Summarize(p)}
	t.print()
	return t.w.Flush()
}

// text is one run of Text. Errors of w stick in the bufio.Writer until Flush.
type text struct {
	w       *bufio.Writer
	style   style
	plan    *planner.Plan
	options Options
	summary Summary
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(t.w, format+"\n", args...) }

func (t *text) print() {
	for _, line := range header(t.plan) {
		t.line("%s", line)
	}
	t.line("")
	changes, large := t.summary.HasChanges(), tables(t.plan) > manyTables
	if changes {
		if large || t.options.Compact {
			t.totals()
		}
		t.actions(large)
	} else {
		t.line("%s\n", t.style.bold(NoChanges))
		t.actions(large) // what is skipped, still
	}
	t.hazards()
	t.remarks()
	if changes {
		for _, line := range footer(t.plan, t.summary) {
			t.line("%s", line)
		}
	}
	t.conflicts()
	if t.options.PlanFile != "" && t.summary.Conflict == 0 {
		t.line("\nSaved the plan to: %s\nTo perform exactly these actions, run:  migrator apply %s", t.options.PlanFile, t.options.PlanFile)
	}
}

// actions prints the sections; when compact, only what is unusual in them.
func (t *text) actions(large bool) {
	shown := make([]*planner.Action, 0, len(t.plan.Actions))
	for i := range t.plan.Actions {
		if a := &t.plan.Actions[i]; !t.options.Compact || unusual(a) {
			shown = append(shown, a)
		}
	}
	if len(shown) == 0 {
		return
	}
	switch {
	case t.options.Compact:
		t.line("Unusual, in this order:\n")
	case t.summary.HasChanges():
		t.line("migrator will perform these actions, in this order:\n")
	}
	// The widths are those of the whole plan, so that the columns of all sections are below each other.
	kinds, names := 11, 26
	for _, a := range shown {
		kinds = max(kinds, min(len(kindLabel(a.Kind)), 18))
		names = max(names, min(len(label(a)), 48))
	}
	var section planner.Section
	hidden := 0
	for _, a := range shown {
		if a.Section != section {
			if section != "" {
				t.line("")
			}
			section = a.Section
			t.line("%s", t.style.bold(printable(string(section))))
		}
		rest := strings.TrimRight(fmt.Sprintf("%s %s  %s", pad(kindLabel(a.Kind), kinds), pad(label(a), names), remark(a)), " ")
		t.line("  %s %s", t.style.change(a.Change), rest)
		if large || t.options.Compact {
			hidden += len(a.Details)
			continue
		}
		for _, detail := range details(a.Details) {
			t.line("      %s %s", t.style.change(a.Change), detail)
		}
	}
	t.line("")
	if hidden > 0 && !t.options.Compact {
		t.line("%s below the tables are not listed; -sql and -json show them.\n", count.Of(hidden, "line"))
	}
}

// unusual is what a reviewer looks for between thousands of new tables.
func unusual(a *planner.Action) bool {
	switch a.Change {
	case planner.Skip, planner.Conflict:
		return true
	case planner.Alter:
		return a.Sequence == nil && a.Kind != string(catalog.KindIndexPartition) && !completes(a.Kind)
	}
	return a.Copy != nil && (a.Copy.Where != "" || a.Copy.KeepExisting || a.Copy.ThroughRoot || len(a.Copy.Before) > 0)
}

// remarks are what is neither an action nor a hazard.
func (t *text) remarks() {
	var lines []string
	for _, w := range t.plan.Warnings {
		lines = append(lines, t.style.paint("33", "Warning: ")+printable(w))
	}
	if text := kindCounts(t.plan.Unchanged); text != "" {
		lines = append(lines, "Already there and equal: "+text+".")
	}
	if text := kindCounts(t.plan.Excluded); text != "" {
		lines = append(lines, "Not selected: "+text+".")
	}
	for _, line := range lines {
		t.line("%s", line)
	}
	if len(lines) > 0 {
		t.line("")
	}
}

// conflicts is the closing error text.
func (t *text) conflicts() {
	summary, detail := ConflictError(t.plan)
	if summary == "" {
		return
	}
	t.line("\n%s %s", t.style.red("Error:"), t.style.bold(summary))
	for line := range strings.SplitSeq(detail, "\n") {
		t.line("  %s", line)
	}
}
