package planner_test

import (
	"slices"
	"testing"

	"migrator/config"
	"migrator/planner"
)

// TestRowsThatNameObjects come after the indexes that they may name, and are pointed out where names change.
func TestRowsThatNameObjects(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE TABLE a_names (r regclass, p regprocedure[]); CREATE TABLE z (a int PRIMARY KEY); CREATE INDEX zz ON z (a); CREATE INDEX own ON a_names (r);
		INSERT INTO a_names VALUES ('zz')`)
	p := build(t, d.input(t, everything()))
	if rows := position(t, p, "rows.public.a_names"); rows < position(t, p, "index.public.z.zz") || rows > position(t, p, "index.public.a_names.own") {
		t.Error("the rows stand in the wrong place")
	}
	named := func(h planner.Hazard) bool { return h.Name == "column_names_objects" && h.Object == "public.a_names.r" }
	if slices.ContainsFunc(p.Hazards, named) {
		t.Error("nothing is renamed, and the plan warns of it")
	}
	cfg := everything()
	cfg.Mapping.Schemas = []config.SchemaMapping{{Name: "public", Rename: "app"}}
	if p = build(t, d.input(t, cfg)); !slices.ContainsFunc(p.Hazards, named) {
		t.Errorf("the hazards are %+v", p.Hazards)
	}
}

// TestPublishedTablesHaveNoOrder renames tables so that they sort otherwise.
func TestPublishedTablesHaveNoOrder(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE TABLE "T" (a int PRIMARY KEY); CREATE TABLE child (a int PRIMARY KEY); CREATE PUBLICATION p FOR TABLE "T", child`)
	cfg := everything()
	cfg.Mapping.Names = config.NamesLower
	first := build(t, d.input(t, cfg))
	carryOut(t, d.dst, first)
	in := d.input(t, cfg)
	in.Done = done(first)
	nothingLeft(t, build(t, in))
}

// TestEmptyListSettings has settings whose lists have an empty name, and a name that needs its quotes.
func TestEmptyListSettings(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `DO $$ BEGIN
			EXECUTE format('ALTER DATABASE %I SET search_path = %L', current_database(), '');
			EXECUTE format('ALTER DATABASE %I SET temp_tablespaces = %L', current_database(), '');
			EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET search_path = %L, %L, "$user"', current_database(), 'a"b, c', '');
		END $$`)
	first := build(t, d.input(t, everything()))
	carryOut(t, d.dst, first)
	const settings = `SELECT unnest(setconfig) FROM pg_db_role_setting s JOIN pg_database b ON b.oid = s.setdatabase WHERE datname = current_database() ORDER BY 1`
	if src, dst := column(t, connect(t, d.srcURL, true), settings), column(t, connect(t, d.dstURL, true), settings); len(src) != 3 || !slices.Equal(src, dst) {
		t.Errorf("the destination has %q, the source %q", dst, src)
	}
	nothingLeft(t, build(t, d.input(t, everything())))
}
