package sandboxtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"migrator/examples/sandbox/sandboxtest"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

func TestPairIsShared(t *testing.T) {
	t.Parallel()
	src, dst := sandboxtest.Pair(t)
	again, _ := sandboxtest.Pair(t)
	if src != again || src == dst {
		t.Errorf("the servers: %p, %p, and then %p", src, dst, again)
	}
}

func TestDatabaseIsEmptyAndDroppedWhileInUse(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	defer goleak.VerifyNone(t, sandboxtest.IgnoreServers(), goleak.IgnoreCurrent())
	var name string
	t.Run("Ödd / name, with more than sixty-three bytes of text in it, to be sure", func(t *testing.T) {
		name = sandboxtest.Database(t, src)
		other := sandboxtest.Database(t, src)
		if name == other || len(name) > 63 {
			t.Errorf("names: %q, %q", name, other)
		}
		conn, err := pgx.Connect(t.Context(), src.URL(name))
		if err != nil {
			t.Fatal(err)
		}
		// The connection is cut off by the drop; closing it then is only for the client's sake.
		defer t.Cleanup(func() { _ = conn.Close(t.Context()) })
		if _, err := conn.Exec(t.Context(), "CREATE TABLE t ()"); err != nil {
			t.Error(err)
		}
	})
	n, err := src.QueryValue(t.Context(), "postgres", "SELECT count(*) FROM pg_database WHERE datname = '"+name+"'")
	if err != nil || n != "0" {
		t.Errorf("the database is still there: %s, %v", n, err)
	}
}

func TestDatabases(t *testing.T) {
	t.Parallel()
	srcURL, dstURL := sandboxtest.Databases(t)
	for _, url := range []string{srcURL, dstURL} {
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}
