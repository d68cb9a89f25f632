package rowcopy

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/planner"
	"migrator/planner/postgres"
)

// columnNames are the quoted names of a table's columns that are not generated.
func columnNames(tb testing.TB, conn *pgx.Conn, table string) []string {
	tb.Helper()
	names := value(tb, conn, "SELECT coalesce(string_agg(attname, '|' ORDER BY attnum), '') FROM pg_attribute "+
		"WHERE attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attrelid = "+postgres.QuoteLiteral(table)+"::regclass")
	if names == "" {
		return []string{}
	}
	return strings.Split(names, "|")
}

// tableCopy is the copy of a whole table into one of the same name.
func tableCopy(tb testing.TB, conn *pgx.Conn, schema, name, format string) *planner.RowCopy {
	tb.Helper()
	table := planner.Relation{Schema: schema, Name: name}
	columns := columnNames(tb, conn, postgres.QuoteIdent(schema, name))
	c := &planner.RowCopy{From: table, Into: table, Final: table, Columns: columns, FinalColumns: columns, Format: format}
	for _, column := range columns {
		c.Select = append(c.Select, postgres.QuoteIdent(column))
	}
	return c
}
