package executor

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// execute runs the statements of several actions and the ledger's rows about them in one transaction and one message.
func (w *worker) execute(ctx context.Context, dst *pgx.Conn, tasks []task) ([]ledger.Entry, error) {
	statements := make([][]string, len(tasks))
	for i, t := range tasks {
		statements[i] = t.action.SQL
	}
	return w.send(ctx, dst, tasks, statements)
}

// send runs statements[i] for tasks[i]. An error is a *taskError when the server said at which statement it stopped.
func (w *worker) send(ctx context.Context, dst *pgx.Conn, tasks []task, statements [][]string) ([]ledger.Entry, error) {
	entries := make([]ledger.Entry, len(tasks))
	var text strings.Builder
	var owner []int // the task of each statement
	text.WriteString("BEGIN;\n")
	for i, t := range tasks {
		entries[i] = ledger.Entry{Address: t.action.Address, Part: t.part}
		for _, s := range statements[i] {
			text.WriteString(s)
			text.WriteString(";\n")
			owner = append(owner, i)
		}
	}
	text.WriteString(ledger.RecordSQL(w.run.plan.LedgerSchema, w.run.fence, entries))
	text.WriteString(";\nCOMMIT")
	results := dst.PgConn().Exec(ctx, text.String())
	finished := -1 // BEGIN counts as the first
	for results.NextResult() {
		if _, err := results.ResultReader().Close(); err != nil {
			break
		}
		finished++
	}
	err := results.Close()
	if err == nil {
		return entries, nil
	}
	err = ledger.Explain(err, w.run.plan.LedgerSchema, text.String())
	if postgres.Classify(err) == postgres.Permanent && finished >= 0 && finished < len(owner) {
		return nil, &taskError{index: owner[finished], err: err}
	}
	return nil, err
}

// setSequences reads the values of sequences as they are now, and sets them in the destination.
func (w *worker) setSequences(ctx context.Context, dst *pgx.Conn, tasks []task) ([]ledger.Entry, error) {
	src, err := w.source(ctx)
	if err != nil {
		return nil, err
	}
	names := make([]catalog.Name, len(tasks))
	for i, t := range tasks {
		names[i] = catalog.Name(t.action.Sequence.From)
	}
	if err := w.run.throttle.Statement(ctx); err != nil {
		return nil, err
	}
	values, err := catalog.ReadSequenceValues(ctx, src, names)
	if err != nil {
		return nil, fmt.Errorf("reading sequences of the source: %w", err)
	}
	statements := make([][]string, len(tasks))
	for i, t := range tasks {
		v, ok := values[names[i]]
		if !ok {
			return nil, &taskError{index: i, err: fmt.Errorf("the source has no sequence %s", postgres.QuoteIdent(names[i].Schema, names[i].Name))}
		}
		statements[i] = []string{setval(t.action.Sequence, t.action.Sequence.Into, v)}
	}
	return w.send(ctx, dst, tasks, statements)
}

// repeatSequences sets all sequences again, once all else is done, for a run whose source was connected to more than once. A
// crash of the source makes its sequences skip some values, and those may have been set before.
func (a *application) repeatSequences(ctx context.Context) error {
	var from []catalog.Name
	var into []*planner.SequenceValue
	for i := range a.Plan.Actions {
		if s := a.Plan.Actions[i].Sequence; s != nil && a.Plan.Actions[i].Change == planner.Alter {
			from, into = append(from, catalog.Name(s.From)), append(into, s)
		}
	}
	if len(from) == 0 {
		return nil
	}
	src, err := connectSource(ctx, a.Config, a.Version, "sequences")
	if err != nil {
		return err
	}
	defer closeConn(src)
	values, err := catalog.ReadSequenceValues(ctx, src, from)
	if err != nil {
		return fmt.Errorf("reading sequences of the source: %w", err)
	}
	var text strings.Builder
	for i, name := range from {
		if v, ok := values[name]; ok {
			text.WriteString(setval(into[i], into[i].Final, v) + ";\n")
		}
	}
	return ledger.Guarded(ctx, a.control, a.Plan.LedgerSchema, a.fence, func(tx pgx.Tx) error {
		if _, err := tx.Conn().PgConn().Exec(ctx, text.String()).ReadAll(); err != nil {
			return fmt.Errorf("setting sequences again: %w", err)
		}
		return nil
	})
}

// setval sets a sequence that may have its final name already.
func setval(s *planner.SequenceValue, into planner.Relation, v catalog.SequenceValue) string {
	name := postgres.QuoteIdent(into.Schema, into.Name)
	sql := fmt.Sprintf("SELECT pg_catalog.setval(%s::pg_catalog.regclass, %d, %t)", postgres.QuoteLiteral(name), v.Last, v.Called)
	if s.Keep {
		behind := "<"
		if s.Descending {
			behind = ">"
		}
		sql += fmt.Sprintf(" FROM %s WHERE last_value %s %d OR last_value = %d AND NOT is_called", name, behind, v.Last, v.Last)
	}
	return sql
}
