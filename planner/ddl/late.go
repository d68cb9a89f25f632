package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Late adds the constraints of a domain, and the NOT NULL constraints of a table (18), that are not valid, with their
// comments. Rows of the source may break them while they are checked on every new value, so they must wait until the rows
// are in. It returns nothing for other objects; a table's checks that are not valid are Constraints.
func Late(o catalog.Object) []string {
	var sql []string
	add := func(statement, what, comment string) {
		sql = append(sql, statement)
		if comment != "" {
			sql = append(sql, commentOn(what, comment))
		}
	}
	switch o := o.(type) {
	case *catalog.Domain:
		for _, c := range o.Checks {
			if !c.Valid {
				add("ALTER "+target(o)+" ADD CONSTRAINT "+postgres.QuoteIdent(c.Name)+" "+notValid(c.Definition),
					domainConstraint(o, c.Name), c.Comment)
			}
		}
	case *catalog.Table:
		for _, c := range o.Columns {
			if c.NotNullInvalid && (c.NotNullLocal || len(o.Parents) == 0) { // else it comes from the parent
				add("ALTER "+target(o)+" ADD"+namedNotNull(c)+" NOT VALID", tableConstraint(o, c.NotNullName), c.NotNullComment)
			}
		}
	}
	return sql
}

// namedNotNull is NOT NULL as a constraint of its own, which exists from 18 on.
func namedNotNull(c *catalog.Column) string {
	sql := " CONSTRAINT " + postgres.QuoteIdent(c.NotNullName) + " NOT NULL " + postgres.QuoteIdent(c.Name)
	if c.NotNullNoInherit {
		sql += " NO INHERIT"
	}
	return sql
}

// notValid makes sure that a constraint is added without looking at what is there. pg_get_constraintdef says so itself for a
// constraint that is not valid, and says NOT ENFORCED instead for one that is not even enforced.
func notValid(definition string) string {
	if strings.HasSuffix(definition, " NOT VALID") || strings.HasSuffix(definition, " NOT ENFORCED") {
		return definition
	}
	return definition + " NOT VALID"
}
