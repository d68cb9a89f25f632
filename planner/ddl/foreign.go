package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func createForeignDataWrapper(w *catalog.ForeignDataWrapper) string {
	sql := "CREATE " + target(w)
	if w.Handler != "" {
		sql += " HANDLER " + w.Handler
	}
	if w.Validator != "" {
		sql += " VALIDATOR " + w.Validator
	}
	return sql + foreignOptions(w.Options)
}

func createServer(s *catalog.ForeignServer) string {
	sql := "CREATE " + target(s)
	if s.Type != "" {
		sql += " TYPE " + postgres.QuoteLiteral(s.Type)
	}
	if s.Version != "" {
		sql += " VERSION " + postgres.QuoteLiteral(s.Version)
	}
	return sql + " FOREIGN DATA WRAPPER " + postgres.QuoteIdent(s.Wrapper) + foreignOptions(s.Options)
}

func createUserMapping(u *catalog.UserMapping) string {
	role := "PUBLIC"
	if !u.Public {
		role = postgres.QuoteIdent(u.Args)
	}
	return "CREATE USER MAPPING FOR " + role + " SERVER " + postgres.QuoteIdent(u.Name) + foreignOptions(u.Options)
}

// foreignOptions is the clause of options ("name=value"), empty if there are none.
func foreignOptions(options []string) string {
	if len(options) == 0 {
		return ""
	}
	all := make([]string, len(options))
	for i, o := range options {
		name, value, _ := strings.Cut(o, "=")
		all[i] = postgres.QuoteIdent(name) + " " + postgres.QuoteLiteral(value)
	}
	return " OPTIONS (" + strings.Join(all, ", ") + ")"
}

// foreignTable is what follows the columns of a foreign table.
func foreignTable(t *catalog.Table) string {
	if !t.Foreign {
		return ""
	}
	return "\nSERVER " + postgres.QuoteIdent(t.Server) + foreignOptions(t.ForeignOptions)
}

// foreignColumns sets the options of a foreign table's columns, those that it inherits included.
func foreignColumns(t *catalog.Table) []string {
	var sql []string
	for _, c := range t.Columns {
		if len(c.ForeignOptions) > 0 {
			sql = append(sql, "ALTER FOREIGN TABLE ONLY "+qualified(&t.Item)+" ALTER COLUMN "+postgres.QuoteIdent(c.Name)+foreignOptions(c.ForeignOptions))
		}
	}
	return sql
}
