// Package sandbox starts throwaway PostgreSQL servers: for tests, for demonstrations and
// for people who want to look at something that may be broken.
//
// Every server has a cluster of its own (and so a system identifier of its own), in a
// temporary directory, listening on a free port of the loopback interface and on a Unix
// socket in that directory. Nothing of it survives: a server goes away with Stop, with the
// end of its context, and with the death of the process that started it, however it died.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Options say what kind of server is wanted. The zero value is a plain, fast one.
type Options struct {
	// BinDir is the directory of initdb and postgres; empty means that FindBinaries looks for one.
	BinDir string
	// Settings are written to postgresql.conf and win over the fast settings that are there by default.
	Settings map[string]string
	// Locale is given to initdb; empty means C.UTF-8 where the machine has it, else C.
	Locale string
	// Encoding of the template databases; empty means UTF8.
	Encoding string
	// InitdbArgs are further arguments of initdb, such as "--data-checksums" or "--wal-segsize=1".
	InitdbArgs []string
	// HBA lines are put before the ones this package writes into pg_hba.conf.
	HBA []string
	// Dir is where the temporary directory is made; empty means the system's.
	Dir string
	// TLS makes the server offer TLS, with certificates made for it; see Server.TLS.
	TLS bool
	// RequireTLS refuses TCP connections without TLS. It implies TLS.
	RequireTLS bool
	// RequireClientCert refuses TCP connections without a client certificate. It implies RequireTLS.
	RequireClientCert bool
}

// superuser is the name of the bootstrap superuser of every server, and of the database made for it.
const superuser = "postgres"

// Server is a running (or, after StopImmediate, crashed) PostgreSQL server. Its methods may
// be called from several goroutines, except that the ones that start and stop it wait for each other.
type Server struct {
	// Host is the loopback address the server listens on.
	Host string
	// Port is the TCP port, which also names the socket in SocketDir. It stays the same over restarts.
	Port int
	// User is the superuser.
	User string
	// Password of User, made at random for each server.
	Password string
	// Dir holds everything that belongs to the server and is removed with it.
	Dir string
	// DataDir is the cluster's data directory.
	DataDir string
	// SocketDir holds the Unix socket.
	SocketDir string
	// LogFile is what the server writes its log to.
	LogFile string
	// BinDir is where the server's programs are, and with them psql and pg_dump of its version if they are installed.
	BinDir string
	// TLS has the certificates' files, and is nil for a server without TLS.
	TLS *Certificates

	options Options
	account *account
	version int
	guard   *watchdog

	mu      sync.Mutex // held by whatever starts or stops the server
	proc    *process   // nil while it is stopped
	stopped bool       // Stop has been called
	stopErr error
	unwatch func() bool
}

// Start makes a cluster and starts a server on it. The server is stopped and removed when
// ctx ends, so ctx has to live as long as the server is wanted.
func Start(ctx context.Context, options Options) (*Server, error) {
	options.RequireTLS = options.RequireTLS || options.RequireClientCert
	options.TLS = options.TLS || options.RequireTLS
	bin, err := FindBinaries(options.BinDir)
	if err != nil {
		return nil, err
	}
	acct, err := serverAccount()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Host: "127.0.0.1", User: superuser, Password: randomPassword(), BinDir: bin,
		options: options, account: acct,
	}
	parent, err := acct.reachable(options.Dir)
	if err != nil {
		return nil, err
	}
	s.Dir = filepath.Join(parent, "migrator-sandbox-"+randomPassword()[:12])
	if s.guard, err = startWatchdog(s.Dir); err != nil {
		return nil, err
	}
	if err := s.boot(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	// Stop waits for the lock, so the callback may run at any moment from here on.
	s.mu.Lock()
	s.unwatch = context.AfterFunc(ctx, func() { _ = s.Stop() })
	s.mu.Unlock()
	return s, nil
}

// boot fills the directory and starts the server for the first time.
func (s *Server) boot(ctx context.Context) error {
	if err := s.makeDirs(); err != nil {
		return err
	}
	if s.options.TLS {
		certs, err := writeCertificates(filepath.Join(s.Dir, "tls"), s.account)
		if err != nil {
			return err
		}
		s.TLS = certs
	}
	if err := s.initdb(ctx); err != nil {
		return err
	}
	if err := s.startOnFreePort(ctx); err != nil {
		return err
	}
	version, err := s.QueryValue(ctx, superuser, "SHOW server_version_num")
	if err != nil {
		return fmt.Errorf("asking the new server for its version: %w", err)
	}
	_, err = fmt.Sscan(version, &s.version)
	return err
}

// makeDirs makes the server's directories, closed to everybody but its account.
func (s *Server) makeDirs() error {
	s.DataDir = filepath.Join(s.Dir, "data")
	s.SocketDir = filepath.Join(s.Dir, "socket")
	s.LogFile = filepath.Join(s.Dir, "server.log")
	for _, dir := range []string{s.Dir, s.DataDir, s.SocketDir} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return fmt.Errorf("making a directory for the server: %w", err)
		}
		if err := s.account.own(dir); err != nil {
			return err
		}
	}
	return nil
}

// Version is the server's version number as in server_version_num: 150018 for 15.18.
func (s *Server) Version() int { return s.version }

// Log returns the server's log so far, for the message of a failing test.
func (s *Server) Log() string {
	text, err := os.ReadFile(s.LogFile)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
