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
		if !ok || t.Bound != "" || !b.cfg.Data {
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
		n.needs(rows...)
		for _, at := range append([]catalog.Name{name}, b.descendants(name)...) {
			n.needs(byTable[b.addressOfTable(at)]...)
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
