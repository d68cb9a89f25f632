package planner

import (
	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addAnalyze makes a node for the statistics of each table and each root of partitions whose rows are copied.
func (b *builder) addAnalyze() {
	byTable := map[string][]string{} // indexes by their table's address
	for _, n := range b.g.nodes {
		if x, ok := n.obj.(*catalog.Index); ok {
			t := b.addressOfTable(catalog.Name{Schema: x.Schema, Name: x.Table})
			byTable[t] = append(byTable[t], n.action.Address)
		}
		if s, ok := n.obj.(*catalog.Statistics); ok {
			t := b.addressOfTable(s.On)
			byTable[t] = append(byTable[t], n.action.Address)
		}
	}
	for _, o := range b.objects {
		t, ok := o.(*catalog.Table)
		if !ok || t.Foreign || !b.cfg.Data || t.Bound != "" && !b.foreignBelow(b.rootOf(t)) {
			continue
		}
		name := catalog.Name{Schema: t.Schema, Name: t.Name}
		rows := b.rowsOf(name)
		copied := false
		for _, r := range rows {
			n := b.g.nodes[r]
			copied = copied || n != nil && !n.absent && n.left == "" && n.action.Change == Copy
		}
		if !copied {
			continue
		}
		into := name
		if n := b.g.nodes[rows[0]]; !t.Partitioned && n.action.Copy != nil {
			into = catalog.Name(n.action.Copy.Into)
		}
		n := b.g.add(&node{prio: kindOrder[ActionAnalyze], action: Action{
			Address: (&catalog.Item{Kind: ActionAnalyze, Schema: t.Schema, Name: t.Name}).Address(),
			Kind:    ActionAnalyze, Change: Alter, Section: PostData, Stage: StageData, Schema: t.Schema, Name: t.Name,
			SQL: []string{ddl.Analyze(into.Schema, into.Name)}, Locks: []string{relation(into.Schema, into.Name)},
			Estimate: Estimate{Bytes: t.Bytes},
		}})
		if b.foreignBelow(name) {
			n.skip("it would read foreign tables below it on their servers; its other partitions are analyzed one by one")
			continue
		}
		n.needs(rows...)
		for _, at := range append([]catalog.Name{name}, b.descendants(name)...) {
			n.after = append(n.after, byTable[b.addressOfTable(at)]...)
		}
	}
}

func (b *builder) descendants(name catalog.Name) []catalog.Name {
	var all []catalog.Name
	if t := b.tables[name]; t == nil || !t.Partitioned {
		return nil
	}
	for _, c := range b.children[name] {
		n := catalog.Name{Schema: c.Schema, Name: c.Name}
		all = append(append(all, n), b.descendants(n)...)
	}
	return all
}

// foreignBelow says whether a table has foreign tables among its partitions or children, which ANALYZE would read on their servers.
func (b *builder) foreignBelow(name catalog.Name) bool {
	for _, c := range b.children[name] {
		if c.Foreign || b.foreignBelow(catalog.Name{Schema: c.Schema, Name: c.Name}) {
			return true
		}
	}
	return false
}

// rootOf is the topmost table that t is a partition of.
func (b *builder) rootOf(t *catalog.Table) catalog.Name {
	name := catalog.Name{Schema: t.Schema, Name: t.Name}
	for t != nil && t.Bound != "" && len(t.Parents) == 1 {
		name = t.Parents[0]
		t = b.tables[name]
	}
	return name
}
