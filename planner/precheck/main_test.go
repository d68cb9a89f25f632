package precheck

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// scene is two databases and who looks at them.
type scene struct {
	source, destination string // SQL, run by the superuser
	// roles are made on both servers (with LOGIN), sourceRoles on the source alone, and go away with the test.
	roles, sourceRoles []string
	// user opens the sessions; empty is the superuser.
	user string
	edit func(*Input)
}

// input sets a scene up and reads it the way a plan does.
func (s scene) input(t *testing.T) *Input {
	t.Helper()
	src, dst := sandboxtest.Pair(t)
	for _, server := range []*sandbox.Server{src, dst} {
		roles := s.roles
		if server == src {
			roles = append(roles[:len(roles):len(roles)], s.sourceRoles...)
		}
		for _, role := range roles {
			run(t, server, "postgres", "CREATE ROLE "+postgres.QuoteIdent(role)+" LOGIN PASSWORD 'x'")
			t.Cleanup(func() { run(t, server, "postgres", "DROP ROLE "+postgres.QuoteIdent(role)) })
		}
	}
	in := &Input{Config: &config.Config{Schema: true, Data: true}}
	in.SourceConn, in.Source, in.SourceSteps = s.side(t, src, s.source)
	in.DestinationConn, in.Destination, in.DestinationSteps = s.side(t, dst, s.destination)
	in.Selected = in.Source.Objects()
	if s.edit != nil {
		s.edit(in)
	}
	return in
}

func (s scene) side(t *testing.T, server *sandbox.Server, sql string) (*pgx.Conn, *catalog.Database, []postgres.Step) {
	t.Helper()
	name := sandboxtest.Database(t, server)
	if sql != "" {
		run(t, server, name, strings.ReplaceAll(sql, "DATABASE_NAME", name))
	}
	ep := config.Endpoint{URL: server.URL(name)}
	if s.user != "" {
		ep.User, ep.Password = s.user, "x"
	}
	conn, steps, err := postgres.ConnectSteps(t.Context(), ep, postgres.Options{Role: "precheck", ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	db, err := catalog.Read(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return conn, db, steps
}

func run(t *testing.T, server *sandbox.Server, database, sql string) {
	t.Helper()
	if err := server.Exec(context.Background(), database, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// one runs one check.
func one(t *testing.T, in *Input, name string) Report {
	t.Helper()
	report := Run(t.Context(), in, []string{name})
	if len(report.Results) == 0 {
		t.Fatalf("no check %q", name)
	}
	return report
}

// wantPassed expects that nothing was raised.
func wantPassed(t *testing.T, r Report) {
	t.Helper()
	if n := r.Count(Passed); n != len(r.Results) {
		t.Errorf("not passed: %+v", r.Results)
	}
}

// wantRaised expects one failed result with a text in it.
func wantRaised(t *testing.T, r Report, severity Severity, text string) Result {
	t.Helper()
	var found []Result
	for _, x := range r.Results {
		if x.Status == Failed && x.Severity == severity && strings.Contains(x.Found, text) {
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		t.Fatalf("want one %s with %q: %+v", severity, text, r.Results)
	}
	if found[0].Do == "" {
		t.Errorf("nothing to do: %+v", found[0])
	}
	return found[0]
}
