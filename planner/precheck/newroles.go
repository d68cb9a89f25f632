package precheck

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// newRolePrivileges are what making roles takes. A new role has CREATE on nothing, which it needs where it is given an object, unless
// it owns the schema, or everybody may create there.
func newRolePrivileges(ctx context.Context, conn *pgx.Conn, in *Input, who *identity, needed roles) ([]Finding, error) {
	if len(needed.made) == 0 || !in.Config.Schema {
		return nil, nil
	}
	var findings []Finding
	var createRole bool
	if err := conn.QueryRow(ctx, "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user").Scan(&createRole); err != nil {
		return nil, err
	}
	if !createRole {
		f := Finding{
			Side: Destination, Found: who.user + " may not create roles, which the plan does",
			Do:  "run the statement as a superuser, or have the roles created and leave roles = \"create\" out",
			Fix: []string{"ALTER ROLE " + postgres.QuoteIdent(who.user) + " CREATEROLE"},
		}
		for _, role := range slices.Sorted(maps.Keys(needed.made)) {
			f.Objects = append(f.Objects, catalog.Name{Name: role})
		}
		findings = append(findings, f)
	}
	open := map[string]bool{}
	if in.DestinationConn != nil {
		rows, err := conn.Query(ctx, `SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE'`)
		if open, err = set(rows, err); err != nil {
			return findings, err
		}
	}
	guests := Finding{
		Side: Destination, Found: "the plan gives objects to roles that it makes, in schemas where these may not create",
		Do: "make the roles beforehand, run the prechecks again for the grants that they need, or run apply as a superuser",
	}
	for _, schema := range needed.schemas() {
		for _, owner := range needed.ownersIn(schema) {
			if needed.made[owner] && needed.newSchemas[schema] != owner && !open[schema] {
				guests.Objects = appendOnce(guests.Objects, catalog.Name{Name: owner})
			}
		}
	}
	if len(guests.Objects) > 0 {
		for _, role := range guests.Objects {
			guests.Fix = append(guests.Fix, "CREATE ROLE "+postgres.QuoteIdent(role.Name)+" NOLOGIN")
		}
		findings = append(findings, guests)
	}
	for _, owner := range needed.inDatabase {
		if needed.made[owner] {
			findings = append(findings, Finding{
				Side: Destination, Found: "a role that the plan makes will own publications or subscriptions, which needs CREATE on the database",
				Objects: []catalog.Name{{Name: owner}}, Do: "make the role beforehand and grant it that, or run apply as a superuser",
			})
		}
	}
	return findings, nil
}
