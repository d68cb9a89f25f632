package planner

import "migrator/planner/catalog"

// classes gathers names that renames tie together. Each class is known by one of its names, so that two texts which differ in renamed names
// alone become equal. A class is coarser than the truth (it knows no schema), but the same on both sides of a comparison.
type classes struct {
	parent map[string]string
	// old are the names that something loses.
	old map[string]bool
}

func (c *classes) tie(from, to string) {
	if from == to {
		return
	}
	c.old[from] = true
	a, b := c.same(from), c.same(to)
	// The first name in order stands for the class, whatever order the renames come in.
	if b < a {
		a, b = b, a
	}
	c.parent[b] = a
	c.parent[a] = a
}

// same is the name that stands for a name's class.
func (c *classes) same(name string) string {
	for {
		above, ok := c.parent[name]
		if !ok || above == name {
			return name
		}
		name = above
	}
}

// classify finds every rename there is among the source's schemas, relations and columns.
func (m *mapping) classify(src *catalog.Database) {
	m.classes = classes{parent: map[string]string{}, old: map[string]bool{}}
	for _, s := range src.Schemas {
		m.tie(s.Name, m.schema(s.Name))
	}
	for _, t := range src.Tables {
		m.tie(t.Name, m.relation(t.Schema, t.Name))
		for _, c := range t.Columns {
			m.tie(c.Name, m.column(t.Schema, t.Name, c.Name))
		}
	}
	for _, v := range src.Views {
		m.tie(v.Name, m.relation(v.Schema, v.Name))
		for _, c := range v.Columns {
			m.tie(c.Name, m.column(v.Schema, v.Name, c.Name))
		}
	}
	for _, s := range src.Sequences {
		m.tie(s.Name, m.relation(s.Schema, s.Name))
	}
}

// renames says whether anything is called differently in the destination.
func (m *mapping) renames() bool { return len(m.old) > 0 }
