package sandbox_test

import (
	"bufio"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/youmark/pkcs8"
	"go.uber.org/goleak"

	"migrator/examples/sandbox"
)

// victimEnv makes this test binary start a server and wait to be killed.
const victimEnv = "SANDBOX_TEST_VICTIM"

func TestMain(m *testing.M) {
	if os.Getenv(victimEnv) != "" {
		victim()
	}
	goleak.VerifyTestMain(m)
}

func victim() {
	server, err := sandbox.Start(context.Background(), sandbox.Options{})
	if err != nil {
		_, _ = io.WriteString(os.Stdout, "error: "+err.Error()+"\n")
		os.Exit(1)
	}
	pid, err := os.ReadFile(server.DataDir + "/postmaster.pid")
	if err != nil {
		os.Exit(1)
	}
	first, _, _ := strings.Cut(string(pid), "\n")
	_, _ = io.WriteString(os.Stdout, first+" "+server.Dir+"\n")
	select {}
}

func start(t *testing.T, options sandbox.Options) *sandbox.Server {
	t.Helper()
	if _, err := sandbox.FindBinaries(""); errors.Is(err, sandbox.ErrNoServer) {
		t.Skip(err)
	}
	server, err := sandbox.Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		assertGone(t, server.Dir)
	})
	return server
}

func assertGone(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", path, err)
	}
}

// eventually polls a condition on something outside of this process.
func eventually(t *testing.T, within time.Duration, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s: %s", within, what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestServerLifecycle(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	server := start(t, sandbox.Options{Settings: map[string]string{"work_mem": "5MB", "application_name": "it's"}})
	if server.Version() < 90400 {
		t.Errorf("Version() = %d", server.Version())
	}
	if err := server.CreateDatabase(ctx, `odd "name"`, "TEMPLATE template0"); err != nil {
		t.Fatal(err)
	}
	err := server.Exec(ctx, `odd "name"`, `CREATE TABLE t (a int); CREATE UNLOGGED TABLE u (a int);
		INSERT INTO t VALUES (1), (NULL); INSERT INTO u VALUES (1)`)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := server.Query(ctx, `odd "name"`, "SELECT a FROM t ORDER BY a")
	if err != nil || len(rows) != 2 || rows[0][0] != "1" || rows[1][0] != sandbox.Null {
		t.Errorf("Query = %v, %v", rows, err)
	}
	for _, url := range []string{server.URL(`odd "name"`), server.SocketURL(`odd "name"`)} {
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		var mem, name string
		if err := conn.QueryRow(ctx, "SELECT current_setting('work_mem'), current_setting('application_name')").Scan(&mem, &name); err != nil || mem != "5MB" {
			t.Errorf("settings: %q, %q, %v", mem, name, err)
		}
		if err := conn.Close(ctx); err != nil {
			t.Error(err)
		}
	}

	port := server.Port
	if err := server.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := server.QueryValue(ctx, `odd "name"`, "SELECT count(*) FROM u"); err != nil || n != "1" {
		t.Errorf("after a restart the unlogged table has %s rows, %v", n, err)
	}
	if err := server.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	if server.Running() {
		t.Error("runs after StopImmediate")
	}
	if err := server.Exec(ctx, "postgres", "SELECT 1"); err == nil {
		t.Error("a crashed server answered")
	}
	if err := server.StartAgain(ctx); err != nil {
		t.Fatal(err)
	}
	if server.Port != port || !server.Running() {
		t.Errorf("port %d became %d, running %v", port, server.Port, server.Running())
	}
	if n, err := server.QueryValue(ctx, `odd "name"`, "SELECT (SELECT count(*) FROM t) || '/' || (SELECT count(*) FROM u)"); err != nil || n != "2/0" {
		t.Errorf("after a crash the tables have %s rows, %v", n, err)
	}
	if err := server.DropDatabase(ctx, `odd "name"`); err != nil {
		t.Error(err)
	}
}

func TestEveryServerHasItsOwnIdentity(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 2 {
		server := start(t, sandbox.Options{})
		id, err := server.QueryValue(t.Context(), "postgres", "SELECT system_identifier FROM pg_control_system()")
		if err != nil {
			t.Fatal(err)
		}
		if seen[id] {
			t.Errorf("two clusters are %s", id)
		}
		seen[id] = true
	}
}

