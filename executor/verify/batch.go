package verify

import (
	"fmt"
	"sort"

	"migrator/planner"
)

const (
	// small is the size up to which a table is read together with others, in one round trip.
	small = 256 << 10
	// batchTables and batchBytes are how many tables that are at most: they are locked at once.
	batchTables = 100
	batchBytes  = 4 << 20
)

// batchesOf divides the groups into those that are read at once, by index: each large one alone and first, the longest before the others.
func batchesOf(o *Options, groups []group) [][]int {
	weight, order := make([]int64, len(groups)), make([]int, len(groups))
	estimates := estimatesOf(o.Plan)
	for i, g := range groups {
		order[i] = i
		for _, a := range g.addresses {
			weight[i] += max(estimates[a], o.Done[a].Bytes)
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return weight[order[i]] > weight[order[j]] })
	var batches [][]int
	bytes := int64(0)
	for n, i := range order {
		last := len(batches) - 1
		if n > 0 && weight[order[n-1]] <= small && len(batches[last]) < batchTables && bytes+weight[i] <= batchBytes {
			batches[last], bytes = append(batches[last], i), bytes+weight[i]
			continue
		}
		batches, bytes = append(batches, []int{i}), weight[i]
	}
	return batches
}

func estimatesOf(p *planner.Plan) map[string]int64 {
	bytes := make(map[string]int64, len(p.Actions))
	for i := range p.Actions {
		bytes[p.Actions[i].Address] = p.Actions[i].Estimate.Bytes
	}
	return bytes
}

// described names a batch in an error.
func described(groups []group) string {
	if more := len(groups) - 1; more > 0 {
		return fmt.Sprintf("%s and %d more", groups[0].addresses[0], more)
	}
	return groups[0].addresses[0]
}
