package planner

import (
	"sort"

	"migrator/planner/catalog"
)

// compareSchema plans one schema. Under its own name it is made unless it is there. One that is renamed is
// needed under its old name while the run lasts, as far as anything is to be made in it (see stageSchemas).
func (b *builder) compareSchema(n *node, s *catalog.Schema) {
	if there := b.there.find(&s.Item); there != nil {
		n.absent = true
		if b.leadsSchema(s) {
			b.alter(n, there)
		}
		return
	}
	n.absent = b.there.objects[b.there.key(s.Item)] != nil
}

// leadsSchema says whether a schema is the one whose owner, comment and privileges the destination's has. It matters where several
// become one: then it is the one that keeps its name, or else the first.
func (b *builder) leadsSchema(s *catalog.Schema) bool {
	into := b.m.schema(s.Name)
	first := s.Name
	for _, other := range b.src.Schemas {
		if b.m.schema(other.Name) != into || !b.sel.selects(other) {
			continue
		}
		if other.Name == into {
			return s.Name == into
		}
		first = min(first, other.Name)
	}
	return s.Name == first
}

// stageSchemas makes renamed schemas under their old names too where the new one is there already: what is new in them is
// made there and moved at the end. What needs a thing that has its new name already cannot be made under old names.
func (b *builder) stageSchemas() {
	for _, n := range b.sortedNodes() {
		if n.obj == nil || n.absent || n.left != "" || n.action.Change != Create {
			continue
		}
		for _, d := range n.sortedDeps() {
			dep := b.g.nodes[d]
			if dep == nil || !dep.absent || dep.obj == nil || !b.m.renamed(dep.obj.Meta()) {
				continue
			}
			if s, ok := dep.obj.(*catalog.Schema); ok {
				dep.absent = b.there.objects[b.there.key(s.Item)] != nil
				continue
			}
			n.conflict("needs " + display(dep) + ", which has its new name in the destination already; create it there by hand")
		}
	}
}

func (b *builder) sortedNodes() []*node {
	nodes := make([]*node, 0, len(b.g.nodes))
	for _, n := range b.g.nodes {
		nodes = append(nodes, n)
	}
	sort.Slice(nodes, func(i, j int) bool { return nodes[i].action.Address < nodes[j].action.Address })
	return nodes
}
