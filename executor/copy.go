package executor

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
)

// copyRows moves the rows of one part, or of a bundle of small tables, and records them in the same transaction.
func (w *worker) copyRows(ctx context.Context, dst *pgx.Conn, tasks []task) ([]ledger.Entry, error) {
	src, err := w.source(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]rowcopy.Item, len(tasks))
	for i, t := range tasks {
		items[i] = itemOf(t)
	}
	var entries []ledger.Entry
	var sent string
	_, err = rowcopy.Run(ctx, src, dst, items, func(results []rowcopy.Result) string {
		entries = entriesOf(results)
		sent = ledger.RecordSQL(w.run.plan.LedgerSchema, w.run.fence, entries)
		return sent
	}, rowcopy.Options{Throttle: w.run.throttle, Progress: w.progress})
	if err == nil {
		return entries, nil
	}
	return nil, w.blame(ledger.Explain(err, w.run.plan.LedgerSchema, sent), tasks)
}

func itemOf(t task) rowcopy.Item {
	return rowcopy.Item{Address: t.action.Address, Copy: t.action.Copy, Part: t.part, First: t.action.Estimate.Bytes > small}
}

func entriesOf(results []rowcopy.Result) []ledger.Entry {
	entries := make([]ledger.Entry, len(results))
	for i, r := range results {
		entries[i] = ledger.Entry{
			Address: r.Address, Part: r.Part, Rows: r.Rows, Bytes: r.Bytes, Digest: r.Digest.String(), Kept: r.Kept, Before: r.Before,
		}
	}
	return entries
}

func (w *worker) progress(address string, part int, rows, bytes int64) {
	w.run.retrier.advance()
	w.run.sink.Send(report.Event{Type: report.ActionProgress, Address: address, Part: part, Rows: rows, Bytes: bytes})
}

// blame finds the task that a copy's error is about, unless the error can pass by itself.
func (w *worker) blame(err error, tasks []task) error {
	var table *rowcopy.TableError
	if _, passes := w.run.retrier.ofStatement(err); passes || !errors.As(err, &table) {
		return err
	}
	for i, t := range tasks {
		if t.action.Address == table.Address && t.part == table.Part {
			return &taskError{index: i, err: err}
		}
	}
	return err
}

// copyObjects moves a batch of large objects, and sets their owners, comments and privileges.
func (w *worker) copyObjects(ctx context.Context, dst *pgx.Conn, t task) ([]ledger.Entry, error) {
	src, err := w.source(ctx)
	if err != nil {
		return nil, err
	}
	var entries []ledger.Entry
	var sent string
	_, err = rowcopy.CopyObjects(ctx, src, dst, rowcopy.Objects{Address: t.action.Address, Range: *t.action.Objects}, func(r rowcopy.Result) string {
		entries = entriesOf([]rowcopy.Result{r})
		sent = ""
		for _, s := range t.action.SQL {
			sent += s + ";\n"
		}
		sent += ledger.RecordSQL(w.run.plan.LedgerSchema, w.run.fence, entries)
		return sent
	}, rowcopy.Options{Throttle: w.run.throttle, Progress: w.progress})
	if err != nil {
		return nil, ledger.Explain(err, w.run.plan.LedgerSchema, sent)
	}
	return entries, nil
}
