package executor_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"migrator/config"
	"migrator/executor"
	"migrator/executor/report"
)

// verifiable has one of everything that the tamperings touch.
const verifiable = `
CREATE SCHEMA v;
CREATE TABLE v.t (id int PRIMARY KEY, a int DEFAULT 1, b text, twice int GENERATED ALWAYS AS (id * 2) STORED);
INSERT INTO v.t SELECT n, n, 'row ' || n FROM generate_series(1, 50) n;
COMMENT ON TABLE v.t IS 'the table'; COMMENT ON COLUMN v.t.a IS 'the column';
GRANT SELECT ON v.t TO pg_monitor;
CREATE INDEX t_b ON v.t (b);
ALTER TABLE v.t ALTER COLUMN b SET STATISTICS 50;
CREATE FUNCTION v.noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER noted BEFORE UPDATE ON v.t FOR EACH ROW EXECUTE FUNCTION v.noted();
CREATE POLICY few ON v.t FOR SELECT USING (id < 10);
CREATE TABLE v.quiet (id int);
CREATE SEQUENCE v.s; SELECT setval('v.s', 42);
CREATE VIEW v.shown AS SELECT id, a FROM v.t WHERE a > 3;
CREATE MATERIALIZED VIEW v.kept AS SELECT count(*) AS n FROM v.t;
CREATE MATERIALIZED VIEW v.hollow AS SELECT count(*) AS n FROM v.t WITH NO DATA;
COMMENT ON LARGE OBJECT 70003 IS 'third'; GRANT SELECT ON LARGE OBJECT 70004 TO pg_monitor;
INSERT INTO cfg VALUES (2, false), (3, false);
ALTER DATABASE %s SET work_mem = '5MB';
`

// configured is an extension whose table is the database's in part.
const configured = `CREATE EXTENSION hstore; CREATE TABLE cfg (id int, own boolean); ALTER EXTENSION hstore ADD TABLE cfg;
UPDATE pg_extension SET extconfig = ARRAY['cfg'::regclass::oid], extcondition = ARRAY['WHERE NOT own'] WHERE extname = 'hstore';
INSERT INTO cfg VALUES (1, true)`

