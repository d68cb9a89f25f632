package executor_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/executor"
	"migrator/executor/report"
	"migrator/statefile"
)

// shopful is a small database with something of everything that a fault could lose or double. A door is an advisory lock
// that is taken in passing, by the row 200 of a table while it is stored, by an index while it is built, by a view while it is
// refreshed: a test that holds the lock knows that it has stopped the run there.
const shopful = `
CREATE FUNCTION public.door(at bigint, number int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF at = 200 THEN PERFORM pg_catalog.pg_advisory_xact_lock_shared(number); END IF;
	RETURN at;
END $$;
-- Fails where the database's setting says so, which only a test's destination does.
CREATE FUNCTION public.picky(at bigint, who text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF at = 200 AND pg_catalog.current_setting('test.broken', true) LIKE '%' || who || '%' THEN
		RAISE EXCEPTION '% is broken', who USING ERRCODE = 'check_violation';
	END IF;
	RETURN at;
END $$;
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL CHECK (public.door(id, 4) = id));
INSERT INTO customers (name) SELECT 'customer ' || n FROM generate_series(1, 400) n;
CREATE TABLE orders (id bigserial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, note text);
INSERT INTO orders (customer_id, note) SELECT 1 + n % 400, repeat('x', n % 200) FROM generate_series(1, 6000) n;
CREATE INDEX orders_note ON orders (note);
CREATE INDEX orders_door ON orders (public.door(id, 2));
-- No key, and every row more than once.
CREATE TABLE visits (n bigint CHECK (public.door(n, 1) = n), page text, at timestamptz);
INSERT INTO visits SELECT n / 3, 'page ' || n / 30, '2024-01-01'::timestamptz + n / 3 * interval '1 s' FROM generate_series(1, 30000) n;
INSERT INTO visits SELECT NULL, NULL, NULL FROM generate_series(1, 50);
CREATE INDEX visits_page ON visits (page);
CREATE TABLE empty (id int PRIMARY KEY);
CREATE TABLE audit (what text);
CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE PROCEDURE public.note();
INSERT INTO orders (customer_id, note) VALUES (1, 'noted'), (2, 'noted');
CREATE TABLE fussy (id bigint PRIMARY KEY CHECK (public.picky(id, 'rows') = id));
INSERT INTO fussy SELECT generate_series(1, 300);
CREATE TABLE on_fussy (id bigint REFERENCES fussy);
INSERT INTO on_fussy SELECT generate_series(1, 300);
CREATE INDEX on_fussy_id ON on_fussy (public.picky(id, 'index'));
CREATE UNLOGGED TABLE scratch (n int);
INSERT INTO scratch SELECT generate_series(1, 100);
CREATE INDEX scratch_n ON scratch (n);
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, count(*) AS orders, public.door(200, 3) AS door FROM orders GROUP BY 1;
CREATE UNIQUE INDEX totals_customer ON totals (customer_id);
CREATE SEQUENCE tickets START 100;
SELECT nextval('tickets') FROM generate_series(1, 7);
SELECT lo_from_bytea(70000 + n, convert_to(repeat('object ' || n, 500 * n), 'UTF8')) FROM generate_series(1, 9) n;
`

// The doors.
const (
	doorRows  = 1 // of visits
	doorIndex = 2 // of orders
	doorView  = 3
	doorFirst = 4 // the rows of customers, which the foreign key of orders needs
)

// scene is a database to be moved, and the servers that it is moved between.
type scene struct {
	*testing.T
	src, dst     *sandbox.Server
	srcDB, dstDB string
	cfg          *config.Config
	events       *events
	watch        time.Duration // see executor.Options; 0 is too rare to be seen by a test
}

// own says which servers are started for one scene alone, because they are stopped in it.
type own int

const (
	ownNone        own = 0
	ownSource      own = 1
	ownDestination own = 2
)

