package planner_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

// labelled has labels that no provider was asked about, which only a superuser can make.
const labelled = `
	CREATE SCHEMA "S"; CREATE TABLE "S".t (gone int, a int, b int); ALTER TABLE "S".t DROP COLUMN gone; CREATE VIEW v AS SELECT a FROM "S".t;
	CREATE FUNCTION f(n int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE left_out (a int); CREATE EXTENSION hstore;
	SELECT lo_create(4711);
	SET allow_system_table_mods = on;
	INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label) VALUES
		('"S".t'::regclass, 'pg_class'::regclass, 0, 'dummy', 'it''s secret'), ('"S".t'::regclass, 'pg_class'::regclass, 2, 'dummy', 'top'),
		('"S".t'::regclass, 'pg_class'::regclass, 2, 'Other', 'x'), ('"S"'::regnamespace, 'pg_namespace'::regclass, 0, 'dummy', 'classified'),
		('v'::regclass, 'pg_class'::regclass, 1, 'dummy', 'view'), ('f(int)'::regprocedure, 'pg_proc'::regclass, 0, 'dummy', 'function'),
		(4711, 'pg_largeobject'::regclass, 0, 'dummy', 'object'), ('left_out'::regclass, 'pg_class'::regclass, 0, 'dummy', 'x'),
		('hstore'::regtype, 'pg_type'::regclass, 0, 'dummy', 'x');
	INSERT INTO pg_shseclabel (objoid, classoid, provider, label) SELECT oid, 'pg_database'::regclass, 'dummy', 'base' FROM pg_database WHERE datname = current_database();`

func TestSecurityLabels(t *testing.T) {
	t.Parallel()
	needs(t, 120000)
	d := connectDatabases(t)
	load(t, d.srcURL, labelled)
	cfg := everything()
	cfg.Select.Exclude = []config.Pattern{{Glob: "*.left_out"}}

	const why = ": the destination is not known to have the label provider dummy: library dummy_seclabel is not among the preloaded ones that postgres can see"
	without := build(t, d.input(t, cfg))
	want := []string{
		`security_label.Other."""S"".t.a": ` + strings.ReplaceAll(strings.ReplaceAll(why[2:], "dummy_seclabel", "Other"), "dummy", "Other"),
		`security_label.dummy."""S"".t"` + why, `security_label.dummy."""S"".t.a"` + why, `security_label.dummy."""S"""` + why, "security_label.dummy.4711" + why,
		"security_label.dummy.database" + why, `security_label.dummy."public.f(integer)"` + why,
		`security_label.dummy."public.hstore": what it is on is an extension's or PostgreSQL's own, or is not carried`, `security_label.dummy."public.v.a"` + why,
	}
	if diff := cmp.Diff(sorted(want), skips(without)); diff != "" {
		t.Errorf("left behind, -want +got:\n%s", diff)
	}

	in := d.input(t, cfg)
	in.Destination.Server.Preloaded = []string{"dummy_seclabel"}
	var sql []string
	for _, a := range build(t, in).Actions {
		if a.Kind == planner.ActionSecurityLabel && a.Change == planner.Alter {
			sql = append(sql, a.SQL...)
		}
	}
	statements := []string{
		`SECURITY LABEL FOR dummy ON TABLE "S".t IS 'it''s secret'`, `SECURITY LABEL FOR dummy ON COLUMN "S".t.a IS 'top'`, `SECURITY LABEL FOR dummy ON SCHEMA "S" IS 'classified'`,
		`SECURITY LABEL FOR dummy ON COLUMN public.v.a IS 'view'`, `SECURITY LABEL FOR dummy ON FUNCTION public.f(n integer) IS 'function'`,
		`SECURITY LABEL FOR dummy ON LARGE OBJECT 4711 IS 'object'`, "SECURITY LABEL FOR dummy ON DATABASE " + d.dst.Config().Database + " IS 'base'",
	}
	if diff := cmp.Diff(sorted(statements), sorted(sql)); diff != "" {
		t.Errorf("statements, -want +got:\n%s", diff)
	}
	for _, s := range sql { // the server understands it, and only lacks the provider
		if _, err := d.dst.Exec(t.Context(), s); err == nil || !strings.Contains(err.Error(), `provider "dummy" is not loaded`) {
			t.Errorf("%s: %v", s, err)
		}
	}

	// What has the label already needs no provider.
	carryOut(t, d.dst, without)
	in = d.input(t, cfg)
	for _, l := range in.Source.SecurityLabels {
		for _, there := range in.Destination.Tables {
			if l.Name == `"S".t.a` && there.Name == "t" {
				in.Destination.SecurityLabels = append(in.Destination.SecurityLabels, &catalog.SecurityLabel{On: there.Ref, Column: there.Columns[0].Number, Provider: l.Provider, Text: l.Text})
			}
		}
	}
	for _, a := range build(t, in).Actions {
		if strings.Contains(a.Address, "t.a") {
			t.Errorf("%s is planned again", a.Address)
		}
	}
	cfg.Select.Skip = []string{"security_label"}
	for _, a := range build(t, d.input(t, cfg)).Actions {
		if a.Kind == planner.ActionSecurityLabel {
			t.Errorf("%s, although it is to be skipped", a.Address)
		}
	}
}