// tamperings are changes of the destination, what is said of each, and how it is undone.
var tamperings = []struct{ do, want, undo string }{
	{`UPDATE v.t SET b = 'other' WHERE id = 7`, `rows.v.t: rows differ | changed id=7: source 7	7	row 7 | destination 7	7	other`, `UPDATE v.t SET b = 'row 7' WHERE id = 7`},
	{`DELETE FROM v.t WHERE id = 8`, `rows.v.t: 49 rows instead of 50 | missing id=8: 8	8	row 8`, `INSERT INTO v.t VALUES (8, 8, 'row 8')`},
	{`INSERT INTO cfg VALUES (4, false)`, `rows.public.cfg: 3 rows instead of 2 | extra: 4	f`, `DELETE FROM cfg WHERE id = 4`},
	{
		`ALTER TABLE v.t ALTER COLUMN a SET DEFAULT 2`,
		`table v.t: different definition | source:      a integer DEFAULT 1 | destination: a integer DEFAULT 2`,
		`ALTER TABLE v.t ALTER COLUMN a SET DEFAULT 1`,
	},
	{
		`COMMENT ON COLUMN v.t.a IS 'changed'`, `table v.t: different comment | source:      COMMENT ON COLUMN v.t.a IS 'the column' | ` +
			`destination: COMMENT ON COLUMN v.t.a IS 'changed' | to mend it:  COMMENT ON COLUMN v.t.a IS 'the column'`, `COMMENT ON COLUMN v.t.a IS 'the column'`,
	},
	{
		`REVOKE SELECT ON v.t FROM pg_monitor`, `table v.t: different privileges | source:      GRANT SELECT ON TABLE v.t TO pg_monitor | to mend it:  GRANT SELECT ON TABLE v.t TO pg_monitor`,
		`GRANT SELECT ON v.t TO pg_monitor`,
	},
	{`GRANT UPDATE ON v.quiet TO PUBLIC`, `table v.quiet: different privileges | destination: GRANT UPDATE ON TABLE v.quiet TO PUBLIC`, `REVOKE UPDATE ON v.quiet FROM PUBLIC`},
	{`ALTER TABLE v.quiet OWNER TO pg_monitor`, `table v.quiet: different owner | source:      owner postgres | destination: owner pg_monitor`, `ALTER TABLE v.quiet OWNER TO postgres`},
	{
		`SELECT setval('v.s', 43)`, `sequence v.s: different value | source:      last_value 42, is_called true | destination: last_value 43, is_called true | ` +
			`to mend it:  SELECT pg_catalog.setval('v.s', 42, true)`, `SELECT setval('v.s', 42)`,
	},
	{`ALTER SEQUENCE v.s INCREMENT 5`, `sequence v.s: different definition`, `ALTER SEQUENCE v.s INCREMENT 1`},
	{`SELECT lo_put(70005, 3, 'X')`, `large object 70005: different contents`, `SELECT lo_put(70005, 3, 'e')`},
	{`COMMENT ON LARGE OBJECT 70003 IS 'other'`, `large object 70003: different comment`, `COMMENT ON LARGE OBJECT 70003 IS 'third'`},
	{`REVOKE SELECT ON LARGE OBJECT 70004 FROM pg_monitor`, `large object 70004: different privileges`, `GRANT SELECT ON LARGE OBJECT 70004 TO pg_monitor`},
	{`ALTER LARGE OBJECT 70006 OWNER TO pg_monitor`, `large object 70006: different owner`, `ALTER LARGE OBJECT 70006 OWNER TO postgres`},
	{`SELECT lo_create(70100)`, `large object 70100: only in the destination`, `SELECT lo_unlink(70100)`},
	{`ALTER TABLE v.t DISABLE TRIGGER noted`, `trigger v.t.noted: different definition | destination: ALTER TABLE v.t DISABLE TRIGGER noted`, `ALTER TABLE v.t ENABLE TRIGGER noted`},
	{`DROP TRIGGER noted ON v.t`, `trigger v.t.noted: missing in the destination`, `CREATE TRIGGER noted BEFORE UPDATE ON v.t FOR EACH ROW EXECUTE FUNCTION v.noted()`},
	{
		`CREATE TRIGGER more BEFORE UPDATE ON v.t FOR EACH ROW EXECUTE FUNCTION v.noted()`,
		`trigger v.t.more: only in the destination | destination: CREATE TRIGGER more`, `DROP TRIGGER more ON v.t`,
	},
	{
		`ALTER TABLE v.t ALTER COLUMN b SET STATISTICS 60`, `table v.t: different definition | source:      ALTER TABLE ONLY v.t ALTER COLUMN b SET STATISTICS 50 | ` +
			`destination: ALTER TABLE ONLY v.t ALTER COLUMN b SET STATISTICS 60`, `ALTER TABLE v.t ALTER COLUMN b SET STATISTICS 50`,
	},
	{`ALTER POLICY few ON v.t USING (id < 11)`, `policy v.t.few: different definition`, `ALTER POLICY few ON v.t USING (id < 10)`},
	{`ALTER TABLE v.t ENABLE ROW LEVEL SECURITY`, `table v.t: different definition | destination: ALTER TABLE v.t ENABLE ROW LEVEL SECURITY`, `ALTER TABLE v.t DISABLE ROW LEVEL SECURITY`},
	{`CREATE OR REPLACE VIEW v.shown AS SELECT id, a FROM v.t WHERE a > 4`, `view v.shown: different definition | source:      WHERE`, `CREATE OR REPLACE VIEW v.shown AS SELECT id, a FROM v.t WHERE a > 3`},
	{`REFRESH MATERIALIZED VIEW v.kept WITH NO DATA`, `materialized view v.kept: different contents | source:      filled | destination: not filled`, `REFRESH MATERIALIZED VIEW v.kept`},
	{`REFRESH MATERIALIZED VIEW v.hollow`, `materialized view v.hollow: different contents | source:      not filled`, `REFRESH MATERIALIZED VIEW v.hollow WITH NO DATA`},
	{`DROP INDEX v.t_b`, `index v.t_b: missing in the destination`, `CREATE INDEX t_b ON v.t (b)`},
	{`CREATE TABLE v.more (id serial PRIMARY KEY)`, `table v.more: only in the destination`, `DROP TABLE v.more`},
	{`ALTER DATABASE %s SET work_mem = '6MB'`, `database setting work_mem: different value | source:      5MB | destination: 6MB`, `ALTER DATABASE %s SET work_mem = '5MB'`},
	{`ALTER DATABASE %s SET jit = off`, `database setting jit: only in the destination`, `ALTER DATABASE %s RESET jit`},
	{`REVOKE EXECUTE ON FUNCTION akeys(hstore) FROM PUBLIC`, `privileges public.akeys(public.hstore): only in the destination | destination: REVOKE EXECUTE`, `GRANT EXECUTE ON FUNCTION akeys(hstore) TO PUBLIC`},
	{`ALTER EXTENSION hstore DROP FUNCTION akeys(hstore)`, `function public.akeys(public.hstore): only in the destination`, `ALTER EXTENSION hstore ADD FUNCTION akeys(hstore)`},
}

