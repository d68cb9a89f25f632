package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/executor/report"
	"migrator/planner"
	"migrator/statefile"
)

func TestEqualTables(t *testing.T) {
	m := newMigration(t)
	m.both(`CREATE TABLE public.keyed (id int PRIMARY KEY, t text, g int GENERATED ALWAYS AS (id * 2) STORED);
		CREATE TABLE public.dups (i int); CREATE TABLE public.none (); CREATE TABLE public.empty (i int); CREATE TABLE public.parts (i int, f float8)`)
	m.exec(m.src, `INSERT INTO public.keyed SELECT i, repeat('x', i % 50) FROM generate_series(1, 5000) i;
		INSERT INTO public.dups SELECT i % 3 FROM generate_series(1, 1000) i;
		INSERT INTO public.none SELECT FROM generate_series(1, 7);
		INSERT INTO public.parts SELECT i, 'NaN' FROM generate_series(1, 5000) i`)
	m.table("keyed", []int{0}, "id", "t")
	m.table("dups", nil, "i")
	m.table("none", nil)
	m.table("empty", nil, "i")
	m.table("parts", nil, "i", "f").Parts = []planner.BlockRange{{From: 0, To: 10}, {From: 10}}
	m.copy()
	for _, independent := range []bool{false, true} {
		m.wantEqual(Full, independent)
		m.wantEqual(Count, independent)
	}
	if len(m.events) != 4*5 {
		t.Errorf("%d events were sent, want one for each table and run", len(m.events))
	}
	if results := m.verify(Full, false); results[0].RowsSource != 5000 || results[0].RowsDestination != 5000 || results[0].Method != "digest" {
		t.Errorf("got %+v", results[0])
	}
}

func TestDifferences(t *testing.T) {
	for _, independent := range []bool{false, true} {
		m := newMigration(t)
		m.both(`CREATE TABLE public.keyed (id int, t text, PRIMARY KEY (id)); CREATE TABLE public.dups (i int, t text);
			CREATE TABLE public.gone (i int); CREATE TABLE public.missing (i int); CREATE TABLE public.same (i int)`)
		m.exec(m.src, `INSERT INTO public.keyed SELECT i, 'row ' || i FROM generate_series(1, 20000) i;
			INSERT INTO public.dups SELECT 1, 'x' FROM generate_series(1, 1000) i; INSERT INTO public.dups VALUES (2, NULL), (2, NULL);
			INSERT INTO public.gone VALUES (1), (2); INSERT INTO public.missing VALUES (1); INSERT INTO public.same VALUES (1)`)
		m.table("keyed", []int{0}, "id", "t")
		m.table("dups", nil, "i", "t")
		m.table("gone", nil, "i")
		m.table("missing", nil, "i")
		m.table("same", nil, "i")
		m.copy()
		m.exec(m.dst, `UPDATE public.keyed SET t = 'changed' WHERE id = 77; DELETE FROM public.keyed WHERE id = 78; INSERT INTO public.keyed VALUES (0, 'new');
			DELETE FROM public.dups WHERE i = 2; INSERT INTO public.dups VALUES (1, 'x'), (1, 'x'), (3, E'a\tb');
			TRUNCATE public.gone; DROP TABLE public.missing`)
		results := m.verify(Full, independent)
		if _, differing := names(results); differing != " public.keyed public.dups public.gone public.missing" {
			t.Fatalf("these differ:%s", differing)
		}
		want := [][]Difference{
			{
				{What: "extra", Key: "id=0", Destination: "0\tnew", Count: 1},
				{What: "changed", Key: "id=77", Source: "77\trow 77", Destination: "77\tchanged", Count: 1},
				{What: "missing", Key: "id=78", Source: "78\trow 78", Count: 1},
			},
			{
				{What: "extra", Destination: "1\tx", Count: 2},
				{What: "missing", Source: "2\t\\N", Count: 2},
				{What: "extra", Destination: `3` + "\t" + `a\tb`, Count: 1},
			},
			{{What: "missing", Source: "1", Count: 1}, {What: "missing", Source: "2", Count: 1}},
			nil,
		}
		for i, differences := range want {
			if diff := cmp.Diff(differences, results[i].Differences); diff != "" {
				t.Errorf("%s, independent %v (-want +got):\n%s", results[i].Relation, independent, diff)
			}
		}
		if !strings.Contains(results[3].Message, "missing in the destination") {
			t.Errorf("the missing table's message is %q", results[3].Message)
		}
		counts := m.verify(Count, independent)
		if _, differing := names(counts); differing != " public.dups public.gone public.missing" {
			t.Errorf("by count these differ:%s", differing)
		}
	}
}

func TestManyDifferencesAreCut(t *testing.T) {
	m := newMigration(t)
	m.both("CREATE TABLE public.a (id int PRIMARY KEY, t text)")
	m.exec(m.src, "INSERT INTO public.a SELECT i, 'x' FROM generate_series(1, 120000) i")
	m.table("a", []int{0}, "id", "t")
	m.copy()
	m.exec(m.dst, "UPDATE public.a SET t = 'y'")
	r := m.verify(Full, false)[0]
	if r.Equal || len(r.Differences) != MaxDifferences || !r.More {
		t.Fatalf("got %d differences, more %v", len(r.Differences), r.More)
	}
}

