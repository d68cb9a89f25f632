package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// createView needs no list of column names: the definition holds them as aliases.
func createView(v *catalog.View) []string {
	if v.Kind == catalog.KindMaterializedView {
		return createMaterializedView(v)
	}
	return append([]string{viewStatement(v, "CREATE VIEW ")}, viewDefaults(v)...)
}

func viewStatement(v *catalog.View, create string) string {
	sql := create + qualified(&v.Item) + with(v.Options, nil) + " AS\n" + v.Definition
	if v.CheckOption != "" {
		sql += "\nWITH " + v.CheckOption + " CHECK OPTION"
	}
	return sql
}

func viewDefaults(v *catalog.View) []string {
	var sql []string
	for _, c := range v.Columns {
		if c.Default != "" {
			sql = append(sql, alterViewColumn(v, c.Name)+"SET DEFAULT "+c.Default)
		}
	}
	return sql
}

// createMaterializedView leaves it empty; Refresh fills it.
func createMaterializedView(v *catalog.View) []string {
	sql := []string{"CREATE MATERIALIZED VIEW " + qualified(&v.Item) + accessMethod(v.AccessMethod) + with(v.Options, v.ToastOptions) +
		tablespace(v.Tablespace) + " AS\n" + v.Definition + "\nWITH NO DATA"}
	for _, c := range v.Columns {
		sql = append(sql, columnProperties(alterViewColumn(v, c.Name), c.Statistics, c.Storage, c.Compression, c.Options)...)
	}
	return append(sql, replicaIdentity(&v.Item, v.ReplicaIdentity)...)
}

func alterViewColumn(v *catalog.View, column string) string {
	return "ALTER " + target(v) + " ALTER COLUMN " + postgres.QuoteIdent(column) + " "
}

// Placeholder makes a view with the right columns and no rows, so that what needs the view can be made before what the
// view needs. It returns nothing for a materialized view, which cannot be replaced.
func Placeholder(v *catalog.View) []string {
	if v.Kind == catalog.KindMaterializedView {
		return nil
	}
	columns := make([]string, len(v.Columns))
	for i, c := range v.Columns {
		columns[i] = "\n    NULL::" + c.Type + collate(c.Collation) + " AS " + postgres.QuoteIdent(c.Name)
	}
	return []string{"CREATE VIEW " + qualified(&v.Item) + " AS\nSELECT" + strings.Join(columns, ",")}
}

// Replace puts a view in the place of its Placeholder, with owner and comments.
func Replace(v *catalog.View) []string {
	sql := append([]string{viewStatement(v, "CREATE OR REPLACE VIEW ")}, viewDefaults(v)...)
	if owner := SetOwner(v); owner != "" {
		sql = append(sql, owner)
	}
	return append(sql, Comments(v)...)
}

// Refresh fills a materialized view.
func Refresh(v *catalog.View) string { return "REFRESH MATERIALIZED VIEW " + qualified(&v.Item) }
