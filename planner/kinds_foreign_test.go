package planner_test

import (
	"slices"
	"strings"
	"testing"

	"migrator/planner"
)

func TestForeign(t *testing.T) {
	t.Parallel()
	d, p := migrates(t, `
		CREATE SCHEMA "Odd"; CREATE EXTENSION postgres_fdw SCHEMA "Odd"; CREATE EXTENSION file_fdw;
		CREATE FOREIGN DATA WRAPPER own HANDLER "Odd".postgres_fdw_handler VALIDATOR "Odd".postgres_fdw_validator;
		CREATE FOREIGN DATA WRAPPER dummy OPTIONS ("Debug" 'it''s'); COMMENT ON FOREIGN DATA WRAPPER dummy IS 'does nothing';
		GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO pg_monitor WITH GRANT OPTION;
		CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
		CREATE SERVER "Far" TYPE 'kind' VERSION '1.0' FOREIGN DATA WRAPPER own OPTIONS (host 'localhost', dbname 'a"b'); COMMENT ON SERVER "Far" IS 'far';
		ALTER SERVER "Far" OWNER TO pg_monitor; GRANT USAGE ON FOREIGN SERVER "Far" TO PUBLIC;
		CREATE USER MAPPING FOR PUBLIC SERVER "Far"; CREATE USER MAPPING FOR postgres SERVER "Far" OPTIONS (user 'me');
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
		CREATE FOREIGN TABLE "Odd"."Remote" (id int OPTIONS (column_name 'ID') NOT NULL, at date DEFAULT '2020-01-01', twice int GENERATED ALWAYS AS (id * 2) STORED,
			CHECK (id > 0)) SERVER "Far" OPTIONS (schema_name 'x', table_name 'y');
		COMMENT ON FOREIGN TABLE "Odd"."Remote" IS 'not here'; COMMENT ON COLUMN "Odd"."Remote".id IS 'its id';
		ALTER FOREIGN TABLE "Odd"."Remote" ALTER COLUMN id SET STATISTICS 7; ALTER FOREIGN TABLE "Odd"."Remote" ADD CONSTRAINT late CHECK (twice > 1) NOT VALID;
		GRANT SELECT, INSERT (id) ON "Odd"."Remote" TO pg_monitor; ALTER FOREIGN TABLE "Odd"."Remote" OWNER TO pg_monitor;
		CREATE TRIGGER tr BEFORE INSERT ON "Odd"."Remote" FOR EACH ROW EXECUTE FUNCTION f();
		CREATE TABLE parts (id int, region text) PARTITION BY LIST (region);
		CREATE TABLE here PARTITION OF parts FOR VALUES IN ('h'); CREATE FOREIGN TABLE there PARTITION OF parts FOR VALUES IN ('t') SERVER "Far";
		CREATE TABLE base (a int); CREATE FOREIGN TABLE child (b int OPTIONS (column_name 'c')) INHERITS (base) SERVER "Far";
		CREATE FOREIGN TABLE file (line text) SERVER files OPTIONS (filename '/dev/null');
		CREATE VIEW v AS SELECT id FROM "Odd"."Remote";`,
		"analyze.public.base: it would read foreign tables below it on their servers; its other partitions are analyzed one by one",
		"analyze.public.parts: it would read foreign tables below it on their servers; its other partitions are analyzed one by one")
	position(t, p, "analyze.public.here")
	sameDump(t, d)

	if slices.ContainsFunc(p.Actions, func(a planner.Action) bool { return a.Address == "rows.Odd.Remote" || a.Address == "rows.public.there" }) {
		t.Error("the rows of another server are copied")
	}
}

func TestForeignSecrets(t *testing.T) {
	t.Parallel()
	_, p := migrates(t, `
		CREATE FOREIGN DATA WRAPPER w; CREATE SERVER open FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR PUBLIC SERVER open OPTIONS (user 'me', "Password" 'hunter2');
		CREATE SERVER closed FOREIGN DATA WRAPPER w OPTIONS (api_token 'hunter2'); CREATE FOREIGN TABLE t (a int) SERVER closed;`,
		`foreign_table.public.t: needs server closed, which is not carried`,
		`server.closed: its option "api_token" may be a secret, which no plan keeps: create it by hand, and give that option then`,
		`user mapping.open(PUBLIC): its option "Password" may be a secret, which no plan keeps: create it by hand, and give that option then`)
	if text := string(encode(t, p)); strings.Contains(text, "hunter2") {
		t.Error("the plan holds a password")
	}
}

// TestMadeByHand has what a plan leaves out for its secret in the destination already, so that what needs it can be carried.
func TestMadeByHand(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (token 'a'); CREATE FOREIGN TABLE t (a int) SERVER s`)
	load(t, d.dstURL, `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (token 'b')`)
	p := build(t, d.input(t, everything()))
	carryOut(t, d.dst, p)
	position(t, p, "foreign_table.public.t")
	nothingLeft(t, build(t, d.input(t, everything())))
}
