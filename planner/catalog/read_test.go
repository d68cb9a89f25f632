package catalog_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner/catalog"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// connect opens a connection to an empty database in which sql has been executed.
func connect(t *testing.T, sql string) *pgx.Conn {
	t.Helper()
	url, _ := sandboxtest.Databases(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
	return conn
}

func read(t *testing.T, conn *pgx.Conn) *catalog.Database {
	t.Helper()
	d, err := catalog.Read(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func readSQL(t *testing.T, sql string) *catalog.Database {
	t.Helper()
	return read(t, connect(t, sql))
}

// same compares what a database says with what is expected of it, without what differs between servers.
func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got,
		cmpopts.IgnoreTypes(catalog.Ref{}),
		cmpopts.IgnoreFields(catalog.Item{}, "Owner", "BaseACL"),
		cmpopts.IgnoreFields(catalog.Column{}, "TypeOID"),
		cmpopts.IgnoreFields(catalog.Table{}, "Rows", "Bytes", "Pages", "FileNode"),
		cmpopts.IgnoreFields(catalog.View{}, "Bytes"),
		cmpopts.IgnoreFields(catalog.Index{}, "Bytes"),
	); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// find gives the one object with an address.
func find[T catalog.Object](t *testing.T, list []T, address string) T {
	t.Helper()
	var have []string
	for _, o := range list {
		if o.Meta().Address() == address {
			return o
		}
		have = append(have, o.Meta().Address())
	}
	var none T
	t.Errorf("no %s among %s", address, strings.Join(have, " "))
	t.FailNow()
	return none
}

func addresses[T catalog.Object](list []T) []string {
	var all []string
	for _, o := range list {
		all = append(all, o.Meta().Address())
	}
	return all
}

func TestReadTwice(t *testing.T) {
	url, _ := sandboxtest.Databases(t)
	sandboxtest.LoadShop(t, url, 0.01)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	first, second := read(t, conn), read(t, conn)
	first.Size, second.Size = 0, 0
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("two readings differ:\n%s", diff)
	}
	if status := conn.PgConn().TxStatus(); status != 'I' {
		t.Errorf("transaction status %c after Read", status)
	}
	seen := map[string]bool{}
	for _, o := range first.Objects() {
		if a := o.Meta().Address(); seen[a] {
			t.Errorf("two objects have the address %s", a)
		} else {
			seen[a] = true
		}
		if o.Meta().Ref == (catalog.Ref{}) || o.Meta().Name == "" {
			t.Errorf("%s is incomplete", o.Meta().Address())
		}
	}
	if !slices.IsSorted(addresses(first.Tables)) {
		t.Error("tables are not sorted by address")
	}
}

func TestReadInsideTransaction(t *testing.T) {
	conn := connect(t, "BEGIN")
	if _, err := catalog.Read(t.Context(), conn); err == nil {
		t.Error("Read ended the caller's transaction")
	}
}

func TestReadCancelled(t *testing.T) {
	conn := connect(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := catalog.Read(ctx, conn); err == nil {
		t.Error("Read went on after its context had ended")
	}
}

// TestReadWithoutRights reads as a role that owns nothing and may do nothing.
func TestReadWithoutRights(t *testing.T) {
	conn := connect(t, `CREATE TABLE secret (a int); CREATE SEQUENCE closed; CREATE VIEW v AS SELECT * FROM secret; REVOKE USAGE ON SCHEMA public FROM PUBLIC;
		DO $$ BEGIN EXECUTE format('CREATE ROLE %I', 'nobody of ' || current_database());
		EXECUTE format('SET SESSION AUTHORIZATION %I', 'nobody of ' || current_database()); END $$`)
	d := read(t, conn)
	if d.Server.Superuser || len(d.Tables) != 1 || len(d.Sequences) != 1 || len(d.Views) != 1 || d.Server.SystemID == "" {
		t.Errorf("read %+v", d)
	}
	if _, err := conn.Exec(t.Context(), `RESET SESSION AUTHORIZATION; DO $$ BEGIN EXECUTE format('DROP ROLE %I', 'nobody of ' || current_database()); END $$`); err != nil {
		t.Error(err)
	}
}

// TestReadManyTables looks at 2,000 tables, and that they take as many queries and round trips as none.
func TestReadManyTables(t *testing.T) {
	url, _ := sandboxtest.Databases(t)
	conn, counted := countingConnection(t, url)
	read(t, conn)
	empty := *counted
	if _, err := conn.Exec(t.Context(), `DO $$ BEGIN FOR i IN 1..2000 LOOP
		EXECUTE format('CREATE TABLE t%s (id serial PRIMARY KEY, a text NOT NULL DEFAULT ''x'' CHECK (a <> ''''), b int REFERENCES t%s)', i, greatest(i - 1, 1));
	END LOOP; END $$`); err != nil {
		t.Fatal(err)
	}
	*counted = traffic{}
	d := read(t, conn)
	if *counted != empty || empty.queries == 0 {
		t.Errorf("2,000 tables took %+v, none %+v", *counted, empty)
	}
	if len(d.Tables) != 2000 || len(d.Indexes) != 2000 || len(d.Constraints) != 4000 || len(d.Sequences) != 2000 {
		t.Errorf("%d tables, %d indexes, %d constraints, %d sequences", len(d.Tables), len(d.Indexes), len(d.Constraints), len(d.Sequences))
	}
}

func serverVersion(t *testing.T, conn *pgx.Conn) int {
	t.Helper()
	var v int
	if err := conn.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
