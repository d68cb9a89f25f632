package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
)

// writeOptions begin a transaction that waits for a changed row instead of failing on it, whatever the defaults are.
var writeOptions = pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}

// durable makes a transaction's commit wait for the disk, and with it all commits before. A ledger that a crash could
// take away would look like one that was released.
const durable = `SET LOCAL synchronous_commit = on`

// Create makes the ledger of a new run, in one transaction: the schema, the run's row, and the plan (uncompressed; it is
// stored compressed). The run's fence is 1 unless it says another. Call it under a Lease, whose holder it names; the error is
// an *ExistsError when the schema is already there.
func Create(ctx context.Context, conn *pgx.Conn, schema string, run Run, plan []byte) error {
	body, err := compress(plan)
	if err != nil {
		return err
	}
	err = pgx.BeginTxFunc(ctx, conn, writeOptions, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, durable+";"+expand(schema, schemaSQL)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, expand(schema, `
			INSERT INTO {run} (format, lineage, plan_id, fence, holder, tool_version, backend_pid)
			VALUES ($1, $2, $3, $4, $5, $6, coalesce((SELECT l.pid FROM pg_catalog.pg_locks l WHERE `+heldLock("$7", "$8")+`), pg_catalog.pg_backend_pid()))`),
			format, run.Lineage, run.PlanID, max(run.Fence, 1), run.Holder, run.ToolVersion, lockClass, lockObject(schema)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, expand(schema, `INSERT INTO {plan} (id, body) VALUES ($1, $2)`), run.PlanID, body)
		return err
	})
	switch {
	case err == nil:
		return nil
	case hasCode(err, pgerrcode.DuplicateSchema):
		return &ExistsError{Schema: schema, Err: err}
	}
	return fmt.Errorf("making the ledger: %w", err)
}

// PlanBody returns the plan that the run carries out, as it was given to Create.
func PlanBody(ctx context.Context, conn *pgx.Conn, schema string) ([]byte, error) {
	var body []byte
	err := conn.QueryRow(ctx, expand(schema, `SELECT p.body FROM {run} r JOIN {plan} p ON p.id = r.plan_id`)).Scan(&body)
	if err != nil {
		return nil, readError(schema, err)
	}
	reader, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("unpacking the ledger's plan: %w", err)
	}
	plan, err := io.ReadAll(reader)
	if err != nil {
		return nil, fmt.Errorf("unpacking the ledger's plan: %w", err)
	}
	return plan, nil
}

func compress(plan []byte) ([]byte, error) {
	var body bytes.Buffer
	writer := gzip.NewWriter(&body)
	if _, err := writer.Write(plan); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return body.Bytes(), nil
}
