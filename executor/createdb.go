package executor

import (
	"context"
	"fmt"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/postgres"
)

// maintenance is the database that every server has, from which another one is created.
const maintenance = "postgres"

// createDatabase makes the destination's database with the encoding and the locale of the source. It is made from
// template0, the only template that may have another encoding than the new database.
func createDatabase(ctx context.Context, cfg *config.Config, p *planner.Plan, version string) error {
	at := cfg.Destination.Endpoint
	name := p.Destination.Database
	at.Database = maintenance
	conn, err := postgres.Connect(ctx, at, postgres.Options{Side: "destination", Role: "create", Version: version})
	if err != nil {
		return err
	}
	defer closeConn(conn)
	sql := fmt.Sprintf("CREATE DATABASE %s TEMPLATE template0 ENCODING %s LC_COLLATE %s LC_CTYPE %s", postgres.QuoteIdent(name),
		postgres.QuoteLiteral(p.Source.Encoding), postgres.QuoteLiteral(p.Source.Collate), postgres.QuoteLiteral(p.Source.CType))
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("creating the destination's database %s: %w", name, err)
	}
	return nil
}
