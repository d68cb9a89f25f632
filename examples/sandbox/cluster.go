package sandbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// fast are the settings of a server whose data nobody will miss after a power cut.
// synchronous_commit and autovacuum stay as they are in real servers, since programs can see them.
var fast = map[string]string{
	"fsync":                         "off",
	"full_page_writes":              "off",
	"synchronous_commit":            "on",
	"max_connections":               "100",
	"shared_buffers":                "64MB",
	"max_wal_size":                  "1GB",
	"log_line_prefix":               "%m [%p] %q%u@%d ",
	"log_timezone":                  "UTC",
	"timezone":                      "UTC",
	"dynamic_shared_memory_type":    "posix",
	"unix_socket_permissions":       "0777",
	"log_statement":                 "none",
	"log_min_messages":              "warning",
	"log_min_error_statement":       "error",
	"logging_collector":             "off",
	"listen_addresses":              "127.0.0.1",
	"max_prepared_transactions":     "10",
	"ssl":                           "off",
	"default_transaction_isolation": "read committed",
}

// randomPassword makes a password that needs no quoting anywhere.
func randomPassword() string { return strings.ToLower(rand.Text()) }

// initdb makes the cluster. It runs for every server, never copying another's data
// directory, because the system identifier that it makes is how clusters are told apart.
func (s *Server) initdb(ctx context.Context) error {
	pwfile := filepath.Join(s.Dir, "password")
	if err := s.writeFile(pwfile, s.Password+"\n"); err != nil {
		return err
	}
	encoding := s.options.Encoding
	if encoding == "" {
		encoding = "UTF8"
	}
	locale := s.options.Locale
	if locale == "" {
		locale = defaultLocale(ctx)
	}
	args := []string{
		"--pgdata=" + s.DataDir, "--username=" + s.User, "--pwfile=" + pwfile, "--auth=scram-sha-256",
		"--encoding=" + encoding, "--locale=" + locale, "--nosync",
	}
	cmd := exec.CommandContext(ctx, filepath.Join(s.BinDir, "initdb"), append(args, s.options.InitdbArgs...)...)
	cmd.SysProcAttr = s.account.process()
	cmd.Dir = s.Dir
	cmd.Env = serverEnv()
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting initdb: %w", err)
	}
	s.guard.watch(cmd.Process.Pid)
	err := cmd.Wait()
	s.guard.watch(0)
	if err != nil {
		return fmt.Errorf("making a cluster with initdb: %w\n%s", err, strings.TrimSpace(output.String()))
	}
	if err := s.writeFile(filepath.Join(s.DataDir, "pg_hba.conf"), s.hba()); err != nil {
		return err
	}
	return os.Remove(pwfile)
}

// defaultLocale is C.UTF-8 where there is one: C's order, with characters classified as Unicode.
func defaultLocale(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "locale", "-a").Output()
	if err == nil {
		for name := range strings.FieldsSeq(string(out)) {
			if strings.EqualFold(name, "C.UTF-8") || strings.EqualFold(name, "C.utf8") {
				return name
			}
		}
	}
	return "C"
}

// serverEnv is this process's environment without libpq's variables, which initdb and
// postgres would partly obey, and with messages in English.
func serverEnv() []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "PG") || strings.HasPrefix(kv, "LC_") || strings.HasPrefix(kv, "LANG")
	})
	return append(env, "LC_ALL=C")
}

// hba is the text of pg_hba.conf: a password everywhere, and what Options ask of TCP connections.
func (s *Server) hba() string {
	kind, extra := "host", ""
	if s.options.RequireTLS {
		kind = "hostssl"
	}
	if s.options.RequireClientCert {
		extra = " clientcert=verify-ca"
	}
	lines := slices.Clone(s.options.HBA)
	for _, database := range []string{"all", "replication"} {
		lines = append(lines,
			fmt.Sprintf("local %s all scram-sha-256", database),
			fmt.Sprintf("%s %s all 127.0.0.1/32 scram-sha-256%s", kind, database, extra))
	}
	return strings.Join(lines, "\n") + "\n"
}

// configure writes the settings into a file of their own, which comes last in postgresql.conf,
// so that ALTER SYSTEM still wins over it. It is written again for every port that is tried.
func (s *Server) configure() error {
	settings := maps.Clone(fast)
	if s.TLS != nil {
		settings["ssl"] = "on"
		settings["ssl_cert_file"] = s.TLS.serverCert
		settings["ssl_key_file"] = s.TLS.serverKey
		settings["ssl_ca_file"] = s.TLS.CACert
	}
	maps.Copy(settings, s.options.Settings)
	settings["port"] = fmt.Sprint(s.Port)
	settings["unix_socket_directories"] = s.SocketDir
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&text, "%s = '%s'\n", name, strings.ReplaceAll(settings[name], "'", "''"))
	}
	if err := s.writeFile(filepath.Join(s.DataDir, "sandbox.conf"), text.String()); err != nil {
		return err
	}
	main := filepath.Join(s.DataDir, "postgresql.conf")
	return s.writeFile(main, "include 'sandbox.conf'\n")
}

// writeFile writes a private file that belongs to the server's account.
func (s *Server) writeFile(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return fmt.Errorf("writing the server's configuration: %w", err)
	}
	return s.account.own(path)
}

// freePort asks the kernel for a port that nobody listens on at this moment.
func freePort(ctx context.Context, host string) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	addr, ok := listener.Addr().(*net.TCPAddr)
	if err := listener.Close(); err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	if !ok {
		return 0, fmt.Errorf("looking for a free port: %s is no TCP address", listener.Addr())
	}
	return addr.Port, nil
}
