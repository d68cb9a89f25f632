package planner_test

import (
	"fmt"

	"pgregory.net/rapid"

	"migrator/planner/postgres"
)

// schemaMaker draws the statements that make a schema. They need not fit together: what the server refuses is left out.
type schemaMaker struct {
	*rapid.T
	sql    []string
	schema []string
	tables []madeTable
	types  []string
	// names that are taken, because most would only be refused.
	taken map[string]bool
}

type madeTable struct {
	name    string // qualified and quoted
	columns []string
	types   []string
}

var oddNames = []string{"t", "orders", "Orders", "two words", "select", `quo"te`, "über", "a.b", "x$1", "user", "_", "table", "имя", "c'd", `back\slash`}

func drawSchema(t *rapid.T) []string {
	m := &schemaMaker{T: t, taken: map[string]bool{}, types: []string{
		"integer", "bigint", "text", "numeric(8,2)", "boolean", "timestamp with time zone", "character varying(20)", "integer[]", "jsonb", "date", "double precision", "uuid", `"char"`, "int4range",
	}}
	for range rapid.IntRange(1, 2).Draw(t, "schemas") {
		name := m.name("schema")
		m.schema = append(m.schema, name)
		m.add("CREATE SCHEMA %s", name)
	}
	for range rapid.IntRange(0, 2).Draw(t, "types") {
		m.drawType()
	}
	for range rapid.IntRange(1, 4).Draw(t, "tables") {
		m.drawTable()
	}
	for range rapid.IntRange(0, 10).Draw(t, "more") {
		m.drawMore()
	}
	return m.sql
}

func (m *schemaMaker) add(format string, args ...any) {
	m.sql = append(m.sql, fmt.Sprintf(format, args...))
}

// name draws a name, quoted, that nothing has yet.
func (m *schemaMaker) name(label string) string {
	name := rapid.SampledFrom(oddNames).Draw(m.T, label)
	for m.taken[label+name] {
		name += "2"
	}
	m.taken[label+name] = true
	return postgres.QuoteIdent(name)
}

func (m *schemaMaker) qualified(label string) string {
	return pick(m, "in", m.schema) + "." + m.name(label)
}

func pick[E any](m *schemaMaker, label string, all []E) E {
	return rapid.SampledFrom(all).Draw(m.T, label)
}

func (m *schemaMaker) chance(label string, one int) bool {
	return rapid.IntRange(1, one).Draw(m.T, label) == 1
}

func (m *schemaMaker) literal(label string) string {
	return postgres.QuoteLiteral(pick(m, label, []string{"", "it's", `back\slash`, "a\nline", "ü", "$$", "%s"}))
}

func (m *schemaMaker) drawType() {
	name := m.qualified("relation")
	switch rapid.IntRange(0, 2).Draw(m.T, "variant") {
	case 0:
		m.add("CREATE TYPE %s AS ENUM ('new', 'O''ld', '')", name)
	case 1:
		m.add("CREATE DOMAIN %s AS %s %s CHECK (VALUE IS NOT NULL OR true)", name, pick(m, "base", m.types), pick(m, "null", []string{"", "NOT NULL", "DEFAULT NULL"}))
	default:
		m.add("CREATE TYPE %s AS (a integer, \"B b\" %s)", name, pick(m, "base", m.types))
	}
	m.types = append(m.types, name)
	if m.chance("comment on type", 3) {
		m.add("COMMENT ON TYPE %s IS %s", name, m.literal("text"))
	}
}

// defaults are for types by their names; other types have none.
var defaults = map[string][]string{
	"integer": {"1", "-5", "(1 + 2)"}, "bigint": {"9000000000"}, "text": {"'it''s'", `E'\\'`, "CURRENT_USER", "upper('a'::text)"}, "boolean": {"true"},
	"timestamp with time zone": {"now()", "'2024-01-01 00:00:00+00'"}, "jsonb": {`'{"a": [1]}'`}, "integer[]": {"'{1,2}'", "ARRAY[1]"}, "date": {"CURRENT_DATE"}, "numeric(8,2)": {"1.50"},
}

func (m *schemaMaker) drawTable() {
	t := madeTable{name: m.qualified("relation")}
	body := ""
	taken := map[string]bool{}
	for n := range rapid.IntRange(1, 5).Draw(m.T, "columns") {
		name := pick(m, "column", oddNames)
		if taken[name] {
			continue
		}
		taken[name] = true
		typ := pick(m, "type", m.types)
		if n == 0 {
			typ = "integer"
			body = ""
		}
		t.columns, t.types = append(t.columns, postgres.QuoteIdent(name)), append(t.types, typ)
		if body != "" {
			body += ", "
		}
		body += postgres.QuoteIdent(name) + " " + typ + m.columnClauses(t, typ)
	}
	if m.chance("check", 3) {
		body += fmt.Sprintf(", CONSTRAINT %s CHECK (%s IS NOT NULL OR %s > 3)", m.name("constraint"), t.columns[0], t.columns[0])
	}
	tail := ""
	switch rapid.IntRange(0, 5).Draw(m.T, "kind") {
	case 0:
		tail = fmt.Sprintf(" PARTITION BY RANGE (%s)", t.columns[0])
	case 1:
		tail = fmt.Sprintf(" PARTITION BY LIST (%s)", t.columns[0])
	case 2:
		tail = " WITH (fillfactor=70, toast.autovacuum_enabled=off)"
	case 3:
		if len(m.tables) > 0 {
			tail = " INHERITS (" + pick(m, "parent", m.tables).name + ")"
		}
	}
	unlogged := ""
	if m.chance("unlogged", 6) {
		unlogged = "UNLOGGED "
	}
	m.add("CREATE %sTABLE %s (%s)%s", unlogged, t.name, body, tail)
	m.tables = append(m.tables, t)
	if tail != "" && m.chance("partition", 2) {
		p := madeTable{m.qualified("relation"), t.columns, t.types}
		m.add("CREATE TABLE %s PARTITION OF %s %s", p.name, t.name, pick(m, "bound", []string{"FOR VALUES FROM (0) TO (9)", "FOR VALUES IN (1, 2)", "DEFAULT"}))
		m.tables = append(m.tables, p)
	}
	if m.chance("key", 2) {
		m.add("ALTER TABLE %s ADD CONSTRAINT %s PRIMARY KEY (%s)", t.name, m.name("relation"), t.columns[0])
	}
}

