package planner

import (
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
)

// mapping answers what things are called in the destination once all renames are done.
type mapping struct {
	classes
	policy  config.NamePolicy
	schemas map[string]string
	tables  map[catalog.Name]config.TableMapping
	// columns are the mappings of columns: a table's own, and those that come from its parents.
	columns map[catalog.ColumnName]config.ColumnMapping
}

func newMapping(cfg *config.Config, src *catalog.Database) *mapping {
	m := &mapping{
		policy:  cfg.Mapping.Names,
		schemas: map[string]string{},
		tables:  map[catalog.Name]config.TableMapping{},
		columns: map[catalog.ColumnName]config.ColumnMapping{},
	}
	for _, s := range cfg.Mapping.Schemas {
		m.schemas[s.Name] = s.Rename
	}
	for _, t := range cfg.Mapping.Tables {
		m.tables[catalog.Name{Schema: t.Schema, Name: t.Name}] = t
		for _, c := range t.Columns {
			m.columns[catalog.ColumnName{Schema: t.Schema, Table: t.Name, Column: c.Name}] = c
		}
	}
	m.inherit(src)
	m.classify(src)
	return m
}

func (m *mapping) fold(name string) string {
	switch m.policy {
	case config.NamesLower:
		return strings.ToLower(name)
	case config.NamesUpper:
		return strings.ToUpper(name)
	}
	return name
}

func (m *mapping) schema(name string) string {
	if to, ok := m.schemas[name]; ok && to != "" {
		return to
	}
	if name == "public" {
		return name // every database has it under this name
	}
	return m.fold(name)
}

// relation is the new name of a table, view, materialized view or sequence, without its schema.
func (m *mapping) relation(schema, name string) string {
	if t, ok := m.tables[catalog.Name{Schema: schema, Name: name}]; ok && t.Rename != "" {
		return t.Rename
	}
	return m.fold(name)
}

func (m *mapping) column(schema, table, name string) string {
	if c := m.columnMapping(schema, table, name); c != nil && c.Rename != "" {
		return c.Rename
	}
	return m.fold(name)
}

func (m *mapping) columnMapping(schema, table, name string) *config.ColumnMapping {
	if c, ok := m.columns[catalog.ColumnName{Schema: schema, Table: table, Column: name}]; ok {
		return &c
	}
	return nil
}

// isRelation says whether a kind's names are subject to table renames and the capitalization policy.
func isRelation(k catalog.Kind) bool {
	switch k {
	case catalog.KindTable, catalog.KindForeignTable, catalog.KindView, catalog.KindMaterializedView, catalog.KindSequence:
		return true
	}
	return false
}

// mapped is the item's identity in the destination.
func (m *mapping) mapped(i *catalog.Item) catalog.Item {
	out := *i
	if i.Kind == catalog.KindPrivileges {
		// What a server and its extensions bring is called the same everywhere; only a schema can be renamed under it.
		if i.Schema != "" && i.Schema != "pg_catalog" {
			out.Schema = m.schema(i.Schema)
		}
		return out
	}
	switch {
	case i.Kind == catalog.KindSchema:
		out.Name = m.schema(i.Name)
	case isRelation(i.Kind):
		out.Name = m.relation(i.Schema, i.Name)
	}
	if i.Schema != "" {
		out.Schema = m.schema(i.Schema)
	}
	if i.Table != "" {
		out.Table = m.relation(i.Schema, i.Table)
	}
	return out
}
