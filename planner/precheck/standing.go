package precheck

import (
	"context"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// foreignPrivileges are USAGE on foreign data wrappers and servers that are there, for what is made on them and for its owners.
func foreignPrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, _ roles) ([]Finding, error) {
	if in.DestinationConn == nil {
		return nil, nil
	}
	mapped := in.ownerNames()
	var wrappers, users, servers []string
	for _, o := range in.made() {
		switch o := o.(type) {
		case *catalog.ForeignServer:
			wrappers, users = append(wrappers, o.Wrapper, o.Wrapper), append(users, who.user, mapped(o.Owner))
		case *catalog.Table:
			if o.Foreign {
				servers = append(servers, o.Server)
			}
		}
	}
	rows, err := conn.Query(ctx, `
		SELECT DISTINCT 'FOREIGN DATA WRAPPER', w.name, r.rolname FROM unnest($1::text[], $2::text[]) w (name, role)
			JOIN pg_foreign_data_wrapper f ON f.fdwname = w.name JOIN pg_roles r ON r.rolname = w.role
			WHERE NOT has_foreign_data_wrapper_privilege(r.oid, f.oid, 'USAGE')
		UNION SELECT 'FOREIGN SERVER', s.srvname, current_user FROM pg_foreign_server s
			WHERE s.srvname = ANY ($3::text[]) AND NOT has_server_privilege(s.oid, 'USAGE')
		ORDER BY 1, 2, 3`, wrappers, users, servers)
	if err != nil {
		return nil, err
	}
	f := Finding{Side: Destination, Found: "no USAGE on foreign data wrappers or servers", Do: "run the grants as their owner"}
	var kind, name, role string
	_, err = pgx.ForEachRow(rows, []any{&kind, &name, &role}, func() error {
		f.Objects = appendOnce(f.Objects, catalog.Name{Name: name})
		f.Fix = append(f.Fix, "GRANT USAGE ON "+kind+" "+postgres.QuoteIdent(name)+" TO "+postgres.QuoteIdent(role))
		return nil
	})
	if len(f.Objects) == 0 {
		return nil, err
	}
	return []Finding{f}, err
}

// checkTablespaces asks for those that are named; the database's own is nobody's choice here.
func checkTablespaces(ctx context.Context, in *Input) ([]Finding, error) {
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	var names []string
	for _, o := range in.made() {
		space := ""
		switch o := o.(type) {
		case *catalog.Table:
			space = o.Tablespace
		case *catalog.View:
			space = o.Tablespace
		case *catalog.Index:
			space = o.Tablespace
		}
		if space != "" {
			names = appendOnce(names, space)
		}
	}
	rows, err := conn.Query(ctx, `SELECT w.name, s.oid IS NULL, current_user FROM unnest($1::text[]) w (name) LEFT JOIN pg_tablespace s ON s.spcname = w.name
		WHERE s.oid IS NULL OR NOT has_tablespace_privilege(s.oid, 'CREATE') AND s.oid <> (SELECT dattablespace FROM pg_database WHERE datname = current_database())
		ORDER BY 1`, names)
	if err != nil {
		return nil, err
	}
	missing := Finding{Side: Destination, Found: "tablespaces that do not exist", Do: "create them (CREATE TABLESPACE ... LOCATION ...) as a superuser, or move what is in them in the source"}
	closed := Finding{Side: Destination, Found: "no CREATE on tablespaces", Do: "run the grants as the tablespaces' owner"}
	var space, user string
	var none bool
	_, err = pgx.ForEachRow(rows, []any{&space, &none, &user}, func() error {
		if none {
			missing.Objects = append(missing.Objects, catalog.Name{Name: space})
			return nil
		}
		closed.Objects = append(closed.Objects, catalog.Name{Name: space})
		closed.Fix = append(closed.Fix, "GRANT CREATE ON TABLESPACE "+postgres.QuoteIdent(space)+" TO "+postgres.QuoteIdent(user))
		return nil
	})
	var findings []Finding
	for _, f := range []Finding{missing, closed} {
		if len(f.Objects) > 0 {
			findings = append(findings, f)
		}
	}
	return findings, err
}

// checkDefaultPrivileges is about what the plan cannot take back: it does not know what an extension will bring.
func checkDefaultPrivileges(_ context.Context, in *Input) ([]Finding, error) {
	if in.Destination == nil {
		return nil, nil // a new database has none
	}
	there := map[string]bool{}
	for _, e := range in.Destination.Extensions {
		there[e.Name] = true
	}
	f := Finding{
		Side: Destination, Found: "the default privileges of " + in.Destination.Server.User + " will be given on what these extensions bring",
		Do: "create the extensions beforehand as a role without default privileges, or take these away first (ALTER DEFAULT PRIVILEGES ... REVOKE)",
	}
	for _, o := range in.made() {
		if e, ok := o.(*catalog.Extension); ok && !there[e.Name] {
			f.Objects = append(f.Objects, nameOf(e))
		}
	}
	if len(in.Destination.NewObjects) == 0 || len(f.Objects) == 0 {
		return nil, nil
	}
	return []Finding{f}, nil
}

