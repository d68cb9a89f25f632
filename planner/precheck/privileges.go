package precheck

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// checkDestinationPrivileges asks for all that PostgreSQL will ask for when the planned objects are made and given to their owners.
func checkDestinationPrivileges(ctx context.Context, in *Input) ([]Finding, error) {
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	who, err := whoIs(ctx, conn)
	if err != nil {
		return nil, err
	}
	needed := neededRoles(in)
	findings, err := ownersThatAreNoSuperusers(ctx, conn, in, who)
	if err != nil || who.superuser {
		return findings, err
	}
	if in.Config.Schema {
		f, err := readFacts(ctx, in, in.made())
		if err != nil {
			return nil, err
		}
		findings = append(findings, superuserFindings(in.made(), f, who)...)
	}
	for _, check := range []func(context.Context, *pgx.Conn, *Input, *identity, roles) ([]Finding, error){
		newRolePrivileges, databasePrivileges, memberships, schemaPrivileges, foreignPrivileges, standingOwners, fillPrivileges, settingPrivileges,
	} {
		more, err := check(ctx, conn, in, who, needed)
		if err != nil {
			return findings, err
		}
		findings = append(findings, more...)
	}
	return findings, nil
}

// ownersThatAreNoSuperusers finds owners that PostgreSQL refuses even when a superuser names them.
func ownersThatAreNoSuperusers(ctx context.Context, conn *pgx.Conn, in *Input, who *identity) ([]Finding, error) {
	owned := map[string][]catalog.Name{}
	var owners []string
	mapped := in.ownerNames()
	for _, o := range in.made() {
		switch o.(type) {
		case *catalog.EventTrigger, *catalog.ForeignDataWrapper:
			owner := mapped(o.Meta().Owner)
			owners = append(owners, owner)
			owned[owner] = append(owned[owner], nameOf(o))
		}
	}
	rows, err := conn.Query(ctx, "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[]) AND NOT rolsuper ORDER BY 1", owners)
	if err != nil {
		return nil, err
	}
	ordinary, err := pgx.CollectRows(rows, pgx.RowTo[string])
	var findings []Finding
	for _, owner := range ordinary {
		findings = append(findings, who.judged(Finding{
			Side: Destination, Objects: owned[owner],
			Found: "event triggers and foreign data wrappers must belong to a superuser, and " + owner + " is none",
			Do:    fmt.Sprintf("map the owner to a superuser: role %q { rename = ... } in mapping", owner),
		}))
	}
	return findings, err
}

// databasePrivileges are CREATEDB, or CREATE on the database: for who migrates, and for the owners that need it themselves.
func databasePrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, needed roles) ([]Finding, error) {
	if in.DestinationConn == nil {
		return newDatabasePrivileges(ctx, conn, who, needed)
	}
	var findings []Finding
	grant := func(role string) string {
		return "GRANT CREATE ON DATABASE " + postgres.QuoteIdent(who.database) + " TO " + postgres.QuoteIdent(role)
	}
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])
		AND NOT has_database_privilege(oid, current_database(), 'CREATE') ORDER BY 1`, append(slices.Clone(needed.inDatabase), who.user))
	if err != nil {
		return nil, err
	}
	lacking, err := pgx.CollectRows(rows, pgx.RowTo[string])
	owners := Finding{Side: Destination, Found: "no CREATE on the database, which the owners of publications and subscriptions need", Do: "run the grants as the database's owner"}
	for _, role := range lacking {
		if role == who.user {
			findings = append(findings, Finding{
				Side: Destination, Found: role + " has no CREATE on the database, which the ledger, schemas, publications and extensions need",
				Do: "run the grant as the database's owner", Fix: []string{grant(role)},
			})
			continue
		}
		owners.Objects = append(owners.Objects, catalog.Name{Name: role})
		owners.Fix = append(owners.Fix, grant(role))
	}
	if len(owners.Objects) > 0 {
		findings = append(findings, owners)
	}
	return findings, err
}

// newDatabasePrivileges knows that who creates a database owns it, and that nobody else has CREATE on it.
func newDatabasePrivileges(ctx context.Context, conn *pgx.Conn, who *identity, needed roles) ([]Finding, error) {
	var findings []Finding
	if !who.createDB {
		findings = append(findings, Finding{
			Side: Destination, Found: who.user + " may not create databases",
			Do:  "run the statement as a superuser or a role with CREATEROLE, or have the database created, and leave create_database out",
			Fix: []string{"ALTER ROLE " + postgres.QuoteIdent(who.user) + " CREATEDB"},
		})
	}
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])
		AND NOT rolsuper AND NOT pg_has_role(oid, $2::name, 'USAGE') ORDER BY 1`, needed.inDatabase, who.user)
	if err != nil {
		return nil, err
	}
	lacking, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n catalog.Name, err error) { err = row.Scan(&n.Name); return n, err })
	if len(lacking) > 0 {
		findings = append(findings, Finding{
			Side: Destination, Found: "no CREATE on the new database, which the owners of publications and subscriptions need", Objects: lacking,
			Do: "create the database, grant them CREATE on it, and leave create_database out",
		})
	}
	return findings, err
}

