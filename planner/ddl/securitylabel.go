package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// LabelObject sets the security label of an object, or of a column of it where one is named.
func LabelObject(o catalog.Object, column, provider, text string) string {
	on := target(o)
	if column != "" {
		on = columnOf(o.Meta(), column)
	}
	return label(on, provider, text)
}

// LabelDatabase sets the security label of a database.
func LabelDatabase(database, provider, text string) string {
	return label("DATABASE "+postgres.QuoteIdent(database), provider, text)
}

func label(on, provider, text string) string {
	return "SECURITY LABEL FOR " + postgres.QuoteIdent(provider) + " ON " + on + " IS " + postgres.QuoteLiteral(text)
}
