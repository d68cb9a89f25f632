package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// createEventTrigger says PROCEDURE, which all versions understand.
func createEventTrigger(e *catalog.EventTrigger) []string {
	sql := "CREATE " + target(e) + " ON " + e.Event
	if len(e.Tags) > 0 {
		tags := make([]string, len(e.Tags))
		for i, t := range e.Tags {
			tags[i] = postgres.QuoteLiteral(t)
		}
		sql += " WHEN TAG IN (" + strings.Join(tags, ", ") + ")"
	}
	all := []string{sql + " EXECUTE PROCEDURE " + qualify(e.Function.Schema, e.Function.Name) + "()"}
	switch e.Enabled {
	case "D":
		all = append(all, "ALTER "+target(e)+" DISABLE")
	case "R":
		all = append(all, "ALTER "+target(e)+" ENABLE REPLICA")
	case "A":
		all = append(all, "ALTER "+target(e)+" ENABLE ALWAYS")
	}
	return all
}

// alterDefault makes GRANT and REVOKE change default privileges.
func alterDefault(i *catalog.Item, sql []string) []string {
	alter := "ALTER DEFAULT PRIVILEGES FOR ROLE " + postgres.QuoteIdent(i.Name)
	if i.Schema != "" {
		alter += " IN SCHEMA " + postgres.QuoteIdent(i.Schema)
	}
	all := make([]string, len(sql))
	for n, s := range sql {
		all[n] = alter + " " + s
	}
	return all
}
