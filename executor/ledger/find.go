package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
)

// Find returns the run of a database, nil if there is no ledger. A schema that is there but is no ledger is a
// *NotLedgerError, one of a later release a *NewerLedgerError.
func Find(ctx context.Context, conn *pgx.Conn, schema string) (*Run, error) {
	var found int
	err := conn.QueryRow(ctx, `
		SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
		        WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relname = ANY ($2::name[]))
		FROM pg_catalog.pg_namespace n WHERE n.nspname = $1`, schema, tables).Scan(&found)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("looking for the ledger: %w", err)
	case found != len(tables):
		return nil, &NotLedgerError{Schema: schema, Reason: fmt.Sprintf("it has %d of its %d tables", found, len(tables))}
	}
	run, err := readRun(ctx, conn, schema)
	switch {
	case hasCode(err, pgerrcode.UndefinedTable): // released since the statement above
		return nil, nil
	case hasCode(err, pgerrcode.UndefinedColumn):
		return nil, &NotLedgerError{Schema: schema, Reason: "its table run has other columns"}
	case errors.Is(err, pgx.ErrNoRows):
		return nil, &NotLedgerError{Schema: schema, Reason: "its table run is empty"}
	}
	return run, err
}

func readRun(ctx context.Context, conn *pgx.Conn, schema string) (*Run, error) {
	// The format comes first and alone: a later one may have other columns.
	var have int
	if err := conn.QueryRow(ctx, expand(schema, `SELECT format FROM {run}`)).Scan(&have); err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	if have > format {
		return nil, &NewerLedgerError{Schema: schema, Format: have, Supported: format}
	}
	var run Run
	var completed *time.Time
	err := conn.QueryRow(ctx, expand(schema, `
		SELECT lineage, plan_id, fence, holder, held_since, backend_pid, tool_version, started_at, completed_at FROM {run}`)).
		Scan(&run.Lineage, &run.PlanID, &run.Fence, &run.Holder, &run.HeldSince, &run.BackendPID,
			&run.ToolVersion, &run.StartedAt, &completed)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	run.StartedAt, run.HeldSince = run.StartedAt.UTC(), run.HeldSince.UTC()
	if completed != nil {
		run.CompletedAt = completed.UTC()
	}
	return &run, nil
}

// Entries returns what is recorded, in the order of addresses (by bytes) and parts. For a ledger that is gone the error is a *ReleasedError.
func Entries(ctx context.Context, conn *pgx.Conn, schema string) ([]Entry, error) {
	rows, err := conn.Query(ctx, expand(schema, `
		SELECT coalesce(full_address, address), part, rows, bytes, digest, kept, before, at FROM {done} ORDER BY address, part`))
	if err != nil {
		return nil, readError(schema, err)
	}
	entries, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e Entry, err error) {
		err = row.Scan(&e.Address, &e.Part, &e.Rows, &e.Bytes, &e.Digest, &e.Kept, &e.Before, &e.At)
		e.At = e.At.UTC()
		return e, err
	})
	return entries, readError(schema, err)
}

// readError explains the failure of a statement that reads the ledger and nothing else.
func readError(schema string, err error) error {
	switch {
	case err == nil:
		return nil
	case hasCode(err, pgerrcode.UndefinedTable):
		return &ReleasedError{Schema: schema, Err: err}
	}
	return fmt.Errorf("reading the ledger: %w", err)
}

// Mixed says whether rows were committed by more than one session of a run, and so may come from more than one snapshot of the source.
func Mixed(ctx context.Context, conn *pgx.Conn, schema string) (mixed bool, err error) {
	err = conn.QueryRow(ctx, expand(schema, `SELECT pg_catalog.count(DISTINCT fence) > 1 FROM {done} WHERE rows > 0`)).Scan(&mixed)
	return mixed, readError(schema, err)
}