// verify runs Verify and returns what was said of differences: a line each, the details behind bars.
func (s *scene) verify(independent bool) (*executor.Verification, []string) {
	s.Helper()
	s.events.mu.Lock()
	s.events.all = nil
	s.events.mu.Unlock()
	v, err := executor.Verify(s.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Mode: config.VerifyFull, Independent: independent, Sink: s.events})
	if err != nil {
		s.Fatalf("verify: %v", err)
	}
	var said []string
	s.events.mu.Lock()
	defer s.events.mu.Unlock()
	for _, e := range s.events.all {
		switch {
		case e.Type == report.VerifyTable && e.Err != nil:
			said = append(said, strings.Join(append([]string{e.Address + ": " + e.Err.Error()}, e.Details...), " | "))
		case e.Type == report.VerifyObject:
			said = append(said, strings.Join(append([]string{e.Err.Error()}, e.Details...), " | "))
		}
	}
	return v, said
}

func TestVerifyFindsEveryTampering(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.exec(s.src, s.srcDB, configured)
	s.exec(s.dst, s.dstDB, configured)
	s.load(fmt.Sprintf(verifiable, s.srcDB))
	s.apply()
	for _, independent := range []bool{false, true} {
		if v, said := s.verify(independent); !v.Equal || len(v.Unchecked) > 0 {
			t.Fatalf("independent %v, before anything was changed: %s, not compared: %s", independent, said, v.Unchecked)
		}
	}
	database := func(sql string) string { return strings.ReplaceAll(sql, "%s", s.dstDB) }
	for _, x := range tamperings {
		s.exec(s.dst, s.dstDB, database(x.do))
		v, said := s.verify(false)
		if v.Equal || !v.Differs() || len(said) != 1 || !strings.HasPrefix(said[0], x.want) {
			t.Errorf("after %s\nit was said\n  %s\nwant\n  %s", x.do, strings.Join(said, "\n  "), x.want)
		}
		s.exec(s.dst, s.dstDB, database(x.undo))
	}
	if v, said := s.verify(true); !v.Equal {
		t.Errorf("when all is undone: %s", said)
	}
}

func TestVerifySaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.apply()
	s.exec(s.dst, s.dstDB, `DELETE FROM orders WHERE id = 1; SELECT setval('tickets', 1); DROP VIEW IF EXISTS nothing; COMMENT ON TABLE orders IS 'mine';
		DROP INDEX visits_page; CREATE TABLE more (a int); SELECT lo_put(70001, 0, 'X')`)
	s.verify(false)
	end := s.events.of(report.VerifyEnd)
	if len(end) != 1 || end[0].Err == nil || end[0].Err.Error() != "the destination differs from the source: 1 table, 3 definitions, 1 sequence value, 1 large object" {
		t.Fatalf("got %v", end)
	}
	for i, want := range []string{
		"Rows: ", "Changed definitions: ", "Missing in the destination: ", "Only in the destination: ", "Sequence values: ", "Large objects: ", `Then run "migrator verify" again.`,
	} {
		if i >= len(end[0].Details) || !strings.HasPrefix(end[0].Details[i], want) {
			t.Errorf("advice %d does not begin with %q: %q", i, want, end[0].Details)
		}
	}
}

// TestVerifyHiddenRows: what a policy hides from the role is neither equal nor different.
func TestVerifyHiddenRows(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	role := s.dstDB + "_reader"
	s.exec(s.dst, s.dstDB, `CREATE ROLE `+role+` LOGIN PASSWORD 'reads'`)
	t.Cleanup(func() {
		_ = s.dst.Exec(context.WithoutCancel(t.Context()), s.dstDB, `DROP OWNED BY `+role+`; DROP ROLE `+role)
	})
	s.load(`CREATE TABLE guarded (id int); INSERT INTO guarded VALUES (1), (2); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; ALTER TABLE guarded FORCE ROW LEVEL SECURITY;
		CREATE POLICY odd ON guarded USING (id % 2 = 1); CREATE TABLE locked (id int)`)
	s.apply()
	s.exec(s.dst, s.dstDB, `GRANT USAGE ON SCHEMA migrator_ledger, public TO `+role+`; GRANT SELECT ON ALL TABLES IN SCHEMA migrator_ledger, public TO `+role+`;
		GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO `+role+`; REVOKE SELECT ON locked FROM `+role+`; GRANT SELECT ON LARGE OBJECT 70001, 70002, 70003, 70004, 70005, 70006, 70007, 70008, 70009 TO `+role)
	reader, err := url.Parse(s.dst.URL(s.dstDB))
	if err != nil {
		t.Fatal(err)
	}
	reader.User = url.UserPassword(role, "reads")
	s.configure(s.src.URL(s.srcDB), reader.String(), "")
	v, _ := s.verify(false)
	hidden := map[string]string{}
	for _, table := range v.Tables {
		if table.NotCompared != "" {
			hidden[table.Relation] = table.NotCompared
		} else if !table.Equal {
			t.Errorf("%s: %s", table.Relation, table.Message)
		}
	}
	if v.Equal || len(hidden) != 2 || !strings.HasPrefix(hidden["public.guarded"], "row-level security hides rows from role "+role+" in the destination; verify with ") ||
		!strings.Contains(hidden["public.locked"], "GRANT SELECT ON public.locked TO "+role) {
		t.Errorf("got %v", hidden)
	}
	warnings := s.events.of(report.Warning)
	if !slices.ContainsFunc(warnings, func(e report.Event) bool {
		return strings.HasPrefix(e.Message, "not compared: rows.public.guarded: row-level")
	}) {
		t.Errorf("got %v", warnings)
	}
}

