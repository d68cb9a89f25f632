package ddl

import (
	"strconv"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// CreateRole makes a role under a name, without LOGIN and without what only a superuser can give. Roles belong to the whole server, where
// another migration may make the same one meanwhile, so that one which is there by then is taken as it is.
func CreateRole(name string, r *catalog.Role) string {
	create := "CREATE ROLE " + postgres.QuoteIdent(name) + " NOLOGIN"
	if !r.Inherit {
		create += " NOINHERIT"
	}
	if r.ConnectionLimit >= 0 {
		create += " CONNECTION LIMIT " + strconv.Itoa(r.ConnectionLimit)
	}
	if r.ValidUntil != "" {
		create += " VALID UNTIL " + postgres.QuoteLiteral(r.ValidUntil)
	}
	return "DO " + postgres.QuoteLiteral("BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = "+postgres.QuoteLiteral(name)+
		") THEN "+create+"; END IF; END")
}

// CommentRole sets the comment on a role.
func CommentRole(name, comment string) string {
	return commentOn("ROLE "+postgres.QuoteIdent(name), comment)
}

// SetRole sets a parameter for all sessions of a role.
func SetRole(name string, s catalog.RoleSetting) string {
	return "ALTER ROLE " + postgres.QuoteIdent(name) + setParameter(s.Name, s.Value, s.List)
}

// GrantMembership makes a role a member of another one. Options that were not known to the source are the server's to choose.
func GrantMembership(group, member string, m catalog.Membership) string {
	sql := "GRANT " + postgres.QuoteIdent(group) + " TO " + postgres.QuoteIdent(member)
	if m.OptionsKnown {
		option := func(word string, on bool) string { return word + " " + strings.ToUpper(strconv.FormatBool(on)) }
		return sql + " WITH " + option("ADMIN", m.Admin) + ", " + option("INHERIT", m.Inherit) + ", " + option("SET", m.Set)
	}
	if m.Admin {
		sql += " WITH ADMIN OPTION"
	}
	return sql
}

// JoinRole makes the session's own role a member of another one, which it can then act as.
func JoinRole(name string) string { return "GRANT " + postgres.QuoteIdent(name) + " TO CURRENT_USER" }