// memberships are those in the roles that own objects: ALTER ... OWNER TO needs SET ROLE to the new owner, and what is done to an
// object afterwards needs the owner's privileges. Before 16 a member had both, unless it is made with NOINHERIT.
func memberships(ctx context.Context, conn *pgx.Conn, _ *Input, who *identity, needed roles) ([]Finding, error) {
	become := "MEMBER"
	options := postgres.VersionNumber(conn) >= optionsOfMemberships
	if options {
		become = "SET"
	}
	rows, err := conn.Query(ctx, `SELECT rolname, pg_has_role(oid, $3::text) FROM pg_roles
		WHERE rolname <> current_user AND (rolname = ANY ($1::text[]) AND NOT (pg_has_role(oid, $3::text) AND pg_has_role(oid, 'USAGE'))
			OR rolname = ANY ($2::text[]) AND NOT pg_has_role(oid, $3::text)) ORDER BY 1`, needed.owners, needed.grantors, become)
	if err != nil {
		return nil, err
	}
	var lacking []string
	member := map[string]bool{}
	var role string
	var can bool
	if _, err = pgx.ForEachRow(rows, []any{&role, &can}, func() error {
		lacking, member[role] = append(lacking, role), can
		return nil
	}); err != nil {
		return nil, err
	}
	never, err := mighty(ctx, conn, lacking)
	f := Finding{Side: Destination, Found: who.user + " cannot act as the owners of objects", Do: "run the statements, or map the roles to others"}
	if options {
		f.Do = "run the statements as a role that has ADMIN on these roles, or map the roles to others"
	}
	var findings []Finding
	for _, role := range lacking {
		switch {
		case never[role]:
			findings = append(findings, actAsNobody(who, role))
			continue
		case options:
			f.Fix = append(f.Fix, "GRANT "+postgres.QuoteIdent(role)+" TO "+postgres.QuoteIdent(who.user)+" WITH INHERIT TRUE, SET TRUE")
		case member[role]:
			f.Fix = appendOnce(f.Fix, "ALTER ROLE "+postgres.QuoteIdent(who.user)+" INHERIT")
		default:
			f.Fix = append(f.Fix, "GRANT "+postgres.QuoteIdent(role)+" TO "+postgres.QuoteIdent(who.user))
		}
		f.Objects = append(f.Objects, catalog.Name{Name: role})
	}
	if len(f.Objects) > 0 {
		findings = append([]Finding{f}, findings...)
	}
	return findings, err
}

// actAsNobody is the finding about an owner that nobody is made a member of for a migration.
func actAsNobody(who *identity, role string) Finding {
	f := Finding{
		Side: Destination, Objects: []catalog.Name{{Name: role}},
		Found: who.user + " cannot give objects to a superuser or a role of the server's provider",
		Do: fmt.Sprintf("map the role to one that %s is a member of, or to %s itself: role %q { rename = %q } in mapping; or run apply as a superuser. "+
			"Membership in such a role is no privilege to give for a migration", who.user, who.user, role, who.user),
	}
	if role == "pg_database_owner" {
		f.Found = who.user + " does not own the database, which what belongs to pg_database_owner needs"
		f.Do = "make it the owner, or map the role to another"
		f.Fix = []string{"ALTER DATABASE " + postgres.QuoteIdent(who.database) + " OWNER TO " + postgres.QuoteIdent(who.user)}
	}
	return f
}

