package catalog_test

import (
	"context"
	"encoding/binary"
	"net"
	"testing"

	"github.com/jackc/pgx/v5"
)

// traffic counts what a client sent: statements (Parse and Query) and the round trips it waited for (Sync and Query).
type traffic struct{ queries, roundTrips int }

// countingConn looks at the messages of the frontend that pass.
type countingConn struct {
	net.Conn
	traffic *traffic
	started bool   // the startup message, which has no type byte, has passed
	pending []byte // the beginning of a message
}

func (c *countingConn) Write(b []byte) (int, error) {
	c.pending = append(c.pending, b...)
	for {
		head := 5
		if !c.started {
			head = 4
		}
		if len(c.pending) < head {
			break
		}
		length := int(binary.BigEndian.Uint32(c.pending[head-4:])) + head - 4
		if len(c.pending) < length {
			break
		}
		if c.started {
			switch c.pending[0] {
			case 'P':
				c.traffic.queries++
			case 'S':
				c.traffic.roundTrips++
			case 'Q':
				c.traffic.queries++
				c.traffic.roundTrips++
			}
		}
		c.started = true
		c.pending = c.pending[length:]
	}
	return c.Conn.Write(b)
}

// countingConnection connects without encryption and counts what is sent from then on.
func countingConnection(t *testing.T, url string) (*pgx.Conn, *traffic) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.TLSConfig, config.Fallbacks = nil, nil
	counted := &traffic{}
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &countingConn{Conn: conn, traffic: counted}, nil
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	*counted = traffic{}
	return conn, counted
}
