package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// RenameSchema renames a schema.
func RenameSchema(old, name string) string {
	return "ALTER SCHEMA " + postgres.QuoteIdent(old) + " RENAME TO " + postgres.QuoteIdent(name)
}

// RenameRelation renames a table, view, materialized view, sequence or index inside of its schema. Types and domains
// are renamed alike.
func RenameRelation(kind catalog.Kind, schema, old, name string) string {
	return "ALTER " + words[kind] + " " + qualify(schema, old) + " RENAME TO " + postgres.QuoteIdent(name)
}

// RenameColumn renames a column of a relation, and of all tables that inherit it. A view's goes by ALTER TABLE, since ALTER
// VIEW knows columns only from 13 on.
func RenameColumn(kind catalog.Kind, schema, relation, old, name string) string {
	word := "TABLE"
	if kind == catalog.KindMaterializedView {
		word = words[kind]
	}
	return "ALTER " + word + " " + qualify(schema, relation) + " RENAME COLUMN " + postgres.QuoteIdent(old) + " TO " + postgres.QuoteIdent(name)
}

// SetSchema moves an object to another schema. It is empty for what has no schema of its own: schemas, large objects, what belongs
// to a table, and sequences that belong to a column, which all move with what they belong to; and for
// extensions that cannot be moved.
func SetSchema(o catalog.Object, schema string) string {
	switch o := o.(type) {
	case *catalog.Type, *catalog.Domain, *catalog.Function, *catalog.Aggregate, *catalog.Operator, *catalog.Table, *catalog.View,
		*catalog.Collation, *catalog.Conversion, *catalog.Statistics,
		*catalog.TSParser, *catalog.TSTemplate, *catalog.TSDictionary, *catalog.TSConfiguration,
		*catalog.OperatorFamily, *catalog.OperatorClass:
	case *catalog.Extension:
		if !o.Relocatable {
			return ""
		}
	case *catalog.Sequence:
		if o.OwnedBy != nil {
			return ""
		}
	default:
		return ""
	}
	return "ALTER " + target(o) + " SET SCHEMA " + postgres.QuoteIdent(schema)
}