// TestVerifyTakesWhatWasApplied: the files may say something else by now.
func TestVerifyTakesWhatWasApplied(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	srcURL, dstURL := s.src.URL(s.srcDB), s.dst.URL(s.dstDB)
	s.configure(srcURL, dstURL, "select {\n  exclude = [\"public.scratch\", \"public.audit\"]\n}\nmapping {\n  table \"public.empty\" {\n    rename = \"void\"\n  }\n}\n")
	state := s.cfg.StatePath
	s.apply()
	changed := func() (found []string) {
		for _, e := range s.events.of(report.Warning) {
			if strings.HasPrefix(e.Message, "the configuration has changed") {
				found = append(found, e.Message)
			}
		}
		return found
	}
	if v, said := s.verify(false); !v.Equal || len(changed()) > 0 {
		t.Fatalf("with the same configuration: %s, %s", said, changed())
	}
	s.configure(srcURL, dstURL, "")
	s.cfg.StatePath = state
	v, said := s.verify(false)
	if found := changed(); !v.Equal || len(found) != 1 || !strings.Contains(found[0], "(select, mapping); what was applied is compared") {
		t.Errorf("with another one: %s, warnings %q", said, found)
	}
}

// TestVerifyAfterRelease: there are no digests any more, but both databases are.
func TestVerifyAfterRelease(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.apply()
	if _, err := executor.Release(t.Context(), executor.ReleaseOptions{Config: s.cfg, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	_, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Mode: config.VerifyFull, Sink: s.events})
	if gone := wantError[*executor.NoDigestsError](t, err); !strings.Contains(gone.Error(), "the digests of its rows are gone") {
		t.Errorf("got %v", gone)
	}
	v, said := s.verify(true)
	if !v.Equal || len(v.Tables) != 8 {
		t.Fatalf("%d tables: %s", len(v.Tables), said)
	}
	s.exec(s.dst, s.dstDB, `UPDATE orders SET note = 'x' WHERE id = 5; SELECT lo_put(70002, 0, 'X'); SELECT setval('tickets', 1); COMMENT ON TABLE orders IS 'mine'`)
	v, said = s.verify(true)
	if v.Equal || len(said) != 4 || !strings.HasPrefix(said[3], "rows.public.orders: rows differ | changed id=5: ") {
		t.Errorf("it was said\n  %s", strings.Join(said, "\n  "))
	}
}

// TestVerifyReadsGeneratedColumns: they are not copied, so only reading both sides tells that one server reckons otherwise.
func TestVerifyReadsGeneratedColumns(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.load(`CREATE FUNCTION how_many() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2';
		CREATE TABLE reckoned (id int PRIMARY KEY, a int, much int GENERATED ALWAYS AS (a * how_many()) STORED); INSERT INTO reckoned (id, a) VALUES (1, 10), (2, 20);
		CREATE MATERIALIZED VIEW shows AS SELECT sum(a) AS total FROM reckoned`)
	s.apply()
	s.exec(s.dst, s.dstDB, `CREATE OR REPLACE FUNCTION how_many() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 3'; UPDATE reckoned SET a = a WHERE id = 2;
		CREATE OR REPLACE FUNCTION how_many() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2'`)
	if v, said := s.verify(false); !v.Equal {
		t.Fatalf("it was said %s", said)
	}
	_, said := s.verify(true)
	if want := "rows.public.reckoned: rows differ | changed id=2: source 2\t20\t40 | destination 2\t20\t60"; len(said) != 1 || said[0] != want {
		t.Errorf("it was said\n  %s\nwant\n  %s", strings.Join(said, "\n  "), want)
	}
	s.exec(s.src, s.srcDB, `INSERT INTO reckoned VALUES (3, 30); REFRESH MATERIALIZED VIEW shows`)
	v, _ := s.verify(true)
	if len(v.Unchecked) != 1 || !strings.HasPrefix(v.Unchecked[0], "materialized_view.public.shows: it shows other rows") {
		t.Errorf("got %s", v.Unchecked)
	}
}