func newScene(t *testing.T, which own) *scene {
	t.Helper()
	s := &scene{T: t, events: &events{}}
	s.src, s.dst = sandboxtest.Pair(t)
	started := func() *sandbox.Server {
		server, err := sandbox.Start(t.Context(), sandbox.Options{Settings: map[string]string{"max_connections": "60"}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		return server
	}
	if which&ownSource != 0 {
		s.src = started()
	}
	if which&ownDestination != 0 {
		s.dst = started()
	}
	s.srcDB, s.dstDB = sandboxtest.Database(t, s.src), sandboxtest.Database(t, s.dst)
	s.load(shopful)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "")
	return s
}

// load fills the source, and waits until the session that did so has counted its writes.
func (s *scene) load(sql string) {
	s.Helper()
	if err := s.src.Exec(s.Context(), s.srcDB, sql); err != nil {
		s.Fatal(err)
	}
	s.eventually("the session that loaded the source is gone", func() bool {
		return s.value(s.src, s.srcDB, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`) == "0"
	})
}

// configure writes and loads a configuration; more is put at its end.
func (s *scene) configure(srcURL, dstURL, more string) {
	s.Helper()
	dir := s.TempDir()
	text := fmt.Sprintf("source {\n  url = nonsensitive(%q)\n}\ndestination {\n  url = nonsensitive(%q)\n}\n", srcURL, dstURL) + more
	if !strings.Contains(more, "parallelism") {
		text += "parallelism {\n  copy = 3\n  split_larger_than = \"256KiB\"\n}\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "m.hcl"), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	cfg, diags := config.Load(dir, config.Options{})
	if cfg == nil {
		s.Fatal(diags.Err())
	}
	s.cfg = cfg
}

// outcome is what Apply came to.
type outcome struct {
	*executor.Result
	err error
}

// start begins Apply, whose outcome comes through the channel.
func (s *scene) start(ctx context.Context) <-chan outcome {
	s.Helper()
	done := make(chan outcome, 1)
	var running sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	running.Go(func() {
		result, err := executor.Apply(ctx, executor.Options{Config: s.cfg, Version: "test", Sink: s.events, FirstWait: 20 * time.Millisecond, Watch: s.watch})
		done <- outcome{result, err}
	})
	s.Cleanup(func() { cancel(); running.Wait() })
	return done
}

// apply runs Apply to a good end.
func (s *scene) apply() *executor.Result {
	s.Helper()
	return s.succeeded(s.start(s.Context()))
}

func (s *scene) succeeded(done <-chan outcome) *executor.Result {
	s.Helper()
	o := <-done
	if o.err != nil {
		s.Fatalf("apply: %v", o.err)
	}
	if o.State.Status != statefile.Complete {
		s.Fatalf("the state is %s", o.State.Status)
	}
	return o.Result
}

// wantError returns an error of a type, and fails if err is none.
func wantError[E error](t *testing.T, err error) E {
	t.Helper()
	typed, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got %v, want a %T", err, typed)
	}
	return typed
}

func (s *scene) value(server *sandbox.Server, database, sql string) string {
	s.Helper()
	v, err := server.QueryValue(s.Context(), database, sql)
	if err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
	return v
}

func (s *scene) exec(server *sandbox.Server, database, sql string) {
	s.Helper()
	if err := server.Exec(s.Context(), database, sql); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
}

// eventually waits until something is so.
func (s *scene) eventually(what string, is func() bool) {
	s.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for !is() {
		if time.Now().After(deadline) {
			s.Fatalf("never: %s; the last events were %v", what, s.events.last(20))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// keeper holds doors of the destination shut.
type keeper struct {
	*scene
	conn *pgx.Conn
}

// shut closes doors before the run comes to them.
func (s *scene) shut(doors ...int) *keeper {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.dst.URL(s.dstDB))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close(context.WithoutCancel(s.Context())) })
	for _, door := range doors {
		if _, err := conn.Exec(s.Context(), `SELECT pg_advisory_lock($1)`, door); err != nil {
			s.Fatal(err)
		}
	}
	return &keeper{scene: s, conn: conn}
}

// await waits until the run stands before a door, and returns the server process that does.
func (k *keeper) await(door int) (pid string) {
	k.Helper()
	k.eventually(fmt.Sprintf("somebody stands before door %d", door), func() bool {
		rows, err := k.dst.Query(k.Context(), k.dstDB, fmt.Sprintf(
			`SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objsubid = 1 AND objid = %d
			   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, door))
		if err != nil {
			k.Fatal(err)
		}
		if len(rows) > 0 {
			pid = rows[0][0]
		}
		return len(rows) > 0
	})
	return pid
}

func (k *keeper) open() {
	k.Helper()
	if _, err := k.conn.Exec(k.Context(), `SELECT pg_advisory_unlock_all()`); err != nil {
		k.Fatal(err)
	}
}

// arrived fails unless the destination has what the source has, nothing twice, and no session of the run is left on either side.
func (s *scene) arrived() {
	s.Helper()
	for _, at := range []struct {
		*sandbox.Server
		db string
	}{{s.src, s.srcDB}, {s.dst, s.dstDB}} {
		s.eventually("no session of the run is left", func() bool {
			return s.value(at.Server, at.db, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%'`) == "0"
		})
	}
	src, dst := s.contents(s.src, s.srcDB), s.contents(s.dst, s.dstDB)
	if len(src) < 12 {
		s.Fatalf("only %d things to compare", len(src))
	}
	for what, is := range src {
		if dst[what] != is {
			s.Errorf("%s: the source has %s, the destination %q", what, is, dst[what])
		}
	}
	maps.DeleteFunc(dst, func(what, _ string) bool { return src[what] != "" })
	if len(dst) > 0 {
		s.Errorf("the destination has, too: %v", dst)
	}
	const schema = `SELECT string_agg(x, E'\n' ORDER BY x) FROM (
		SELECT 'index ' || pg_get_indexdef(indexrelid) || indisvalid FROM pg_index i JOIN pg_class c ON c.oid = indrelid WHERE c.relnamespace = 'public'::regnamespace
		UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal) y(x)`
	if want, have := s.value(s.src, s.srcDB, schema), s.value(s.dst, s.dstDB, schema); want != have {
		s.Errorf("the source has\n%s\nthe destination\n%s", want, have)
	}
}

// contents are counts and sums of hashes of everything in a database, as its server reckons them.
func (s *scene) contents(server *sandbox.Server, database string) map[string]string {
	s.Helper()
	rows, err := server.Query(s.Context(), database, `SELECT format(CASE relkind
			WHEN 'S' THEN 'SELECT %L, last_value || '' '' || is_called FROM %s'
			ELSE 'SELECT %L, count(*) || '' rows, sum '' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %s t' END, c.oid::regclass, c.oid::regclass)
		FROM pg_class c WHERE relkind IN ('r', 'm', 'S') AND relnamespace = 'public'::regnamespace`)
	if err != nil {
		s.Fatal(err)
	}
	found := map[string]string{}
	queries := []string{`SELECT 'large objects', count(*) || ' objects, sum ' || coalesce(sum(hashtextextended(oid::text || md5(lo_get(oid)), 0)::numeric), 0) FROM pg_largeobject_metadata`}
	for _, row := range rows {
		queries = append(queries, row[0])
	}
	all, err := server.Query(s.Context(), database, strings.Join(queries, "\nUNION ALL "))
	if err != nil {
		s.Fatal(err)
	}
	for _, row := range all {
		found[row[0]] = row[1]
	}
	return found
}

// events remembers what the run has said.
type events struct {
	mu   sync.Mutex
	all  []report.Event
	hook func(n int, e report.Event)
}

// Send is part of report.Sink.
func (s *events) Send(e report.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, e)
	if s.hook != nil {
		s.hook(len(s.all), e)
	}
}

func (s *events) of(kind report.Type) []report.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []report.Event
	for _, e := range s.all {
		if e.Type == kind {
			found = append(found, e)
		}
	}
	return found
}

func (s *events) last(n int) (texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.all[max(0, len(s.all)-n):] {
		texts = append(texts, fmt.Sprintf("\n%s %s/%d %s %v", e.Type, e.Address, e.Part, e.Message, e.Err))
	}
	return texts
}
