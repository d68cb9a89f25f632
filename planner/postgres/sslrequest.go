package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"
)

// errTLSNotOffered is what a server without TLS amounts to.
var errTLSNotOffered = errors.New("it answered the request for TLS with no")

// sslRequestCode is the code of the SSLRequest packet (protocol documentation, "Message Formats").
const sslRequestCode = 80877103

// greeter looks at the answer to an SSLRequest. pgx reports the answer "no" as a text only.
type greeter struct {
	net.Conn
	asked, answered bool
}

func (g *greeter) Write(b []byte) (int, error) {
	if !g.asked && !g.answered && len(b) == 8 && binary.BigEndian.Uint32(b[4:]) == sslRequestCode {
		g.asked = true
	} else {
		g.answered = true
	}
	return g.Conn.Write(b)
}

func (g *greeter) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	if g.asked && !g.answered && n > 0 {
		g.answered = true
		if b[0] == 'N' {
			return 0, errTLSNotOffered
		}
	}
	return n, err
}

// offersTLS asks the server at address whether it would do TLS, and no more. A server that takes only TLS and a
// server that does not know the client refuse a session without TLS in the same words.
func offersTLS(ctx context.Context, address string) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return false
	}
	request := binary.BigEndian.AppendUint32(nil, 8)
	if _, err := conn.Write(binary.BigEndian.AppendUint32(request, sslRequestCode)); err != nil {
		return false
	}
	answer := make([]byte, 1)
	_, err = io.ReadFull(conn, answer)
	return err == nil && answer[0] == 'S'
}
