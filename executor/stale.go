package executor

import (
	"fmt"
	"slices"
	"strings"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

// changesOf says how a side differs from what the plan was made of: which objects, and of a table which columns.
func changesOf(p *planner.Plan, m config.Mapping, before, now map[string]string, db *catalog.Database) []string {
	const most = 10
	changes := planner.Changes(before, now, most)
	if len(changes) == 0 {
		return nil
	}
	tables := map[string]*catalog.Table{}
	for _, t := range db.Tables {
		tables[t.Address()] = t
	}
	for _, t := range m.Tables {
		if len(t.Columns) > 0 { // the plan has other columns than the source
			delete(tables, (&catalog.Item{Kind: catalog.KindTable, Schema: t.Schema, Name: t.Name}).Address())
		}
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		t := tables[a.Address]
		at := slices.Index(changes, "table "+strings.TrimPrefix(a.Address, "table.")+" has changed")
		if t == nil || at < 0 {
			continue
		}
		if columns := columnChanges(a.Details, t.Columns); len(columns) > 0 {
			changes[at] = strings.TrimSuffix(changes[at], "changed") + strings.Join(columns, ", ")
		}
	}
	return changes
}

// columnChanges compares columns with the lines that a plan has of them: "column", the name, the type, and more, with tabs between.
func columnChanges(lines []string, columns []*catalog.Column) []string {
	planned := map[string]string{}
	var names []string
	for _, line := range lines {
		if cells := strings.Split(line, "\t"); len(cells) > 2 && cells[0] == "column" {
			names = append(names, cells[1])
			planned[cells[1]] = cells[2]
		}
	}
	if len(names) == 0 && len(lines) > 0 {
		return nil
	}
	var changes []string
	for _, c := range columns {
		was, ok := planned[c.Name]
		delete(planned, c.Name)
		switch {
		case !ok:
			changes = append(changes, fmt.Sprintf("a new column %q", c.Name))
		case was != c.Type:
			changes = append(changes, fmt.Sprintf("column %q as %s instead of %s", c.Name, c.Type, was))
		}
	}
	for _, name := range names {
		if _, gone := planned[name]; gone {
			changes = append(changes, fmt.Sprintf("no column %q any more", name))
		}
	}
	return changes
}