func TestContextStopsTheServer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	server, err := sandbox.Start(ctx, sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	eventually(t, 30*time.Second, "the directory is removed", func() bool {
		_, err := os.Stat(server.Dir)
		return errors.Is(err, os.ErrNotExist)
	})
	if err := server.Stop(); err != nil {
		t.Error(err)
	}
	if err := server.StartAgain(t.Context()); !errors.Is(err, sandbox.ErrStopped) {
		t.Errorf("StartAgain after Stop: %v", err)
	}
}

func TestStartReportsWhatPostgresSays(t *testing.T) {
	t.Parallel()
	_, err := sandbox.Start(t.Context(), sandbox.Options{Settings: map[string]string{"no_such_setting": "1"}})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("error: %v", err)
	}
	_, err = sandbox.Start(t.Context(), sandbox.Options{BinDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "no initdb") {
		t.Errorf("error: %v", err)
	}
}

func TestKilledOwnerLeavesNothing(t *testing.T) {
	t.Parallel()
	if _, err := sandbox.FindBinaries(""); errors.Is(err, sandbox.ErrNoServer) {
		t.Skip(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	killErr := cmd.Process.Kill()
	_ = cmd.Wait() // it was killed, so there is an error that says so
	if err != nil || killErr != nil {
		t.Fatalf("the victim said %q: %v, %v", line, err, killErr)
	}
	number, dir, _ := strings.Cut(strings.TrimSpace(line), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("the victim said %q", line)
	}
	eventually(t, 30*time.Second, "the directory is gone", func() bool {
		_, err := os.Stat(dir)
		return errors.Is(err, os.ErrNotExist)
	})
	// A server that has lost its files ends by itself within a minute, which is not what is meant here.
	eventually(t, 2*time.Second, "the server is gone", func() bool { return !alive(pid) })
}

// alive is false for a process that has ended but was not reaped by its new parent.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); err != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server := start(t, sandbox.Options{RequireClientCert: true})
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, server.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	var client string
	if err := conn.QueryRow(ctx, "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()").Scan(&client); err != nil || client != "/CN=postgres" {
		t.Errorf("client certificate: %q, %v", client, err)
	}
	if err := conn.Close(ctx); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(string) string{
		"without TLS":            func(url string) string { return strings.Replace(url, "verify-full", "disable", 1) },
		"with another authority": func(url string) string { return strings.Replace(url, "ca.crt", "other-ca.crt", 1) },
		"without its certificate": func(url string) string {
			return strings.NewReplacer("sslcert=", "application_name=", "sslkey=", "fallback_application_name=").Replace(url)
		},
	} {
		if conn, err := pgx.Connect(ctx, change(server.URL("postgres"))); err == nil {
			t.Errorf("%s: connected", name)
			_ = conn.Close(ctx)
		}
	}
	text, err := os.ReadFile(server.TLS.EncryptedClientKey)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if _, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte(server.TLS.ClientKeyPassword)); err != nil {
		t.Errorf("opening the encrypted key: %v", err)
	}
	if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		t.Error("the encrypted key is not encrypted")
	}
}

// TestStartAgainWaitsForItsPort has another program take the port of a crashed server.
func TestStartAgainWaitsForItsPort(t *testing.T) {
	t.Parallel()
	server := start(t, sandbox.Options{})
	if err := server.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	thief, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(server.Host, strconv.Itoa(server.Port)))
	if err != nil {
		t.Fatal(err)
	}
	started := make(chan error, 1)
	go func() { started <- server.StartAgain(t.Context()) }()
	eventually(t, 30*time.Second, "the server has complained about its port", func() bool {
		return strings.Contains(server.Log(), "Address already in use")
	})
	if err := thief.Close(); err != nil {
		t.Error(err)
	}
	if err := <-started; err != nil {
		t.Fatal(err)
	}
	if _, err := server.QueryValue(t.Context(), "postgres", "SELECT 1"); err != nil {
		t.Error(err)
	}
}
