package planner

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"migrator/planner/catalog"
)

// addHazards names what a reviewer should know before approving.
func (b *builder) addHazards() {
	b.hazardKeys()
	b.hazardOIDs()
	b.hazardFloats()
	b.hazardRouting()
	b.hazardColumnOrder()
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

// HazardKeyless is the hazard of tables whose rows nothing names.
const HazardKeyless = "table_without_key"

func (b *builder) hazardKeys() {
	for _, a := range b.plan.Actions {
		if a.Copy == nil || a.Change != Copy || len(a.Copy.Key) > 0 {
			continue
		}
		if t := b.tables[catalog.Name(a.Copy.From)]; t != nil { // an extension's is none of the database's own
			b.hazard(HazardKeyless, t.Schema+"."+t.Name,
				"rows are still copied exactly once; verification compares it as a multiset",
				"nothing for the migration; add a primary key in the source if the application expects one")
		}
	}
}

// hazardOIDs finds tables with a hidden column that versions from 12 on do not have.
func (b *builder) hazardOIDs() {
	for _, o := range b.objects {
		if t, ok := o.(*catalog.Table); ok && t.WithOIDs && b.created(&t.Item) {
			b.hazard("table_with_oids", t.Schema+"."+t.Name, "is made without OIDs; the values of its hidden column oid stay behind",
				"where the application reads oid, copy it into a column of its own in the source first")
		}
	}
}

// shortestFloats is the version from which floating-point numbers are printed as the shortest text that means the same.
const shortestFloats = 120000

// floats are the types whose text holds such numbers.
var floats = map[string]bool{
	"real": true, "double precision": true, "point": true, "line": true, "lseg": true, "box": true, "path": true, "polygon": true, "circle": true,
}

// hazardFloats names tables whose digests cannot be the same on both sides.
func (b *builder) hazardFloats() {
	if b.src.Server.Version >= shortestFloats || b.destinationVersion() < shortestFloats {
		return
	}
	for _, a := range b.plan.Actions {
		if a.Copy == nil || a.Change != Copy || a.Copy.Format != "text" {
			continue
		}
		t := b.tables[catalog.Name(a.Copy.From)]
		if t != nil && slices.ContainsFunc(t.Columns, func(c *catalog.Column) bool { return floats[strings.TrimRight(c.Type, "[]")] }) {
			b.hazard("floats_as_text", t.Schema+"."+t.Name, "has floating-point numbers and travels as text, which PostgreSQL 12 and later print shorter: "+
				"the values arrive exactly, but verify reports the rows as different", "compare the numbers of this table by a query of your own")
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

func (b *builder) hazardExtensions() {
	for _, e := range b.src.Extensions {
		if at, ok := b.there.find(&e.Item).(*catalog.Extension); ok && at.Version != e.Version {
			b.hazard("extension_version_differs", e.Name,
				fmt.Sprintf("the source has version %s, the destination %s", e.Version, at.Version),
				"read the extension's release notes; ALTER EXTENSION ... UPDATE on one side if both must be equal")
		}
	}
}

// hazardLeftovers says what the destination has beyond the source: it stays.
func (b *builder) hazardLeftovers() {
	if names := b.leftovers(b.matched()); len(names) > 0 {
		what := strings.Join(names[:min(3, len(names))], ", ")
		if len(names) > 3 {
			what += fmt.Sprintf(" and %d more", len(names)-3)
		}
		b.hazard("destination_has_more", "destination", what+" are not in the source and stay as they are",
			"drop them in the destination if it must be an exact copy")
	}
}

// matched are the keys that the source's objects have in the destination.
func (b *builder) matched() map[string]bool {
	matched := map[string]bool{}
	for _, o := range b.objects {
		matched[b.there.key(b.m.mapped(o.Meta()))] = true
	}
	return matched
}
