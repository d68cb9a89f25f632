package planner

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// graphOf makes a graph of nodes that need others, added in the order of the keys.
func graphOf(keys []int, needs map[int][]int) *graph {
	g := newGraph()
	for _, k := range keys {
		n := g.add(&node{prio: k % 3, action: Action{Address: address(k), Change: Create, Section: PreData}})
		for _, d := range needs[k] {
			n.needs(address(d))
		}
	}
	return g
}

func address(k int) string { return fmt.Sprintf("n%03d", k) }

func addresses(nodes []*node) []string {
	var all []string
	for _, n := range nodes {
		all = append(all, n.action.Address)
	}
	return all
}

// TestOrder checks for any graph that everything stands after what it needs, but for the loops that are named, and that the order in
// which nodes came does not matter.
func TestOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 30).Draw(t, "size")
		needs := map[int][]int{}
		for range rapid.IntRange(0, 3*size).Draw(t, "edges") {
			from, to := rapid.IntRange(0, size-1).Draw(t, "from"), rapid.IntRange(0, size-1).Draw(t, "to")
			needs[from] = append(needs[from], to)
		}
		keys := make([]int, size)
		for i := range keys {
			keys[i] = i
		}
		first, loops := graphOf(keys, needs).order()
		second, again := graphOf(rapid.Permutation(keys).Draw(t, "order"), needs).order()
		if !slices.Equal(addresses(first), addresses(second)) || !slices.Equal(loops, again) {
			t.Fatalf("%v (%v) and then %v (%v)", addresses(first), loops, addresses(second), again)
		}
		if len(first) != size {
			t.Fatalf("%d of %d nodes", len(first), size)
		}
		seen := map[string]bool{}
		for _, n := range first {
			for d := range n.deps {
				if !seen[d] {
					t.Fatalf("%s stands before %s, which it needs", n.action.Address, d)
				}
			}
			seen[n.action.Address] = true
		}
		if rings := graphOf(keys, needs).rings(); (len(rings) > 0) != (len(loops) > 0) {
			t.Fatalf("rings %d, loops %v", len(rings), loops)
		}
	})
}

// TestOrderKeepsWhatIsFree checks that without loops no dependency is lost.
func TestOrderKeepsWhatIsFree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(2, 30).Draw(t, "size")
		needs := map[int][]int{}
		edges := 0
		for from := 1; from < size; from++ {
			needs[from] = rapid.SliceOfNDistinct(rapid.IntRange(0, from-1), 0, min(3, from), rapid.ID).Draw(t, "needs")
			edges += len(needs[from])
		}
		keys := make([]int, size)
		for i := range keys {
			keys[i] = i
		}
		sorted, loops := graphOf(keys, needs).order()
		for _, n := range sorted {
			edges -= len(n.deps)
		}
		if edges != 0 || len(loops) != 0 {
			t.Fatalf("%d dependencies are lost, loops %v", edges, loops)
		}
	})
}

func TestRings(t *testing.T) {
	t.Parallel()
	g := graphOf([]int{0, 1, 2, 3, 4, 5, 6}, map[int][]int{0: {1}, 1: {2}, 2: {1, 3}, 4: {5}, 5: {6}, 6: {4, 0}})
	var got [][]string
	for _, ring := range g.rings() {
		got = append(got, addresses(ring))
	}
	if diff := cmp.Diff([][]string{{"n001", "n002"}, {"n004", "n005", "n006"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestRise(t *testing.T) {
	t.Parallel()
	g := graphOf([]int{0, 1, 2, 3}, map[int][]int{1: {0}, 2: {1}, 3: {}})
	g.nodes[address(0)].action.Stage, g.nodes[address(0)].action.Section = StageData, Data
	g.rise()
	for k, want := range map[int]Stage{0: StageData, 1: StageData, 2: StageData, 3: StageSchema} {
		if got := g.nodes[address(k)].action; got.Stage != want || (got.Section == Data) != (want == StageData) {
			t.Errorf("%s is in stage %d, section %s", got.Address, got.Stage, got.Section)
		}
	}
}

// TestPrune drops what needs no action and keeps what that needs in turn.
func TestPrune(t *testing.T) {
	t.Parallel()
	g := graphOf([]int{0, 1, 2, 3}, map[int][]int{1: {0, 9}, 2: {1}, 3: {2}})
	g.nodes[address(1)].absent, g.nodes[address(2)].absent = true, true
	g.prune()
	if len(g.nodes) != 2 || !slices.Equal(g.nodes[address(3)].sortedDeps(), []string{address(0)}) {
		t.Errorf("%d nodes, the last needs %v", len(g.nodes), g.nodes[address(3)].sortedDeps())
	}
}

// TestPruneThroughLoops finds what stands behind a loop of absent nodes, whichever way it is entered.
func TestPruneThroughLoops(t *testing.T) {
	t.Parallel()
	for range 20 { // maps are walked in another order each time
		g := graphOf([]int{0, 1, 2, 3, 4, 5}, map[int][]int{1: {2}, 2: {3, 1}, 3: {1, 0}, 4: {2}, 5: {3}})
		for k := 1; k <= 3; k++ {
			g.nodes[address(k)].absent = true
		}
		g.prune()
		for _, k := range []int{4, 5} {
			if got := g.nodes[address(k)].sortedDeps(); !slices.Equal(got, []string{address(0)}) {
				t.Fatalf("%s needs %v", address(k), got)
			}
		}
	}
}

func TestThroughTemporaries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		size := rapid.IntRange(1, 6).Draw(t, "size")
		from := rapid.Permutation(all).Draw(t, "from")[:size]
		to := rapid.Permutation(all).Draw(t, "to")[:size]
		names := map[string]string{} // name to what has it
		var pairs []pairRename
		for i := range from {
			if from[i] != to[i] {
				pairs = append(pairs, pairRename{from[i], to[i]})
				names[from[i]] = from[i]
			}
		}
		for _, sql := range throughTemporaries(pairs, func(from, to string) string { return from + ">" + to }) {
			old, name, _ := strings.Cut(sql, ">")
			if _, taken := names[name]; taken || names[old] == "" {
				t.Fatalf("%s with %v", sql, names)
			}
			names[name] = names[old]
			delete(names, old)
		}
		for _, p := range pairs {
			if names[p.to] != p.from {
				t.Fatalf("%v are called %v", pairs, names)
			}
		}
	})
}

// TestClasses ties names in any order and expects the same classes.
func TestClasses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		type pair struct{ from, to string }
		name := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f"})
		pairs := rapid.SliceOf(rapid.Custom(func(t *rapid.T) pair { return pair{name.Draw(t, "from"), name.Draw(t, "to")} })).Draw(t, "pairs")
		tied := func(pairs []pair) *classes {
			c := &classes{parent: map[string]string{}, old: map[string]bool{}}
			for _, p := range pairs {
				c.tie(p.from, p.to)
			}
			return c
		}
		a, b := tied(pairs), tied(rapid.Permutation(pairs).Draw(t, "order"))
		for _, p := range pairs {
			if a.same(p.from) != a.same(p.to) {
				t.Fatalf("%s and %s are apart", p.from, p.to)
			}
			if a.same(p.from) != b.same(p.from) {
				t.Fatalf("%s is %s and then %s", p.from, a.same(p.from), b.same(p.from))
			}
			if s := a.same(p.from); a.same(s) != s {
				t.Fatalf("%s is not idempotent", s)
			}
		}
	})
}
