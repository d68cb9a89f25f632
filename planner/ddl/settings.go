package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// SetDatabase sets a parameter for a database, whose name is not the source's but its own.
func SetDatabase(database string, s *catalog.DatabaseSetting) string {
	on := "DATABASE " + postgres.QuoteIdent(database)
	if s.Args != "" {
		on = "ROLE " + postgres.QuoteIdent(s.Args) + " IN " + on
	}
	value := postgres.QuoteLiteral(s.Value)
	if s.List && s.Value != "" {
		value = s.Value
	}
	return "ALTER " + on + " SET " + postgres.QuoteIdent(splitName(s.Name)...) + " TO " + value
}

// CommentDatabase sets the comment on a database.
func CommentDatabase(database, comment string) string {
	return commentOn("DATABASE "+postgres.QuoteIdent(database), comment)
}

// splitName takes the name of a parameter apart: those of extensions and of applications have a prefix.
func splitName(name string) []string { return strings.Split(name, ".") }
