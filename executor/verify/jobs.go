package verify

import (
	"cmp"
	"slices"

	"migrator/planner"
	"migrator/planner/postgres"
)

// job is one comparison: a table with all copies that fill it, or a batch of large objects.
type job struct {
	index     int // of its result
	addresses []string
	copies    []*planner.RowCopy
	objects   *planner.ObjectRange
	bytes     int64 // on the source's disk
}

func (j *job) address() string { return j.addresses[0] }

func (j *job) relation() string {
	if j.objects != nil {
		return "large objects"
	}
	return name(j.copies[0].Final)
}

// keepsExisting says whether rows that were there before are among the table's rows.
func (j *job) keepsExisting() bool {
	return slices.ContainsFunc(j.copies, func(c *planner.RowCopy) bool { return c.KeepExisting })
}

// comparable says whether the copies' digests can be added up and compared with one reading of the destination: partitions may have
// their columns in different orders.
func (j *job) comparable() bool {
	first := j.copies[0]
	return !slices.ContainsFunc(j.copies, func(c *planner.RowCopy) bool {
		return c.Format != first.Format || !slices.Equal(c.FinalColumns, first.FinalColumns)
	})
}

// expected adds up what the ledger says, and tells the first address that it does not know.
func (j *job) expected(copied map[string]Copied) (sum Copied, missing string) {
	for _, address := range j.addresses {
		one, ok := copied[address]
		if !ok {
			return Copied{}, address
		}
		sum.Rows += one.Rows
		sum.Digest = sum.Digest.Add(one.Digest)
		sum.Kept += one.Kept
		// Copies into the same table each see the rows of those before them.
		sum.Before = one.Before
		if len(j.addresses) > 1 && one.Before > 0 {
			sum.Before = min(sum.Before, one.Before)
		}
	}
	return sum, ""
}

// result is what is known before anything is compared.
func (j *job) result(method Method) Result {
	return Result{Address: j.address(), Relation: j.relation(), Method: method}
}

// jobsOf lists what a plan's copies fill, in the plan's order.
func jobsOf(plan *planner.Plan) []*job {
	var jobs []*job
	byRelation := map[planner.Relation]*job{}
	for i := range plan.Actions {
		a := &plan.Actions[i]
		if a.Change != planner.Copy {
			continue
		}
		switch {
		case a.Copy != nil:
			j := byRelation[a.Copy.Final]
			if j == nil {
				j = &job{index: len(jobs)}
				jobs = append(jobs, j)
				byRelation[a.Copy.Final] = j
			}
			j.addresses = append(j.addresses, a.Address)
			j.copies = append(j.copies, a.Copy)
			j.bytes += a.Estimate.Bytes
		case a.Objects != nil:
			jobs = append(jobs, &job{index: len(jobs), addresses: []string{a.Address}, objects: a.Objects, bytes: a.Estimate.Bytes})
		}
	}
	return jobs
}

const (
	// smallBytes is the size up to which tables are read together, in one round trip.
	smallBytes = 1 << 20
	// smallTables is how many at most: a lock is held on each until the end.
	smallTables = 50
)

// batches puts small tables together. The largest come first, so that no connection is left with one at the end.
func batches(jobs []*job) (all [][]*job) {
	sorted := slices.SortedStableFunc(slices.Values(jobs), func(a, b *job) int { return cmp.Compare(b.bytes, a.bytes) })
	var small []*job
	for _, j := range sorted {
		if j.objects != nil || j.bytes > smallBytes {
			all = append(all, []*job{j})
		} else {
			small = append(small, j)
		}
	}
	for some := range slices.Chunk(small, smallTables) {
		all = append(all, some)
	}
	return all
}

func name(r planner.Relation) string { return postgres.QuoteIdent(r.Schema, r.Name) }