func (m *schemaMaker) columnClauses(t madeTable, typ string) string {
	sql := ""
	switch rapid.IntRange(0, 7).Draw(m.T, "clause") {
	case 0:
		if d := defaults[typ]; d != nil {
			sql += " DEFAULT " + pick(m, "default", d)
		}
	case 1:
		if typ == "integer" || typ == "bigint" {
			sql += pick(m, "identity", []string{" GENERATED ALWAYS AS IDENTITY", " GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT -2 MAXVALUE 50 CYCLE)"})
		}
	case 2:
		if typ == "text" && len(t.columns) > 1 {
			sql += fmt.Sprintf(" GENERATED ALWAYS AS ((%s + 1)::text) STORED", t.columns[0])
		}
	case 3:
		if typ == "text" {
			sql += ` COLLATE "C"`
		}
	}
	if m.chance("not null", 4) {
		sql += " NOT NULL"
	}
	return sql
}

// drawMore draws what is built on tables.
func (m *schemaMaker) drawMore() {
	t := pick(m, "table", m.tables)
	column := pick(m, "of column", t.columns)
	first := t.columns[0]
	switch rapid.IntRange(0, 17).Draw(m.T, "more") {
	case 0:
		m.add("CREATE INDEX %s ON %s (%s%s)", m.name("relation"), t.name, column, pick(m, "order", []string{"", " DESC", " NULLS FIRST"}))
	case 1:
		m.add("CREATE UNIQUE INDEX %s ON %s ((%s %% 10), %s) WHERE %s > 1", m.name("relation"), t.name, first, first, first)
	case 2:
		m.add("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE (%s)%s", t.name, m.name("relation"), column, pick(m, "deferrable", []string{"", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"}))
	case 3, 4:
		to := pick(m, "references", m.tables)
		m.add("ALTER TABLE %s ADD CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s", t.name, m.name("constraint"), first, to.name, to.columns[0],
			pick(m, "action", []string{"", " ON DELETE CASCADE", " ON UPDATE SET NULL DEFERRABLE", " NOT VALID", " MATCH FULL"}))
	case 5:
		m.add("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s < 100) NOT VALID", t.name, m.name("constraint"), first)
	case 6:
		m.add("COMMENT ON COLUMN %s.%s IS %s", t.name, column, m.literal("text"))
	case 7:
		m.add("COMMENT ON TABLE %s IS %s", t.name, m.literal("text"))
	case 8:
		m.add("GRANT %s ON %s TO %s", pick(m, "right", []string{"SELECT", "INSERT, DELETE", "ALL"}), t.name, pick(m, "role", []string{"PUBLIC", "pg_monitor", "pg_monitor WITH GRANT OPTION"}))
	case 9:
		m.add("GRANT UPDATE (%s) ON %s TO pg_monitor", column, t.name)
	case 10:
		m.add("REVOKE ALL ON %s FROM postgres", t.name)
	case 11, 12:
		v := madeTable{name: m.qualified("relation"), columns: []string{column, "n"}, types: []string{"", ""}}
		m.add("CREATE VIEW %s AS SELECT %s, 1 AS n FROM %s %s", v.name, column, t.name, pick(m, "where", []string{"", "WHERE " + first + " > 0", "GROUP BY " + first, "WITH LOCAL CHECK OPTION"}))
		m.tables = append(m.tables, v)
	case 13:
		m.add("CREATE MATERIALIZED VIEW %s AS SELECT count(*) AS n FROM %s %s", m.qualified("relation"), t.name, pick(m, "data", []string{"", "WITH NO DATA"}))
	case 14:
		m.add("CREATE FUNCTION %s(a %s, b integer DEFAULT 1) RETURNS SETOF %s LANGUAGE sql %s AS %s", m.qualified("function"), t.name, t.name,
			pick(m, "volatility", []string{"", "STABLE", "STRICT COST 5"}), postgres.QuoteLiteral("SELECT * FROM "+t.name))
	case 15:
		m.add("CREATE FUNCTION %s() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM %s; END", m.qualified("function"), t.name)
	case 16:
		m.add("ALTER TABLE %s ENABLE ROW LEVEL SECURITY; CREATE POLICY %s ON %s FOR SELECT USING (%s > 0)", t.name, m.name("policy"), t.name, first)
	case 17:
		f := m.qualified("function")
		m.add("CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'", f)
		m.add("CREATE TRIGGER %s BEFORE INSERT OR UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION %s()", m.name("trigger"), column, t.name, f)
	}
}
