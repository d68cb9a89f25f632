package rowcopy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

// bundle makes tables a, b and c on both sides, of which the last is large.
func bundle(t *testing.T, src, dst *pgx.Conn) []Item {
	t.Helper()
	var items []Item
	for _, name := range []string{"a", "b", "c"} {
		both(t, src, dst, "CREATE TABLE public."+name+" (i int, t text)")
		rows := 100
		if name == "c" {
			rows = 300_000
		}
		exec(t, src, fmt.Sprintf("INSERT INTO public.%s SELECT i, repeat('x', 100) FROM generate_series(1, %d) i", name, rows))
		items = append(items, Item{Address: "rows.public." + name, Copy: tableCopy(t, src, "public", name, "binary")})
	}
	return items
}

// nothingIn fails the test if any of the tables has rows.
func nothingIn(t *testing.T, url string) {
	t.Helper()
	got := value(t, connect(t, url), "SELECT (SELECT count(*) FROM public.a) + (SELECT count(*) FROM public.b) + (SELECT count(*) FROM public.c)")
	if got != "0" {
		t.Errorf("%s rows were committed", got)
	}
}

func TestFailingTableOfABundle(t *testing.T) {
	for _, one := range []struct {
		name, side, code string
		spoil            func(t *testing.T, dst *pgx.Conn, item *Item)
	}{
		{"source", Source, "22012", func(_ *testing.T, _ *pgx.Conn, item *Item) { item.Copy.Select[0] = "(50 - i) / (50 - i)" }},
		{"destination", Destination, "23514", func(t *testing.T, dst *pgx.Conn, _ *Item) {
			exec(t, dst, "ALTER TABLE public.b ADD CHECK (i < 100)")
		}},
		{"missing", Destination, "42P01", func(_ *testing.T, _ *pgx.Conn, item *Item) { item.Copy.Into.Name = "missing" }},
	} {
		t.Run(one.name, func(t *testing.T) {
			noLeaks(t)
			srcURL, dstURL := sandboxtest.Databases(t)
			src, dst := connect(t, srcURL), connect(t, dstURL)
			items := bundle(t, src, dst)
			exec(t, src, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
			snapshot := value(t, src, "SELECT txid_current_snapshot()")
			one.spoil(t, dst, &items[1])
			_, err := Run(t.Context(), src, dst, items, nil, Options{})
			var table *TableError
			var server *pgconn.PgError
			if !errors.As(err, &table) || table.Address != "rows.public.b" || table.Side != one.side ||
				!errors.As(err, &server) || server.Code != one.code {
				t.Fatalf("got error %v", err)
			}
			usable(t, src, 'T')
			usable(t, dst, 'I')
			nothingIn(t, dstURL)
			if got := value(t, src, "SELECT txid_current_snapshot()"); got != snapshot {
				t.Errorf("the snapshot was %s and is %s", snapshot, got)
			}
			if _, err := Run(t.Context(), src, dst, []Item{items[0], items[2]}, nil, Options{}); err != nil {
				t.Fatalf("the others without it: %v", err)
			}
		})
	}
}

func TestSyntaxErrorAtTheSource(t *testing.T) {
	noLeaks(t)
	srcURL, dstURL := sandboxtest.Databases(t)
	src, dst := connect(t, srcURL), connect(t, dstURL)
	items := bundle(t, src, dst)
	items[1].Copy.Where = ")"
	_, err := Run(t.Context(), src, dst, items, nil, Options{})
	var server *pgconn.PgError
	if !errors.As(err, &server) || server.Code != "42601" {
		t.Fatalf("got error %v", err)
	}
	usable(t, src, 'I')
	usable(t, dst, 'I')
	nothingIn(t, dstURL)
}

func TestDestinationThatStoresLessIsNotCommitted(t *testing.T) {
	srcURL, dstURL := sandboxtest.Databases(t)
	src, dst := connect(t, srcURL), connect(t, dstURL)
	items := bundle(t, src, dst)
	exec(t, dst, `CREATE FUNCTION public.drop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.i = 7 THEN RETURN NULL; END IF; RETURN NEW; END';
		CREATE TRIGGER t BEFORE INSERT ON public.b FOR EACH ROW EXECUTE FUNCTION public.drop()`)
	_, err := Run(t.Context(), src, dst, items, nil, Options{})
	var table *TableError
	var counts *CountError
	if !errors.As(err, &table) || table.Address != "rows.public.b" || !errors.As(err, &counts) ||
		*counts != (CountError{Source: 100, Stream: 100, Destination: 99}) {
		t.Fatalf("got error %v", err)
	}
	usable(t, dst, 'I')
	nothingIn(t, dstURL)
}

// whenMoving calls do once when the large table of the bundle is under way.
func whenMoving(do func()) Options {
	var done atomic.Bool
	return Options{
		// Slow enough that what do causes comes in mid-stream.
		Throttle: NewThrottle(Limits{Bytes: 10e6}),
		Progress: func(_ string, _ int, rows, _ int64) {
			if rows > 1000 && done.CompareAndSwap(false, true) {
				do()
			}
		},
	}
}

func TestInterruptedStream(t *testing.T) {
	for _, one := range []struct {
		name  string
		class func(error) bool
		cut   func(t *testing.T, cancel func(), srcPID, dstPID uint32, admins [2]*pgx.Conn)
	}{
		{"cancelled", func(err error) bool { return errors.Is(err, context.Canceled) },
			func(_ *testing.T, cancel func(), _, _ uint32, _ [2]*pgx.Conn) { cancel() }},
		// In the middle of a row the server cannot say why it goes.
		{"source terminated", func(err error) bool { return isCode("57P01")(err) || errors.Is(err, io.ErrUnexpectedEOF) }, func(t *testing.T, _ func(), pid, _ uint32, admins [2]*pgx.Conn) {
			exec(t, admins[0], fmt.Sprintf("SELECT pg_terminate_backend(%d)", pid))
		}},
		{"destination terminated", isCode("57P01"), func(t *testing.T, _ func(), _, pid uint32, admins [2]*pgx.Conn) {
			exec(t, admins[1], fmt.Sprintf("SELECT pg_terminate_backend(%d)", pid))
		}},
		{"source cancelled by somebody", isCode("57014"), func(t *testing.T, _ func(), pid, _ uint32, admins [2]*pgx.Conn) {
			exec(t, admins[0], fmt.Sprintf("SELECT pg_cancel_backend(%d)", pid))
		}},
	} {
		t.Run(one.name, func(t *testing.T) {
			noLeaks(t)
			srcURL, dstURL := sandboxtest.Databases(t)
			src, dst := connect(t, srcURL), connect(t, dstURL)
			items := bundle(t, src, dst)
			admins := [2]*pgx.Conn{connect(t, srcURL), connect(t, dstURL)}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			opts := whenMoving(func() { one.cut(t, cancel, src.PgConn().PID(), dst.PgConn().PID(), admins) })
			_, err := Run(ctx, src, dst, items, nil, opts)
			if err == nil || !one.class(err) {
				t.Fatalf("got error %v", err)
			}
			nothingIn(t, dstURL)
			for _, conn := range []*pgx.Conn{src, dst} {
				if !conn.IsClosed() {
					usable(t, conn, 'I')
				}
			}
			if one.name == "cancelled" && (src.IsClosed() || dst.IsClosed()) {
				t.Error("a cancelled stream has cost a connection")
			}
			if got := value(t, admins[1], "SELECT count(*) FROM pg_stat_activity WHERE state LIKE '%transaction%' AND datname = current_database()"); got != "0" {
				t.Errorf("%s transactions were left open in the destination", got)
			}
		})
	}
}

func isCode(code string) func(error) bool {
	return func(err error) bool {
		var server *pgconn.PgError
		return errors.As(err, &server) && server.Code == code
	}
}

func TestKilledServer(t *testing.T) {
	for _, killed := range []string{Source, Destination} {
		t.Run(killed, func(t *testing.T) {
			noLeaks(t)
			srcURL, dstURL := sandboxtest.Databases(t)
			own, err := sandbox.Start(t.Context(), sandbox.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := own.Stop(); err != nil {
					t.Error(err)
				}
			}()
			if killed == Source {
				srcURL = own.URL("postgres")
			} else {
				dstURL = own.URL("postgres")
			}
			src, dst := connect(t, srcURL), connect(t, dstURL)
			items := bundle(t, src, dst)
			_, err = Run(t.Context(), src, dst, items, nil, whenMoving(func() {
				if err := own.StopImmediate(); err != nil {
					t.Error(err)
				}
			}))
			if err == nil {
				t.Fatal("no error")
			}
			t.Log(err)
			if killed == Destination {
				if err := own.StartAgain(t.Context()); err != nil {
					t.Fatal(err)
				}
				if !src.IsClosed() {
					usable(t, src, 'I')
				}
			} else {
				usable(t, dst, 'I')
			}
			nothingIn(t, dstURL)
		})
	}
}

func TestCancelWhileTheDestinationWaitsForALock(t *testing.T) {
	noLeaks(t)
	srcURL, dstURL := sandboxtest.Databases(t)
	src, dst, other := connect(t, srcURL), connect(t, dstURL), connect(t, dstURL)
	items := bundle(t, src, dst)
	exec(t, other, "BEGIN; LOCK TABLE public.b")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	observer := connect(t, dstURL)
	opts := whenMoving(func() {
		for value(t, observer, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == "0" {
		}
		cancel()
	})
	if _, err := Run(ctx, src, dst, items, nil, opts); !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v", err)
	}
	exec(t, other, "COMMIT")
	nothingIn(t, dstURL)
}

// cutConn loses the connection when a message with a certain text has been sent.
type cutConn struct {
	net.Conn
	text []byte
	cut  atomic.Bool
}

func (c *cutConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if bytes.Contains(p, c.text) {
		c.cut.Store(true)
	}
	return n, err
}

func (c *cutConn) Read(p []byte) (int, error) {
	if c.cut.Load() {
		return 0, io.ErrUnexpectedEOF
	}
	return c.Conn.Read(p)
}

func TestLostAnswerToCommit(t *testing.T) {
	noLeaks(t)
	srcURL, dstURL := sandboxtest.Databases(t)
	src := connect(t, srcURL)
	config, err := pgx.ParseConfig(dstURL)
	if err != nil {
		t.Fatal(err)
	}
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		return &cutConn{Conn: conn, text: []byte("COMMIT\x00")}, err
	}
	dst, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	items := bundle(t, src, connect(t, dstURL))
	_, err = Run(t.Context(), src, dst, items[:1], func([]Result) string { return "SELECT 1;" }, Options{})
	var unknown *CommitUnknownError
	if !errors.As(err, &unknown) || unknown.Addresses[0] != "rows.public.a" || !dst.IsClosed() {
		t.Fatalf("got error %v", err)
	}
}

func TestRunRefusesConnectionsThatAreNotIdle(t *testing.T) {
	src, dst := sides(t)
	both(t, src, dst, "CREATE TABLE public.a ()")
	items := []Item{{Address: "a", Copy: tableCopy(t, src, "public", "a", "text")}}
	exec(t, dst, "BEGIN")
	if _, err := Run(t.Context(), src, dst, items, nil, Options{}); err == nil {
		t.Error("a destination in a transaction was accepted")
	}
	_ = dst.Close(t.Context())
	if _, err := Run(t.Context(), src, dst, items, nil, Options{}); !errors.Is(err, pgconn.ErrConnClosed) {
		t.Errorf("got error %v for a closed destination", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, src, dst, items, nil, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v for a context that has ended", err)
	}
}
