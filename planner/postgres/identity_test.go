package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
)

func TestSameDatabase(t *testing.T) {
	src, dst := sandboxtest.Pair(t)
	one, other, far := sandboxtest.Database(t, src), sandboxtest.Database(t, src), sandboxtest.Database(t, dst)
	a := connect(t, attributes(src, one), Options{ReadOnly: true})
	socket := attributes(src, one)
	socket.Hosts = []string{src.SocketDir}
	for _, c := range []struct {
		name string
		b    func() bool
		want bool
	}{
		{"another route", func() bool { return same(t, a, connect(t, socket, Options{ReadOnly: true})) }, true},
		{"another database", func() bool { return same(t, a, connect(t, attributes(src, other), Options{ReadOnly: true})) }, false},
		{"another server", func() bool { return same(t, a, connect(t, attributes(dst, far), Options{ReadOnly: true})) }, false},
	} {
		if got := c.b(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if n := scan[int](t, a, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"); n != 0 {
		t.Errorf("%d locks left", n)
	}
}

func same(t *testing.T, a, b *pgx.Conn) bool {
	t.Helper()
	got, err := SameDatabase(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
