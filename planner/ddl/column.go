package ddl

import (
	"strconv"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// printed says whether a column stands in CREATE TABLE. What a table only inherits comes from its parents; a partition is made
// without its parent and so has all.
func printed(t *catalog.Table, c *catalog.Column) bool {
	return c.Local || !inherits(t)
}

// columnConstraints is what follows a column's type. A generated column that is also inherited takes the expression from the
// parent: versions below 16 refuse to hear it again.
func columnConstraints(t *catalog.Table, c *catalog.Column) string {
	var b strings.Builder
	switch {
	case c.Generated != "":
		if !c.Inherited || !inherits(t) {
			b.WriteString(" GENERATED ALWAYS AS (" + c.Default + ")" + generated[c.Generated])
		}
	case c.Identity != "" || c.DefaultApart || c.Default == noDefault:
	case c.Default != "":
		b.WriteString(" DEFAULT " + c.Default)
	}
	if c.NotNull && !c.NotNullInvalid && !onlyInheritsNotNull(t, c) {
		b.WriteString(notNull(c.NotNullName, c.NotNullNoInherit))
	}
	return b.String()
}

// onlyInheritsNotNull says whether a column's NOT NULL comes from a parent alone, which the catalogs know from 18 on. A partition is
// made without its parent and needs it said.
func onlyInheritsNotNull(t *catalog.Table, c *catalog.Column) bool {
	return inherits(t) && c.NotNullName != "" && !c.NotNullLocal
}

// generated are the words for pg_attribute.attgenerated.
var generated = map[string]string{"s": " STORED", "v": " VIRTUAL"}

// inheritedNotNull is the NOT NULL of its own of a column that is only inherited. It stands in CREATE TABLE, as a constraint of the table:
// once the parent's has been inherited, another name is refused.
func inheritedNotNull(t *catalog.Table, c *catalog.Column) bool {
	return !printed(t, c) && c.NotNullName != "" && c.NotNullLocal && !c.NotNullInvalid
}

// inheritedColumns gives columns that a table inherits what its parents do not give: a default of their own (or none,
// where a parent has one) and, of versions where it has no name, NOT NULL.
func inheritedColumns(t *catalog.Table) []string {
	var sql []string
	for _, c := range t.Columns {
		if c.Default == noDefault || c.DefaultApart && !printed(t, c) {
			sql = append(sql, SetDefault(t, c))
		}
		if printed(t, c) {
			continue
		}
		if c.NotNullApart && c.NotNullName == "" {
			sql = append(sql, alterColumn(t, c.Name)+"SET NOT NULL")
		}
	}
	return sql
}

// noDefault is what the catalog says of a column without a default whose parent has one. It is taken away by DROP DEFAULT:
// SET DEFAULT NULL would leave a default of NULL::numeric where the type has a modifier.
const noDefault = "NULL"

// SetDefault gives a column its default after the table's creation. That is left to the caller for a column with DefaultApart
// that stands in CREATE TABLE; Create does it for one that is only inherited.
func SetDefault(t *catalog.Table, c *catalog.Column) string {
	if c.Default == "" || c.Default == noDefault {
		return alterColumn(t, c.Name) + "DROP DEFAULT"
	}
	return alterColumn(t, c.Name) + "SET DEFAULT " + c.Default
}

// columnProperties are the properties of a column for which CREATE TABLE has no words, or has them only in newer versions. alter is
// the statement up to the column's name.
func columnProperties(alter string, statistics int, storage, compression string, options []string) []string {
	var sql []string
	if statistics >= 0 {
		sql = append(sql, alter+"SET STATISTICS "+strconv.Itoa(statistics))
	}
	if storage != "" {
		sql = append(sql, alter+"SET STORAGE "+storage)
	}
	if compression != "" {
		sql = append(sql, alter+"SET COMPRESSION "+postgres.QuoteIdent(compression))
	}
	if len(options) > 0 {
		sql = append(sql, alter+"SET ("+strings.Join(parameters(options, ""), ", ")+")")
	}
	return sql
}

func alterColumn(t *catalog.Table, column string) string {
	return alterTableOnly(t) + " ALTER COLUMN " + postgres.QuoteIdent(column) + " "
}
