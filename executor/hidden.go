package executor

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// rowSecurity is the first version that has it.
const rowSecurity = 90500

// hidden are tables of which row-level security may hide rows from this session, so that a query on them fails. That is so for
// owners too where it is forced.
func hidden(ctx context.Context, conn *pgx.Conn) (map[catalog.Name]bool, error) {
	if postgres.VersionNumber(conn) < rowSecurity {
		return nil, nil
	}
	rows, err := conn.Query(ctx, `SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity AND pg_catalog.row_security_active(c.oid)`)
	if err != nil {
		return nil, fmt.Errorf("looking for row-level security: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
	if err != nil {
		return nil, fmt.Errorf("looking for row-level security: %w", err)
	}
	found := map[catalog.Name]bool{}
	for _, name := range names {
		found[name] = true
	}
	return found, nil
}
