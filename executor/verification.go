package executor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/executor/verify"
	"migrator/planner"
	"migrator/planner/catalog"
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
	Lineage string            `json:"lineage"`
	PlanID  string            `json:"plan_id"`
	At      time.Time         `json:"at"`
	Elapsed time.Duration     `json:"elapsed_ns"`
	Rows    int64             `json:"rows"`
	Tables  []verify.Result   `json:"tables"`
	// Sequences and Objects differ; Schema are objects that the destination lacks or has otherwise.
	Sequences []string `json:"sequences,omitempty"`
	Objects   []string `json:"large_objects,omitempty"`
	Schema    []string `json:"schema,omitempty"`
	// Unchecked says what was not compared and why.
	Unchecked []string `json:"unchecked,omitempty"`
}

// Verify compares the destination with what was copied, or with the source. A difference is a result and no error. Schema, sequences
// and an independent reading need the source; without it they are named in Unchecked.
func Verify(ctx context.Context, o VerifyOptions) (*Verification, error) {
	began := time.Now()
	state, err := readState(o.Config.StatePath)
	if err != nil {
		return nil, err
	}
	dst, err := o.destination(ctx)
	if err != nil {
		return nil, err
	}
	defer closeConn(dst)
	schema := ledgerSchema(o.Config, state)
	run, err := ledger.Find(ctx, dst, schema)
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, noLedger(state)
	}
	if run.CompletedAt.IsZero() {
		entries, err := ledger.Entries(ctx, dst, schema)
		if err != nil {
			return nil, err
		}
		return nil, &UnfinishedError{Run: *run, Done: len(entries)}
	}
	plan, entries, err := kept(ctx, dst, schema)
	if err != nil {
		return nil, err
	}
	rebuilt, err := stateOf(run, entries, plan)
	if err != nil {
		return nil, err
	}
	v := &Verification{Mode: o.Mode, Lineage: run.Lineage, PlanID: run.PlanID, At: began.UTC()}
	v.Tables, err = verify.Run(ctx, verify.Options{
		Plan: plan, Done: rebuilt.Done, Mode: verify.Mode(o.Mode), Independent: o.Independent,
		Connections: o.Config.Parallelism.Copy, Source: o.source, Destination: o.destination, Sink: o.Sink,
	})
	if err != nil {
		return nil, err
	}
	if err := o.objects(ctx, dst, plan, rebuilt, v); err != nil {
		return nil, err
	}
	if err := o.rest(ctx, dst, plan, v); err != nil {
		return nil, err
	}
	v.conclude(time.Since(began))
	o.announce(v)
	if state != nil && state.Lineage == run.Lineage {
		err = o.note(ctx, v)
	}
	return v, err
}

func (o *VerifyOptions) source(ctx context.Context) (*pgx.Conn, error) {
	return connectSource(ctx, o.Config, o.Version, "verify")
}

func (o *VerifyOptions) destination(ctx context.Context) (*pgx.Conn, error) {
	return postgres.Connect(ctx, o.Config.Destination.Endpoint,
		postgres.Options{Side: "destination", Role: "verify", Version: o.Version, ReadOnly: true})
}

// objects compares the contents of large objects with what was copied.
func (o *VerifyOptions) objects(ctx context.Context, dst *pgx.Conn, p *planner.Plan, state *statefile.State, v *Verification) error {
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Objects == nil || a.Change != planner.Copy {
			continue
		}
		sum, err := rowcopy.DigestObjects(ctx, dst, a.Address, *a.Objects, rowcopy.Options{})
		if err != nil {
			return err
		}
		if d := state.Done[a.Address]; d.Rows != sum.Rows || d.Digest != sum.Digest.String() {
			v.Objects = append(v.Objects, fmt.Sprintf("%s: %d objects were copied, %d are there, or their contents differ", a.Address, d.Rows, sum.Rows))
		}
	}
	return nil
}

// rest compares schema and sequences with the source, if it can be reached: after the switch it may be gone.
func (o *VerifyOptions) rest(ctx context.Context, dst *pgx.Conn, p *planner.Plan, v *Verification) error {
	src, err := o.source(ctx)
	var refused *postgres.ConnectError
	if errors.As(err, &refused) && !o.Independent {
		v.Unchecked = append(v.Unchecked, "schema and sequences: the source cannot be reached: "+refused.Error())
		return nil
	}
	if err != nil {
		return err
	}
	defer closeConn(src)
	if err := compareSequences(ctx, src, dst, p, v); err != nil {
		return err
	}
	return o.compareSchema(ctx, src, dst, v)
}

