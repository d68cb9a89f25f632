package precheck

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

var destinationChecks = []Check{
	{
		Name: "roles_missing", Severity: Error, Run: checkRolesMissing,
		Doc: "Every role that owns a selected object, or is named in a privilege or policy, exists in the destination.",
	},
	{
		Name: "destination_privileges", Severity: Error, Run: checkDestinationPrivileges,
		Doc: "The role on the destination can create the objects and give them to their owners.",
	},
	{
		Name: "destination_objects", Severity: Error, Run: checkConflicts,
		Doc: "Nothing in the destination has the name of an object to be created without being equal to it.",
	},
	{
		Name: "destination_ledger", Severity: Error, Run: checkLedger,
		Doc: "The destination holds no ledger of another migration, and of this one no run is at work.",
	},
}

func checkRolesMissing(ctx context.Context, in *Input) ([]Finding, error) {
	if in.DestinationConn == nil {
		return nil, errNoDestination
	}
	rows, err := in.DestinationConn.Query(ctx, `SELECT r FROM unnest($1::text[]) r
		WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) ORDER BY 1`, neededRoles(in).all)
	if err != nil {
		return nil, err
	}
	missing, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(missing) == 0 {
		return nil, err
	}
	f := Finding{
		Side: Destination, Found: "roles that do not exist",
		Do: `create them, or map them to others: role "x" { rename = "y" } in mapping`,
	}
	for _, role := range missing {
		f.Objects = append(f.Objects, catalog.Name{Name: role})
		f.Fix = append(f.Fix, "CREATE ROLE "+postgres.QuoteIdent(role)+" NOLOGIN")
	}
	return []Finding{f}, nil
}

func checkDestinationPrivileges(ctx context.Context, in *Input) ([]Finding, error) {
	if in.DestinationConn == nil {
		return nil, errNoDestination
	}
	conn := in.DestinationConn
	var user, database string
	var create, superuser bool
	if err := conn.QueryRow(ctx, `SELECT current_user, current_database(), has_database_privilege(current_database(), 'CREATE'),
		(SELECT rolsuper FROM pg_roles WHERE rolname = current_user)`).Scan(&user, &database, &create, &superuser); err != nil {
		return nil, err
	}
	if superuser {
		return nil, nil
	}
	quoted := postgres.QuoteIdent(user)
	var findings []Finding
	if !create {
		findings = append(findings, Finding{
			Side: Destination, Found: user + " has no CREATE on the database", Do: "run the grant as the database's owner",
			Fix: []string{"GRANT CREATE ON DATABASE " + postgres.QuoteIdent(database) + " TO " + quoted},
		})
	}
	needed := neededRoles(in)

	// ALTER ... OWNER TO needs SET ROLE to the new owner; before 16 that was the same as being a member.
	privilege := "MEMBER"
	if postgres.VersionNumber(conn) >= 160000 {
		privilege = "SET"
	}
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles
		WHERE rolname = ANY ($1::text[]) AND NOT pg_has_role(oid, $2::text) ORDER BY 1`, needed.owners, privilege)
	if err != nil {
		return nil, err
	}
	foreign, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	if len(foreign) > 0 {
		f := Finding{Side: Destination, Found: user + " cannot SET ROLE to owners", Do: "run the grants, or map the roles to others"}
		for _, role := range foreign {
			f.Objects = append(f.Objects, catalog.Name{Name: role})
			f.Fix = append(f.Fix, "GRANT "+postgres.QuoteIdent(role)+" TO "+quoted)
		}
		findings = append(findings, f)
	}

	// Who makes or is given an object needs CREATE on its schema; schemas made by this migration are not there yet.
	schemas, roles := needed.creators(user)
	rows, err = conn.Query(ctx, `SELECT n.nspname, r.rolname FROM unnest($1::text[], $2::text[]) w (schema, role)
		JOIN pg_namespace n ON n.nspname = w.schema JOIN pg_roles r ON r.rolname = w.role
		WHERE NOT has_schema_privilege(r.oid, n.oid, 'CREATE') OR NOT has_schema_privilege(r.oid, n.oid, 'USAGE') ORDER BY 1, 2`, schemas, roles)
	if err != nil {
		return nil, err
	}
	f := Finding{Side: Destination, Found: "no CREATE or USAGE on schemas that exist already", Do: "run the grants as the schemas' owner"}
	var schema, role string
	_, err = pgx.ForEachRow(rows, []any{&schema, &role}, func() error {
		f.Objects = append(f.Objects, catalog.Name{Name: schema})
		f.Fix = append(f.Fix, "GRANT CREATE, USAGE ON SCHEMA "+postgres.QuoteIdent(schema)+" TO "+postgres.QuoteIdent(role))
		return nil
	})
	if len(f.Objects) > 0 {
		findings = append(findings, f)
	}
	return findings, err
}

func checkConflicts(_ context.Context, in *Input) ([]Finding, error) {
	var findings []Finding
	for _, c := range in.Conflicts {
		findings = append(findings, Finding{
			Side: Destination, Found: c.Reason, Objects: []catalog.Name{c.Object},
			Do: `drop or rename it, rename the source's in mapping, exclude it, or, for a table of equal structure, set conflict = "ignore"`,
		})
	}
	return findings, nil
}

func checkLedger(_ context.Context, in *Input) ([]Finding, error) {
	l := in.Ledger
	switch {
	case !l.Exists:
		return nil, nil
	case l.Running:
		return []Finding{{
			Side: Destination, Found: "a run is at work: " + l.Holder,
			Do: `wait until it ends; "migrator status" shows how far it is`,
		}}, nil
	case l.OwnLineage == "":
		return []Finding{{
			Side: Destination, Found: fmt.Sprintf("there is the ledger of a migration (lineage %s), and no state file here", l.Lineage),
			Do: `take the state file of that migration, or rebuild it with "migrator state pull"; "migrator release" ends that migration`,
		}}, nil
	case l.Lineage != l.OwnLineage:
		return []Finding{{
			Side: Destination, Found: fmt.Sprintf("the ledger is of another migration (lineage %s, ours is %s)", l.Lineage, l.OwnLineage),
			Do: `finish and release that one, or set another destination.ledger_schema`,
		}}, nil
	}
	return nil, nil
}
