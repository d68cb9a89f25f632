package render

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"migrator/planner"
	"migrator/planner/count"
)

// shownSchemas is how many schemas stand beside a kind's total, shownRows how many in the table of schemas.
const (
	shownSchemas = 4
	shownTotals  = 40
)

// total is one line of the totals: actions of one change and kind, or of one schema.
type total struct {
	change      planner.Change
	name        string
	actions     int
	tables      int
	rows, bytes int64
	schemas     map[string]int
}

func (t *total) add(a *planner.Action) {
	t.actions++
	if a.Change == planner.Copy {
		t.tables++
		t.rows += a.Estimate.Rows
		t.bytes += a.Estimate.Bytes
	}
	if a.Schema != "" {
		t.schemas[a.Schema]++
	}
}

// totalsBy adds actions up under the key that key gives; an empty name is left out.
func totalsBy(p *planner.Plan, key func(*planner.Action) (planner.Change, string)) []*total {
	type id struct {
		change planner.Change
		name   string
	}
	index := make(map[id]*total)
	var list []*total
	for i := range p.Actions {
		a := &p.Actions[i]
		change, name := key(a)
		if name == "" {
			continue
		}
		t := index[id{change, name}]
		if t == nil {
			t = &total{change: change, name: name, schemas: make(map[string]int)}
			index[id{change, name}] = t
			list = append(list, t)
		}
		t.add(a)
	}
	return list
}

// kindTotals are the totals per change and kind, in the plan's order.
func kindTotals(p *planner.Plan) []*total {
	return totalsBy(p, func(a *planner.Action) (planner.Change, string) { return a.Change, kindLabel(a.Kind) })
}

// schemaTotals are the totals per schema, the one with most bytes and actions first.
func schemaTotals(p *planner.Plan) []*total {
	list := totalsBy(p, func(a *planner.Action) (planner.Change, string) { return "", printable(a.Schema) })
	slices.SortFunc(list, func(a, b *total) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), cmp.Compare(b.actions, a.actions), cmp.Compare(a.name, b.name))
	})
	return list
}

// where names the schemas with the most of a kind.
func (t *total) where() string {
	names := slices.SortedFunc(maps.Keys(t.schemas), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.schemas[b], t.schemas[a]), cmp.Compare(a, b))
	})
	parts := make([]string, 0, shownSchemas+1)
	for i, name := range names {
		if i == shownSchemas {
			parts = append(parts, count.Of(len(names)-i, "more schema"))
			break
		}
		parts = append(parts, printable(name)+" "+count.Number(t.schemas[name]))
	}
	return strings.Join(parts, ", ")
}

// amount is what a total copies, empty when it copies nothing.
func (t *total) amount() string {
	if t.bytes == 0 && t.rows == 0 {
		return ""
	}
	return rows(t.rows) + ", " + size(t.bytes)
}

// totals prints what a plan too long to read adds up to.
func (t *text) totals() {
	t.line("%s", t.style.bold("Totals by kind"))
	kinds := kindTotals(t.plan)
	table := make([][]string, len(kinds))
	for i, k := range kinds {
		table[i] = []string{k.name, count.Number(k.actions), k.amount(), k.where()}
	}
	for i, line := range align(table, 3, 40) {
		t.line("  %s %s", t.style.change(kinds[i].change), line)
	}
	if schemas := schemaTotals(t.plan); len(schemas) > 0 {
		t.line("\n%s", t.style.bold("Totals by schema"))
		table = table[:0]
		for _, s := range schemas[:min(len(schemas), shownTotals)] {
			table = append(table, []string{s.name, count.Of(s.actions, "action"), copied(s)})
		}
		for _, line := range align(table, 3, 40) {
			t.line("    %s", line)
		}
		if more := len(schemas) - shownTotals; more > 0 {
			t.line("    and %s", count.Of(more, "more schema"))
		}
	}
	t.line("")
}

// copied is how many tables of a schema are copied, and what they hold.
func copied(t *total) string {
	if t.tables == 0 {
		return ""
	}
	return count.Of(t.tables, "table") + " to copy, " + rows(t.rows) + ", " + size(t.bytes)
}

// kindCounts is "318 tables, 12 views", sorted by kind.
func kindCounts(counts map[string]int) string {
	parts := make([]string, 0, len(counts))
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if counts[kind] > 0 {
			parts = append(parts, count.Of(counts[kind], kindLabel(kind)))
		}
	}
	return strings.Join(parts, ", ")
}
