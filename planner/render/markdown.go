package render

import (
	"fmt"
	"io"
	"strings"

	"migrator/planner"
	"migrator/planner/count"
)

// markdownLimit is below what GitHub (65,536), GitLab and others allow for a comment. It is counted in bytes, of which there
// are at least as many as characters.
const markdownLimit = 60_000

// Markdown writes the plan as a comment for a pull request: what a reviewer must see first, then a table for each
// section, then the SQL, folded. It stays below 60,000 characters and says where the whole plan is.
func Markdown(w io.Writer, p *planner.Plan, o Options) error {
	m := &markdown{plan: p, options: o, summary: Summarize(p)}
	m.budget = markdownLimit - len(m.pointer()) - 200
	m.print()
	if m.cut {
		m.b.WriteString(m.pointer())
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

// markdown is one run of Markdown.
type markdown struct {
	b       strings.Builder
	budget  int
	cut     bool
	plan    *planner.Plan
	options Options
	summary Summary
}

// pointer ends a plan that did not fit.
func (m *markdown) pointer() string {
	if m.options.PlanFile != "" {
		return fmt.Sprintf("\n> This comment is cut below %s characters. The whole plan: `migrator show %s`\n", count.Number(markdownLimit), strings.ReplaceAll(printable(m.options.PlanFile), "`", ""))
	}
	return fmt.Sprintf("\n> This comment is cut below %s characters. The whole plan: `migrator plan`\n", count.Number(markdownLimit))
}

// put writes text if it fits into the share of the budget given, and says whether it did.
func (m *markdown) put(share int, text string) bool {
	if m.b.Len()+len(text) > min(share, m.budget) {
		m.cut = true
		return false
	}
	m.b.WriteString(text)
	return true
}

func (m *markdown) print() {
	title := "### migrator plan"
	if m.summary.Conflict > 0 {
		title += ": refused"
	}
	m.put(m.budget, title+"\n\n")
	if m.summary.HasChanges() {
		for _, line := range footer(m.plan, m.summary) {
			m.put(m.budget, "**"+cell(line)+"**\n")
		}
	} else {
		m.put(m.budget, "**"+NoChanges+"**\n")
	}
	m.sides()
	m.conflicts()
	m.hazards()
	m.skipped()
	for _, warning := range m.plan.Warnings {
		m.put(m.budget*3/4, "\n> Warning: "+cell(printable(warning))+"\n")
	}
	if text := kindCounts(m.plan.Unchanged); text != "" {
		m.put(m.budget, "\nAlready there and equal: "+cell(text)+".\n")
	}
	if text := kindCounts(m.plan.Excluded); text != "" {
		m.put(m.budget, "\nNot selected: "+cell(text)+".\n")
	}
	if m.options.Compact || tables(m.plan) > manyTables {
		m.totals()
	}
	if m.options.Compact {
		return
	}
	m.sections()
	m.sql()
}

// sides is a table of the two databases.
func (m *markdown) sides() {
	var b strings.Builder
	b.WriteString("\n| | Database | Version | Content |\n|---|---|---|---|\n")
	for _, row := range [][]string{side("Source", &m.plan.Source, false), side("Destination", &m.plan.Destination, true)} {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", row[0], code(row[1]), cell(row[2]), cell(row[3]))
	}
	if m.options.PlanID != "" {
		fmt.Fprintf(&b, "\nPlan %s\n", code(m.options.PlanID))
	}
	m.put(m.budget, b.String())
}

// table writes rows below a heading until its share of the budget is spent.
func (m *markdown) table(share int, heading, columns string, rows []string) {
	if len(rows) == 0 {
		return
	}
	head := fmt.Sprintf("\n%s\n\n%s\n%s\n", heading, columns, strings.Repeat("|---", strings.Count(columns, "|")-1)+"|")
	if !m.put(share, head) {
		return
	}
	for i, row := range rows {
		if !m.put(share, row+"\n") {
			// The line is short, and Markdown keeps 200 bytes for such lines.
			fmt.Fprintf(&m.b, "\nand %s more.\n", count.Number(len(rows)-i))
			return
		}
	}
}

func (m *markdown) conflicts() {
	var rows []string
	for i := range m.plan.Actions {
		if a := &m.plan.Actions[i]; a.Change == planner.Conflict {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s |", cell(kindLabel(a.Kind)), code(label(a)), cell(printable(a.Reason))))
		}
	}
	m.table(m.budget/4, "#### "+count.Of(len(rows), "conflict"), "| Kind | Name | What the destination has |", rows)
}

func (m *markdown) hazards() {
	var rows []string
	for _, g := range byName(m.plan.Hazards) {
		for _, h := range g.hazards {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", code(printable(h.Name)), code(printable(h.Object)), cell(printable(h.What)), cell(printable(h.Do))))
		}
	}
	m.table(m.budget/2, "#### "+count.Of(len(rows), "hazard"), "| Hazard | Object | What happens | What to do |", rows)
}

func (m *markdown) skipped() {
	var rows []string
	for i := range m.plan.Actions {
		if a := &m.plan.Actions[i]; a.Change == planner.Skip {
			rows = append(rows, fmt.Sprintf("| %s | %s | %s |", cell(kindLabel(a.Kind)), code(label(a)), cell(printable(a.Reason))))
		}
	}
	m.table(m.budget*5/8, "#### Not carried: "+count.Number(len(rows)), "| Kind | Name | Reason |", rows)
}

func (m *markdown) totals() {
	kinds := kindTotals(m.plan)
	rows := make([]string, len(kinds))
	for i, k := range kinds {
		rows[i] = fmt.Sprintf("| %s | %s | %s | %s | %s |", code(string(k.change)), cell(k.name), count.Number(k.actions), cell(k.amount()), cell(k.where()))
	}
	m.table(m.budget*3/4, "#### Totals by kind", "| | Kind | Actions | Copied | Schemas |", rows)
	schemas := schemaTotals(m.plan)
	rows = rows[:0]
	for _, s := range schemas[:min(len(schemas), shownTotals)] {
		rows = append(rows, fmt.Sprintf("| %s | %s | %s |", code(s.name), count.Number(s.actions), cell(copied(s))))
	}
	m.table(m.budget*3/4, "#### Totals by schema", "| Schema | Actions | Copied |", rows)
	if more := len(schemas) - shownTotals; more > 0 {
		m.put(m.budget, fmt.Sprintf("\nand %s.\n", count.Of(more, "more schema")))
	}
}