func TestKeptRowsAreOnlyCounted(t *testing.T) {
	m := newMigration(t)
	m.both("CREATE TABLE public.a (id int PRIMARY KEY, t text)")
	m.exec(m.src, "INSERT INTO public.a SELECT i, repeat('s', 500) FROM generate_series(1, 100) i")
	m.exec(m.dst, "INSERT INTO public.a SELECT i, 'd' FROM generate_series(91, 105) i")
	c := m.table("a", []int{0}, "id", "t")
	c.KeepExisting, c.Format = true, "text"
	c.Parts = []planner.BlockRange{{From: 0, To: 2}, {From: 2, To: 4}, {From: 4}}
	m.copy()
	if d := m.done["rows.public.a"]; d.Rows != 100 || d.Kept != 10 || d.Before != 15 {
		t.Fatalf("got %+v", d)
	}
	for _, independent := range []bool{false, true} {
		r := m.verify(Full, independent)[0]
		if !r.Equal || r.Method != "count" || r.RowsDestination != 105 || !strings.Contains(r.Message, "not compared") {
			t.Errorf("got %+v", r)
		}
	}
	m.exec(m.dst, "DELETE FROM public.a WHERE id = 3")
	if r := m.verify(Full, false)[0]; r.Equal {
		t.Errorf("got %+v", r)
	}
}

func TestPartitionsThroughTheirRoot(t *testing.T) {
	for _, order := range []string{"a, b", "b, a"} {
		m := newMigration(t)
		m.exec(m.src, `CREATE TABLE public.p1 (a int, b text); CREATE TABLE public.p2 (`+strings.NewReplacer("a", "a int", "b", "b text").Replace(order)+`);
			INSERT INTO public.p1 (a, b) SELECT i, 'one' FROM generate_series(1, 50) i; INSERT INTO public.p2 (a, b) SELECT i, 'two' FROM generate_series(51, 100) i`)
		m.exec(m.dst, `CREATE TABLE public.root (a int, b text) PARTITION BY HASH (a);
			CREATE TABLE public.r1 PARTITION OF public.root FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE public.r2 PARTITION OF public.root FOR VALUES WITH (MODULUS 2, REMAINDER 1)`)
		root := planner.Relation{Schema: "public", Name: "root"}
		for _, c := range []*planner.RowCopy{m.table("p1", nil, "a", "b"), m.table("p2", nil, strings.Split(order, ", ")...)} {
			c.Into, c.Final, c.ThroughRoot = root, root, true
		}
		m.copy()
		r := m.verify(Full, false)
		method := map[string]string{"a, b": "digest", "b, a": "count"}[order]
		if len(r) != 1 || !r[0].Equal || r[0].RowsDestination != 100 || r[0].Method != method {
			t.Errorf("columns %s: got %+v", order, r)
		}
		m.exec(m.dst, "DELETE FROM public.root WHERE a = 60")
		if r := m.verify(Full, false); r[0].Equal {
			t.Errorf("columns %s: got %+v", order, r)
		}
	}
}

func TestUnfinishedTable(t *testing.T) {
	m := newMigration(t)
	m.table("a", nil, "i")
	m.done["rows.public.a"] = statefile.Done{Parts: 1, Of: 2}
	_, err := Run(t.Context(), m.options(Full, false))
	var unfinished *UnfinishedError
	if !errors.As(err, &unfinished) || unfinished.Address != "rows.public.a" {
		t.Fatalf("got error %v", err)
	}
}

func TestVerificationIsCancelled(t *testing.T) {
	m := newMigration(t)
	m.both("CREATE TABLE public.a (i int); CREATE TABLE public.b (i int); CREATE TABLE public.c (i int)")
	for _, name := range []string{"a", "b", "c"} {
		m.table(name, nil, "i")
	}
	m.copy()
	// While the tables are locked nobody can read them, so the run is certainly at it when it is cancelled.
	other := m.connect(1)
	defer closeConn(other)
	m.exec(other, "BEGIN; LOCK TABLE public.a, public.b, public.c")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	finished := make(chan error, 1)
	go func() {
		_, err := Run(ctx, m.options(Full, false))
		finished <- err
	}()
	for waiting := 0; waiting == 0; {
		if err := m.dst.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").Scan(&waiting); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-finished; !errors.Is(err, context.Canceled) {
		t.Fatalf("got error %v", err)
	}
}

func TestLostDestination(t *testing.T) {
	m := newMigration(t)
	m.both("CREATE TABLE public.a (i int)")
	m.table("a", nil, "i")
	m.copy()
	o := m.options(Full, false)
	opened := 0
	o.Connections = 1
	o.Destination = func(ctx context.Context) (*pgx.Conn, error) {
		conn, err := m.open(ctx, 1)
		if opened++; opened == 2 { // the reader's, after that which holds the snapshot
			_ = conn.Close(ctx)
		}
		return conn, err
	}
	if _, err := Run(t.Context(), o); err == nil {
		t.Fatal("no error")
	}
}

// watching calls itself at each event.
type watching func()

func (w watching) Send(report.Event) { w() }

// TestLocksAreGivenBack looks at the locks after each group of tables: those of all tables together have no room in a server.
func TestLocksAreGivenBack(t *testing.T) {
	m := newMigration(t)
	for i := range 4 {
		name := fmt.Sprintf("many_%d", i)
		m.both("CREATE TABLE public." + name + " (i int)")
		m.table(name, nil, "i")
		m.plan.Actions[i].Estimate.Bytes = small + 1 // each in a group of its own
	}
	m.copy()
	o := m.options(Full, true)
	o.Connections = 1
	looks := 0
	o.Sink = watching(func() {
		looks++
		for _, conn := range []*pgx.Conn{m.src, m.dst} {
			var locks int
			if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
				WHERE c.relname LIKE 'many%' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&locks); err != nil || locks > 0 {
				t.Errorf("%d locks are held, error %v", locks, err)
			}
		}
	})
	if _, err := Run(t.Context(), o); err != nil || looks != 4 {
		t.Fatalf("%d events, error %v", looks, err)
	}
}