// standingOwners are those of objects that are there and are changed: only who acts as they may do so.
func standingOwners(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, _ roles) ([]Finding, error) {
	if in.Destination == nil {
		return nil, nil
	}
	owned := map[string][]catalog.Name{}
	var owners []string
	for _, o := range in.Destination.Objects() {
		if i := o.Meta(); in.Alters[i.Address()] && i.Owner != "" {
			owners = append(owners, i.Owner)
			owned[i.Owner] = append(owned[i.Owner], nameOf(o))
		}
	}
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[]) AND NOT pg_has_role(oid, 'USAGE') ORDER BY 1`, owners)
	if err != nil {
		return nil, err
	}
	lacking, err := pgx.CollectRows(rows, pgx.RowTo[string])
	var findings []Finding
	for _, owner := range lacking {
		findings = append(findings, Finding{
			Side: Destination, Objects: owned[owner],
			Found: "the plan changes owner, comment or privileges of what is there and belongs to " + owner + ", which " + who.user + " cannot act as",
			Do:    "make the changes that the plan lists by hand, or run apply as a role that may",
		})
	}
	return findings, err
}

// fillPrivileges are those on tables that are there and get rows.
func fillPrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, _ roles) ([]Finding, error) {
	var schemas, names []string
	var owners, beside []bool
	for _, f := range in.Fills {
		schemas, names = append(schemas, f.Table.Schema), append(names, f.Table.Name)
		owners, beside = append(owners, f.Owner), append(beside, f.Beside)
	}
	rows, err := conn.Query(ctx, `
		SELECT n.nspname, c.relname, w.owner AND NOT pg_has_role(c.relowner, 'USAGE'),
			array_remove(ARRAY[CASE WHEN NOT has_table_privilege(c.oid, 'INSERT') THEN 'INSERT' END,
				CASE WHEN w.beside AND NOT has_table_privilege(c.oid, 'SELECT') THEN 'SELECT' END], NULL)
		FROM unnest($1::text[], $2::text[], $3::bool[], $4::bool[]) w (schema, name, owner, beside)
		JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.name
		WHERE w.owner AND NOT pg_has_role(c.relowner, 'USAGE') OR NOT has_table_privilege(c.oid, 'INSERT')
			OR w.beside AND NOT has_table_privilege(c.oid, 'SELECT')
		ORDER BY 1, 2`, schemas, names, owners, beside)
	if err != nil {
		return nil, err
	}
	closed := Finding{Side: Destination, Found: "no INSERT or SELECT on tables that are there and get rows", Do: "run the grants as the tables' owner"}
	owned := Finding{
		Side: Destination, Found: "triggers of tables that are there are disabled while rows come in, and " + who.user + " cannot act as the tables' owner",
		Do: "run apply as a role that can, or drop the triggers for as long",
	}
	var name catalog.Name
	var notOwner bool
	var words []string
	_, err = pgx.ForEachRow(rows, []any{&name.Schema, &name.Name, &notOwner, &words}, func() error {
		if notOwner {
			owned.Objects = append(owned.Objects, name)
		}
		if len(words) > 0 {
			closed.Objects = append(closed.Objects, name)
			for _, word := range words {
				closed.Fix = append(closed.Fix, "GRANT "+word+" ON TABLE "+postgres.QuoteIdent(name.Schema, name.Name)+" TO "+postgres.QuoteIdent(who.user))
			}
		}
		return nil
	})
	var findings []Finding
	for _, f := range []Finding{closed, owned} {
		if len(f.Objects) > 0 {
			findings = append(findings, f)
		}
	}
	return findings, err
}

// databaseComment is the address of the comment on the database among what a plan makes.
const databaseComment = "database_setting.comment"

// settingPrivileges are ownership of the database, for its settings and its comment, and power over the roles that have settings in it.
func settingPrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, _ roles) ([]Finding, error) {
	mapped := in.roleNames()
	var findings []Finding
	var ofDatabase []catalog.Name
	var roles []string
	for _, o := range in.made() {
		if s, ok := o.(*catalog.DatabaseSetting); ok {
			if s.Args == "" {
				ofDatabase = append(ofDatabase, nameOf(o))
			} else if role := mapped(s.Args); role != who.user {
				roles = appendOnce(roles, role)
			}
		}
	}
	if in.Makes[databaseComment] {
		ofDatabase = append(ofDatabase, catalog.Name{Name: "comment"})
	}
	if len(ofDatabase) > 0 && in.DestinationConn != nil && !who.owner {
		findings = append(findings, Finding{
			Side: Destination, Found: "settings and the comment of the database are its owner's to change, and " + who.user + " is not", Objects: ofDatabase,
			Do:  "make it the owner, or make the changes by hand beforehand",
			Fix: []string{"ALTER DATABASE " + postgres.QuoteIdent(who.database) + " OWNER TO " + postgres.QuoteIdent(who.user)},
		})
	}
	may := "r.rolcreaterole"
	if postgres.VersionNumber(conn) >= optionsOfMemberships {
		may += " AND pg_has_role(t.oid, 'MEMBER WITH ADMIN OPTION')"
	}
	rows, err := conn.Query(ctx, `SELECT t.rolname FROM pg_roles t, pg_roles r
		WHERE r.rolname = current_user AND t.rolname = ANY ($1::text[]) AND (t.rolsuper OR NOT (`+may+`)) ORDER BY 1`, roles)
	if err != nil {
		return nil, err
	}
	beyond, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n catalog.Name, err error) { err = row.Scan(&n.Name); return n, err })
	if len(beyond) > 0 {
		findings = append(findings, Finding{
			Side: Destination, Found: "settings of roles in the database, which " + who.user + " may not change", Objects: beyond,
			Do: "make the settings by hand beforehand (ALTER ROLE ... IN DATABASE ... SET), as a superuser or a role with CREATEROLE and ADMIN on these",
		})
	}
	return findings, err
}
