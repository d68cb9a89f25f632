package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/executor/ledger"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

const (
	schema  = "Ledger of é" // needs quoting, and counting characters is not counting bytes
	lineage = "3f2a1b2c-0000-4000-8000-000000000001"
)

// database is a new database on the destination of the shared pair.
func database(t *testing.T) string {
	t.Helper()
	_, dst := sandboxtest.Pair(t)
	return dst.URL(sandboxtest.Database(t, dst))
}

// connect opens a session with an application name, which the test's end closes.
func connect(t *testing.T, url, application string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.RuntimeParams["application_name"] = application
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func exec(t *testing.T, conn *pgx.Conn, sql string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func scan[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) (v T) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// acquire takes the lock, which the test's end gives back.
func acquire(t *testing.T, url, holder string) *ledger.Lease {
	t.Helper()
	lease, err := ledger.Acquire(t.Context(), connect(t, url, "migrator/dev/lock"), schema, holder, ledger.LockOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = lease.Release() })
	return lease
}

// create makes a ledger with fence 1.
func create(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	run := ledger.Run{Lineage: lineage, PlanID: "plan", Holder: "first@host", ToolVersion: "1.0.0"}
	if err := ledger.Create(t.Context(), conn, schema, run, []byte("the plan")); err != nil {
		t.Fatal(err)
	}
}

func takeOver(t *testing.T, lease *ledger.Lease, grace time.Duration) int64 {
	t.Helper()
	fence, err := lease.TakeOver(t.Context(), grace)
	if err != nil {
		t.Fatal(err)
	}
	return fence
}

func find(t *testing.T, conn *pgx.Conn) *ledger.Run {
	t.Helper()
	run, err := ledger.Find(t.Context(), conn, schema)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func entries(t *testing.T, conn *pgx.Conn) []ledger.Entry {
	t.Helper()
	list, err := ledger.Entries(t.Context(), conn, schema)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// record sends the statement that records one part.
func record(t *testing.T, conn *pgx.Conn, fence int64, address string, part int) error {
	t.Helper()
	return send(t, conn, ledger.RecordSQL(schema, fence, []ledger.Entry{{Address: address, Part: part, Rows: 1}}))
}

// send sends one message of the simple protocol and explains its error.
func send(t *testing.T, conn *pgx.Conn, sql string) error {
	t.Helper()
	_, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	return ledger.Explain(err, schema, sql)
}

// want fails unless err is of a type, and returns it.
func wantAs[E error](t *testing.T, err error) E {
	t.Helper()
	typed, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got %v, want a %T", err, typed)
	}
	return typed
}

// waitFor waits until another session waits for a lock with a statement that contains text.
func waitFor(t *testing.T, conn *pgx.Conn, text string) {
	t.Helper()
	for range 400 {
		if scan[bool](t, conn, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
			AND wait_event_type = 'Lock' AND pid <> pg_backend_pid() AND strpos(query, $1) > 0)`, text) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("nobody waits for a lock with %q", strings.TrimSpace(text))
}

// want is wantAs for errors whose kind says all.
func want[E error](t *testing.T, err error) {
	t.Helper()
	_, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got %v, want a %T", err, *new(E))
	}
}
