package planner_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// everything is the configuration of a migration that changes nothing.
func everything() *config.Config {
	return &config.Config{
		Schema: true, Data: true,
		Destination: config.Destination{LedgerSchema: "migrator_ledger"},
		Mapping:     config.Mapping{Names: config.NamesSource},
		Conflict:    config.ConflictError,
		Parallelism: config.Parallelism{Copy: 4, Index: 2, SplitLargerThan: 1 << 30},
	}
}

// databases are an empty database on each of two servers, with sessions as migrations open them: the one that reads and the one that writes.
type databases struct {
	srcURL, dstURL string
	src, dst       *pgx.Conn
}

func connectDatabases(t *testing.T) databases {
	t.Helper()
	srcURL, dstURL := sandboxtest.Databases(t)
	return databases{srcURL, dstURL, connect(t, srcURL, true), connect(t, dstURL, false)}
}

func connect(t *testing.T, url string, readOnly bool) *pgx.Conn {
	t.Helper()
	conn, err := postgres.Connect(t.Context(), config.Endpoint{URL: url},
		postgres.Options{Side: "test", Role: "test", ReadOnly: readOnly, EmptySearchPath: !readOnly})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// load runs scripts in a database, over a session of its own.
func load(t *testing.T, url string, scripts ...string) {
	t.Helper()
	own, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = own.Close(context.Background()) }()
	for _, sql := range scripts {
		if _, err := own.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
			t.Fatal(err)
		}
	}
}

// input reads both databases.
func (d databases) input(t *testing.T, cfg *config.Config) planner.Input {
	t.Helper()
	in := planner.Input{
		Config: cfg, Configuration: json.RawMessage(`{}`), ToolVersion: "test",
		Source: read(t, d.src), Destination: read(t, d.dst),
	}
	var names []catalog.Name
	for _, table := range in.Destination.Tables {
		if !table.Foreign {
			names = append(names, catalog.Name{Schema: table.Schema, Name: table.Name})
		}
	}
	var err error
	if in.NonEmpty, err = catalog.NonEmpty(t.Context(), d.dst, names); err != nil {
		t.Fatal(err)
	}
	return in
}

func read(t *testing.T, conn *pgx.Conn) *catalog.Database {
	t.Helper()
	db, err := catalog.Read(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func build(t *testing.T, in planner.Input) *planner.Plan {
	t.Helper()
	p, err := planner.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// done are the addresses that a ledger knows after a plan was carried out.
func done(p *planner.Plan) map[string]bool {
	addresses := map[string]bool{}
	for _, a := range p.Actions {
		switch a.Kind {
		case planner.ActionRows, planner.ActionLargeObjects, planner.ActionSequenceValue:
			addresses[a.Address] = true
		}
	}
	return addresses
}
