package planner

import "sort"

// rings finds the sets of nodes that need each other, each sorted by address, in the order of their first addresses (Tarjan's
// strongly connected components, without those of a single node).
func (g *graph) rings() [][]*node {
	r := &ringFinder{g: g}
	addresses := make([]string, 0, len(g.nodes))
	for a, n := range g.nodes {
		addresses = append(addresses, a)
		n.mark = ringMark{}
	}
	sort.Strings(addresses)
	for _, a := range addresses {
		if n := g.nodes[a]; n.mark.index == 0 {
			r.visit(n)
		}
	}
	for _, ring := range r.found {
		sort.Slice(ring, func(i, j int) bool { return ring[i].action.Address < ring[j].action.Address })
	}
	sort.Slice(r.found, func(i, j int) bool { return r.found[i][0].action.Address < r.found[j][0].action.Address })
	return r.found
}

type ringFinder struct {
	g     *graph
	next  int
	stack []*node
	found [][]*node
}

// ringMark is what the finder knows of a node; index counts from 1.
type ringMark struct {
	index, low int
	onStack    bool
}

func (r *ringFinder) visit(n *node) {
	r.next++
	n.mark = ringMark{index: r.next, low: r.next, onStack: true}
	r.stack = append(r.stack, n)
	for d := range n.deps {
		switch dep := r.g.nodes[d]; {
		case dep == nil:
		case dep.mark.index == 0:
			r.visit(dep)
			n.mark.low = min(n.mark.low, dep.mark.low)
		case dep.mark.onStack:
			n.mark.low = min(n.mark.low, dep.mark.index)
		}
	}
	if n.mark.low != n.mark.index {
		return
	}
	var ring []*node
	for {
		top := r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
		top.mark.onStack = false
		ring = append(ring, top)
		if top == n {
			break
		}
	}
	if len(ring) > 1 {
		r.found = append(r.found, ring)
	}
}
