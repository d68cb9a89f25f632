package catalog

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// nonEmptyChunk is how many tables one query asks about: each is a relation that the query locks.
const nonEmptyChunk = 500

// NonEmpty tells which of the tables hold at least one row of their own; a partitioned table has none.
// The queries go out in one pipeline.
func NonEmpty(ctx context.Context, conn *pgx.Conn, tables []Name) (map[Name]bool, error) {
	found := map[Name]bool{}
	batch := &pgx.Batch{}
	for from := 0; from < len(tables); from += nonEmptyChunk {
		chunk := tables[from:min(from+nonEmptyChunk, len(tables))]
		selects := make([]string, len(chunk))
		for i, t := range chunk {
			selects[i] = fmt.Sprintf("SELECT %d WHERE EXISTS (SELECT FROM ONLY %s)", from+i, postgres.QuoteIdent(t.Schema, t.Name))
		}
		batch.Queue(strings.Join(selects, " UNION ALL ")).Query(func(rows pgx.Rows) error {
			at, err := pgx.CollectRows(rows, pgx.RowTo[int])
			for _, i := range at {
				found[tables[i]] = true
			}
			return err
		})
	}
	if batch.Len() == 0 {
		return found, nil
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("looking for rows in the destination's tables: %w", err)
	}
	return found, nil
}
