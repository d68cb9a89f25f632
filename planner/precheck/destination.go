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
		Name: "tablespaces_missing", Severity: Error, Run: checkTablespaces,
		Doc: "Every tablespace of a selected object exists in the destination, and the role there can create in it.",
	},
	{
		Name: "default_privileges", Severity: Alert, Run: checkDefaultPrivileges,
		Doc: "No default privileges of the role on the destination reach the members of extensions that are to be created.",
	},
	{
		Name: "row_security_in_destination", Severity: Alert, Run: checkRowSecurityAfterwards,
		Doc: "Row-level security will not hide the destination's rows from verify; that of a table which is there and gets rows refuses them, and is an error.",
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
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	rows, err := conn.Query(ctx, `SELECT r FROM unnest($1::text[]) r
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
		Do: `create them, have the plan do so (roles = "create"), or map them to others: role "x" { rename = "y" } in mapping`,
	}
	foreign := Finding{
		Side: Destination, Found: "roles that do not exist and are another server's own",
		Do: `map them to roles of this server: role "x" { rename = "y" } in mapping`,
	}
	for _, role := range missing {
		if slices.Contains(providerRoles, role) || strings.HasPrefix(role, "pg_") {
			foreign.Objects = append(foreign.Objects, catalog.Name{Name: role})
			continue
		}
		f.Objects = append(f.Objects, catalog.Name{Name: role})
		f.Fix = append(f.Fix, "CREATE ROLE "+postgres.QuoteIdent(role)+" NOLOGIN")
	}
	var findings []Finding
	for _, f := range []Finding{f, foreign} {
		if len(f.Objects) > 0 {
			findings = append(findings, f)
		}
	}
	return findings, nil
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