// schemaPrivileges are CREATE on schemas, for who makes an object and for who is given it. A schema that is still to be made will let its
// owner alone create in it until the end.
func schemaPrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, needed roles) ([]Finding, error) {
	there := map[string]bool{}
	if in.Destination != nil {
		for _, s := range in.Destination.Schemas {
			there[s.Name] = true
		}
	}
	var findings []Finding
	if in.DestinationConn != nil {
		schemas, roles := needed.creators(who.user)
		rows, err := conn.Query(ctx, `SELECT n.nspname, r.rolname, has_schema_privilege(r.oid, n.oid, 'CREATE'), has_schema_privilege(r.oid, n.oid, 'USAGE')
			FROM unnest($1::text[], $2::text[]) w (schema, role) JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_roles r ON r.rolname = w.role
			WHERE NOT has_schema_privilege(r.oid, n.oid, 'CREATE') OR r.rolname = current_user AND NOT has_schema_privilege(r.oid, n.oid, 'USAGE')
			ORDER BY 1, 2`, schemas, roles)
		if err != nil {
			return nil, err
		}
		f := Finding{Side: Destination, Found: "no CREATE or USAGE on schemas that exist already", Do: "run the grants as the schemas' owner"}
		var schema, role string
		var create, usage bool
		if _, err = pgx.ForEachRow(rows, []any{&schema, &role, &create, &usage}, func() error {
			var words []string
			if !create {
				words = append(words, "CREATE")
			}
			if !usage {
				words = append(words, "USAGE")
			}
			f.Objects = appendOnce(f.Objects, catalog.Name{Name: schema})
			f.Fix = append(f.Fix, "GRANT "+strings.Join(words, ", ")+" ON SCHEMA "+postgres.QuoteIdent(schema)+" TO "+postgres.QuoteIdent(role))
			return nil
		}); err != nil {
			return nil, err
		}
		if len(f.Objects) > 0 {
			findings = append(findings, f)
		}
	}
	strangers, err := strangersInNewSchemas(ctx, conn, in, who, needed, there)
	return append(findings, strangers...), err
}

// strangersInNewSchemas finds owners of objects in schemas that this migration makes for others.
func strangersInNewSchemas(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, needed roles, there map[string]bool) ([]Finding, error) {
	var schemas, hosts, guests []string
	for _, schema := range needed.schemas() {
		host, ok := needed.newSchemas[schema]
		if schema == "public" && in.DestinationConn == nil {
			host, ok = who.user, true // it comes with the database, and lets the database's owner alone create in it
		}
		if !ok || there[schema] {
			continue
		}
		for _, guest := range needed.ownersIn(schema) {
			if guest != host && guest != who.user {
				schemas, hosts, guests = append(schemas, schema), append(hosts, host), append(guests, guest)
			}
		}
	}
	rows, err := conn.Query(ctx, `SELECT w.schema, w.host, w.guest FROM unnest($1::text[], $2::text[], $3::text[]) w (schema, host, guest)
		JOIN pg_roles g ON g.rolname = w.guest JOIN pg_roles h ON h.rolname = w.host
		WHERE NOT pg_has_role(g.oid, h.oid, 'USAGE') ORDER BY 1, 3`, schemas, hosts, guests)
	if err != nil {
		return nil, err
	}
	f := Finding{
		Side: Destination, Found: "in new schemas, objects are given to roles that do not own the schema, and may not create in it until the end",
		Do: "make the schemas beforehand, with the grants; what the source does not have of them is taken back by the migration",
	}
	if in.DestinationConn == nil {
		f.Do = "create the database, in it the schemas with the grants, and leave create_database out"
	}
	var schema, host, guest string
	_, err = pgx.ForEachRow(rows, []any{&schema, &host, &guest}, func() error {
		if name := (catalog.Name{Name: schema}); !slices.Contains(f.Objects, name) {
			f.Objects = append(f.Objects, name)
			if in.DestinationConn != nil {
				f.Fix = append(f.Fix, "CREATE SCHEMA "+postgres.QuoteIdent(schema)+" AUTHORIZATION "+postgres.QuoteIdent(host))
			}
		}
		if in.DestinationConn != nil {
			f.Fix = append(f.Fix, "GRANT CREATE ON SCHEMA "+postgres.QuoteIdent(schema)+" TO "+postgres.QuoteIdent(guest))
		}
		return nil
	})
	if len(f.Objects) == 0 {
		return nil, err
	}
	return []Finding{f}, err
}
