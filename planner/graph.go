package planner

import (
	"container/heap"
	"sort"
	"strings"

	"migrator/planner/catalog"
)

// node is one action on its way into the plan, with what its place in the order depends on.
type node struct {
	action Action
	obj    catalog.Object // nil for actions that are no object's creation
	prio   int
	deps   map[string]bool // addresses
	// after are addresses of actions that it does not need, but should come after if there are any; soft those of deps that are no more
	// than that.
	after []string
	soft  map[string]bool
	// absent says that there is nothing to do (it is in the destination already); dependents need not wait.
	absent bool
	// waitsFor are foreign keys of the destination that rows must not break: they wait for others.
	waitsFor []*catalog.Constraint
	// left is why the object is not selected; dependents cannot be made.
	left string
	// implied says that it is skipped with its object, whose line says all.
	implied bool
	mark    ringMark
}

// graph holds the nodes by address.
type graph struct {
	nodes map[string]*node
	byRef map[catalog.Ref]string
}

func newGraph() *graph {
	return &graph{nodes: map[string]*node{}, byRef: map[catalog.Ref]string{}}
}

func (g *graph) add(n *node) *node {
	if n.deps == nil {
		n.deps = map[string]bool{}
	}
	g.nodes[n.action.Address] = n
	return n
}

func (n *node) needs(addresses ...string) {
	for _, a := range addresses {
		if a != "" && a != n.action.Address {
			n.deps[a] = true
		}
	}
}

// follow turns what nodes come after into dependencies, as far as it is there.
func (g *graph) follow() {
	for _, n := range g.nodes {
		n.soft = nil
		for _, a := range n.after {
			if g.nodes[a] != nil && a != n.action.Address && !n.deps[a] {
				if n.soft == nil {
					n.soft = map[string]bool{}
				}
				n.deps[a], n.soft[a] = true, true
			}
		}
	}
}

// kindOrder breaks ties among actions that are free of each other: pg_dump's priorities.
var kindOrder = func() map[string]int {
	order := map[string]int{}
	for i, k := range []string{
		string(catalog.KindRole), string(catalog.KindSchema), string(catalog.KindLanguage), string(catalog.KindCollation), string(catalog.KindTransform), string(catalog.KindExtension), string(catalog.KindType), string(catalog.KindDomain), string(catalog.KindCast),
		string(catalog.KindFunction), string(catalog.KindProcedure), string(catalog.KindAggregate), string(catalog.KindAccessMethod),
		string(catalog.KindOperator), string(catalog.KindOperatorFamily), string(catalog.KindOperatorClass),
		string(catalog.KindConversion), string(catalog.KindTSParser), string(catalog.KindTSTemplate), string(catalog.KindTSDictionary),
		string(catalog.KindTSConfiguration), string(catalog.KindForeignDataWrapper), string(catalog.KindServer), string(catalog.KindUserMapping),
		string(catalog.KindSequence), string(catalog.KindTable), string(catalog.KindForeignTable), string(catalog.KindDefault), string(catalog.KindPartition),
		string(catalog.KindView), string(catalog.KindMaterializedView),
		ActionRows, ActionLargeObjects, string(catalog.KindLargeObject), ActionSequenceValue,
		string(catalog.KindIndex), string(catalog.KindPrimaryKey), string(catalog.KindUnique), string(catalog.KindExclusion),
		string(catalog.KindCheck), string(catalog.KindIndexPartition), string(catalog.KindForeignKey), ActionValidate, ActionNotValid, string(catalog.KindStatistics), ActionAnalyze,
		string(catalog.KindRule), string(catalog.KindTrigger), string(catalog.KindPolicy), ActionRowSecurity, ActionPrivileges, ActionSecurityLabel,
		string(catalog.KindPublication), ActionRefresh, ActionRename,
		string(catalog.KindDefaultPrivileges), string(catalog.KindSubscription), string(catalog.KindDatabaseSetting), string(catalog.KindDatabase), string(catalog.KindEventTrigger),
	} {
		order[k] = i
	}
	return order
}()

var sectionOrder = map[Section]int{PreData: 0, Data: 1, PostData: 2}

// less is the order among actions that are free of each other.
func (n *node) less(o *node) bool {
	a, b := &n.action, &o.action
	if a.Stage != b.Stage {
		return a.Stage < b.Stage
	}
	if sa, sb := sectionOrder[a.Section], sectionOrder[b.Section]; sa != sb {
		return sa < sb
	}
	if n.prio != o.prio {
		return n.prio < o.prio
	}
	if a.Schema != b.Schema {
		return a.Schema < b.Schema
	}
	return a.Address < b.Address
}

type readyHeap []*node

