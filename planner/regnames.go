package planner

import (
	"strings"

	"migrator/planner/catalog"
)

// namesObjects says whether values of a column are the names of objects in its text form (regclass, regprocedure[], ...).
func namesObjects(c *catalog.Column) bool {
	switch strings.TrimRight(c.Type, "[]") {
	case "regclass", "regproc", "regprocedure", "regoper", "regoperator", "regtype", "regconfig", "regdictionary", "regcollation", "regnamespace":
		return true
	}
	return false
}

// waitsForNames is the size up to which a table waits for all indexes; a larger one would hold the whole run up.
const waitsForNames = 64 << 20

// orderNames lets rows that name objects come after what is made between the rows: indexes and keys can be named too.
func (b *builder) orderNames() {
	var late []string
	for address, n := range b.g.nodes {
		switch catalog.Kind(n.action.Kind) {
		case catalog.KindIndex, catalog.KindPrimaryKey, catalog.KindUnique, catalog.KindExclusion:
			late = append(late, address)
		}
	}
	for name, t := range b.tables {
		n := b.g.nodes[rowsAddress(t)]
		if n == nil || n.action.Copy == nil {
			continue
		}
		for _, c := range t.Columns {
			if !namesObjects(c) {
				continue
			}
			if b.hazardNames(name, c); t.Bytes <= waitsForNames {
				n.after = late
			}
		}
	}
}

// hazardNames warns of names that change: the values follow the objects, and so are not the source's texts any more.
func (b *builder) hazardNames(table catalog.Name, c *catalog.Column) {
	if !b.m.renames() {
		return
	}
	b.hazard("column_names_objects", table.Schema+"."+table.Name+"."+c.Name,
		"holds names of objects ("+c.Type+"), and mapping renames some: values that name those follow them, and verify finds other texts in these rows",
		"compare these rows by hand")
}
