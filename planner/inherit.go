package planner

import (
	"fmt"
	"slices"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
)

// inherit carries what mapping says of a table's rows and columns down to its partitions and to the tables that inherit it: a query of
// the table shows their rows too, and PostgreSQL renames and drops columns in all of them at once. A filter or value of their own wins.
func (m *mapping) inherit(src *catalog.Database) {
	tables := make(map[catalog.Name]*catalog.Table, len(src.Tables))
	for _, t := range src.Tables {
		tables[catalog.Name{Schema: t.Schema, Name: t.Name}] = t
	}
	done := map[catalog.Name]bool{}
	var visit func(t *catalog.Table)
	visit = func(t *catalog.Table) {
		name := catalog.Name{Schema: t.Schema, Name: t.Name}
		if done[name] {
			return
		}
		done[name] = true
		for _, p := range t.Parents {
			if parent := tables[p]; parent != nil {
				visit(parent)
				m.inheritColumns(t, parent)
			}
		}
		m.inheritRows(t)
	}
	for _, t := range src.Tables {
		visit(t)
	}
}

func (m *mapping) inheritColumns(t, parent *catalog.Table) {
	for _, c := range t.Columns {
		from, ok := m.columns[catalog.ColumnName{Schema: parent.Schema, Table: parent.Name, Column: c.Name}]
		if !ok || !c.Inherited {
			continue
		}
		at := catalog.ColumnName{Schema: t.Schema, Table: t.Name, Column: c.Name}
		own, has := m.columns[at]
		if !has {
			own = config.ColumnMapping{Name: c.Name, Pos: from.Pos}
		}
		own.Rename, own.Exclude = from.Rename, from.Exclude
		if own.Value == "" {
			own.Value = from.Value
		}
		m.columns[at] = own
	}
}

// inheritRows finds which rows of a table are copied. Those of a table with several parents are shown by each of them, and meet the
// filters of all.
func (m *mapping) inheritRows(t *catalog.Table) {
	at := catalog.Name{Schema: t.Schema, Name: t.Name}
	own, said := m.tables[at]
	if !said {
		own = config.TableMapping{Schema: t.Schema, Name: t.Name, Data: true}
	}
	var filters []string
	for _, p := range t.Parents {
		from, ok := m.tables[p]
		if !ok {
			continue
		}
		if !said {
			said, own.Pos = true, from.Pos
		}
		own.Data = own.Data && from.Data
		if from.Where != "" && !slices.Contains(filters, from.Where) {
			filters = append(filters, from.Where)
		}
		// Consent to rows that are there already is to those of one table; a partition's are the table's.
		if own.Conflict == "" && t.Bound != "" {
			own.Conflict = from.Conflict
		}
	}
	switch {
	case own.Where != "":
	case len(filters) == 1:
		own.Where = filters[0]
	case len(filters) > 1:
		own.Where = "(" + strings.Join(filters, ") AND (") + ")"
	}
	if said {
		m.tables[at] = own
	}
}

// checkInherited refuses to rename or exclude a column in one of the tables that share it.
func (b *builder) checkInherited() error {
	tables := map[catalog.Name]*catalog.Table{}
	for _, t := range b.src.Tables {
		tables[catalog.Name{Schema: t.Schema, Name: t.Name}] = t
	}
	for _, tm := range b.cfg.Mapping.Tables {
		t := tables[catalog.Name{Schema: tm.Schema, Name: tm.Name}]
		if t == nil {
			continue
		}
		for _, cm := range tm.Columns {
			for _, c := range t.Columns {
				if c.Name != cm.Name || !c.Inherited || cm.Rename == "" && !cm.Exclude {
					continue
				}
				if !b.parentsSay(t, c.Name, cm) {
					return &ConfigError{
						Summary: "Mapping of an inherited column",
						Detail: fmt.Sprintf("Column %q of %s.%s is inherited. Rename or exclude it in the table it comes from; its heirs follow.",
							c.Name, t.Schema, t.Name),
						File: cm.Pos.File, Line: cm.Pos.Line,
					}
				}
			}
		}
	}
	return nil
}

// parentsSay says whether a table that a column comes from is mapped alike.
func (b *builder) parentsSay(t *catalog.Table, column string, cm config.ColumnMapping) bool {
	for _, p := range t.Parents {
		if from := b.m.columnMapping(p.Schema, p.Name, column); from != nil && from.Rename == cm.Rename && from.Exclude == cm.Exclude {
			return true
		}
	}
	return false
}