func compareSequences(ctx context.Context, src, dst *pgx.Conn, p *planner.Plan, v *Verification) error {
	var from, final []catalog.Name
	for i := range p.Actions {
		if s := p.Actions[i].Sequence; s != nil && p.Actions[i].Change == planner.Alter {
			from, final = append(from, catalog.Name(s.From)), append(final, catalog.Name(s.Final))
		}
	}
	want, err := catalog.ReadSequenceValues(ctx, src, from)
	if err != nil {
		return fmt.Errorf("reading sequences of the source: %w", err)
	}
	have, err := catalog.ReadSequenceValues(ctx, dst, final)
	if err != nil {
		return fmt.Errorf("reading sequences of the destination: %w", err)
	}
	for i := range from {
		if w, h := want[from[i]], have[final[i]]; w != h {
			v.Sequences = append(v.Sequences, fmt.Sprintf("%s: last_value %d, is_called %t in the source, %d, %t in the destination",
				postgres.QuoteIdent(final[i].Schema, final[i].Name), w.Last, w.Called, h.Last, h.Called))
		}
	}
	return nil
}

// compareSchema plans once more: what the plan would still do is what differs.
func (o *VerifyOptions) compareSchema(ctx context.Context, src, dst *pgx.Conn, v *Verification) error {
	r := &reading{cfg: o.Config, version: o.Version, src: src, dst: dst}
	if err := r.readAll(ctx); err != nil {
		return err
	}
	p, err := r.plan(ctx)
	if err != nil {
		return err
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		switch a.Change {
		case planner.Conflict:
			v.Schema = append(v.Schema, a.Address+": "+a.Reason)
		case planner.Skip:
			v.Unchecked = append(v.Unchecked, a.Address+": not carried, "+a.Reason)
		default:
			v.Schema = append(v.Schema, a.Address+": the destination lacks it, or has it otherwise")
		}
	}
	return nil
}

func (v *Verification) conclude(elapsed time.Duration) {
	v.Equal = len(v.Sequences) == 0 && len(v.Objects) == 0 && len(v.Schema) == 0
	for _, t := range v.Tables {
		v.Equal = v.Equal && t.Equal
		v.Rows += t.RowsDestination
	}
	v.Elapsed = elapsed
}

// DifferentError says that verification found differences; the events before it name them.
type DifferentError struct{ Tables, Others int }

func (e *DifferentError) Error() string {
	return fmt.Sprintf("the destination differs from the source in %d tables and %d other objects", e.Tables, e.Others)
}

func (o *VerifyOptions) announce(v *Verification) {
	for _, list := range [][]string{v.Schema, v.Sequences, v.Objects} {
		for _, what := range list {
			o.Sink.Send(report.Event{Type: report.Warning, Message: "differs: " + what})
		}
	}
	for _, what := range v.Unchecked {
		o.Sink.Send(report.Event{Type: report.Warning, Message: "not compared: " + what})
	}
	if v.Equal {
		o.Sink.Send(report.Event{
			Type: report.VerifyEnd, Rows: v.Rows, Elapsed: v.Elapsed, Done: len(v.Tables), Total: len(v.Tables),
			Message: o.verdict(v),
		})
		return
	}
	bad := 0
	for _, t := range v.Tables {
		if !t.Equal {
			bad++
		}
	}
	o.Sink.Send(report.Event{
		Type: report.VerifyEnd, Rows: v.Rows, Elapsed: v.Elapsed, Done: len(v.Tables), Total: len(v.Tables),
		Err: &DifferentError{Tables: bad, Others: len(v.Schema) + len(v.Sequences) + len(v.Objects)},
	})
}

// verdict says what exactly has been proven.
func (o *VerifyOptions) verdict(v *Verification) string {
	how := "every row has the digest that it had when it was copied"
	switch {
	case o.Mode == config.VerifyCount:
		how = "the numbers of rows are the same"
	case o.Independent:
		how = "every row was read on both sides"
	}
	others := ", and so are schema, sequences and large objects"
	if len(v.Unchecked) > 0 {
		others = "; not all of the rest was compared"
	}
	return fmt.Sprintf("%d tables are equal: %s%s", len(v.Tables), how, others)
}

// note keeps the verification in the state file.
func (o *VerifyOptions) note(ctx context.Context, v *Verification) error {
	file, err := statefile.Open(ctx, o.Config.StatePath, statefile.Options{Operation: "verify"})
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // the lock goes with the process at the latest
	state, err := file.Read()
	if err != nil {
		return err
	}
	state.Verified = nil // of what differs now, an older verification says nothing
	if v.Equal {
		state.Verified = &statefile.Verified{At: v.At, Mode: string(v.Mode), Rows: v.Rows}
	}
	return file.Save(state)
}
