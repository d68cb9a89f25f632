package planner

import (
	"fmt"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// excludeColumns takes the columns out of a table that mapping leaves behind, here and in what inherits them.
func (b *builder) excludeColumns(t *catalog.Table) error {
	for _, cm := range b.m.tables[catalog.Name{Schema: t.Schema, Name: t.Name}].Columns {
		if cm.Exclude {
			if err := b.excludeColumn(t, cm.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) excludeColumn(t *catalog.Table, name string) error {
	var kept []*catalog.Column
	for _, c := range t.Columns {
		if c.Name != name {
			kept = append(kept, c)
			continue
		}
		if b.excluded[t.Ref] == nil {
			b.excluded[t.Ref] = map[int16]string{}
		}
		b.excluded[t.Ref][c.Number] = c.Name
	}
	t.Columns = kept
	if t.PartitionBy != "" && mentions(t.PartitionBy, name) {
		return &ConfigError{
			Summary: "A partition key needs an excluded column",
			Detail:  fmt.Sprintf("Table %s.%s is partitioned by column %q, which mapping excludes.", t.Schema, t.Name, name),
		}
	}
	for _, c := range kept {
		if cm := b.m.columnMapping(t.Schema, t.Name, c.Name); cm != nil && cm.Exclude {
			continue // it goes as well
		}
		if c.Generated != "" && mentions(c.Default, name) {
			return &ConfigError{
				Summary: "A generated column needs an excluded one",
				Detail: fmt.Sprintf("Column %q of table %s.%s is generated from column %q, which mapping excludes. Exclude both, or neither.",
					c.Name, t.Schema, t.Name, name),
			}
		}
	}
	var checks []catalog.TableCheck
	for _, c := range t.Checks {
		if !mentions(c.Definition, name) {
			checks = append(checks, c)
			continue
		}
		n := b.g.add(&node{action: Action{
			Address: (&catalog.Item{Kind: catalog.KindCheck, Schema: t.Schema, Table: t.Name, Name: c.Name}).Address(),
			Kind:    string(catalog.KindCheck), Section: PreData, Schema: t.Schema, Name: t.Name + "." + c.Name,
		}})
		n.skip(fmt.Sprintf("needs column %q, which mapping excludes", name))
	}
	t.Checks = checks
	for _, child := range b.children[catalog.Name{Schema: t.Schema, Name: t.Name}] {
		if err := b.excludeColumn(child, name); err != nil {
			return err
		}
	}
	return nil
}

// mentions says whether a piece of SQL holds an identifier.
func mentions(sql, name string) bool {
	const mark = "\x01hit\x01"
	return strings.Contains(ddl.Normalize(sql, func(id string) string {
		if id == name {
			return mark
		}
		return id
	}), mark)
}

// ConfigError is a configuration that is right in itself but does not fit the databases.
type ConfigError struct {
	Summary, Detail string
	File            string // where, if known
	Line            int
}

func (e *ConfigError) Error() string { return e.Summary + ": " + e.Detail }
