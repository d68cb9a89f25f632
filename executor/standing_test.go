package executor_test

import (
	"strings"
	"testing"

	"migrator/executor"
)

// standing are tables whose triggers, rules and foreign keys would have their say when rows came in, with names that sort against
// their foreign keys.
const standing = `
CREATE TABLE fired (who text);
CREATE FUNCTION public.fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.fired VALUES (TG_NAME); RETURN NULL; END $$;
CREATE TABLE z_first (id int PRIMARY KEY);
INSERT INTO z_first SELECT generate_series(1, 10);
CREATE TABLE "a second" (id int REFERENCES z_first, UNIQUE (id));
INSERT INTO "a second" SELECT generate_series(1, 10);
CREATE TABLE tree (id int PRIMARY KEY, parent int REFERENCES tree DEFERRABLE INITIALLY DEFERRED, filler text);
INSERT INTO tree SELECT n, 20001 - n, repeat('x', 60) FROM generate_series(1, 20000) n;
CREATE TABLE parted (id int, on_second int REFERENCES "a second" (id)) PARTITION BY RANGE (id);
CREATE TABLE low PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE high PARTITION OF parted FOR VALUES FROM (100) TO (200);
INSERT INTO parted SELECT n, 1 + n % 10 FROM generate_series(0, 199) n;
SET CONSTRAINTS ALL IMMEDIATE;
CREATE TRIGGER statement AFTER INSERT ON tree EXECUTE PROCEDURE public.fire();
CREATE TRIGGER "always" AFTER INSERT ON tree FOR EACH ROW EXECUTE PROCEDURE public.fire();
ALTER TABLE tree ENABLE ALWAYS TRIGGER "always";
CREATE TRIGGER replica AFTER INSERT ON tree FOR EACH ROW EXECUTE PROCEDURE public.fire();
ALTER TABLE tree ENABLE REPLICA TRIGGER replica;
CREATE TRIGGER disabled AFTER INSERT ON tree FOR EACH ROW EXECUTE PROCEDURE public.fire();
ALTER TABLE tree DISABLE TRIGGER disabled;
CREATE TRIGGER root AFTER INSERT ON parted FOR EACH ROW EXECUTE PROCEDURE public.fire();
CREATE TRIGGER of_leaf AFTER INSERT ON high EXECUTE PROCEDURE public.fire();
ALTER TABLE high DISABLE TRIGGER root;
CREATE RULE noted AS ON INSERT TO z_first DO ALSO INSERT INTO fired VALUES ('rule');
`

// states are the triggers and rules, and whether they are enabled.
const states = `SELECT string_agg(at || tgname || tgenabled::text, ' ' ORDER BY at, tgname) FROM (
	SELECT tgrelid::regclass::text AS at, tgname, tgenabled FROM pg_trigger WHERE tgconstraint = 0
	UNION ALL SELECT ev_class::regclass::text, rulename, ev_enabled FROM pg_rewrite WHERE rulename = 'noted') x`

// schemaFirst moves the schema, and sets out to move rows with more configuration.
func schemaFirst(t *testing.T, extra, more string) *scene {
	s := newScene(t, ownNone)
	s.load(extra)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "migrate = [\"schema\"]\n")
	s.apply()
	s.exec(s.dst, s.dstDB, `DROP SCHEMA migrator_ledger CASCADE`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), more)
	return s
}

// TestRowsIntoStandingTables brings rows to tables with triggers and foreign keys: none fires, none is broken, all are as they were.
func TestRowsIntoStandingTables(t *testing.T) {
	t.Parallel()
	s := schemaFirst(t, standing, "migrate = [\"data\"]\n")
	before := s.value(s.dst, s.dstDB, states)
	s.apply()
	s.arrived()
	for _, table := range []string{"fired", "z_first", `"a second"`, "tree", "parted", "low", "high"} {
		sql := "SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY t::text)), '') FROM " + table + " t"
		if have, want := s.value(s.dst, s.dstDB, sql), s.value(s.src, s.srcDB, sql); have != want {
			t.Errorf("%s has %s, want %s", table, have, want)
		}
	}
	if after := s.value(s.dst, s.dstDB, states); after != before || !strings.Contains(before, "treealwaysA") {
		t.Errorf("the triggers were\n%s\nand are\n%s", before, after)
	}
}

// TestRowsBesideRowsOfStandingTables has them inserted, which rules see as well.
func TestRowsBesideRowsOfStandingTables(t *testing.T) {
	t.Parallel()
	s := schemaFirst(t, standing, "migrate = [\"data\"]\nconflict = \"ignore\"\nselect {\n  include = [\"public.z_first\", \"public.tree\"]\n}\n")
	s.exec(s.dst, s.dstDB, `INSERT INTO z_first VALUES (3), (11); INSERT INTO tree VALUES (7, 7, 'was here'); DELETE FROM fired`)
	before := s.value(s.dst, s.dstDB, states)
	s.apply()
	for sql, want := range map[string]string{
		`SELECT count(*) FROM fired`: "0", `SELECT count(*) FROM z_first`: "11", `SELECT count(*) FROM tree`: "20000",
		`SELECT filler FROM tree WHERE id = 7`: "was here", states: before,
	} {
		if have := s.value(s.dst, s.dstDB, sql); have != want {
			t.Errorf("%s: %s, want %s", sql, have, want)
		}
	}
}

// TestRowsIntoARing refuses tables whose foreign keys leave no order.
func TestRowsIntoARing(t *testing.T) {
	t.Parallel()
	s := schemaFirst(t, `CREATE TABLE hen (id int PRIMARY KEY, egg int); CREATE TABLE egg (id int PRIMARY KEY, hen int CONSTRAINT laid REFERENCES hen);
		ALTER TABLE hen ADD CONSTRAINT hatched FOREIGN KEY (egg) REFERENCES egg; INSERT INTO hen VALUES (1); INSERT INTO egg VALUES (1, 1)`, "migrate = [\"data\"]\n")
	err := wantError[*executor.ConflictError](t, (<-s.start(t.Context())).err)
	if text := err.Error(); !strings.Contains(text, "ring") || !strings.Contains(text, "laid") {
		t.Error(text)
	}
	if n := s.value(s.dst, s.dstDB, `SELECT count(*) FROM customers`); n != "0" {
		t.Errorf("%s rows were copied", n)
	}
}
