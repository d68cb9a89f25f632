package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"migrator/examples/sandbox/sandboxtest"
)

func TestClassify(t *testing.T) {
	for want, codes := range map[Class][]string{
		Transient: {
			"40001", "40P01", "55P03", "55006", "53000", "53100", "53200", "53300", "53400", "57P01", "57P02", "57P03", "57P05",
			"57014", "58000", "58030", "25P03", "25P04",
		},
		ConnectionLost: {"08000", "08003", "08006", "08001", "08004", "08007", "40003"},
		Permanent: {
			"22012", "23505", "23503", "42601", "42501", "42P01", "25006", "28P01", "0A000", "08P01", "54000", "57P04", "58P01", "XX000", "XX001", "P0001",
			"72000", "",
		},
	} {
		for _, code := range codes {
			if got := Classify(fmt.Errorf("copying: %w", &pgconn.PgError{Code: code})); got != want {
				t.Errorf("%s is %v, want %v", code, got, want)
			}
		}
	}
	for _, c := range []struct {
		err  error
		want Class
	}{
		{io.EOF, ConnectionLost},
		{io.ErrUnexpectedEOF, ConnectionLost},
		{net.ErrClosed, ConnectionLost},
		{pgconn.ErrConnClosed, ConnectionLost},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, ConnectionLost},
		{context.Canceled, Canceled},
		{context.DeadlineExceeded, Canceled},
		{errors.New("anything"), Permanent},
		{&ConnectError{Kind: KindDNS, Err: &net.DNSError{}}, ConnectionLost},
		{&ConnectError{Kind: KindPassword, Err: &pgconn.PgError{Code: "28P01"}}, Permanent},
		{&ConnectError{Kind: KindTimeout, Err: context.DeadlineExceeded}, ConnectionLost},
		{&ConnectError{Kind: KindOther, Err: &pgconn.PgError{Code: "53200"}}, Transient},
		{&ConnectError{Kind: KindOther, Err: pgconn.ErrConnClosed}, ConnectionLost},
	} {
		if got := Classify(c.err); got != c.want {
			t.Errorf("%v is %v, want %v", c.err, got, c.want)
		}
	}
}

// TestClassifyOnServer looks at what really comes out of pgx.
func TestClassifyOnServer(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	ep := attributes(src, "postgres")

	t.Run("canceled by us", func(t *testing.T) {
		conn := connect(t, ep, Options{})
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		_, err := conn.Exec(ctx, "SELECT pg_sleep(10)")
		if Classify(err) != Canceled {
			t.Errorf("%v is %v", err, Classify(err))
		}
		if _, err = conn.Exec(t.Context(), "SELECT 1"); Classify(err) != ConnectionLost {
			t.Errorf("%v is %v", err, Classify(err))
		}
	})
	t.Run("canceled by an administrator", func(t *testing.T) {
		conn, other := connect(t, ep, Options{}), connect(t, ep, Options{})
		pid, done := conn.PgConn().PID(), make(chan struct{})
		go func() { // as soon as the statement runs
			defer close(done)
			for other.QueryRow(t.Context(), "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", pid).Scan(nil) != nil {
			}
		}()
		_, err := conn.Exec(t.Context(), "SELECT pg_sleep(10)")
		<-done
		if Classify(err) != Transient {
			t.Errorf("%v is %v", err, Classify(err))
		}
	})
	t.Run("terminated", func(t *testing.T) {
		conn, other := connect(t, ep, Options{}), connect(t, ep, Options{})
		if !scan[bool](t, other, "SELECT pg_terminate_backend($1)", conn.PgConn().PID()) {
			t.Fatal("not terminated")
		}
		var err error
		for err == nil { // the signal takes its time
			_, err = conn.Exec(t.Context(), "SELECT 1")
		}
		if c := Classify(err); c != Transient && c != ConnectionLost {
			t.Errorf("%v is %v", err, c)
		}
	})
}
