package postgres

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// trace watches the attempts of opening one session: which step came how far, and how long it took.
// pgx tries addresses and TLS modes one after the other in the caller's goroutine.
type trace struct {
	resolved map[string]string // address to the host it was found for
	dns      time.Duration
	// Of the latest attempt:
	stage   stage
	began   time.Time
	tcp     time.Duration
	tls     time.Duration
	auth    time.Duration
	address string
	secure  *tls.ConnectionState
}

// stage is the step an attempt is in.
type stage int

const (
	stageDNS stage = iota
	stageTCP
	stageTLS
	stageAuth
	stageDone
)

// customHost is the key in pgconn's custom data of the host that the session went to.
const customHost = "migrator.host"

func (t *trace) lookup(next pgconn.LookupFunc) pgconn.LookupFunc {
	return func(ctx context.Context, host string) ([]string, error) {
		began := time.Now()
		addresses, err := next(ctx, host)
		t.dns += time.Since(began)
		if t.resolved == nil {
			t.resolved = map[string]string{}
		}
		for _, a := range addresses {
			if _, ok := t.resolved[a]; !ok {
				t.resolved[a] = host
			}
		}
		return addresses, err
	}
}

// traceKey is the key of the trace in the context of opening a session. pgx also dials later, and from goroutines of
// its own, to cancel a statement; those have another context and are no steps.
type traceKey struct{}

func (t *trace) dial(next pgconn.DialFunc) pgconn.DialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if ctx.Value(traceKey{}) != t {
			return next(ctx, network, address)
		}
		t.stage, t.address, t.secure, t.tls, t.auth = stageTCP, address, nil, 0, 0
		t.began = time.Now()
		conn, err := next(ctx, network, address)
		t.tcp = time.Since(t.began)
		if err != nil {
			return nil, err
		}
		t.stage, t.began = stageTLS, time.Now()
		return &greeter{Conn: conn}, nil
	}
}

// connected is called when the network connection stands, with TLS if it is asked for. Doing the handshake here,
// and not with the first write, tells its errors from those of the server.
func (t *trace) connected(ctx context.Context, _ *pgconn.Config, conn net.Conn) (net.Conn, error) {
	switch c := conn.(type) {
	case *tls.Conn:
		if err := c.HandshakeContext(ctx); err != nil {
			t.tls = time.Since(t.began)
			return conn, &handshakeError{err} // pgx closes it
		}
		state := c.ConnectionState()
		t.secure, t.tls = &state, time.Since(t.began)
	case *greeter:
		conn = c.Conn // nothing more to see
	}
	t.stage, t.began = stageAuth, time.Now()
	return conn, nil
}

func (t *trace) authenticated(conn *pgconn.PgConn) {
	t.stage, t.auth = stageDone, time.Since(t.began)
	host, _, err := net.SplitHostPort(t.address)
	if name, ok := t.resolved[host]; err == nil && ok {
		conn.CustomData()[customHost] = name
	}
}

// handshakeError marks errors of the TLS handshake.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return "TLS handshake: " + e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }
