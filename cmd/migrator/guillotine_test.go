package main

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// guillotine stands before the destination and counts what the program says to it, over all connections. At one of these messages it
// falls: it kills the program, and the server never hears of what came after. That is what SIGKILL looks like to a server.
type guillotine struct {
	listener net.Listener
	target   string
	tasks    sync.WaitGroup

	mu    sync.Mutex
	count int
	// at is the message at which it falls, 0 for never; delivered says that the server still gets that one.
	at        int
	delivered bool
	fall      func()
	fallen    bool
	last      string // the message before which, or after which, it fell
}

// newGuillotine listens before the server at the URL, and returns the URL that leads through it.
func newGuillotine(t *testing.T, target string, at int, delivered bool) (*guillotine, string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	g := &guillotine{target: u.Host, at: at, delivered: delivered}
	var listen net.ListenConfig
	if g.listener, err = listen.Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	g.tasks.Go(func() { g.accept(context.WithoutCancel(t.Context())) })
	u.Host = g.listener.Addr().String()
	return g, u.String()
}

// close waits until both ends of every connection are gone.
func (g *guillotine) close() {
	_ = g.listener.Close()
	g.tasks.Wait()
}

func (g *guillotine) accept(ctx context.Context) {
	for {
		client, err := g.listener.Accept()
		if err != nil {
			return
		}
		var dialer net.Dialer
		server, err := dialer.DialContext(ctx, "tcp", g.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		g.tasks.Go(func() {
			g.messages(client, server)
			_ = server.Close()
			_ = client.Close()
		})
		g.tasks.Go(func() {
			_, _ = io.Copy(client, server)
			_ = client.Close()
		})
	}
}

// messages passes on what the program says, message by message: the first, of a new connection, has no type.
func (g *guillotine) messages(client io.Reader, server io.Writer) {
	head := make([]byte, 5)
	for start := 1; ; start = 0 {
		if _, err := io.ReadFull(client, head[start:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[1:])-4)
		if _, err := io.ReadFull(client, body); err != nil {
			return
		}
		message := append(append([]byte{}, head[start:]...), body...)
		if !g.pass(message) {
			return
		}
		if _, err := server.Write(message); err != nil {
			return
		}
		if g.gone() {
			return
		}
	}
}

// pass counts a message, and says whether the server gets it.
func (g *guillotine) pass(message []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fallen {
		return false
	}
	g.count++
	if g.count != g.at {
		return true
	}
	g.fallen = true
	g.last = string(message[:min(len(message), 200)])
	g.fall()
	return g.delivered
}

func (g *guillotine) gone() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fallen
}
