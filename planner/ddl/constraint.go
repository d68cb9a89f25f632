package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// BuildsOwnIndex says whether a constraint makes its index itself, so that the index is no object to be created apart. Other
// keys take over an index that was built before, which locks the table only for a moment.
func BuildsOwnIndex(c *catalog.Constraint) bool {
	switch c.Kind {
	case catalog.KindExclusion:
		return true
	case catalog.KindPrimaryKey, catalog.KindUnique:
		return c.OnPartitioned || c.WithoutOverlaps || c.Index == ""
	}
	return false
}

// CreateKey adds a constraint of any kind to its table, with its comments. For a key, idx is its index: what the table uses that for is
// said here, and for a constraint that builds its own index also its storage parameters, tablespace and statistics. It may be nil.
func CreateKey(c *catalog.Constraint, idx *catalog.Index) []string {
	if c.Kind == catalog.KindForeignKey || c.Kind == catalog.KindCheck {
		idx = nil // a foreign key's is the index of the table that it references
	}
	sql := []string{addConstraint(c, idx)}
	if idx != nil {
		if BuildsOwnIndex(c) {
			sql = append(sql, indexStatistics(idx)...)
			sql = append(sql, dependsOnExtension(idx)...)
		}
		sql = append(sql, indexRoles(idx, c.Name)...)
	}
	sql = append(sql, Comments(c)...)
	if idx != nil && c.IndexComment == "" && idx.Comment != "" {
		sql = append(sql, commentOn("INDEX "+qualify(c.Schema, c.Name), idx.Comment))
	}
	return sql
}

func addConstraint(c *catalog.Constraint, idx *catalog.Index) string {
	add := onTable(&c.Item) + " ADD CONSTRAINT " + postgres.QuoteIdent(c.Name) + " "
	switch c.Kind {
	case catalog.KindCheck:
		return "ALTER TABLE " + add + c.Definition // without ONLY: it is to reach children
	case catalog.KindForeignKey:
		definition := c.Definition
		if NeedsValidate(c) {
			definition = notValid(definition)
		}
		if c.OnPartitioned {
			return "ALTER TABLE " + add + definition // ONLY is refused
		}
		return "ALTER TABLE ONLY " + add + definition
	}
	if BuildsOwnIndex(c) {
		return "ALTER TABLE ONLY " + add + keyDefinition(c, idx)
	}
	kind := "UNIQUE"
	if c.Kind == catalog.KindPrimaryKey {
		kind = "PRIMARY KEY"
	}
	// PostgreSQL gives the index the constraint's name, should they differ.
	return "ALTER TABLE ONLY " + add + kind + " USING INDEX " + postgres.QuoteIdent(c.Index) + deferral(c)
}

// keyDefinition adds to a key's definition what pg_get_constraintdef leaves out: the storage parameters of its
// index (it prints those of an exclusion constraint) and its tablespace.
func keyDefinition(c *catalog.Constraint, idx *catalog.Index) string {
	if idx == nil {
		return c.Definition
	}
	var extra []string
	if parameters := clause(idx.Definition, "with"); parameters != "" && clause(c.Definition, "with") == "" {
		extra = append(extra, parameters)
	}
	if idx.Tablespace != "" {
		extra = append(extra, "USING INDEX TABLESPACE "+postgres.QuoteIdent(idx.Tablespace))
	}
	if len(extra) == 0 {
		return c.Definition
	}
	return insertBefore(c.Definition, strings.Join(extra, " "), "where", "deferrable", "initially")
}

func deferral(c *catalog.Constraint) string {
	switch {
	case c.Deferred:
		return " DEFERRABLE INITIALLY DEFERRED"
	case c.Deferrable:
		return " DEFERRABLE"
	}
	return ""
}

// NeedsValidate says whether CreateKey leaves a constraint not valid that is valid in the source. That is so for foreign keys, which
// then lock both tables only for a moment; partitioned tables do not know foreign keys that are not valid.
func NeedsValidate(c *catalog.Constraint) bool {
	return c.Kind == catalog.KindForeignKey && c.Valid && !c.OnPartitioned && !c.ReferencesPartitioned &&
		!strings.HasSuffix(c.Definition, " NOT ENFORCED")
}

// Validate checks the rows that were there before a constraint.
func Validate(c *catalog.Constraint) string {
	return "ALTER TABLE " + onTable(&c.Item) + " VALIDATE CONSTRAINT " + postgres.QuoteIdent(c.Name)
}

// KeyColumns are the columns of a primary key or unique constraint in the key's order, read from its definition (pg_get_constraintdef).
// Those of INCLUDE are not among them.
func KeyColumns(definition string) []string {
	var columns []string
	depth := 0
	expected := false
	for _, t := range scan(definition) {
		if depth += nesting(t); depth == 0 && t.is(")") {
			break
		}
		switch {
		case depth == 0:
		case t.is("("), t.is(","):
			expected = true
		case expected && (t.kind == tokenWord || t.kind == tokenQuoted):
			columns = append(columns, t.name())
			expected = false
		}
	}
	return columns
}
