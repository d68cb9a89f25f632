package precheck

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// identity is the destination's role, and what it is allowed beside what is granted to it.
type identity struct {
	user      string
	superuser bool
	createDB  bool
	// provider is a role of a managed server's that it is a member of, and that may do some of what superusers may; empty for none.
	provider string
	database string
	owner    bool // of the database
}

// providerRoles are what managed servers give in the place of a superuser, or keep for themselves. Whoever is made a member of one
// has more than a migration asks for, and some cannot be granted at all.
var providerRoles = []string{
	"alloydbadmin", "alloydbsuperuser", "aurora_admin", "avnadmin", "azure_pg_admin", "azure_superuser", "azuresu", "cloudsqladmin",
	"cloudsqlsuperuser", "doadmin", "neon_superuser", "rds_password", "rds_replication", "rds_superuser", "rdsadmin", "rdsrepladmin",
	"supabase_admin", "tsdbadmin",
}

func whoIs(ctx context.Context, conn *pgx.Conn) (*identity, error) {
	who := &identity{}
	err := conn.QueryRow(ctx, `SELECT r.rolname, r.rolsuper, r.rolcreatedb,
			coalesce((SELECT min(p.rolname) FROM pg_roles p WHERE p.rolname = ANY ($1::text[]) AND pg_has_role(p.oid, 'MEMBER')), ''),
			d.datname, pg_has_role(d.datdba, 'USAGE')
		FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`, providerRoles).
		Scan(&who.user, &who.superuser, &who.createDB, &who.provider, &who.database, &who.owner)
	return who, err
}

// judged makes a finding about what superusers alone may do an alert where the provider of a server may have allowed it.
func (who *identity) judged(f Finding) Finding {
	if who.provider != "" {
		f.Severity = Alert
		f.Found = strings.TrimSuffix(f.Found, " is none") + " is a member of " + who.provider
		f.Do = "find out whether the server's provider lets it; otherwise " + f.Do
	}
	return f
}

// mighty are those of the named roles that nobody should be made a member of to migrate: superusers and the provider's.
func mighty(ctx context.Context, conn *pgx.Conn, names []string) (map[string]bool, error) {
	rows, err := conn.Query(ctx, `SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])
		AND (rolsuper OR rolname = ANY ($2::text[]) OR rolname = 'pg_database_owner')`, names, providerRoles)
	return set(rows, err)
}

// appendOnce keeps a list free of what it has already.
func appendOnce[T comparable](list []T, more T) []T {
	if slices.Contains(list, more) {
		return list
	}
	return append(list, more)
}
