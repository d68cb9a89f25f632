package catalog

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// NonEmptyConfig tells which tables of a database's extensions hold rows that are not the extension's own: those that
// pg_extension.extcondition selects.
func NonEmptyConfig(ctx context.Context, conn *pgx.Conn, extensions []*Extension) (map[Name]bool, error) {
	found := map[Name]bool{}
	batch := &pgx.Batch{}
	for _, e := range extensions {
		for _, t := range e.Config {
			if t.Sequence {
				continue
			}
			batch.Queue("SELECT EXISTS (SELECT FROM ONLY " + postgres.QuoteIdent(t.Table.Schema, t.Table.Name) + " " + t.Condition + ")").QueryRow(func(row pgx.Row) error {
				var some bool
				err := row.Scan(&some)
				found[t.Table] = some
				return err
			})
		}
	}
	if batch.Len() == 0 {
		return found, nil
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("looking for rows in the tables of the destination's extensions: %w", err)
	}
	return found, nil
}
