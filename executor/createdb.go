package executor

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// maintenance is the database that every server has, from which another one is created.
const maintenance = "postgres"

// localeProviders is the version from which a database's locale can come from elsewhere than libc.
const localeProviders = 150000

// placeOfNew is where a database is going to be created: the server is known by its maintenance database.
func placeOfNew(ctx context.Context, cfg *config.Config, version string) (planner.Side, catalog.Server, error) {
	at := cfg.Destination.Endpoint
	name := cfg.Public().Destination.Database
	at.Database = maintenance
	conn, err := postgres.Connect(ctx, at, postgres.Options{Side: "destination", Role: "plan", Version: version, ReadOnly: true})
	if err != nil {
		return planner.Side{}, catalog.Server{}, err
	}
	defer closeConn(conn)
	db, err := catalog.Read(ctx, conn)
	if err != nil {
		return planner.Side{}, catalog.Server{}, fmt.Errorf("reading the destination's server: %w", err)
	}
	side := sideOf(conn)
	side.SystemID, side.Version, side.VersionText = db.Server.SystemID, db.Server.Version, db.Server.VersionText
	side.Database = name
	if name == "" {
		side.Database = side.User // libpq's rule
	}
	return side, db.Server, nil
}

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
	if p.Destination.Version >= localeProviders {
		sql += " LOCALE_PROVIDER libc" // template0's may be another one
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("creating the destination's database %s: %w", name, adviseCreation(err, conn.Config().User))
	}
	return nil
}

// adviseCreation says what to do about the ways in which CREATE DATABASE is refused.
func adviseCreation(err error, user string) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	var next string
	switch refused.Code {
	case pgerrcode.InsufficientPrivilege:
		next = fmt.Sprintf("run ALTER ROLE %s CREATEDB as a superuser, or have the database created and leave create_database out", postgres.QuoteIdent(user))
	case pgerrcode.WrongObjectType, pgerrcode.InvalidParameterValue, pgerrcode.InvalidObjectDefinition:
		next = "the server may lack the source's locale: install it, or create the database with another one (from template0) and leave create_database out"
	default:
		return err
	}
	return fmt.Errorf("%w; %s", err, next)
}

// openMaintenance opens a session for checks where the destination's database is still to be created.
func openMaintenance(ctx context.Context, cfg *config.Config, version string) (*pgx.Conn, []postgres.Step) {
	at := cfg.Destination.Endpoint
	at.Database = maintenance
	conn, steps, _ := postgres.ConnectSteps(ctx, at, postgres.Options{Side: "destination", Role: "precheck", Version: version, ReadOnly: true})
	return conn, steps
}
