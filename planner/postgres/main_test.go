package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// connect opens a session that the test's end closes.
func connect(t *testing.T, ep config.Endpoint, opts Options) *pgx.Conn {
	t.Helper()
	conn, err := Connect(t.Context(), ep, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// endpoint is a new database on the source of the shared pair.
func endpoint(t *testing.T) config.Endpoint {
	t.Helper()
	src, _ := sandboxtest.Pair(t)
	return config.Endpoint{URL: src.URL(sandboxtest.Database(t, src))}
}

// attributes is a server in the words of a source block.
func attributes(s *sandbox.Server, database string) config.Endpoint {
	return config.Endpoint{
		Hosts: []string{s.Host}, Port: uint16(s.Port), Database: database, User: s.User, Password: s.Password,
		TLS: config.TLS{Mode: "disable"},
	}
}

// scan returns one value.
func scan[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}
