package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Comment sets an object's own comment, or takes it away if the object has none.
func Comment(o catalog.Object) string {
	return commentOn(target(o), o.Meta().Comment)
}

// Comments sets every comment there is on an object and on its parts: columns, attributes, checks, and the index behind a key.
func Comments(o catalog.Object) []string {
	var sql []string
	for _, c := range comments(o) {
		sql = append(sql, commentOn(c.on, c.text))
	}
	return sql
}

// comment is a text and what it is on, as COMMENT names that.
type comment struct{ on, text string }

func comments(o catalog.Object) []comment {
	var all []comment
	add := func(what, text string) {
		if text != "" {
			all = append(all, comment{what, text})
		}
	}
	i := o.Meta()
	add(target(o), i.Comment)
	switch o := o.(type) {
	case *catalog.Type:
		for _, a := range o.Attributes {
			add(columnOf(i, a.Name), a.Comment)
		}
	case *catalog.Domain:
		for _, c := range o.Checks {
			if c.Valid { // the others do not exist yet, see Late
				add(domainConstraint(o, c.Name), c.Comment)
			}
		}
		add(domainConstraint(o, o.NotNullName), o.NotNullComment)
	case *catalog.Table:
		for _, c := range o.Columns {
			add(columnOf(i, c.Name), c.Comment)
			if !c.NotNullInvalid {
				add(tableConstraint(o, c.NotNullName), c.NotNullComment)
			}
		}
		for _, c := range o.Checks {
			add(tableConstraint(o, c.Name), c.Comment)
		}
	case *catalog.View:
		for _, c := range o.Columns {
			add(columnOf(i, c.Name), c.Comment)
		}
	case *catalog.Constraint:
		add("INDEX "+qualify(i.Schema, i.Name), o.IndexComment)
	}
	return all
}

func commentOn(what, text string) string {
	if text == "" {
		return "COMMENT ON " + what + " IS NULL"
	}
	return "COMMENT ON " + what + " IS " + postgres.QuoteLiteral(text)
}

func columnOf(i *catalog.Item, column string) string {
	return "COLUMN " + postgres.QuoteIdent(i.Schema, i.Name, column)
}

// tableConstraint names a constraint of a table for COMMENT ON.
func tableConstraint(t *catalog.Table, name string) string {
	return "CONSTRAINT " + postgres.QuoteIdent(name) + " ON " + qualified(&t.Item)
}
