package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
)

// wantKind connects and expects one kind of failure, with a hint, and no secret in any text.
func wantKind(t *testing.T, ep config.Endpoint, kind string, secrets ...string) *ConnectError {
	t.Helper()
	conn, err := Connect(t.Context(), ep, Options{Side: "source"})
	if conn != nil {
		closeSoon(t.Context(), conn)
	}
	var failure *ConnectError
	if !errors.As(err, &failure) {
		t.Fatalf("no ConnectError: %v", err)
	}
	if failure.Kind != kind {
		t.Errorf("kind %q, want %q: %v", failure.Kind, kind, err)
	}
	if failure.Hint == "" {
		t.Errorf("no hint for %v", err)
	}
	var driver *pgconn.ConnectError
	if errors.As(err, &driver) {
		t.Error("pgx's error, which holds the password, can be reached")
	}
	text := fmt.Sprintf("%v %s %+v %#v", err, failure.Hint, failure, failure)
	for _, secret := range append(secrets, ep.Password) {
		if secret != "" && strings.Contains(text, secret) {
			t.Errorf("a secret in the error: %s", text)
		}
	}
	t.Logf("%v\n%s", err, failure.Hint)
	return failure
}

func TestFailures(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	db := sandboxtest.Database(t, src)
	if err := src.Exec(t.Context(), db, `
		CREATE ROLE failures_limited LOGIN PASSWORD 'sesame' CONNECTION LIMIT 0;
		CREATE ROLE failures_nologin PASSWORD 'sesame';
		CREATE ROLE failures_plain LOGIN PASSWORD 'sesame';
		REVOKE CONNECT ON DATABASE `+db+` FROM public`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Exec(context.Background(), "postgres", "DROP ROLE failures_limited, failures_nologin, failures_plain"); err != nil {
			t.Error(err)
		}
	})
	as := func(role string) func(*config.Endpoint) {
		return func(ep *config.Endpoint) { ep.User, ep.Password, ep.Database = role, "sesame", "postgres" }
	}
	for _, c := range []struct {
		name string
		edit func(*config.Endpoint)
		kind string
	}{
		{"name", func(ep *config.Endpoint) { ep.Hosts = []string{"no-such-host.invalid"} }, KindDNS},
		{"refused", func(ep *config.Endpoint) { ep.Port = 1 }, KindRefused},
		{"no socket", func(ep *config.Endpoint) { ep.Hosts = []string{"/nowhere"} }, KindRefused},
		{"TLS not offered", func(ep *config.Endpoint) { ep.TLS.Mode = "require" }, KindTLSNotOffered},
		{"password", func(ep *config.Endpoint) { ep.Password = "correct horse" }, KindPassword},
		{"no password", func(ep *config.Endpoint) { ep.Password = "" }, KindPassword},
		{"password, TLS preferred", func(ep *config.Endpoint) { ep.Password, ep.TLS.Mode = "correct horse", "prefer" }, KindPassword},
		{"database", func(ep *config.Endpoint) { ep.Database = "no_such_database" }, KindDatabaseMissing},
		{"no CONNECT", func(ep *config.Endpoint) { ep.User, ep.Password = "failures_plain", "sesame" }, KindNotPermitted},
		{"role's limit", as("failures_limited"), KindTooMany},
		{"role without LOGIN", as("failures_nologin"), KindRole},
		{"setting that does not exist", func(ep *config.Endpoint) { ep.Settings = map[string]string{"work_memory": "1"} }, KindSetting},
		{"malformed URL", func(ep *config.Endpoint) { ep.URL = "postgres://me:se/cr?et@host/db" }, KindConfiguration},
		{"malformed keywords", func(ep *config.Endpoint) { ep.URL = "host=h password=twopart wordlet" }, KindConfiguration},
		{"malformed parameter", func(ep *config.Endpoint) { ep.URL = "connect_timeout=soon" }, KindConfiguration},
		{"furthest of several", func(ep *config.Endpoint) {
			ep.Hosts, ep.Password = []string{"no-such-host.invalid", "/nowhere", "localhost"}, "correct horse"
		}, KindPassword},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := attributes(src, db)
			c.edit(&ep)
			_ = wantKind(t, ep, c.kind, "se/cr", "cr?et", "wordlet", "twopart")
		})
	}
}

// TestFailuresOfServers are those that a healthy server does not show.
func TestFailuresOfServers(t *testing.T) {
	fatal := func(code, routine, message string) func(net.Conn) {
		return func(conn net.Conn) {
			backend := pgproto3.NewBackend(conn, conn)
			if _, err := backend.ReceiveStartupMessage(); err != nil {
				return
			}
			backend.Send(&pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: code, Routine: routine, Message: message})
			_ = backend.Flush()
			_, _ = conn.Read(make([]byte, 1)) // a reset must not overtake the message
		}
	}
	for _, c := range []struct {
		name   string
		answer func(net.Conn)
		kind   string
		class  Class
	}{
		{"starting", fatal("57P03", "ProcessStartupPacket", "the database system is starting up"), KindStarting, ConnectionLost},
		{"no entry", fatal("28000", "ClientAuthentication", `no pg_hba.conf entry for host "1.2.3.4", no encryption`), KindNoHBAEntry, Permanent},
		{"too many", fatal("53300", "InitPostgres", "sorry, too many clients already"), KindTooMany, Transient},
		{"broken off", func(conn net.Conn) { _, _ = conn.Read(make([]byte, 4)) }, KindLost, ConnectionLost},
		{"silent", func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }, KindTimeout, ConnectionLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := config.Endpoint{
				Hosts: []string{"127.0.0.1"}, Port: serve(t, c.answer), User: "u", Database: "d", Password: "hush",
				URL: "connect_timeout=1", TLS: config.TLS{Mode: "disable"},
			}
			if failure := wantKind(t, ep, c.kind); Classify(failure) != c.class {
				t.Errorf("class %v, want %v", Classify(failure), c.class)
			}
		})
	}
}

func TestConnectCanceled(t *testing.T) {
	port := serve(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := Connect(ctx, config.Endpoint{Hosts: []string{"127.0.0.1"}, Port: port, TLS: config.TLS{Mode: "disable"}}, Options{})
	if Classify(err) != Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("%v is %v", err, Classify(err))
	}
}

func TestProbe(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	ep := attributes(src, "postgres")
	ep.Hosts = []string{"localhost"}
	var names []string
	for _, s := range Probe(t.Context(), ep, Options{}) {
		names = append(names, s.Name)
		if s.Err != nil || s.Skipped != (s.Name == "tls") || (!s.Skipped && s.Took <= 0) {
			t.Errorf("%+v", s)
		}
	}
	if got := strings.Join(names, " "); got != "dns tcp tls auth session" {
		t.Error(got)
	}
	ep.Password = "wrong"
	steps := Probe(t.Context(), ep, Options{})
	if steps[1].Err != nil || steps[3].Err == nil || !steps[4].Skipped {
		t.Errorf("%+v", steps)
	}
	ep.Hosts = []string{"no-such-host.invalid"}
	steps = Probe(t.Context(), ep, Options{})
	if steps[0].Err == nil || !steps[1].Skipped {
		t.Errorf("%+v", steps)
	}
}
