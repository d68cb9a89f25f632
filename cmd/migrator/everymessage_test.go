package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

var every = flag.Int("every", 40, "how many messages to the destination lie between two at which TestKilledAtEveryMessage kills the program; 1 is all of them")

// fragile has each kind of step, and as few rows as show whether one is lost or doubled.
const fragile = `
CREATE TABLE parents (id int PRIMARY KEY, name text);
INSERT INTO parents SELECT n, 'parent ' || n FROM generate_series(1, 3000) n;
CREATE TABLE children (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES parents, note text);
INSERT INTO children (parent, note) SELECT 1 + n % 3000, repeat('n', n % 50) FROM generate_series(1, 4000) n;
CREATE INDEX children_note ON children (note);
CREATE TABLE keyless (a int, b text);
INSERT INTO keyless SELECT n / 3, 'row ' || n / 3 FROM generate_series(1, 9000) n;
CREATE TABLE log (what text);
CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_TABLE_NAME); RETURN NULL; END $$;
CREATE TRIGGER noted AFTER INSERT ON keyless FOR EACH ROW EXECUTE PROCEDURE noted();
CREATE UNLOGGED TABLE scratch (n int);
INSERT INTO scratch VALUES (1), (1);
CREATE VIEW seen AS SELECT * FROM children;
CREATE MATERIALIZED VIEW totals AS SELECT parent, count(*) FROM children GROUP BY 1;
CREATE UNIQUE INDEX ON totals (parent);
CREATE SEQUENCE tickets;
SELECT nextval('tickets') FROM generate_series(1, 5);
SELECT lo_from_bytea(90000 + n, convert_to(repeat('x', 3000 * n), 'UTF8')) FROM generate_series(1, 3) n;
`

// renamed makes the stage of the renames part of the run.
const renamed = twoURLs + `mapping {
  schema "public" { rename = "app" }
  table "public.keyless" { rename = "visits" }
}
parallelism {
  copy              = 1
  index             = 1
  split_larger_than = "128KiB"
}
`

// TestKilledAtEveryMessage kills apply, and then release, at one message to the destination after the other: before the server gets it,
// and after. Whatever had been done by then, the next apply goes on to the same end, and the next release leaves nothing behind.
func TestKilledAtEveryMessage(t *testing.T) {
	t.Parallel()
	src, _ := sandboxtest.Databases(t)
	(&site{T: t}).sql(src, fragile)
	whole := mortal(t, src, "apply", 0, true)
	total := whole.applied
	if total < 50 || whole.released < 5 {
		t.Fatalf("a run sends only %d messages, and a release %d", total, whole.released)
	}
	deaths := 0
	for victim, messages := range map[string]int{"apply": total, "release": whole.released} {
		step := *every
		if victim == "release" {
			step = (step + 2) / 3 // it has few
		}
		for n, at := 0, 1; at <= messages; n, at = n+1, at+step {
			deaths += mortal(t, src, victim, at, n%2 == 0).deaths
			if step == 1 {
				deaths += mortal(t, src, victim, at, n%2 != 0).deaths
			}
		}
	}
	t.Logf("%d deaths survived, at %d messages of apply and %d of release; 0 rows lost, 0 rows doubled", deaths, total, whole.released)
}

// life is what a migration under the guillotine came to.
type life struct{ applied, released, deaths int }

// mortal migrates into a new database, with one death at a message of the victim, and holds the result against the source.
func mortal(t *testing.T, src, victim string, at int, delivered bool) life {
	t.Helper()
	_, server := sandboxtest.Pair(t)
	name := sandboxtest.Database(t, server)
	s := siteOver(t, src, server.URL(name), renamed)
	var l life
	for _, verb := range []string{"apply", "release"} {
		args := []string{verb}
		if verb == "apply" {
			args = append(args, "-auto-approve")
		}
		die := 0
		if verb == victim {
			die = at
		}
		count, dead := s.under(die, delivered, args...)
		if dead == "" {
			if verb == "apply" {
				l.applied = count
			} else {
				l.released = count
			}
		} else {
			l.deaths++
			code := 0
			if verb == "release" && s.ledgers() == "0" {
				code = 6 // all was done but for the state, which does not say so yet
			}
			s.run(code, args...)
		}
		if verb == "apply" {
			s.compareFragile()
			s.run(0, "verify")
		}
		if t.Failed() {
			t.Fatalf("after a death at message %d of %s, delivered: %t:\n%s", at, victim, delivered, dead)
		}
	}
	if n := s.ledgers(); n != "0" {
		t.Fatalf("%s schemas of the ledger are left after a death at message %d of %s, delivered: %t", n, at, victim, delivered)
	}
	dropNow(t, server, name)
	return l
}

// under runs the program with the guillotine between it and the destination. It returns how many messages there were, and
// the one at which it died.
func (s *site) under(at int, delivered bool, args ...string) (count int, dead string) {
	s.Helper()
	g, through := newGuillotine(s.T, s.dst, at, delivered)
	other := *s
	other.env = append(os.Environ(), "SRC="+s.src, "DST="+through, "HOME="+s.dir)
	ready := make(chan struct{})
	var p *process
	g.fall = func() {
		<-ready
		_ = p.Process.Kill()
	}
	p = other.start(args...)
	close(ready)
	code := 0
	err := p.Wait()
	g.close()
	if g.fallen {
		code = -1
	}
	if p.ProcessState.ExitCode() != code {
		s.Fatalf("%v: %v\n%s%s", args, err, p.out.String(), p.errors.String())
	}
	return g.count, g.last
}

func (s *site) ledgers() string {
	s.Helper()
	return s.sql(s.dst, `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'migrator%'`)
}

// compareFragile holds every table against the source's, by their new names.
func (s *site) compareFragile() {
	s.Helper()
	const query = "SELECT count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM "
	for table, final := range map[string]string{
		"parents": "parents", "children": "children", "keyless": "visits", "log": "log", "scratch": "scratch", "seen": "seen", "totals": "totals",
	} {
		if src, dst := s.sql(s.src, query+"public."+table+" t"), s.sql(s.dst, query+"app."+final+" t"); src != dst {
			s.Errorf("%s: the source has %s, the destination %s", table, src, dst)
		}
	}
	const others = `SELECT (SELECT string_agg(loid::text || md5(data), ',' ORDER BY loid, pageno) FROM pg_largeobject) || ' '
		|| (SELECT string_agg(conname || ' ' || pg_get_constraintdef(oid), ',' ORDER BY conname) FROM pg_constraint
			WHERE connamespace::regnamespace::text IN ('public', 'app'))
		|| ' ' || (SELECT string_agg(indexdef, ',' ORDER BY indexname) FROM pg_indexes WHERE schemaname IN ('public', 'app'))`
	replace := strings.NewReplacer("app.", "", "public.", "")
	if src, dst := replace.Replace(s.sql(s.src, others)), replace.Replace(s.sql(s.dst, others)); src != dst {
		s.Errorf("the source has\n%s\nthe destination\n%s", src, dst)
	}
	if src, dst := s.sql(s.src, "SELECT last_value FROM public.tickets"), s.sql(s.dst, "SELECT last_value FROM app.tickets"); src != dst {
		s.Errorf("the source's sequence is at %s, the destination's at %s", src, dst)
	}
}

// dropNow does not leave hundreds of databases to the end of the test.
func dropNow(t *testing.T, server *sandbox.Server, name string) {
	t.Helper()
	if err := server.Exec(t.Context(), "postgres", `DROP DATABASE "`+name+`" WITH (FORCE)`); err != nil {
		t.Fatal(err)
	}
}
