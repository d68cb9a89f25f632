package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"migrator/executor/ledger"
)

func TestLifecycle(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "migrator/dev/apply")
	if run := find(t, conn); run != nil {
		t.Fatalf("an empty database has the run %+v", run)
	}
	lease := acquire(t, url, "deploy@runner-7, process 1")
	if _, err := lease.TakeOver(t.Context(), 0); err != nil {
		want[*ledger.ReleasedError](t, err)
	}
	run := ledger.Run{Lineage: lineage, PlanID: strings.Repeat("ab", 32), Holder: "deploy@runner-7, process 1", ToolVersion: "1.0.0"}
	plan := []byte(strings.Repeat(`{"plan": "é"}`, 10000))
	if err := ledger.Create(t.Context(), conn, schema, run, plan); err != nil {
		t.Fatal(err)
	}
	want[*ledger.ExistsError](t, ledger.Create(t.Context(), conn, schema, run, plan))

	run.Fence = 1
	got := find(t, conn)
	if diff := cmp.Diff(run, *got, cmpopts.IgnoreFields(ledger.Run{}, "HeldSince", "StartedAt", "BackendPID")); diff != "" {
		t.Errorf("the run found differs (-made +found):\n%s", diff)
	}
	if age := time.Since(got.StartedAt); age < 0 || age > time.Hour || got.HeldSince.IsZero() || got.BackendPID == 0 {
		t.Errorf("the server's own values are %+v", got)
	}
	if body, err := ledger.PlanBody(t.Context(), conn, schema); err != nil || string(body) != string(plan) {
		t.Errorf("the plan does not come back (%v)", err)
	}

	made := []ledger.Entry{
		{Address: "rows.public.orders", Part: 0, Rows: 1 << 40, Bytes: 1 << 50, Digest: strings.Repeat("ab", 16), Kept: 3, Before: 4},
		{Address: "rows.public.orders", Part: 1, Rows: 5},
		{Address: `table."it's \ é"."a""b"`},
		{Address: "function.public.f(" + strings.Repeat("é_", 2000) + ")"},
		{Address: "function.public.f(" + strings.Repeat("é_", 2001) + ")"},
	}
	if err := send(t, conn, ledger.RecordSQL(schema, 1, made)); err != nil {
		t.Fatal(err)
	}
	byKey := func(a, b ledger.Entry) bool {
		return a.Address < b.Address || a.Address == b.Address && a.Part < b.Part
	}
	if diff := cmp.Diff(made, entries(t, conn), cmpopts.IgnoreFields(ledger.Entry{}, "At"), cmpopts.SortSlices(byKey)); diff != "" {
		t.Errorf("the entries differ (-recorded +read):\n%s", diff)
	}
	want[*ledger.AlreadyDoneError](t, send(t, conn, ledger.RecordSQL(schema, 1, made[3:4])))

	missing := wantAs[*ledger.MissingRecordsError](t, ledger.Complete(t.Context(), conn, schema, 1, 6))
	if missing.Have != 5 || !find(t, conn).CompletedAt.IsZero() {
		t.Errorf("a run with missing records was completed (%v)", missing)
	}
	if err := ledger.Complete(t.Context(), conn, schema, 1, 5); err != nil {
		t.Fatal(err)
	}
	completed := find(t, conn).CompletedAt
	if err := ledger.Complete(t.Context(), conn, schema, 1, 5); err != nil || completed.IsZero() || !find(t, conn).CompletedAt.Equal(completed) {
		t.Errorf("completing again: %v", err)
	}

	want[*ledger.FencedError](t, lease.Drop(t.Context(), 2))
	if err := lease.Drop(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if n := scan[int](t, conn, `SELECT count(*) FROM pg_namespace WHERE nspname = $1`, schema); n != 0 || find(t, conn) != nil {
		t.Error("the ledger is still there")
	}
	want[*ledger.ReleasedError](t, lease.Drop(t.Context(), 1))
	want[*ledger.ReleasedError](t, record(t, conn, 1, "x", 0))
	want[*ledger.ReleasedError](t, ledger.Complete(t.Context(), conn, schema, 1, 0))
	_, err := ledger.Entries(t.Context(), conn, schema)
	want[*ledger.ReleasedError](t, err)
	_, err = lease.TakeOver(t.Context(), 0)
	want[*ledger.ReleasedError](t, err)
}

