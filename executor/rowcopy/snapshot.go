package rowcopy

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// beginReading starts a transaction that sees the database as it is at its first statement.
const beginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

// ExportSnapshot begins a transaction whose snapshot others can adopt for as long as it is open.
func ExportSnapshot(ctx context.Context, conn *pgx.Conn) (id string, err error) {
	results, err := conn.PgConn().Exec(ctx, beginReading+"; SELECT pg_catalog.pg_export_snapshot()").ReadAll()
	if err == nil && (len(results) != 2 || len(results[1].Rows) != 1) {
		err = errors.New("the server did not return its name")
	}
	if err != nil {
		return "", fmt.Errorf("exporting a snapshot: %w", err)
	}
	return string(results[1].Rows[0][0]), nil
}

// AdoptSnapshot begins a transaction that sees what the one that exported the snapshot sees.
func AdoptSnapshot(ctx context.Context, conn *pgx.Conn, id string) error {
	_, err := conn.PgConn().Exec(ctx, beginReading+"; SET TRANSACTION SNAPSHOT "+postgres.QuoteLiteral(id)).ReadAll()
	if err != nil {
		return fmt.Errorf("adopting snapshot %s: %w", id, err)
	}
	return nil
}
