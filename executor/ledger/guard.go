package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
)

// Guarded runs work in a durable transaction of its own, while the run's row is locked and its fence is the given one.
func Guarded(ctx context.Context, conn *pgx.Conn, schema string, fence int64, work func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, conn, writeOptions, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, durable); err != nil {
			return err
		}
		var now int64
		err := tx.QueryRow(ctx, expand(schema, `SELECT fence FROM {run} FOR UPDATE`)).Scan(&now)
		switch {
		case hasCode(err, pgerrcode.UndefinedTable):
			return &ReleasedError{Schema: schema, Err: err}
		case errors.Is(err, pgx.ErrNoRows):
			return &NotLedgerError{Schema: schema, Reason: "its table run is empty"}
		case err != nil:
			return fmt.Errorf("locking the run: %w", err)
		case now != fence:
			return &FencedError{Schema: schema, Now: now}
		}
		return work(tx)
	})
}

// Forget removes the records of actions whose effect is gone, so that they are done again.
func Forget(ctx context.Context, conn *pgx.Conn, schema string, fence int64, addresses []string) error {
	return Guarded(ctx, conn, schema, fence, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, expand(schema, `DELETE FROM {done} WHERE coalesce(full_address, address) = ANY ($1)`), addresses)
		return err
	})
}

// Complete marks the run as complete, and with one synchronous commit makes everything before durable. The ledger must hold
// the given number of records, otherwise the error is a *MissingRecordsError and the run is not complete. It may be called again.
func Complete(ctx context.Context, conn *pgx.Conn, schema string, fence, records int64) error {
	return Guarded(ctx, conn, schema, fence, func(tx pgx.Tx) error {
		var have int64
		if err := tx.QueryRow(ctx, expand(schema, `SELECT pg_catalog.count(*) FROM {done}`)).Scan(&have); err != nil {
			return fmt.Errorf("counting the ledger's records: %w", err)
		}
		if have != records {
			return &MissingRecordsError{Schema: schema, Want: records, Have: have}
		}
		_, err := tx.Exec(ctx, expand(schema, `UPDATE {run} SET completed_at = coalesce(completed_at, pg_catalog.clock_timestamp())`))
		if err != nil {
			return fmt.Errorf("completing the run: %w", err)
		}
		return nil
	})
}
