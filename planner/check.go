package planner

import (
	"fmt"
	"sort"

	"github.com/agext/levenshtein"

	"migrator/planner/catalog"
)

// maxName is NAMEDATALEN - 1: what PostgreSQL keeps of a name, in bytes.
const maxName = 63

// checkMapping refuses a mapping that names what the source does not have, or that gives two things one name.
func (b *builder) checkMapping() error {
	relations := map[string]bool{}
	schemas := map[string]bool{}
	for _, s := range b.src.Schemas {
		schemas[s.Name] = true
	}
	type place struct{ from, kind string }
	taken := map[catalog.Name]place{}
	columns := map[string]string{}
	visit := func(i *catalog.Item, names []string) error {
		relations[i.Schema+"."+i.Name] = true
		if !b.sel.selects(objectOf(i)) {
			return nil
		}
		to := b.m.mapped(i)
		if err := checkName(to.Name, i); err != nil {
			return err
		}
		at := catalog.Name{Schema: to.Schema, Name: to.Name}
		if other, ok := taken[at]; ok {
			return &ConfigError{
				Summary: "Two relations get one name",
				Detail:  fmt.Sprintf("%s and %s.%s would both be called %s.%s in the destination. Rename one of them in mapping.", other.from, i.Schema, i.Name, to.Schema, to.Name),
			}
		}
		taken[at] = place{i.Schema + "." + i.Name, string(i.Kind)}
		clear(columns)
		for _, c := range names {
			if m := b.m.columnMapping(i.Schema, i.Name, c); m != nil && m.Exclude {
				continue
			}
			name := b.m.column(i.Schema, i.Name, c)
			if other, ok := columns[name]; ok {
				return &ConfigError{
					Summary: "Two columns get one name",
					Detail:  fmt.Sprintf("Columns %q and %q of %s.%s would both be called %q in the destination. Rename one of them in mapping.", other, c, i.Schema, i.Name, name),
				}
			}
			columns[name] = c
		}
		return nil
	}
	for _, t := range b.src.Tables {
		var names []string
		for _, c := range t.Columns {
			names = append(names, c.Name)
		}
		if err := visit(&t.Item, names); err != nil {
			return err
		}
	}
	for _, v := range b.src.Views {
		if err := visit(&v.Item, nil); err != nil {
			return err
		}
	}
	for _, s := range b.src.Sequences {
		if err := visit(&s.Item, nil); err != nil {
			return err
		}
	}
	return b.checkKnown(schemas, relations)
}

// checkKnown refuses mappings of what is not there.
func (b *builder) checkKnown(schemas, relations map[string]bool) error {
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

// objectOf wraps an item for the selection, which looks at no more than that.
func objectOf(i *catalog.Item) catalog.Object { return i }

func checkName(name string, i *catalog.Item) error {
	if len(name) <= maxName {
		return nil
	}
	return &ConfigError{
		Summary: "A name is too long",
		Detail: fmt.Sprintf("%s.%s would be called %q in the destination, which has %d bytes; PostgreSQL keeps %d.",
			i.Schema, i.Name, name, len(name), maxName),
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
