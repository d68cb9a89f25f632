package render

import (
	"fmt"
	"strings"

	"migrator/planner"
	"migrator/planner/count"
)

// sections writes one table for each section, with what is skipped and refused left to the tables above.
func (m *markdown) sections() {
	list := []planner.Section{planner.PreData, planner.Data, planner.PostData}
	// Each section may fill what is left, but for a third of it for those that follow.
	for i, section := range list {
		var rows []string
		for n := range m.plan.Actions {
			a := &m.plan.Actions[n]
			if a.Section != section || a.Change == planner.Skip || a.Change == planner.Conflict {
				continue
			}
			rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", code(string(a.Change)), cell(kindLabel(a.Kind)), code(label(a)), m.detail(a)))
		}
		share := m.budget
		if i+1 < len(list) {
			share = m.b.Len() + (m.budget-m.b.Len())*2/3
		}
		m.table(share, fmt.Sprintf("#### %s: %s", section, count.Of(len(rows), "action")), "| | Kind | Name | Detail |", rows)
	}
}

// detail is a line's remark, and the lines below it when the plan is short enough to be read.
func (m *markdown) detail(a *planner.Action) string {
	text := cell(remark(a))
	if tables(m.plan) > manyTables {
		return text
	}
	for _, line := range a.Details {
		text += "<br>" + code(strings.Join(strings.Fields(printable(strings.ReplaceAll(line, "\t", " "))), " "))
	}
	return strings.TrimPrefix(text, "<br>")
}

// sql writes the whole DDL, folded, or as many of its lines as fit.
func (m *markdown) sql() {
	var whole strings.Builder
	if !m.summary.HasChanges() || SQL(&whole, m.plan, m.options) != nil {
		return
	}
	text := strings.TrimRight(whole.String(), "\n")
	fence := fenceFor(text)
	head := fmt.Sprintf("\n<details><summary>SQL</summary>\n\n%ssql\n", fence)
	tail := fmt.Sprintf("\n%s\n\n</details>\n", fence)
	room := m.budget - m.b.Len() - len(head) - len(tail)
	if len(text) > room {
		m.cut = true
		// Less than a few statements are not worth unfolding.
		if room < 1000 {
			return
		}
		const note = "\n-- cut here"
		end := strings.LastIndexByte(text[:room-len(note)], '\n')
		text = text[:max(end, 0)] + note
	}
	m.b.WriteString(head + text + tail)
}

// fenceFor is a fence longer than any run of backticks in text.
func fenceFor(text string) string {
	longest, run := 2, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return strings.Repeat("`", longest+1)
}

// cell escapes text for a cell of a table. The backslash goes first, so that none of the text's own can undo an escape.
func cell(s string) string {
	return strings.NewReplacer(
		`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "~", `\~`,
	).Replace(s)
}

// code shows a name in a code span. In one, a backslash escapes nothing but a pipe, so that names with
// backslashes and backticks take the long way.
func code(s string) string {
	if s == "" {
		return ""
	}
	if strings.ContainsAny(s, "`\\") || strings.TrimSpace(s) != s {
		return "<code>" + cell(s) + "</code>"
	}
	return "`" + strings.ReplaceAll(s, "|", `\|`) + "`"
}
