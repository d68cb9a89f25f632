package executor

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/verify"
	"migrator/planner"
	"migrator/planner/postgres"
	"migrator/statefile"
)

// VerifyOptions are what the verify command gives.
type VerifyOptions struct {
	Config  *config.Config
	Version string
	Mode    config.VerifyMode
	// Independent reads both sides instead of comparing the destination with what passed during the copy.
	Independent bool
	Sink        report.Sink
}

// Verification is what verify found, and the report that -report writes.
type Verification struct {
	Equal   bool              `json:"equal"`
	Mode    config.VerifyMode `json:"mode"`
	Lineage string            `json:"lineage,omitempty"`
	PlanID  string            `json:"plan_id,omitempty"`
	At      time.Time         `json:"at"`
	Elapsed time.Duration     `json:"elapsed_ns"`
	Rows    int64             `json:"rows"`
	Tables  []verify.Result   `json:"tables"`
	// Schema, Sequences and Objects are what differs beside rows: definitions, owners, comments and privileges, values, contents of large objects.
	Schema    []planner.Difference `json:"schema,omitempty"`
	Sequences []planner.Difference `json:"sequences,omitempty"`
	Objects   []planner.Difference `json:"large_objects,omitempty"`
	// Unproven should have been compared and could not be, beside the tables that say so themselves; without it nothing is called equal.
	Unproven []string `json:"unproven,omitempty"`
	// Unchecked says what else was not compared and why.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Differs says whether anything was found to be different. What is neither equal nor different could not be compared.
func (v *Verification) Differs() bool {
	return len(v.Sequences)+len(v.Objects)+len(v.Schema)+v.tables(differs) > 0
}

func differs(t *verify.Result) bool { return !t.Equal && t.NotCompared == "" }

func notCompared(t *verify.Result) bool { return t.NotCompared != "" }

// countedOnly says that the numbers of rows are all that was compared.
func countedOnly(t *verify.Result) bool { return t.Method == "count" }

// tables counts those that are so.
func (v *Verification) tables(are func(*verify.Result) bool) (n int) {
	for i := range v.Tables {
		if are(&v.Tables[i]) {
			n++
		}
	}
	return n
}

// Verify compares the destination with what was copied, or with the source. A difference is a result and no error. Schema, sequences
// and an independent reading need the source; without it they are named in Unchecked.
func Verify(ctx context.Context, o VerifyOptions) (*Verification, error) {
	v := &verifier{VerifyOptions: o, out: &Verification{Mode: o.Mode, At: time.Now().UTC()}, before: map[string]string{}}
	defer v.close()
	if err := v.find(ctx); err != nil {
		return nil, err
	}
	if err := v.compare(ctx); err != nil {
		return nil, err
	}
	v.conclude()
	v.announce()
	if v.run != nil && v.state != nil && v.state.Lineage == v.run.Lineage {
		return v.out, v.note(ctx)
	}
	return v.out, nil
}

// verifier is one call of Verify.
type verifier struct {
	VerifyOptions
	out      *Verification
	state    *statefile.State // nil without a state file
	run      *ledger.Run      // nil after the release
	entries  []ledger.Entry
	plan     *planner.Plan
	done     map[string]statefile.Done // nil after the release
	src, dst *pgx.Conn                 // src is nil when the source cannot be reached
	reading  *reading                  // both catalogs, nil without the source
	// before is what the destination had when the plan was made, by address, with digests.
	before map[string]string
}

func (v *verifier) close() {
	closeConn(v.src)
	closeConn(v.dst)
}

func (o *VerifyOptions) source(ctx context.Context) (*pgx.Conn, error) {
	return connectSource(ctx, o.Config, o.Version, "verify")
}

func (o *VerifyOptions) destination(ctx context.Context) (*pgx.Conn, error) {
	return postgres.Connect(ctx, o.Config.Destination.Endpoint,
		postgres.Options{Side: "destination", Role: "verify", Version: o.Version, ReadOnly: true, Bytes: true})
}

// compare compares everything, what is quick to read first.
func (v *verifier) compare(ctx context.Context) error {
	plan := v.plan
	if v.reading != nil {
		found, err := v.compareSchema()
		if err != nil {
			return err
		}
		if err := v.compareSequences(ctx); err != nil {
			return err
		}
		if v.Independent {
			plan = withGenerated(plan, found.Generated)
		}
		if v.Independent && v.Mode == config.VerifyFull {
			if err := v.compareViews(ctx, found.Views); err != nil {
				return err
			}
		}
	}
	if err := v.compareObjects(ctx); err != nil {
		return err
	}
	for _, list := range [][]planner.Difference{v.out.Schema, v.out.Sequences, v.out.Objects} {
		v.tell(list)
	}
	var err error
	v.out.Tables, err = verify.Run(ctx, v.rows(plan, v.Sink))
	return err
}

func (v *verifier) rows(plan *planner.Plan, sink report.Sink) verify.Options {
	return verify.Options{
		Plan: plan, Done: v.done, Mode: verify.Mode(v.Mode), Independent: v.Independent,
		Connections: v.Config.Parallelism.Copy, Source: v.source, Destination: v.destination, Sink: sink,
	}
}

// compareSchema plans once more: what the plan would still do is what differs.
func (v *verifier) compareSchema() (*planner.Comparison, error) {
	done := map[string]bool{}
	if v.run == nil { // it is the rows themselves that are compared
		for i := range v.plan.Actions {
			done[v.plan.Actions[i].Address] = true
		}
	}
	for _, e := range v.entries {
		done[e.Address] = true
	}
	found, err := planner.Compare(planner.Input{
		Config: v.Config, Source: v.reading.source, Destination: v.reading.dest, Done: done, ToolVersion: v.Version,
		SourceAt: sideOf(v.src), DestinationAt: sideOf(v.dst),
	}, v.before)
	if err != nil {
		return nil, err
	}
	v.out.Schema = found.Differences
	for i := range found.Skipped {
		v.out.Unchecked = append(v.out.Unchecked, found.Skipped[i].Address+": not carried, "+found.Skipped[i].Reason)
	}
	return found, nil
}

// withGenerated is a plan whose copies read generated columns too, which each server reckons for itself.
func withGenerated(p *planner.Plan, columns map[string][]planner.GeneratedColumn) *planner.Plan {
	out := *p
	out.Actions = slices.Clone(p.Actions)
	for i := range out.Actions {
		a := &out.Actions[i]
		if a.Copy == nil || len(columns[a.Address]) == 0 {
			continue
		}
		c := *a.Copy
		c.Select, c.FinalColumns = slices.Clone(c.Select), slices.Clone(c.FinalColumns)
		for _, column := range columns[a.Address] {
			c.Select = append(c.Select, postgres.QuoteIdent(column.Name))
			c.FinalColumns = append(c.FinalColumns, column.Final)
			if !column.BinarySafe {
				c.Format = "text"
			}
		}
		a.Copy = &c
	}
	return &out
}

// note keeps the verification in the state file.
func (v *verifier) note(ctx context.Context) error {
	file, err := statefile.Open(ctx, v.Config.StatePath, statefile.Options{Operation: "verify"})
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // the lock goes with the process at the latest
	state, err := file.Read()
	if err != nil {
		return err
	}
	state.Verified = nil // of what differs now, an older verification says nothing
	if v.out.Equal {
		state.Verified = &statefile.Verified{At: v.out.At, Mode: string(v.out.Mode), Rows: v.out.Rows}
	}
	return file.Save(state)
}
