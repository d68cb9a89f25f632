package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// createTable makes a partition as a table of its own, which Attach then puts into its place: that keeps its columns' order,
// its own defaults and its tablespace.
func createTable(t *catalog.Table) []string {
	var b strings.Builder
	b.WriteString("CREATE ")
	if t.Persistence == "u" {
		b.WriteString("UNLOGGED ")
	}
	if t.Foreign {
		b.WriteString("FOREIGN ")
	}
	b.WriteString("TABLE " + qualified(&t.Item))
	parts := tableParts(t)
	if t.OfType != "" {
		b.WriteString(" OF " + t.OfType)
	}
	if t.OfType == "" || len(parts) > 0 {
		b.WriteString(" " + list(parts))
	}
	if inherits(t) {
		parents := make([]string, len(t.Parents))
		for i, p := range t.Parents {
			parents[i] = qualify(p.Schema, p.Name)
		}
		b.WriteString("\nINHERITS (" + strings.Join(parents, ", ") + ")")
	}
	if t.Partitioned && t.PartitionBy != "" {
		b.WriteString("\nPARTITION BY " + t.PartitionBy)
	}
	b.WriteString(foreignTable(t))
	b.WriteString(accessMethod(t.AccessMethod))
	b.WriteString(with(t.Options, t.ToastOptions))
	b.WriteString(tablespace(t.Tablespace))
	sql := []string{b.String()}
	sql = append(sql, inheritedColumns(t)...)
	for _, c := range t.Columns {
		sql = append(sql, columnProperties(alterColumn(t, c.Name), c.Statistics, c.Storage, c.Compression, c.Options)...)
	}
	sql = append(sql, foreignColumns(t)...)
	if t.JoinsLater {
		for _, p := range t.Parents {
			sql = append(sql, "ALTER TABLE "+qualified(&t.Item)+" INHERIT "+qualify(p.Schema, p.Name))
		}
	}
	return append(sql, replicaIdentity(&t.Item, t.ReplicaIdentity)...)
}

// tableParts are the columns and checks inside of CREATE TABLE's parentheses.
func tableParts(t *catalog.Table) []string {
	var parts []string
	for _, c := range t.Columns {
		if inheritedNotNull(t, c) {
			parts = append(parts, strings.TrimPrefix(namedNotNull(c), " "))
		}
		if !printed(t, c) {
			continue
		}
		if t.OfType == "" {
			parts = append(parts, postgres.QuoteIdent(c.Name)+" "+c.Type+collate(c.Collation)+columnConstraints(t, c))
		} else if constraints := columnConstraints(t, c); constraints != "" {
			parts = append(parts, postgres.QuoteIdent(c.Name)+" WITH OPTIONS"+constraints)
		}
	}
	for _, c := range t.Checks {
		parts = append(parts, "CONSTRAINT "+postgres.QuoteIdent(c.Name)+" "+c.Definition)
	}
	return parts
}

// inherits says whether a table is made with parents in the old sense, from which it gets its inherited columns.
func inherits(t *catalog.Table) bool { return len(t.Parents) > 0 && t.Bound == "" && !t.JoinsLater }

func accessMethod(name string) string {
	if name == "" || name == "heap" {
		return ""
	}
	return "\nUSING " + postgres.QuoteIdent(name)
}

func tablespace(name string) string {
	if name == "" {
		return ""
	}
	return "\nTABLESPACE " + postgres.QuoteIdent(name)
}

// with is the clause of storage parameters; those of the TOAST table get its prefix.
func with(options, toast []string) string {
	all := parameters(options, "")
	all = append(all, parameters(toast, "toast.")...)
	if len(all) == 0 {
		return ""
	}
	return "\nWITH (" + strings.Join(all, ", ") + ")"
}

// parameters turns reloptions ("fillfactor=70") into what WITH and SET take. A value is always quoted, which is
// right for numbers and booleans too.
func parameters(options []string, prefix string) []string {
	var all []string
	for _, o := range options {
		name, value, found := strings.Cut(o, "=")
		p := prefix + postgres.QuoteIdent(name)
		if found {
			p += "=" + postgres.QuoteLiteral(value)
		}
		all = append(all, p)
	}
	return all
}

// replicaIdentity is for tables and materialized views.
func replicaIdentity(i *catalog.Item, identity string) []string {
	switch identity {
	case "n":
		return []string{"ALTER TABLE ONLY " + qualified(i) + " REPLICA IDENTITY NOTHING"}
	case "f":
		return []string{"ALTER TABLE ONLY " + qualified(i) + " REPLICA IDENTITY FULL"}
	}
	return nil // the default, or an index, which says so itself
}

func alterTableOnly(t *catalog.Table) string { return "ALTER TABLE ONLY " + qualified(&t.Item) }

// RowSecurity switches row-level security on as the source has it. It comes after the rows.
func RowSecurity(t *catalog.Table) []string {
	var sql []string
	if t.RowSecurity {
		sql = append(sql, "ALTER TABLE "+qualified(&t.Item)+" ENABLE ROW LEVEL SECURITY")
	}
	if t.ForceSecurity {
		sql = append(sql, alterTableOnly(t)+" FORCE ROW LEVEL SECURITY")
	}
	return sql
}

// Attach puts a partition into its place. It is empty for a table that is none.
func Attach(t *catalog.Table) string {
	if t.Bound == "" || len(t.Parents) == 0 {
		return ""
	}
	p := t.Parents[0]
	return "ALTER TABLE ONLY " + qualify(p.Schema, p.Name) + " ATTACH PARTITION " + qualified(&t.Item) + " " + t.Bound
}

// Analyze gathers a table's statistics.
func Analyze(schema, name string) string { return "ANALYZE " + qualify(schema, name) }
