package ddl

import (
	"strconv"
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
	return "ALTER " + on + setParameter(s.Name, s.Value, s.List)
}

func setParameter(name, value string, list bool) string {
	if list {
		value = settingList(value)
	} else {
		value = postgres.QuoteLiteral(value)
	}
	return " SET " + postgres.QuoteIdent(splitName(name)...) + " TO " + value
}

// LimitDatabase sets how many connections a database takes, -1 for no limit.
func LimitDatabase(d *catalog.DatabaseProperties) string {
	return "ALTER " + target(d) + " CONNECTION LIMIT " + strconv.Itoa(d.ConnectionLimit)
}

// CommentDatabase sets the comment on a database.
func CommentDatabase(database, comment string) string {
	return commentOn("DATABASE "+postgres.QuoteIdent(database), comment)
}

// splitName takes the name of a parameter apart: those of extensions and of applications have a prefix.
func splitName(name string) []string { return strings.Split(name, ".") }

// settingList writes the value of a parameter that is a list of names, which the catalog has with the names quoted, as SET takes
// it: each element a string constant, which can be empty as a quoted name cannot.
func settingList(value string) string {
	var elements []string
	var element strings.Builder
	quoted := false
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '"' && quoted && i+1 < len(value) && value[i+1] == '"':
			element.WriteByte(c)
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			elements = append(elements, postgres.QuoteLiteral(element.String()))
			element.Reset()
		case c == ' ' && !quoted:
		default:
			element.WriteByte(c)
		}
	}
	return strings.Join(append(elements, postgres.QuoteLiteral(element.String())), ", ")
}
