package verify

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/statefile"
)

// Mode is how deep Run looks.
type Mode string

// The modes.
const (
	Full  Mode = "full"  // every row's hash
	Count Mode = "count" // the number of rows
)

// Options are what Run needs.
type Options struct {
	Plan *planner.Plan
	// Done is what the ledger says of each address. An independent verification does without where it is nil.
	Done map[string]statefile.Done
	Mode Mode
	// Independent reads the source again instead of believing Done.
	Independent bool
	// Connections is how many tables are read at once.
	Connections int
	// Source and Destination open sessions that only read. Source is called for an independent verification, and to find the rows of
	// tables that differ.
	Source, Destination func(context.Context) (*pgx.Conn, error)
	Sink                report.Sink
}

// Result is what came out for one table.
type Result struct {
	Address  string `json:"address"`
	Relation string `json:"relation"`
	// RowsSource is from the ledger, or read again when independent.
	RowsSource      int64  `json:"rows_source"`
	RowsDestination int64  `json:"rows_destination"`
	Equal           bool   `json:"equal"`
	Method          string `json:"method"` // "digest", "both sides", "count"
	Message         string `json:"message,omitempty"`
	// NotCompared is why the rows could not be compared, and what to do; then they are not equal, but nothing says that they differ.
	NotCompared string `json:"not_compared,omitempty"`
	// Differences are at most MaxDifferences rows; More says that there are others.
	Differences []Difference `json:"differences,omitempty"`
	More        bool         `json:"more,omitempty"`
}

// group is the copies that fill one table of the destination: one, or all partitions that go in through a root.
type group struct {
	addresses []string
	copies    []*planner.RowCopy
}

// Run verifies every table that the plan copies. Its results are in the order of the plan; a table that differs is a result and no
// error.
func Run(ctx context.Context, o Options) ([]Result, error) {
	groups := groupsOf(o.Plan)
	results := make([]Result, len(groups))
	batches := batchesOf(&o, groups)
	v := &verification{Options: o, next: make(chan []int)}
	holder, err := v.share(ctx)
	if err != nil {
		return nil, err
	}
	defer holder.close()
	work, ctx := errgroup.WithContext(ctx)
	work.Go(func() error {
		defer close(v.next)
		for _, batch := range batches {
			select {
			case v.next <- batch:
			case <-ctx.Done():
				return ctx.Err() // after that of a worker that failed, but the only one when the caller gives up
			}
		}
		return nil
	})
	for range max(1, min(o.Connections, len(batches))) {
		work.Go(func() error {
			r, err := v.reader(ctx, holder)
			if err != nil {
				return err
			}
			defer r.close()
			for batch := range v.next {
				some := make([]group, len(batch))
				for n, i := range batch {
					some[n] = groups[i]
				}
				found, err := r.verify(ctx, some)
				if err != nil {
					return fmt.Errorf("verifying %s: %w", described(some), err)
				}
				for n, i := range batch {
					results[i] = found[n]
					v.tell(found[n])
				}
			}
			return nil
		})
	}
	if err := work.Wait(); err != nil {
		return nil, err
	}
	return results, nil
}

// verification is one call of Run.
type verification struct {
	Options
	next chan []int
	mu   sync.Mutex
	done int
}

func (v *verification) tell(r Result) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.done++
	e := report.Event{Type: report.VerifyTable, Address: r.Address, Rows: r.RowsDestination, Message: r.Message, Done: v.done}
	if r.NotCompared != "" {
		e = report.Event{Type: report.Warning, Message: "not compared: " + r.Address + ": " + r.NotCompared}
	} else if !r.Equal {
		e.Message, e.Err = "", &DifferenceError{Relation: r.Relation, Message: r.Message}
		for _, d := range r.Differences {
			e.Details = append(e.Details, d.String())
		}
		if r.More {
			e.Details = append(e.Details, "and others")
		}
	}
	v.Sink.Send(e)
}

// DifferenceError says that a table differs.
type DifferenceError struct{ Relation, Message string }

func (e *DifferenceError) Error() string { return e.Message }

func groupsOf(p *planner.Plan) []group {
	at := map[planner.Relation]int{}
	var groups []group
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Copy == nil || a.Change != planner.Copy {
			continue
		}
		n, ok := at[a.Copy.Final]
		if !ok {
			n = len(groups)
			at[a.Copy.Final] = n
			groups = append(groups, group{})
		}
		groups[n].addresses = append(groups[n].addresses, a.Address)
		groups[n].copies = append(groups[n].copies, a.Copy)
	}
	return groups
}

// comparable says whether the copies' digests add up to that of one reading of the destination: partitions may have the columns of
// their root in another order.
func (g *group) comparable() bool {
	first := g.copies[0]
	return !slices.ContainsFunc(g.copies, func(c *planner.RowCopy) bool {
		return c.Format != first.Format || !slices.Equal(c.FinalColumns, first.FinalColumns)
	})
}

// want is what a group's rows should amount to.
type want struct {
	rowcopy.Sum
	before, kept int64 // see statefile.Done
}

// expected is what the ledger says that a table's copies moved.
func (o *Options) expected(g group) (w want, err error) {
	if o.Done == nil && o.Independent {
		return w, nil
	}
	for i, a := range g.addresses {
		d := o.Done[a]
		if d.Parts < d.Of || d.Of == 0 {
			return w, &UnfinishedError{Address: a}
		}
		digest := ledger.Digest{}
		if d.Digest != "" {
			if digest, err = ledger.ParseDigest(d.Digest); err != nil {
				return w, fmt.Errorf("the record of %s: %w", a, err)
			}
		}
		w.Sum = w.Add(rowcopy.Sum{Rows: d.Rows, Bytes: d.Bytes, Digest: digest})
		w.kept += d.Kept
		// Of several copies into one table each finds the rows of those before it as well.
		if i == 0 || d.Before < w.before {
			w.before = d.Before
		}
	}
	return w, nil
}

// UnfinishedError says that a table's rows are not all committed yet, so that there is nothing to verify.
type UnfinishedError struct{ Address string }

func (e *UnfinishedError) Error() string {
	return e.Address + " is not finished; verification needs a complete run"
}
