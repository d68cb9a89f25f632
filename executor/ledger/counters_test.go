package ledger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/executor/ledger"
)

func counters(t *testing.T, conn *pgx.Conn) ledger.Counters {
	t.Helper()
	c, err := ledger.ReadCounters(t.Context(), conn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCountersNoticeWrites(t *testing.T) {
	src, _ := sandboxtest.Pair(t)
	name := sandboxtest.Database(t, src)
	conn, watcher := connect(t, src.URL(name), "test"), connect(t, src.URL("postgres"), "test")
	// Each write is a session of its own: its end reports what it wrote.
	write := func(sql string) {
		t.Helper()
		if err := src.Exec(t.Context(), name, sql); err != nil {
			t.Fatal(err)
		}
		for scan[bool](t, watcher, `SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = $1 AND application_name <> 'test')`, name) {
			time.Sleep(5 * time.Millisecond)
		}
	}
	write(`CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE "C" (x int); CREATE TABLE d (x int); CREATE TABLE e (x int);
		CREATE TABLE quiet (x int); CREATE MATERIALIZED VIEW m AS SELECT 1 AS x; CREATE TABLE parted (x int) PARTITION BY RANGE (x);
		INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO d VALUES (1)`)
	exec(t, conn, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`)
	first := counters(t, conn)
	if changes := first.Changed(counters(t, conn)); !changes.None() {
		t.Errorf("nothing was written, but %+v", changes)
	}
	exec(t, conn, `COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`)
	// Other databases use up transaction numbers too.
	if err := src.Exec(t.Context(), "postgres", `SELECT txid_current()`); err != nil {
		t.Fatal(err)
	}
	if changes := first.Changed(counters(t, conn)); !changes.None() {
		t.Errorf("nothing was written here, but %+v", changes)
	}
	write(`UPDATE a SET x = 2`)
	write(`DELETE FROM b`)
	write(`BEGIN; INSERT INTO "C" VALUES (1); ROLLBACK`)
	write(`TRUNCATE d`)
	write(`DROP TABLE e`)
	write(`CREATE TABLE f (x int)`)
	write(`REFRESH MATERIALIZED VIEW m`)
	write(`SELECT lo_from_bytea(0, 'x')`)
	exec(t, conn, `COMMIT; BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`)
	changes := first.Changed(counters(t, conn))
	want := []string{
		`pg_catalog.pg_largeobject`, `pg_catalog.pg_largeobject_metadata`,
		`public."C"`, `public.a`, `public.b`, `public.d`, `public.e`, `public.f`, `public.m`,
	}
	if diff := cmp.Diff(want, changes.Written); diff != "" || changes.CannotTell != "" {
		t.Errorf("the tables written differ (-want +got, %q):\n%s", changes.CannotTell, diff)
	}
	exec(t, conn, `COMMIT`)
	write(`SELECT pg_stat_reset()`)
	if changes := first.Changed(counters(t, conn)); !strings.Contains(changes.CannotTell, "reset at ") {
		t.Errorf("after a reset: %+v", changes)
	}
}

func TestChangedWithoutAServer(t *testing.T) {
	base := ledger.Counters{
		Snapshot: "10:10:", Timeline: 1, TrackCounts: true,
		Tables: []ledger.TableCounters{{Schema: "s", Name: "t", Inserted: 5, Filenode: 1}},
	}
	for name, test := range map[string]struct {
		change     func(*ledger.Counters)
		written    []string
		cannotTell string
	}{
		"nothing":             {func(*ledger.Counters) {}, nil, ""},
		"the same snapshot":   {func(c *ledger.Counters) { c.Snapshot = "10:10:"; c.Tables = nil }, nil, ""},
		"failover":            {func(c *ledger.Counters) { c.Snapshot = "10:10:"; c.Timeline = 2 }, nil, "failed over (timeline 1 to 2)"},
		"a standby":           {func(c *ledger.Counters) { c.InRecovery = true }, nil, "standby"},
		"not counted":         {func(c *ledger.Counters) { c.TrackCounts = false }, nil, "track_counts"},
		"a counter that fell": {func(c *ledger.Counters) { c.Tables = []ledger.TableCounters{{Schema: "s", Name: "t", Filenode: 1}} }, []string{"s.t"}, "counters of s.t went down"},
		"one row": {func(c *ledger.Counters) {
			c.Tables = []ledger.TableCounters{{Schema: "s", Name: "t", Inserted: 6, Filenode: 1}}
		}, []string{"s.t"}, ""},
		"a table that was gone": {func(c *ledger.Counters) { c.Tables = nil }, []string{"s.t"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			later := base
			later.Snapshot = "10:12:11"
			test.change(&later)
			got := base.Changed(later)
			if diff := cmp.Diff(test.written, got.Written); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			if (test.cannotTell == "") != (got.CannotTell == "") || !strings.Contains(got.CannotTell, test.cannotTell) {
				t.Errorf("cannot tell because %q, want %q", got.CannotTell, test.cannotTell)
			}
		})
	}
}

func TestSavedCounters(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	create(t, conn)
	if epoch, err := ledger.LastEpoch(t.Context(), conn, schema); epoch != 0 || err != nil {
		t.Errorf("the last epoch of a new ledger is %d (%v)", epoch, err)
	}
	if c, err := ledger.LoadCounters(t.Context(), conn, schema, 1); c != nil || err != nil {
		t.Errorf("a new ledger has the counters %+v (%v)", c, err)
	}
	saved := ledger.Counters{
		Epoch: 2, Snapshot: "10:12:11", Timeline: 1, TrackCounts: true,
		TakenAt: time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC), StatsReset: time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC),
		Tables: []ledger.TableCounters{{Schema: "S", Name: "ä b", Inserted: 1 << 40, Filenode: 4e9}, {Schema: "a", Name: "t"}},
	}
	for range 2 {
		if err := ledger.SaveCounters(t.Context(), conn, schema, 1, saved); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := ledger.LoadCounters(t.Context(), conn, schema, 2)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(saved, *loaded); diff != "" {
		t.Errorf("the counters differ (-saved +loaded):\n%s", diff)
	}
	if epoch, err := ledger.LastEpoch(t.Context(), conn, schema); epoch != 2 || err != nil {
		t.Errorf("the last epoch is %d (%v), want 2", epoch, err)
	}
	want[*ledger.FencedError](t, ledger.SaveCounters(t.Context(), conn, schema, 2, saved))
}
