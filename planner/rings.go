package planner

import "sort"

// rings finds the sets of nodes that need each other, each sorted by address, in the order of their first addresses (Tarjan's
// strongly connected components, without those of a single node).
func (g *graph) rings() [][]*node {
	r := &ringFinder{g: g, index: map[*node]int{}, low: map[*node]int{}, onStack: map[*node]bool{}}
	addresses := make([]string, 0, len(g.nodes))
	for a := range g.nodes {
		addresses = append(addresses, a)
	}
	sort.Strings(addresses)
	for _, a := range addresses {
		if n := g.nodes[a]; r.index[n] == 0 {
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
	g          *graph
	next       int
	index, low map[*node]int // index counts from 1
	onStack    map[*node]bool
	stack      []*node
	found      [][]*node
}

func (r *ringFinder) visit(n *node) {
	r.next++
	r.index[n], r.low[n] = r.next, r.next
	r.stack = append(r.stack, n)
	r.onStack[n] = true
	for d := range n.deps {
		switch dep := r.g.nodes[d]; {
		case dep == nil:
		case r.index[dep] == 0:
			r.visit(dep)
			r.low[n] = min(r.low[n], r.low[dep])
		case r.onStack[dep]:
			r.low[n] = min(r.low[n], r.index[dep])
		}
	}
	if r.low[n] != r.index[n] {
		return
	}
	var ring []*node
	for {
		top := r.stack[len(r.stack)-1]
		r.stack = r.stack[:len(r.stack)-1]
		r.onStack[top] = false
		ring = append(ring, top)
		if top == n {
			break
		}
	}
	if len(ring) > 1 {
		r.found = append(r.found, ring)
	}
}