func TestOtherSchemasAreNotTouched(t *testing.T) {
	for name, test := range map[string]struct {
		sql   string
		newer bool
	}{
		"empty":         {sql: `CREATE SCHEMA "Ledger of é"`},
		"an own table":  {sql: `CREATE SCHEMA "Ledger of é" CREATE TABLE run (x int)`},
		"without a row": {sql: `DELETE FROM "Ledger of é".run`},
		"a table gone":  {sql: `DROP TABLE "Ledger of é".plan`},
		"other columns": {sql: `ALTER TABLE "Ledger of é".run RENAME COLUMN holder TO owner`},
		"a newer one":   {sql: `UPDATE "Ledger of é".run SET format = 99; ALTER TABLE "Ledger of é".run DROP COLUMN holder`, newer: true},
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, database(t), "test")
			if !strings.HasPrefix(test.sql, "CREATE") {
				create(t, conn)
			}
			exec(t, conn, test.sql)
			run, err := ledger.Find(t.Context(), conn, schema)
			if run != nil {
				t.Errorf("found the run %+v", run)
			}
			if test.newer {
				want[*ledger.NewerLedgerError](t, err)
			} else {
				want[*ledger.NotLedgerError](t, err)
			}
			want[*ledger.ExistsError](t, ledger.Create(t.Context(), conn, schema, ledger.Run{}, nil))
		})
	}
}

func TestDropLeavesForeignObjects(t *testing.T) {
	for name, sql := range map[string]string{
		"a table in the schema":    `CREATE TABLE "Ledger of é".mine ()`,
		"a function in the schema": `CREATE FUNCTION "Ledger of é".mine() RETURNS int LANGUAGE sql AS 'SELECT 1'`,
		"a view on a table":        `CREATE VIEW public.mine AS SELECT * FROM "Ledger of é".done`,
	} {
		t.Run(name, func(t *testing.T) {
			url := database(t)
			conn := connect(t, url, "test")
			lease := acquire(t, url, "first@host")
			create(t, conn)
			exec(t, conn, sql)
			want[*ledger.ForeignObjectsError](t, lease.Drop(t.Context(), 1))
			if find(t, conn) == nil {
				t.Error("half a ledger was dropped")
			}
		})
	}
}

// TestDropAndEventTriggers has event triggers that refuse every DROP: one that a session can do without, and one that fires always.
func TestDropAndEventTriggers(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	lease := acquire(t, url, "first@host")
	create(t, conn)
	exec(t, conn, `CREATE FUNCTION public.no() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
		CREATE EVENT TRIGGER "No" ON sql_drop EXECUTE FUNCTION public.no(); ALTER EVENT TRIGGER "No" ENABLE ALWAYS`)
	var refused *ledger.EventTriggersError
	if err := lease.Drop(t.Context(), 1); !errors.As(err, &refused) || len(refused.Triggers) != 1 || refused.Triggers[0] != `"No"` || find(t, conn) == nil {
		t.Errorf("the drop says %v", err)
	}
	exec(t, conn, `ALTER EVENT TRIGGER "No" ENABLE`)
	if err := lease.Drop(t.Context(), 1); err != nil {
		t.Error(err)
	}
}

func TestNoPublicPrivileges(t *testing.T) {
	conn := connect(t, database(t), "test")
	exec(t, conn, `ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC`)
	create(t, conn)
	if n := scan[int](t, conn, `
		SELECT (SELECT count(*) FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = $1 AND a.grantee = 0)
		     + (SELECT count(*) FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = $2::regnamespace AND a.grantee = 0)`,
		schema, `"`+schema+`"`); n != 0 {
		t.Errorf("PUBLIC has %d privileges", n)
	}
	if comment := scan[string](t, conn, `SELECT obj_description($1::regnamespace)`, `"`+schema+`"`); !strings.Contains(comment, "migrator release") {
		t.Errorf("the schema's comment is %q", comment)
	}
}
