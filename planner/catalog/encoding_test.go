package catalog_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner/catalog"
)

// TestTextThatIsNotUTF8 names what cannot be read of databases whose encodings know more bytes than characters.
func TestTextThatIsNotUTF8(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	for _, c := range []struct{ database, encoding, sql, what, found string }{
		{"ascii_functions", "SQL_ASCII", `CREATE FUNCTION grün() RETURNS text LANGUAGE sql AS $$SELECT 'ä'$$;
			CREATE FUNCTION red(int) RETURNS text LANGUAGE sql AS $$SELECT 'rot'$$; COMMENT ON FUNCTION red(int) IS E'caf\xe9\n1'`,
			"functions", `public.red: caf\xe9 1`},
		{"ascii_names", "SQL_ASCII", `DO $$ BEGIN EXECUTE E'CREATE TABLE "m\xe4rz" (a int); CREATE TABLE "m\xe4y" (a int)'; END $$`, "tables", `public.m\xe4rz; public.m\xe4y`},
		{"ascii_defaults", "SQL_ASCII", `DO $$ BEGIN EXECUTE E'CREATE TABLE t (a text DEFAULT ''\xff'')'; END $$`, "columns of tables", `public.t: '\xff'::text`},
		{"win_comments", "WIN1252", `CREATE TABLE ok (a int); COMMENT ON TABLE ok IS 'schön'; CREATE TABLE bad (a int);
			DO $$ BEGIN EXECUTE 'COMMENT ON TABLE bad IS ''' || chr(252) || chr(129) || ''''; END $$`, "tables", `public.bad: \xfc\x81`},
	} {
		if err := src.Exec(t.Context(), "postgres", "CREATE DATABASE "+c.database+" TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING '"+c.encoding+"'"); err != nil {
			t.Fatal(err)
		}
		conn, err := pgx.Connect(t.Context(), src.URL(c.database)+"&client_encoding=UTF8")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), c.sql); err != nil {
			t.Fatalf("%s: %v", c.database, err)
		}
		_, err = catalog.Read(t.Context(), conn)
		var unreadable *catalog.EncodingError
		if !errors.As(err, &unreadable) {
			t.Fatalf("%s: got %v", c.database, err)
		}
		if diff := cmp.Diff(c.found, strings.Join(unreadable.Found, "; ")); unreadable.What != c.what || unreadable.Encoding != c.encoding || diff != "" {
			t.Errorf("%s: %v: -want +got:\n%s", c.database, err, diff)
		}
		if text := err.Error(); !strings.Contains(text, c.found) || !strings.Contains(text, "0x") {
			t.Errorf("%s: %s", c.database, text)
		}
		// The session is as it was.
		var encoding string
		if err := conn.QueryRow(t.Context(), "SHOW client_encoding").Scan(&encoding); err != nil || encoding != "UTF8" || conn.PgConn().TxStatus() != 'I' {
			t.Errorf("%s: client_encoding %s, %v", c.database, encoding, err)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
