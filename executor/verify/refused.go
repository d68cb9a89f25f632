package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/planner/postgres"
)

// rowSecurity is the first version that has it.
const rowSecurity = 90500

// sourceError is of the source; all others are of the destination.
type sourceError struct{ error }

func (e *sourceError) Error() string { return "source: " + e.error.Error() }

func (e *sourceError) Unwrap() error { return e.error }

// isServerError says whether a server refused something, and the session goes on.
func isServerError(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Severity != "FATAL" && server.SeverityUnlocalized != "FATAL"
}

// refused says what it means that a table cannot be read. One that is missing, or lacks a column, differs; anything else
// says nothing about its rows.
func (r *reader) refused(ctx context.Context, g *group, res *Result, err error) error {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		return err
	}
	switch server.Code {
	case pgerrcode.UndefinedTable:
		res.Message = "it is missing in the destination"
		if _, ofSource := errors.AsType[*sourceError](err); ofSource {
			res.Message = "it is missing in the source"
		}
		return nil
	case pgerrcode.UndefinedColumn, pgerrcode.InvalidSchemaName, pgerrcode.WrongObjectType:
		res.Message = err.Error()
		return nil
	case pgerrcode.InsufficientPrivilege:
		res.NotCompared, err = r.forbidden(ctx, g, err)
		return err
	}
	res.NotCompared = err.Error()
	return nil
}

// forbidden says why the role may not read a table's rows, and what to do.
func (r *reader) forbidden(ctx context.Context, g *group, err error) (string, error) {
	side, conn, relation := "destination", r.dst, g.copies[0].Final
	var ofSource *sourceError
	if errors.As(err, &ofSource) {
		side, conn, relation = "source", r.src, g.copies[0].From
	}
	table := postgres.QuoteIdent(relation.Schema, relation.Name)
	var role string
	var hides bool
	var errWhy error
	if postgres.VersionNumber(conn) < rowSecurity {
		errWhy = conn.QueryRow(ctx, "SELECT current_user::text").Scan(&role)
	} else {
		errWhy = conn.QueryRow(ctx, `SELECT current_user::text, coalesce((SELECT c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
			FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2), false)`,
			relation.Schema, relation.Name).Scan(&role, &hides)
	}
	switch {
	case errWhy != nil:
		return "", fmt.Errorf("%s: %w", side, errWhy)
	case hides:
		return fmt.Sprintf("row-level security hides rows from role %s in the %s; verify with a superuser or a role that has BYPASSRLS as its user",
			postgres.QuoteIdent(role), side), nil
	}
	return fmt.Sprintf("role %s may not read it in the %s (%s); there, GRANT SELECT ON %s TO %[1]s", postgres.QuoteIdent(role), side, err, table), nil
}
