package ddl

import (
	"fmt"
	"maps"
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// createIndex also makes the index on which a key is then put. What the table says of such an index (CLUSTER ON, REPLICA IDENTITY)
// is said with the key.
func createIndex(x *catalog.Index) []string {
	sql := []string{indexInTablespace(x)}
	sql = append(sql, indexStatistics(x)...)
	if x.Constraint == "" {
		sql = append(sql, indexRoles(x, x.Name)...)
	}
	return sql
}

// indexInTablespace puts the tablespace, which pg_get_indexdef leaves out, where the grammar wants it: before WHERE. Everything
// else with that word stands in parentheses.
func indexInTablespace(x *catalog.Index) string {
	if x.Tablespace == "" {
		return x.Definition
	}
	return insertBefore(x.Definition, "TABLESPACE "+postgres.QuoteIdent(x.Tablespace), "where")
}

func indexStatistics(x *catalog.Index) []string {
	var sql []string
	for _, n := range slices.Sorted(maps.Keys(x.Statistics)) {
		sql = append(sql, fmt.Sprintf("ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d", qualified(&x.Item), n, x.Statistics[n]))
	}
	return sql
}

// indexRoles says what a table uses an index for. name is the index's name at that time.
func indexRoles(x *catalog.Index, name string) []string {
	var sql []string
	table, index := onTable(&x.Item), postgres.QuoteIdent(name)
	if x.Clustered {
		kind := "TABLE "
		if x.OnView {
			kind = "MATERIALIZED VIEW "
		}
		sql = append(sql, "ALTER "+kind+table+" CLUSTER ON "+index)
	}
	if x.ReplicaID {
		sql = append(sql, "ALTER TABLE ONLY "+table+" REPLICA IDENTITY USING INDEX "+index)
	}
	return sql
}

// AttachIndex makes an index a partition of its parent. It is empty for an index without one.
func AttachIndex(x *catalog.Index) string {
	if x.Parent == nil {
		return ""
	}
	return "ALTER INDEX " + qualify(x.Parent.Schema, x.Parent.Name) + " ATTACH PARTITION " + qualified(&x.Item)
}
