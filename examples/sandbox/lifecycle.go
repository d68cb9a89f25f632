package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	// portAttempts is how often another port is tried when somebody else took the free one first.
	portAttempts = 10
	// startTimeout covers crash recovery on a busy machine.
	startTimeout = 2 * time.Minute
	// stopTimeout is how long a server may take to obey before it is killed.
	stopTimeout = time.Minute
	pollEvery   = 20 * time.Millisecond
)

var (
	// ErrStopped is returned by methods of a server that Stop has removed.
	ErrStopped = errors.New("the sandbox server has been stopped")

	errPortTaken = errors.New("another program took the port")
)

// process is one run of the postgres program.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it has been reaped
	err    error         // how it ended; read only after exited
}

// reap waits for the process; it is the one goroutine that a running server has, and it ends with it.
func (p *process) reap() {
	p.err = p.cmd.Wait()
	close(p.exited)
}

// startOnFreePort starts the server, with another port when it lost the race for one.
func (s *Server) startOnFreePort(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for attempt := 1; ; attempt++ {
		port, err := freePort(ctx, s.Host)
		if err != nil {
			return err
		}
		s.Port = port
		err = s.launch(ctx)
		if errors.Is(err, errPortTaken) && attempt < portAttempts {
			continue
		}
		return err
	}
}

// launch starts postgres and waits until it lets somebody in. The lock is held.
func (s *Server) launch(ctx context.Context) error {
	if err := s.configure(); err != nil {
		return err
	}
	log, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("opening the server's log: %w", err)
	}
	defer func() { _ = log.Close() }() // the server writes, not this process
	before, err := log.Stat()
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(s.BinDir, "postgres"), "-D", s.DataDir)
	cmd.SysProcAttr = s.account.process()
	cmd.Dir = s.Dir
	cmd.Env = serverEnv()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting postgres: %w", err)
	}
	s.guard.watch(cmd.Process.Pid)
	proc := &process{cmd: cmd, exited: make(chan struct{})}
	go proc.reap()
	s.proc = proc
	if err := s.awaitReady(ctx, proc); err != nil {
		stopErr := s.halt(syscall.SIGQUIT)
		text := s.Log()
		text = text[min(int(before.Size()), len(text)):]
		if strings.Contains(text, "Address already in use") || strings.Contains(text, "could not create any TCP/IP sockets") {
			err = errPortTaken
		}
		return errors.Join(fmt.Errorf("waiting for the server: %w\n%s", err, strings.TrimSpace(text)), stopErr)
	}
	return nil
}

// awaitReady polls until a connection succeeds, through the Unix socket: nobody else can be behind that one.
func (s *Server) awaitReady(ctx context.Context, proc *process) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		conn, err := s.connect(ctx, superuser)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-proc.exited:
			return fmt.Errorf("postgres ended by itself: %w", errors.Join(proc.err))
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// halt sends the signal of a shutdown mode and waits for the server's end. The lock is held.
func (s *Server) halt(mode syscall.Signal) error {
	if s.proc == nil {
		return nil
	}
	proc := s.proc
	var killed error
	if err := proc.cmd.Process.Signal(mode); err != nil && !errors.Is(err, os.ErrProcessDone) {
		killed = fmt.Errorf("stopping the server: %w", err)
	}
	deadline := time.NewTimer(stopTimeout)
	defer deadline.Stop()
	select {
	case <-proc.exited:
	case <-deadline.C:
		killed = fmt.Errorf("the server did not stop within %s and was killed", stopTimeout)
		_ = proc.cmd.Process.Kill()
		<-proc.exited
	}
	s.guard.watch(0)
	s.proc = nil
	return killed
}

// Stop ends the server at once and removes everything that belongs to it. It may be called
// more than once; every call returns when the work is done.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return s.stopErr
	}
	s.stopped = true
	if s.unwatch != nil {
		s.unwatch()
	}
	s.stopErr = errors.Join(s.halt(syscall.SIGQUIT), s.guard.finish())
	return s.stopErr
}

// StopImmediate crashes the server, as `pg_ctl stop -m immediate` does: no checkpoint, clients
// are cut off, unlogged tables will be empty. The data directory stays for StartAgain.
func (s *Server) StopImmediate() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return ErrStopped
	}
	return s.halt(syscall.SIGQUIT)
}

// StartAgain starts a server that StopImmediate has crashed, on the same port.
// It does nothing if the server runs.
func (s *Server) StartAgain(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.startAgain(ctx)
}

// Restart stops the server in order (`pg_ctl stop -m fast`) and starts it on the same port.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return ErrStopped
	}
	if err := s.halt(syscall.SIGINT); err != nil {
		return err
	}
	return s.startAgain(ctx)
}

// startAgain keeps the port, and therefore waits for it if it is still in use by connections
// of the old server or, worse, by another program. The lock is held.
func (s *Server) startAgain(ctx context.Context) error {
	if s.stopped {
		return ErrStopped
	}
	if s.proc != nil {
		select {
		case <-s.proc.exited: // it died by itself; begin anew
			s.guard.watch(0)
			s.proc = nil
		default:
			return nil
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(10 * pollEvery)
	defer tick.Stop()
	for {
		err := s.launch(ctx)
		if !errors.Is(err, errPortTaken) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// Running tells whether the server runs: neither stopped, nor crashed by StopImmediate or by itself.
func (s *Server) Running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		return false
	}
	select {
	case <-s.proc.exited:
		return false
	default:
		return true
	}
}
