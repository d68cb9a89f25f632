package planner

import (
	"fmt"

	"migrator/config"
	"migrator/planner/catalog"
)

// inherit carries what mapping says of a table down to its partitions, which are parts of it, and of a column down to the tables that
// inherit it: PostgreSQL renames and drops columns in all of them at once. What is said of a partition itself wins.
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
				m.inheritFrom(t, parent)
			}
		}
	}
	for _, t := range src.Tables {
		visit(t)
	}
}

func (m *mapping) inheritFrom(t, parent *catalog.Table) {
	partition := t.Bound != ""
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
		if own.Value == "" && partition {
			own.Value = from.Value
		}
		m.columns[at] = own
	}
	from, ok := m.tables[catalog.Name{Schema: parent.Schema, Name: parent.Name}]
	if !partition || !ok {
		return
	}
	at := catalog.Name{Schema: t.Schema, Name: t.Name}
	own, has := m.tables[at]
	if !has {
		own = config.TableMapping{Schema: t.Schema, Name: t.Name, Data: true, Pos: from.Pos}
	}
	own.Data = own.Data && from.Data
	if own.Where == "" {
		own.Where = from.Where
	}
	if own.Conflict == "" {
		own.Conflict = from.Conflict
	}
	m.tables[at] = own
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
