package planner

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"migrator/planner/catalog"
)

// addHazards names what a reviewer should know before approving.
func (b *builder) addHazards() {
	b.hazardKeys()
	b.hazardFilters()
	b.hazardBodies()
	b.hazardExtensions()
	b.hazardLeftovers()
	sort.SliceStable(b.plan.Hazards, func(i, j int) bool {
		x, y := b.plan.Hazards[i], b.plan.Hazards[j]
		if x.Name != y.Name {
			return x.Name < y.Name
		}
		return x.Object < y.Object
	})
}

func (b *builder) hazard(name, object, what, do string) {
	b.plan.Hazards = append(b.plan.Hazards, Hazard{Name: name, Object: object, What: what, Do: do})
}

// copied are the tables whose rows this plan moves, in the plan's order.
func (b *builder) copied() []*catalog.Table {
	var tables []*catalog.Table
	for i := range b.plan.Actions {
		if c := b.plan.Actions[i].Copy; c != nil && b.plan.Actions[i].Change == Copy {
			tables = append(tables, b.tables[catalog.Name(c.From)])
		}
	}
	return tables
}

func (b *builder) hazardKeys() {
	for _, t := range b.copied() {
		if len(b.keysOf(t)) == 0 {
			b.hazard("table_without_key", t.Schema+"."+t.Name,
				"rows are still copied exactly once; verification compares it as a multiset", "")
		}
	}
}

// hazardFilters finds foreign keys whose parents a row filter, or data = false, may leave behind.
func (b *builder) hazardFilters() {
	for _, o := range b.objects {
		fk, ok := o.(*catalog.Constraint)
		if !ok || fk.References == nil || b.g.nodes[fk.Address()] == nil || b.g.nodes[fk.Address()].action.Change != Create {
			continue
		}
		tm := b.m.tables[*fk.References]
		if tm.Name == "" || (tm.Where == "" && tm.Data) {
			continue
		}
		b.hazard("row_filter_breaks_fk", fk.Schema+"."+fk.Table+"."+fk.Name,
			fmt.Sprintf("references %s.%s, of which not all rows are copied; the key fails if one is missing", fk.References.Schema, fk.References.Name),
			fmt.Sprintf("filter %s.%s alike, or add \"foreign_key\" to select.skip", fk.Schema, fk.Table))
	}
}

// hazardBodies finds function bodies that mention a renamed thing: they are text, which PostgreSQL does not rewrite.
func (b *builder) hazardBodies() {
	if !b.m.renames() {
		return
	}
	var names []string
	for from := range b.m.classes {
		if b.m.classes[from] != from {
			names = append(names, from)
		}
	}
	sort.Strings(names)
	patterns := make([]*regexp.Regexp, len(names))
	for i, n := range names {
		patterns[i] = regexp.MustCompile(`(?i)(^|[^\pL\pN_$])` + regexp.QuoteMeta(n) + `($|[^\pL\pN_$])`)
	}
	for _, o := range b.objects {
		f, ok := o.(*catalog.Function)
		if !ok || f.Body == "" || !b.created(&f.Item) {
			continue
		}
		var found []string
		for i, p := range patterns {
			if p.MatchString(f.Body) {
				found = append(found, names[i])
			}
		}
		if len(found) > 0 {
			b.hazard("function_body_mentions_renamed", f.Schema+"."+displayName(&f.Item),
				"mentions "+strings.Join(found, ", ")+", and PostgreSQL does not rewrite function bodies",
				"change the body after the migration, or keep the name")
		}
	}
}

func (b *builder) hazardExtensions() {
	for _, e := range b.src.Extensions {
		if at, ok := b.there.find(&e.Item).(*catalog.Extension); ok && at.Version != e.Version {
			b.hazard("extension_version_differs", e.Name,
				fmt.Sprintf("the source has version %s, the destination %s", e.Version, at.Version), "")
		}
	}
}

// hazardLeftovers says what the destination has beyond the source: it stays.
func (b *builder) hazardLeftovers() {
	matched := map[string]bool{}
	for _, o := range b.objects {
		matched[b.there.key(b.m.mapped(o.Meta()))] = true
	}
	if names := b.leftovers(matched); len(names) > 0 {
		what := strings.Join(names[:min(3, len(names))], ", ")
		if len(names) > 3 {
			what += fmt.Sprintf(" and %d more", len(names)-3)
		}
		b.hazard("destination_has_more", "destination", what+" are not in the source and stay as they are", "")
	}
}
