package planner

import (
	"slices"

	"migrator/planner/catalog"
)

// inOrder says whether a table's columns are in the order that its parents give them.
func (b *builder) inOrder(t *catalog.Table) bool {
	if len(t.Parents) == 0 || t.Bound != "" {
		return true
	}
	var merged []string
	add := func(name string) {
		if !slices.Contains(merged, name) {
			merged = append(merged, name)
		}
	}
	for _, p := range t.Parents {
		if parent := b.tables[p]; parent != nil {
			for _, c := range parent.Columns {
				add(c.Name)
			}
		}
	}
	for _, c := range t.Columns {
		add(c.Name)
	}
	return slices.EqualFunc(t.Columns, merged, func(c *catalog.Column, name string) bool { return c.Name == name })
}

// hazardColumnOrder names tables whose columns will be in another order. Column lists everywhere see to it that no value goes astray.
func (b *builder) hazardColumnOrder() {
	for _, o := range b.objects {
		if t, ok := o.(*catalog.Table); ok && !t.JoinsLater && !b.inOrder(t) && b.created(&t.Item) {
			b.hazard("column_order_differs", t.Schema+"."+t.Name,
				"inherits columns that came to it later; they will stand before its own, as after pg_dump: SELECT * and INSERT without a column list see another order",
				"name the columns in queries that depend on their order")
		}
	}
}
