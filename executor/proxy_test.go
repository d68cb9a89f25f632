package executor_test

import (
	"context"
	"net"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between the run and a server, and fails the way networks do.
type proxy struct {
	listener net.Listener
	target   string
	turns    atomic.Int64 // how often a client has sent something after the server had answered: round trips
	tasks    sync.WaitGroup
	mu       sync.Mutex
	pipes    map[*pipe]bool
}

// pipe is one connection through the proxy.
type pipe struct {
	client, server *net.TCPConn
	frozen         chan struct{} // what is sent while it is open does not arrive
	answered       atomic.Bool   // what was sent last came from the server
	silent         atomic.Bool   // the client is cut off, and the server has not been told
}

// newProxy listens before the server at the URL, and returns the URL that leads through the proxy.
func newProxy(t *testing.T, target string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{target: u.Host, pipes: map[*pipe]bool{}}
	var listen net.ListenConfig
	if p.listener, err = listen.Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	p.tasks.Go(func() { p.accept(context.WithoutCancel(t.Context())) })
	t.Cleanup(func() {
		_ = p.listener.Close()
		p.reset(0, false)
		p.tasks.Wait()
	})
	u.Host = p.listener.Addr().String()
	return p, u.String()
}

func (p *proxy) accept(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		var dialer net.Dialer
		server, err := dialer.DialContext(ctx, "tcp", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		frozen := make(chan struct{})
		close(frozen)
		c := &pipe{frozen: frozen}
		c.client, _ = client.(*net.TCPConn)
		c.server, _ = server.(*net.TCPConn)
		p.mu.Lock()
		p.pipes[c] = true
		p.mu.Unlock()
		p.tasks.Go(func() { p.forward(c, c.client, c.server) })
		p.tasks.Go(func() { p.forward(c, c.server, c.client) })
	}
}

// forward passes on what one side sends until one of them is gone. What a server sends to a client that was cut off silently is lost.
func (p *proxy) forward(c *pipe, from, to *net.TCPConn) {
	buffer := make([]byte, 64<<10)
	for {
		n, readErr := from.Read(buffer)
		p.mu.Lock()
		frozen := c.frozen
		p.mu.Unlock()
		<-frozen
		var writeErr error
		if n > 0 {
			if answered := c.answered.Swap(from == c.server); answered && from == c.client {
				p.turns.Add(1)
			}
			_, writeErr = to.Write(buffer[:n])
		}
		if readErr != nil || writeErr != nil && !c.silent.Load() {
			break
		}
	}
	_ = c.client.Close()
	if c.silent.Load() && from == c.client {
		return
	}
	_ = c.server.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.pipes, c)
}

// reset resets connections: all, or the one by which the server sees the proxy's port. A server that is not told believes in it.
func (p *proxy) reset(port int, silent bool) (found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pipes {
		if local, ok := c.server.LocalAddr().(*net.TCPAddr); port != 0 && (!ok || local.Port != port) {
			continue
		}
		found = true
		p.thaw(c)
		c.silent.Store(silent)
		_ = c.client.SetLinger(0)
		_ = c.client.Close()
		if !silent {
			_ = c.server.SetLinger(0)
			_ = c.server.Close()
		}
	}
	return found
}

func (p *proxy) thaw(c *pipe) {
	select {
	case <-c.frozen:
	default:
		close(c.frozen)
	}
}

// freeze lets nothing through on the connections that there are now.
func (p *proxy) freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.pipes {
		c.frozen = make(chan struct{})
	}
}

// resetBackend resets the connection of a server process.
func (p *proxy) resetBackend(s *scene, pid string, silent bool) {
	s.Helper()
	port, err := strconv.Atoi(s.value(s.dst, s.dstDB, `SELECT client_port FROM pg_stat_activity WHERE pid = `+pid))
	if err != nil {
		s.Fatal(err)
	}
	if !p.reset(port, silent) {
		s.Fatalf("no connection from port %d", port)
	}
}
