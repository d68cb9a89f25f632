package precheck

import (
	"context"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func checkRowSecurity(ctx context.Context, in *Input) ([]Finding, error) {
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	var oids []uint32
	for _, t := range in.secured() {
		oids = append(oids, t.Ref.OID)
	}
	if len(oids) == 0 {
		return nil, nil // below 9.5 always
	}
	rows, err := in.SourceConn.Query(ctx, `
		SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = ANY ($1::oid[]) AND row_security_active(c.oid) ORDER BY 1, 2`, oids)
	if err != nil {
		return nil, err
	}
	hidden, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
	if err != nil || len(hidden) == 0 {
		return nil, err
	}
	user, err := currentUser(ctx, in.SourceConn)
	return []Finding{{
		Side: Source, Found: "row-level security applies to " + user + " and may hide rows", Objects: hidden,
		Do:  "run the statement as a superuser; or connect as the tables' owner, where the tables do not FORCE it, or as a superuser",
		Fix: []string{bypass(user)},
	}}, err
}

// checkRowSecurityAfterwards looks at tables as they will be, since what the source has of row-level security comes with them, and at
// those that are there and get rows.
func checkRowSecurityAfterwards(ctx context.Context, in *Input) ([]Finding, error) {
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	user, err := currentUser(ctx, conn)
	if err != nil {
		return nil, err
	}
	var findings []Finding
	add := func(f Finding, names []catalog.Name) {
		if f.Objects = names; len(names) > 0 {
			f.Side, f.Fix = Destination, []string{bypass(user)}
			findings = append(findings, f)
		}
	}
	closed, err := securedFills(ctx, in)
	if err != nil {
		return nil, err
	}
	add(Finding{
		Severity: Error, Found: "row-level security of tables that are there and get rows applies to " + user + ", and refuses COPY",
		Do: "run the statement as a superuser, or run apply as a role that owns the tables, where they do not FORCE it",
	}, closed)
	hidden, err := hiddenAfterwards(ctx, conn, in)
	add(Finding{
		Found: "row-level security will apply to " + user + ", so that verify cannot see all rows",
		Do:    "run the statement as a superuser, or run verify as a role that bypasses it; apply itself is not affected",
	}, hidden)
	return findings, err
}

// securedFills are the tables that are there, get rows, and are under row-level security for the destination's role.
func securedFills(ctx context.Context, in *Input) ([]catalog.Name, error) {
	if len(in.Fills) == 0 || in.DestinationConn == nil {
		return nil, nil
	}
	var schemas, names []string
	for _, f := range in.Fills {
		schemas, names = append(schemas, f.Table.Schema), append(names, f.Table.Name)
	}
	rows, err := in.DestinationConn.Query(ctx, `SELECT n.nspname, c.relname FROM unnest($1::text[], $2::text[]) w (schema, name)
		JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
		WHERE c.relrowsecurity AND row_security_active(c.oid) ORDER BY 1, 2`, schemas, names)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
}

// hiddenAfterwards are the tables whose rows the destination's role may not see when their row-level security is enabled there.
func hiddenAfterwards(ctx context.Context, conn *pgx.Conn, in *Input) ([]catalog.Name, error) {
	if !in.Config.Schema {
		return nil, nil
	}
	mapped := in.ownerNames()
	var schemas, names, owners []string
	var forced []bool
	for _, t := range in.secured() {
		schemas, names = append(schemas, t.Schema), append(names, t.Name)
		owners, forced = append(owners, mapped(t.Owner)), append(forced, t.ForceSecurity)
	}
	rows, err := conn.Query(ctx, `SELECT w.schema, w.name FROM unnest($1::text[], $2::text[], $3::text[], $4::bool[]) w (schema, name, owner, forced)
		JOIN pg_roles me ON me.rolname = current_user LEFT JOIN pg_roles o ON o.rolname = w.owner
		WHERE NOT me.rolsuper AND NOT me.rolbypassrls AND (w.forced OR NOT coalesce(pg_has_role(o.oid, 'USAGE'), false))
		ORDER BY 1, 2`, schemas, names, owners, forced)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
}

// secured are the selected tables with row-level security whose rows are copied.
func (in *Input) secured() []*catalog.Table {
	var tables []*catalog.Table
	for _, o := range in.Selected {
		if t, ok := o.(*catalog.Table); ok && t.RowSecurity && copiesRows(in, t) {
			tables = append(tables, t)
		}
	}
	return tables
}

func bypass(user string) string { return "ALTER ROLE " + postgres.QuoteIdent(user) + " BYPASSRLS" }

func currentUser(ctx context.Context, conn *pgx.Conn) (user string, err error) {
	err = conn.QueryRow(ctx, "SELECT current_user").Scan(&user)
	return user, err
}
