package rowcopy

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// settings are those that every session of the project has, as far as they matter here.
const settings = "SET search_path = pg_catalog; SET TimeZone = UTC; SET bytea_output = hex; SET extra_float_digits = 3; " +
	"SET IntervalStyle = postgres; SET DateStyle = ISO"

// connect opens a session that the test's end closes.
func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = conn.Close(context.WithoutCancel(tb.Context())) })
	exec(tb, conn, settings)
	return conn
}

// sides are sessions with an empty database on each side.
func sides(tb testing.TB) (src, dst *pgx.Conn) {
	tb.Helper()
	srcURL, dstURL := sandboxtest.Databases(tb)
	return connect(tb, srcURL), connect(tb, dstURL)
}

func exec(tb testing.TB, conn *pgx.Conn, sql string) {
	tb.Helper()
	if _, err := conn.PgConn().Exec(tb.Context(), sql).ReadAll(); err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
}

// value is the one value of a query, as text.
func value(tb testing.TB, conn *pgx.Conn, sql string) string {
	tb.Helper()
	results, err := conn.PgConn().Exec(tb.Context(), sql).ReadAll()
	if err != nil {
		tb.Fatalf("%s: %v", sql, err)
	}
	last := results[len(results)-1]
	if len(last.Rows) != 1 || len(last.Rows[0]) != 1 {
		tb.Fatalf("%s: got %d rows, want one value", sql, len(last.Rows))
	}
	return string(last.Rows[0][0])
}
