package planner

import (
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// keyOf finds the positions of the key's columns among those that are copied; it is empty without a key.
func (b *builder) keyOf(t *catalog.Table, columns []string) []int {
	c := b.tableKey(t)
	if c == nil {
		return nil
	}
	var key []int
	for _, name := range ddl.KeyColumns(c.Definition) {
		at := slices.Index(columns, name)
		if at < 0 {
			return nil
		}
		key = append(key, at)
	}
	return key
}

// tableKey is what names a table's rows: the primary key, else a unique constraint on columns that cannot be null, else nil.
func (b *builder) tableKey(t *catalog.Table) *catalog.Constraint {
	if b.keys == nil {
		b.keys = map[catalog.Name]*catalog.Constraint{}
		for _, o := range b.objects {
			c, ok := o.(*catalog.Constraint)
			if !ok {
				continue
			}
			name := catalog.Name{Schema: c.Schema, Name: c.Table}
			switch {
			case c.Kind == catalog.KindPrimaryKey:
				b.keys[name] = c
			case c.Kind == catalog.KindUnique && b.keys[name] == nil && b.neverNull(name, c):
				b.keys[name] = c
			}
		}
	}
	return b.keys[catalog.Name{Schema: t.Schema, Name: t.Name}]
}

// neverNull says whether all columns of a key are NOT NULL.
func (b *builder) neverNull(table catalog.Name, c *catalog.Constraint) bool {
	t := b.tables[table]
	if t == nil {
		return false
	}
	for _, name := range ddl.KeyColumns(c.Definition) {
		if !slices.ContainsFunc(t.Columns, func(col *catalog.Column) bool { return col.Name == name && col.NotNull }) {
			return false
		}
	}
	return true
}

// skipKeyIndexes leaves out the indexes of keys that are left out: for a column that mapping excludes, only the key is known to need it.
func (b *builder) skipKeyIndexes() bool {
	found := false
	for _, n := range b.g.nodes {
		x, ok := n.obj.(*catalog.Index)
		if !ok || x.Constraint == "" || n.absent || n.left != "" || n.action.Change != Create {
			continue
		}
		for _, c := range b.constraintsOf(x) {
			if key := b.g.nodes[c.Address()]; key != nil && key.left == "" && key.action.Change == Skip {
				n.skip("belongs to " + display(key) + ", which is not carried")
				found = true
			}
		}
	}
	return found
}
