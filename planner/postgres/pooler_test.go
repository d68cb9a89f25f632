package postgres

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
)

// fakePooler speaks enough of the protocol to behave like a pooler: simple queries, and pids of its own.
type fakePooler struct {
	url  string
	mu   sync.Mutex
	idle []*pgconn.PgConn
	// session keeps a backend as long as its client; otherwise a transaction gets any idle one.
	session bool
	// roundRobin hands out the backend that was idle longest, otherwise the one used last.
	roundRobin bool
}

func (p *fakePooler) take(ctx context.Context) (*pgconn.PgConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		at := n - 1
		if p.roundRobin {
			at = 0
		}
		conn := p.idle[at]
		p.idle = append(p.idle[:at:at], p.idle[at+1:]...)
		return conn, nil
	}
	return pgconn.Connect(ctx, p.url)
}

func (p *fakePooler) give(conn *pgconn.PgConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, conn)
}

func (p *fakePooler) serve(ctx context.Context, client net.Conn) error {
	front := pgproto3.NewBackend(client, client)
	if _, err := front.ReceiveStartupMessage(); err != nil {
		return err
	}
	front.Send(&pgproto3.AuthenticationOk{})
	front.Send(&pgproto3.BackendKeyData{ProcessID: 4_000_000_000, SecretKey: []byte{1, 2, 3, 4}})
	front.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	if err := front.Flush(); err != nil {
		return err
	}
	var server *pgconn.PgConn
	for {
		message, err := front.Receive()
		if err != nil {
			return err
		}
		query, ok := message.(*pgproto3.Query)
		if !ok {
			break // Terminate
		}
		if server == nil {
			if server, err = p.take(ctx); err != nil {
				return err
			}
		}
		server.Frontend().Send(query)
		if err := server.Frontend().Flush(); err != nil {
			return err
		}
		status := byte(0)
		for status == 0 {
			answer, err := server.ReceiveMessage(ctx)
			if err != nil {
				return err
			}
			if ready, ok := answer.(*pgproto3.ReadyForQuery); ok {
				status = ready.TxStatus
			}
			front.Send(answer)
		}
		if err := front.Flush(); err != nil {
			return err
		}
		if status == 'I' && !p.session {
			p.give(server)
			server = nil
		}
	}
	if server != nil {
		return server.Close(ctx)
	}
	return nil
}

// start listens until the test's end and returns the pooler's endpoint.
func (p *fakePooler) start(t *testing.T) config.Endpoint {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.WithoutCancel(t.Context())
	var clients sync.WaitGroup
	clients.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			clients.Go(func() {
				defer client.Close()
				_ = p.serve(ctx, client)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		clients.Wait()
		for _, conn := range p.idle {
			_ = conn.Close(ctx)
		}
	})
	addr, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("%s is no TCP address", listener.Addr())
	}
	return config.Endpoint{Hosts: []string{"127.0.0.1"}, Port: uint16(addr.Port), TLS: config.TLS{Mode: "disable"}}
}

func TestPoolers(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	for _, c := range []struct {
		name    string
		pooler  *fakePooler
		idle    int
		refused bool
	}{
		{"transaction, one backend", &fakePooler{}, 0, true},
		{"transaction, several backends", &fakePooler{}, 3, true},
		{"transaction, round robin", &fakePooler{roundRobin: true}, 3, true},
		{"session", &fakePooler{session: true}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			pooler := c.pooler
			pooler.url = src.URL("postgres")
			ep := pooler.start(t)
			for range c.idle {
				conn, err := pgconn.Connect(t.Context(), pooler.url)
				if err != nil {
					t.Fatal(err)
				}
				pooler.give(conn)
			}
			if !c.refused {
				connect(t, ep, Options{})
				return
			}
			failure := wantKind(t, ep, KindPooler)
			var pool *PoolerError
			if !errors.As(failure, &pool) || Classify(failure) != Permanent {
				t.Errorf("%#v", failure.Err)
			}
		})
	}
}
