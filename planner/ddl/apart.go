package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// AddTableCheck adds a check, with its comment, that was left out of its table's creation.
func AddTableCheck(t *catalog.Table, c catalog.TableCheck) []string {
	sql := []string{"ALTER TABLE " + qualified(&t.Item) + " ADD CONSTRAINT " + postgres.QuoteIdent(c.Name) + " " + c.Definition}
	if c.Comment != "" {
		sql = append(sql, commentOn(tableConstraint(t, c.Name), c.Comment))
	}
	return sql
}

// AddDomainCheck adds a check, with its comment, that was left out of its domain's creation.
func AddDomainCheck(d *catalog.Domain, c catalog.DomainCheck) []string {
	sql := []string{"ALTER " + target(d) + " ADD CONSTRAINT " + postgres.QuoteIdent(c.Name) + " " + c.Definition}
	if c.Comment != "" {
		sql = append(sql, commentOn(domainConstraint(d, c.Name), c.Comment))
	}
	return sql
}
