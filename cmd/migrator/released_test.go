package main

import (
	"strings"
	"syscall"
	"testing"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

// ownDestination is a site whose destination is on a server of its own, where nobody else writes: its transaction counter tells of every write.
func ownDestination(t *testing.T, hcl string) *site {
	t.Helper()
	src, _ := sandboxtest.Pair(t)
	dst, err := sandbox.Start(t.Context(), sandbox.Options{Settings: map[string]string{"autovacuum": "off"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dst.Stop(); err != nil {
			t.Error(err)
		}
	})
	return siteOver(t, src.URL(sandboxtest.Database(t, src)), dst.URL(sandboxtest.Database(t, dst)), hcl)
}

// writes is the destination's transaction counter: a transaction gets a number with its first write.
func (s *site) writes() string {
	s.Helper()
	return s.sql(s.dst, "SELECT txid_snapshot_xmax(txid_current_snapshot())")
}

// traces are what a migration could leave on a server beside what pg_dump prints.
const traces = `SELECT 'role ' || rolname FROM pg_roles
	UNION ALL SELECT 'setting ' || setconfig::text FROM pg_db_role_setting
	UNION ALL SELECT 'database ' || datname FROM pg_database
	UNION ALL SELECT 'comment ' || description FROM pg_shdescription
	UNION ALL SELECT 'lock ' || pid FROM pg_locks WHERE locktype = 'advisory'
	UNION ALL SELECT 'slot ' || slot_name FROM pg_replication_slots
	UNION ALL SELECT 'prepared ' || gid FROM pg_prepared_xacts ORDER BY 1`

// TestNothingWritesAfterRelease tries to write to a released destination with everything that is left of a migration.
func TestNothingWritesAfterRelease(t *testing.T) {
	t.Parallel()
	s := ownDestination(t, twoURLs)
	s.sql(s.src, `CREATE SCHEMA shop; CREATE TABLE shop.orders (id bigserial PRIMARY KEY, total numeric); CREATE TABLE shop.keyless (a int);
		INSERT INTO shop.orders (total) SELECT i FROM generate_series(1, 100) i; INSERT INTO shop.keyless VALUES (1), (1);
		COMMENT ON TABLE shop.orders IS 'mine'; CREATE FUNCTION shop.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`)
	before := s.sql(s.dst, traces)
	s.run(exitDone, "plan", "-out=shop.plan")
	s.run(exitDone, "apply", "shop.plan")
	s.run(exitDone, "verify")
	s.write("old.json", s.read("migrator.json"))
	s.says(s.run(exitDone, "release"), "Released (lineage ")

	if src, dst := dump(t, s.src), dump(t, s.dst); src != dst {
		t.Errorf("after the release the destination is\n%s\nand the source\n%s", dst, src)
	}
	if after := s.sql(s.dst, traces); after != before {
		t.Errorf("the server had\n%s\nand has\n%s", before, after)
	}

	// It goes live: rows come and go.
	s.sql(s.dst, "DELETE FROM shop.orders WHERE id < 50; TRUNCATE shop.keyless")
	live, counter := dump(t, s.dst), s.writes()
	bare := s.elsewhere(twoURLs, "shop.plan")
	copied := s.elsewhere(twoURLs, "shop.plan", "old.json")
	for name, try := range map[string]func() string{
		"the state":                    func() string { return s.run(exitRefused, "apply", "-auto-approve") },
		"the plan":                     func() string { return s.run(exitRefused, "apply", "shop.plan") },
		"the plan, as objects":         func() string { return s.run(exitRefused, "apply", "-json", "shop.plan") },
		"an older copy of the state":   func() string { return s.run(exitRefused, "-state=old.json", "apply", "-auto-approve") },
		"a copy of the plan":           func() string { return bare.run(exitRefused, "apply", "shop.plan") },
		"copies of both":               func() string { return copied.run(exitRefused, "-state=old.json", "apply", "shop.plan") },
		"a second release":             func() string { return s.run(exitRefused, "release") },
		"a second release, abandoning": func() string { return s.run(exitRefused, "release", "-abandon") },
		"a release with another copy":  func() string { return copied.run(exitRefused, "-state=old.json", "release") },
		"a verification":               func() string { return s.run(exitRefused, "verify") },
		"the status of another copy":   func() string { return copied.run(exitRefused, "-state=old.json", "status") },
	} {
		if output := try(); !strings.Contains(output, "Released") || !strings.Contains(output, "nothing was written") {
			t.Errorf("%s is answered with:\n%s", name, output)
		}
	}
	// Without state and plan it is another migration, which finds the destination full.
	s.says(bare.run(exitError, "apply", "-auto-approve"), "conflict")
	s.says(bare.run(exitError, "release"), "Error: No migration")
	s.says(s.run(exitDone, "status", "-json"), `"status": "released"`)

	if now := s.writes(); now != counter {
		t.Errorf("the destination's transaction counter went from %s to %s", counter, now)
	}
	if now := dump(t, s.dst); now != live {
		t.Errorf("the destination was written to: it was\n%s\nand is\n%s", live, now)
	}
}

// TestAbandon gives a run up in the middle: it is said what is missing, and nothing goes on with it.
func TestAbandon(t *testing.T) {
	t.Parallel()
	s := ownDestination(t, twoURLs+slow)
	s.rows("t", 20000)
	run := s.copying()
	run.signal(syscall.SIGINT)
	run.end(exitInterrupted)
	s.write("old.json", s.read("migrator.json"))
	counter := s.writes()
	s.says(s.run(exitError, "release"), "Error: Not complete", "rows.public.t", "-abandon")
	if now := s.writes(); now != counter {
		t.Errorf("a refused release moved the transaction counter from %s to %s", counter, now)
	}
	s.says(s.run(exitDone, "release", "-abandon"), "Abandoned", "rows.public.t")
	if ours := s.sql(s.dst, "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'migrator%'"); ours != "0" {
		t.Errorf("%s schemas of the ledger are left", ours)
	}
	counter = s.writes()
	s.says(s.run(exitRefused, "apply", "-auto-approve"), "Error: Released")
	s.says(s.run(exitRefused, "-state=old.json", "apply", "-auto-approve"), "Error: Released")
	if now := s.writes(); now != counter {
		t.Errorf("a refused apply moved the transaction counter from %s to %s", counter, now)
	}
}
