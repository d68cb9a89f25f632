package planner

import (
	"fmt"
	"sort"
	"strings"

	"github.com/agext/levenshtein"

	"migrator/planner/catalog"
)

// maxName is NAMEDATALEN - 1: what PostgreSQL keeps of a name, in bytes.
const maxName = 63

// checkMapping refuses a mapping that names what the source does not have, or that gives two things one name.
func (b *builder) checkMapping() error {
	for _, check := range []func() error{b.checkKnown, b.checkKnownColumns, b.checkInherited, b.checkSchemas, b.checkNames} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkKnown refuses mappings of schemas and relations that are not there.
func (b *builder) checkKnown() error {
	schemas, relations := map[string]bool{}, map[string]bool{}
	for _, o := range b.src.Objects() {
		switch i := o.Meta(); {
		case i.Kind == catalog.KindSchema:
			schemas[i.Name] = true
		case isRelation(i.Kind):
			relations[i.Schema+"."+i.Name] = true
		}
	}
	for _, s := range b.cfg.Mapping.Schemas {
		if !schemas[s.Name] {
			return &ConfigError{
				Summary: "Mapping of a schema that does not exist",
				Detail:  fmt.Sprintf("The source has no schema %q.%s", s.Name, suggest(s.Name, schemas)),
				File:    s.Pos.File, Line: s.Pos.Line,
			}
		}
	}
	for _, t := range b.cfg.Mapping.Tables {
		if name := t.Schema + "." + t.Name; !relations[name] {
			return &ConfigError{
				Summary: "Mapping of a table that does not exist",
				Detail:  fmt.Sprintf("The source has no table %q.%s", name, suggest(name, relations)),
				File:    t.Pos.File, Line: t.Pos.Line,
			}
		}
	}
	return nil
}

// checkKnownColumns refuses mappings of columns that are not there.
func (b *builder) checkKnownColumns() error {
	columns := map[catalog.Name]map[string]bool{}
	for _, t := range b.src.Tables {
		known := map[string]bool{}
		for _, c := range t.Columns {
			known[c.Name] = true
		}
		columns[catalog.Name{Schema: t.Schema, Name: t.Name}] = known
	}
	for _, v := range b.src.Views {
		known := map[string]bool{}
		for _, c := range v.Columns {
			known[c.Name] = true
		}
		columns[catalog.Name{Schema: v.Schema, Name: v.Name}] = known
	}
	for _, t := range b.cfg.Mapping.Tables {
		known := columns[catalog.Name{Schema: t.Schema, Name: t.Name}]
		for _, c := range t.Columns {
			if !known[c.Name] {
				return &ConfigError{
					Summary: "Mapping of a column that does not exist",
					Detail:  fmt.Sprintf("Table %s.%s has no column %q.%s", t.Schema, t.Name, c.Name, suggest(c.Name, known)),
					File:    c.Pos.File, Line: c.Pos.Line,
				}
			}
		}
	}
	return nil
}

// checkSchemas refuses two schemas that a capitalization policy makes one: that is done only where mapping says so by name.
func (b *builder) checkSchemas() error {
	taken := map[string]string{}
	for _, s := range b.src.Schemas {
		if !b.sel.selects(s) {
			continue
		}
		to := b.m.schema(s.Name)
		if err := checkName(to, "schema "+s.Name); err != nil {
			return err
		}
		if to != s.Name && strings.HasPrefix(to, "pg_") {
			return &ConfigError{
				Summary: "A schema gets a name that PostgreSQL keeps for itself",
				Detail:  fmt.Sprintf("Schema %q would be called %q in the destination, and no schema may begin with pg_. Add a schema block for it to mapping.", s.Name, to),
			}
		}
		if to == b.cfg.Destination.LedgerSchema {
			return &ConfigError{
				Summary: "A schema gets the ledger's name",
				Detail:  fmt.Sprintf("Schema %q would be called %q in the destination, where migrator keeps its own record. Set destination.ledger_schema.", s.Name, to),
			}
		}
		other, ok := taken[to]
		taken[to] = s.Name
		_, chosen := b.m.schemas[s.Name]
		_, otherChosen := b.m.schemas[other]
		if ok && !chosen && !otherChosen {
			return &ConfigError{
				Summary: "Two schemas get one name",
				Detail: fmt.Sprintf("Schemas %q and %q would both be called %q in the destination. Add a schema block for one of them to mapping, or to unite them.",
					other, s.Name, to),
			}
		}
	}
	return nil
}

// checkNames refuses names that are too long, or that two things would have: relations and indexes share one
// set of names in each schema, types and the row types of relations another one.
func (b *builder) checkNames() error {
	taken := map[string]*catalog.Item{}
	for _, o := range b.src.Objects() {
		i := o.Meta()
		if i.Kind == catalog.KindSchema || i.Kind == catalog.KindPrivileges || !b.sel.selects(o) {
			continue
		}
		to := b.m.mapped(i)
		if err := checkName(to.Name, i.Schema+"."+i.Name); err != nil {
			return err
		}
		for _, key := range b.namesOf(to) {
			if other := taken[key]; other != nil {
				return &ConfigError{
					Summary: "Two objects get one name",
					Detail: fmt.Sprintf("%s and %s would both be called %s in the destination. Rename one of them in mapping.",
						spell(other.Address()), spell(i.Address()), strings.TrimPrefix(to.Schema+"."+displayName(&to), ".")),
				}
			}
			taken[key] = i
		}
		if err := b.checkColumnNames(o); err != nil {
			return err
		}
	}
	return nil
}

// namesOf are the names that an object, as it will be called, takes from others.
func (b *builder) namesOf(i catalog.Item) []string {
	relation, typ := "relation\x00"+i.Schema+"\x00"+i.Name, "type\x00"+i.Schema+"\x00"+i.Name
	switch i.Kind {
	case catalog.KindTable, catalog.KindForeignTable, catalog.KindView, catalog.KindMaterializedView:
		return []string{relation, typ}
	case catalog.KindIndex, catalog.KindSequence:
		return []string{relation}
	case catalog.KindType, catalog.KindDomain:
		return []string{typ}
	}
	return []string{b.there.key(i)}
}

func (b *builder) checkColumnNames(o catalog.Object) error {
	i := o.Meta()
	columns := map[string]string{}
	for _, c := range columnsOf(o) {
		if m := b.m.columnMapping(i.Schema, i.Name, c); m != nil && m.Exclude {
			continue
		}
		name := b.m.column(i.Schema, i.Name, c)
		if err := checkName(name, "column "+i.Schema+"."+i.Name+"."+c); err != nil {
			return err
		}
		if other, ok := columns[name]; ok {
			return &ConfigError{
				Summary: "Two columns get one name",
				Detail: fmt.Sprintf("Columns %q and %q of %s.%s would both be called %q in the destination. Rename one of them in mapping.",
					other, c, i.Schema, i.Name, name),
			}
		}
		columns[name] = c
	}
	return nil
}

// columnsOf are the names of a relation's columns.
func columnsOf(o catalog.Object) []string {
	var names []string
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			names = append(names, c.Name)
		}
	case *catalog.View:
		for _, c := range o.Columns {
			names = append(names, c.Name)
		}
	}
	return names
}

func checkName(name, of string) error {
	if len(name) <= maxName {
		return nil
	}
	return &ConfigError{
		Summary: "A name is too long",
		Detail:  fmt.Sprintf("%s would be called %q in the destination, which has %d bytes; PostgreSQL keeps %d.", of, name, len(name), maxName),
	}
}

// suggest offers the nearest known name.
func suggest(name string, known map[string]bool) string {
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	sort.Strings(names)
	best, distance := "", 1+len(name)/3
	for _, k := range names {
		if d := levenshtein.Distance(name, k, nil); d <= distance {
			best, distance = k, d-1
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}
