package postgres

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestQuoteIdent(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  string
	}{
		{[]string{"orders"}, "orders"},
		{[]string{"sales", "orders"}, "sales.orders"},
		{[]string{"public", "Order"}, `public."Order"`},
		{[]string{"select"}, `"select"`},
		{[]string{"name"}, "name"},
		{[]string{"json_table"}, `"json_table"`}, // a keyword since 17
		{[]string{"over"}, `"over"`},
		{[]string{`a"b`, "c d"}, `"a""b"."c d"`},
		{[]string{"a$1", "_x", "1a", "$a"}, `a$1._x."1a"."$a"`},
		{[]string{""}, `""`},
	} {
		if got := QuoteIdent(c.parts...); got != c.want {
			t.Errorf("QuoteIdent(%q) = %s, want %s", c.parts, got, c.want)
		}
	}
}

// TestQuoteIdentOnServer gives every keyword, and names that are hard otherwise, to a real server in every place where
// a name can stand, and reads them back from the catalogs.
func TestQuoteIdentOnServer(t *testing.T) {
	conn := connect(t, endpoint(t), Options{})
	rows, err := conn.Query(t.Context(), "SELECT word FROM pg_get_keywords() ORDER BY word")
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for word := range quotedWords {
		names = append(names, word)
	}
	names = append(names, "a", "A", "Ab c", `"`, `""`, `a"b`, "'", "a'b", `\`, `a\b`, "a.b", " ", " a ", "naïve", "ß", "İ", "表", "😀", "a\nb", "a\tb",
		"1", "1a", "$1", "a$1", "_", "--", "/*", "a;b", "U&", "%s", "public2", strings.Repeat("x", 63), strings.Repeat("é", 31))
	for _, name := range names {
		q := QuoteIdent(name)
		sql := strings.ReplaceAll(`
			CREATE SCHEMA IF NOT EXISTS @;
			CREATE TABLE @.@ (@ int CONSTRAINT @ CHECK (@ > 0 AND (@) IS NOT NULL), other int);
			CREATE INDEX ON @.@ (@);
			CREATE FUNCTION @.@(@ int) RETURNS int LANGUAGE sql AS $$SELECT 1$$;
			CREATE TYPE @.other AS (@ int);
			CREATE DOMAIN @.dom AS int CONSTRAINT @ CHECK (VALUE > 0);
			CREATE VIEW @.v AS SELECT x.@, @.@(@ => 1) AS fn FROM @.@ x WHERE x.@ = 1 ORDER BY @ NULLS FIRST;
			ALTER TABLE @.@ ALTER COLUMN @ SET NOT NULL;
			ALTER TABLE @.@ RENAME COLUMN @ TO other2;
			ALTER TABLE @.@ RENAME COLUMN other2 TO @;
			COMMENT ON COLUMN @.@.@ IS 'x';
			COMMENT ON CONSTRAINT @ ON @.@ IS 'x';
			GRANT SELECT (@) ON @.@ TO CURRENT_USER;
			INSERT INTO @.@ AS @ (@) VALUES (1) RETURNING @;
			UPDATE @.@ SET @ = 2 WHERE @ = 1;
			CREATE SEQUENCE @.s OWNED BY @.@.@;
			CREATE TRIGGER @ AFTER UPDATE OF @ ON @.@ FOR EACH ROW WHEN (NEW.@ > 1) EXECUTE PROCEDURE tsvector_update_trigger(@);`, "@", q)
		tx, err := conn.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Errorf("%q as %s: %v", name, q, err)
		} else if ok := scan[bool](t, conn, `SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
			JOIN pg_attribute a ON a.attrelid = c.oid WHERE nspname = $1 AND relname = $1 AND attname = $1)`, name); !ok {
			t.Errorf("%q as %s was read as another name", name, q)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestQuoteLiteralOnServer(t *testing.T) {
	conn := connect(t, endpoint(t), Options{})
	for _, s := range []string{"", "a", "'", "''", `\`, `\'`, `a\nb`, "a\nb", "$$", "ü"} {
		for _, scs := range []string{"on", "off"} {
			if _, err := conn.Exec(t.Context(), "SET standard_conforming_strings = "+scs); err != nil {
				t.Fatal(err)
			}
			if got := scan[string](t, conn, "SELECT "+QuoteLiteral(s)); got != s {
				t.Errorf("%q came back as %q", s, got)
			}
		}
	}
}