func (h readyHeap) Len() int           { return len(h) }
func (h readyHeap) Less(i, j int) bool { return h[i].less(h[j]) }
func (h readyHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

//nolint:errcheck // container/heap gives back what order pushes, which is nodes.
func (h *readyHeap) Push(x any) { *h = append(*h, x.(*node)) }

func (h *readyHeap) Pop() any {
	old := *h
	n := old[len(old)-1]
	*h = old[:len(old)-1]
	return n
}

// prune drops dependencies on what is not in the graph or needs no action, keeping what those need in turn.
func (g *graph) prune() {
	for _, n := range g.nodes {
		if !n.absent && g.needsMissing(n) {
			n.deps = g.present(n)
		}
	}
	for a, n := range g.nodes {
		if n.absent {
			delete(g.nodes, a)
		}
	}
}

// needsMissing says whether a node needs what is not in the graph or has nothing to do.
func (g *graph) needsMissing(n *node) bool {
	for d := range n.deps {
		if dep := g.nodes[d]; dep == nil || dep.absent {
			return true
		}
	}
	return false
}

// present are the nodes with something to do that a node needs, directly or through nodes without.
func (g *graph) present(n *node) map[string]bool {
	deps := map[string]bool{}
	seen := map[*node]bool{n: true}
	for queue := []*node{n}; len(queue) > 0; queue = queue[1:] {
		for d := range queue[0].deps {
			switch dep := g.nodes[d]; {
			case dep == nil || seen[dep]:
			case dep.absent:
				seen[dep] = true
				queue = append(queue, dep)
			default:
				deps[d] = true
			}
		}
	}
	return deps
}

// rise lifts each node's stage and section to those of what it needs: a view that needs a primary key is made after it.
func (g *graph) rise() {
	for changed := true; changed; {
		changed = false
		for _, n := range g.nodes {
			for d := range n.deps {
				dep := g.nodes[d]
				if dep.action.Stage > n.action.Stage {
					n.action.Stage, changed = dep.action.Stage, true
				}
				if sectionOrder[dep.action.Section] > sectionOrder[n.action.Section] {
					n.action.Section, changed = dep.action.Section, true
				}
			}
		}
	}
}

// order lists the nodes so that each stands after what it needs; ties are broken by less. loops are addresses where
// a dependency loop had to be broken.
func (g *graph) order() (sorted []*node, loops []string) {
	waiting := make(map[string]int, len(g.nodes))
	dependents := make(map[string][]*node, len(g.nodes))
	ready := &readyHeap{}
	for a, n := range g.nodes {
		waiting[a] = len(n.deps)
		for d := range n.deps {
			dependents[d] = append(dependents[d], n)
		}
		if len(n.deps) == 0 {
			*ready = append(*ready, n)
		}
	}
	heap.Init(ready)
	release := func(n *node) {
		for _, d := range dependents[n.action.Address] {
			if waiting[d.action.Address]--; waiting[d.action.Address] == 0 {
				heap.Push(ready, d)
			}
		}
	}
	done := make(map[string]bool, len(g.nodes))
	for len(sorted) < len(g.nodes) {
		if ready.Len() == 0 {
			n := g.firstInLoop(done)
			loops = append(loops, n.action.Address)
			waiting[n.action.Address] = -1
			for d := range n.deps {
				if !done[d] {
					delete(n.deps, d)
					dependents[d] = without(dependents[d], n)
				}
			}
			heap.Push(ready, n)
			continue
		}
		n := heap.Pop(ready).(*node) //nolint:errcheck // see Push
		done[n.action.Address] = true
		sorted = append(sorted, n)
		release(n)
	}
	return sorted, loops
}

// firstInLoop picks the node at which a loop is broken, the same one for the same catalogs: from the first node that waits it
// follows what each waits for until it comes round, and takes the first node of that ring.
func (g *graph) firstInLoop(done map[string]bool) *node {
	var at *node
	for a, n := range g.nodes {
		if !done[a] && (at == nil || n.less(at)) {
			at = n
		}
	}
	seen := map[*node]int{}
	var trail []*node
	for {
		if from, ok := seen[at]; ok {
			first := at
			for _, n := range trail[from:] {
				if n.less(first) {
					first = n
				}
			}
			return first
		}
		seen[at] = len(trail)
		trail = append(trail, at)
		for _, d := range at.sortedDeps() {
			if !done[d] {
				at = g.nodes[d]
				break
			}
		}
	}
}

func without(nodes []*node, gone *node) []*node {
	var kept []*node
	for _, n := range nodes {
		if n != gone {
			kept = append(kept, n)
		}
	}
	return kept
}

// sortedDeps are a node's dependencies in a stable order.
func (n *node) sortedDeps() []string {
	if len(n.deps) == 0 {
		return nil
	}
	deps := make([]string, 0, len(n.deps))
	for d := range n.deps {
		deps = append(deps, d)
	}
	sort.Strings(deps)
	return deps
}

// skipCascade turns every node that needs something that is not carried into a skipped one, with the chain's first link as its reason.
func (g *graph) skipCascade() {
	addresses := make([]string, 0, len(g.nodes))
	skips := false
	for a, n := range g.nodes {
		addresses = append(addresses, a)
		skips = skips || n.left != "" || n.action.Change == Skip
	}
	if !skips {
		return
	}
	sort.Strings(addresses)
	for changed := true; changed; {
		changed = false
		for _, a := range addresses {
			n := g.nodes[a]
			if n.action.Change == Skip || n.left != "" || n.absent {
				continue
			}
			for _, d := range n.sortedDeps() {
				dep := g.nodes[d]
				if dep == nil {
					continue
				}
				switch {
				case dep.left != "":
					n.skip("needs " + display(dep) + ", which is not selected (" + dep.left + ")")
				case dep.action.Change == Skip && !dep.absent:
					n.skip("needs " + display(dep) + ", which is not carried")
				default:
					continue
				}
				n.implied = n.obj == nil && n.action.Kind != ActionRows
				changed = true
				break
			}
		}
	}
}

func (n *node) skip(reason string) {
	n.action.Change = Skip
	n.action.Reason = reason
	n.action.SQL = nil
}

func display(n *node) string {
	name := n.action.Name
	if n.action.Schema != "" {
		name = n.action.Schema + "." + name
	}
	return strings.ReplaceAll(n.action.Kind, "_", " ") + " " + name
}
