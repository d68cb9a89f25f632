package postgres

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/examples/sandbox/sandboxtest"
)

// TestSessionSettings starts from a role and a database whose own defaults are as unhelpful as can be.
func TestSessionSettings(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	db := sandboxtest.Database(t, src)
	var defaults strings.Builder
	for name, value := range map[string]string{
		"statement_timeout": "'1h'", "lock_timeout": "'1h'", "idle_in_transaction_session_timeout": "'1h'", "DateStyle": "german",
		"IntervalStyle": "sql_standard", "extra_float_digits": "-3", "search_path": "public", "TimeZone": "'Asia/Tokyo'",
		"default_transaction_read_only": "on", "check_function_bodies": "on", "standard_conforming_strings": "off",
		"default_tablespace": "pg_global", "bytea_output": "escape",
	} {
		fmt.Fprintf(&defaults, "ALTER DATABASE %s SET %s = %s;\n", db, name, value)
	}
	if err := src.Exec(t.Context(), db, defaults.String()); err != nil {
		t.Fatal(err)
	}
	ep := attributes(src, db)
	ep.Settings = map[string]string{"work_mem": "7MB", "lock_timeout": "5s"}
	reader := connect(t, ep, Options{Role: "plan", Version: "1.2.3", ReadOnly: true})
	writer := connect(t, ep, Options{Role: "copy", EmptySearchPath: true, Bytes: true})
	for _, c := range []struct{ name, read, write string }{
		{"application_name", "migrator/1.2.3/plan", "migrator/dev/copy"},
		{"client_encoding", "UTF8", "UTF8"},
		{"search_path", "pg_catalog", `""`},
		{"default_transaction_read_only", "on", "off"},
		{"statement_timeout", "0", "0"},
		{"idle_in_transaction_session_timeout", "0", "0"},
		{"idle_session_timeout", "0", "0"},
		{"row_security", "off", "off"},
		{"DateStyle", "ISO, MDY", "ISO, MDY"},
		{"IntervalStyle", "postgres", "postgres"},
		{"TimeZone", "UTC", "UTC"},
		{"bytea_output", "hex", "hex"},
		{"extra_float_digits", "3", "3"},
		{"synchronize_seqscans", "off", "off"},
		{"client_min_messages", "warning", "warning"},
		{"standard_conforming_strings", "on", "on"},
		{"xmloption", "content", "content"},
		{"check_function_bodies", "on", "off"},
		{"default_tablespace", "pg_global", ""},
		{"work_mem", "7MB", "7MB"},
		{"lock_timeout", "5s", "5s"}, // the user's comes last
	} {
		if got := scan[string](t, reader, "SELECT current_setting($1)", c.name); got != c.read {
			t.Errorf("reading session: %s = %q, want %q", c.name, got, c.read)
		}
		if got := scan[string](t, writer, "SELECT current_setting($1)", c.name); got != c.write {
			t.Errorf("writing session: %s = %q, want %q", c.name, got, c.write)
		}
	}
	if _, err := writer.Exec(t.Context(), "CREATE TABLE public.t ()"); err != nil {
		t.Error(err)
	}
	_, err := reader.Exec(t.Context(), "CREATE TABLE public.u ()")
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != pgerrcode.ReadOnlySQLTransaction {
		t.Errorf("a read-only session wrote: %v", err)
	}
}

func TestConnectRoutes(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	db := sandboxtest.Database(t, src)

	t.Run("socket", func(t *testing.T) {
		ep := attributes(src, db)
		ep.Hosts, ep.TLS.Mode = []string{src.SocketDir}, "verify-full" // TLS is not for sockets
		if got := Address(connect(t, ep, Options{})); !strings.HasPrefix(got, src.SocketDir) {
			t.Errorf("connected to %s", got)
		}
	})
	t.Run("several hosts", func(t *testing.T) {
		ep := attributes(src, db)
		ep.Hosts = []string{"/nowhere", "localhost"}
		conn := connect(t, ep, Options{})
		if got, want := Address(conn), joinHostPort("localhost", uint16(src.Port)); got != want {
			t.Errorf("connected to %s, want %s", got, want)
		}
		if got, want := Describe(conn), db+" @ "+Address(conn)+"   PostgreSQL "+Version(conn); got != want {
			t.Errorf("Describe: %s", got)
		}
		if got := VersionNumber(conn); got != src.Version() {
			t.Errorf("VersionNumber = %d, want %d", got, src.Version())
		}
	})
	t.Run("attributes win over the URL", func(t *testing.T) {
		ep := attributes(src, db)
		ep.URL = "postgres://nobody:wrong@192.0.2.1:1,192.0.2.2:2/nothing?sslmode=verify-full"
		connect(t, ep, Options{})
	})
	t.Run("environment", func(t *testing.T) {
		t.Setenv("PGHOST", src.Host)
		t.Setenv("PGPASSWORD", src.Password)
		t.Setenv("PGUSER", src.User)
		ep := attributes(src, db)
		ep.Hosts, ep.User, ep.Password = nil, "", ""
		connect(t, ep, Options{})
	})
}

func TestVersionNumber(t *testing.T) {
	for text, want := range map[string]int{
		"15.8": 150008, "9.4.26": 90426, "18beta1": 180000, "17rc1": 170000, "16devel": 160000, "10.0": 100000, "9.6": 90600, "": 0,
	} {
		if got := versionNumber(text); got != want {
			t.Errorf("versionNumber(%q) = %d, want %d", text, got, want)
		}
	}
}
