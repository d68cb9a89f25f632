package planner_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"migrator/planner"
)

// everyVersion are the versions that have a script of what they added.
var everyVersion = []int{10, 11, 12, 13, 14, 15, 16, 17, 18}

// TestAcrossVersions migrates every kind of object that the source's version has, whatever the destination's version is. It is what
// `make test-matrix` runs for pairs of versions.
func TestAcrossVersions(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	dropSubscriptions(t, d.srcURL)
	dropSubscriptions(t, d.dstURL)
	needRoles(t, d.srcURL)
	needRoles(t, d.dstURL)
	version := numberOf(t, d.src)
	for _, v := range everyVersion {
		if v*10000 > version {
			break
		}
		text, err := os.ReadFile(filepath.Join("testdata", "versions", fmt.Sprintf("%d.sql", v)))
		if err != nil {
			t.Fatal(err)
		}
		load(t, d.srcURL, string(text))
	}
	first := build(t, d.input(t, everything()))
	for _, a := range first.Actions {
		if a.Change == planner.Skip && a.Kind != planner.ActionAnalyze {
			t.Errorf("left behind: %s: %s", a.Address, a.Reason)
		}
	}
	carryOut(t, d.dst, first)
	sameCatalogs(t, d.src, d.dst)
	in := d.input(t, everything())
	in.Done = done(first)
	nothingLeft(t, build(t, in))
}

// TestBreaksAcrossVersions has what no later version takes: each thing is named with what to do, what needs it stays behind too, and all
// the rest can be made.
func TestBreaksAcrossVersions(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	from, to := numberOf(t, d.src), numberOf(t, d.dst)
	if from >= 110000 {
		t.Skip("the script is for PostgreSQL 10")
	}
	text, err := os.ReadFile(filepath.Join("testdata", "versions", "breaks.sql"))
	if err != nil {
		t.Fatal(err)
	}
	load(t, d.srcURL, string(text))
	p := build(t, d.input(t, everything()))
	want := map[string]bool{}
	for address, since := range map[string]int{
		"table.public.dated": 12, "table.public.spans": 12, "view.public.on_dated": 12, "view.public.casts": 12, "function.public.takes(a abstime)": 12,
		"rows.public.dated": 12, "rows.public.spans": 12, "primary_key.public.dated.dated_pkey": 12, "index.public.dated.dated_pkey": 12,
		"operator.public.~~~(bigint, NONE)": 14, "aggregate.public.collect(anyelement)": 14, "view.public.faculty": 14,
		"function.public.ordered()": 14, "database_setting.replacement_sort_tuples": 11,
		"privileges.function.pg_catalog.pg_start_backup(label text, fast boolean, exclusive boolean)": 15,
		"privileges.table.pg_catalog.pg_pltemplate":                                                   13,
	} {
		want[address] = to/10000 >= since
	}
	skipped := map[string]bool{}
	for _, a := range p.Actions {
		if a.Change == planner.Skip {
			skipped[a.Address] = true
			if !want[a.Address] {
				t.Errorf("left behind: %s: %s", a.Address, a.Reason)
			}
		}
	}
	for address, gone := range want {
		if gone && !skipped[address] {
			t.Errorf("%s is not left behind", address)
		}
	}
	for hazard, object := range map[string]string{"floats_as_text": "public.floating", "table_with_oids": "public.hidden"} {
		var named []string
		for _, h := range p.Hazards {
			if h.Name == hazard {
				named = append(named, h.Object)
			}
		}
		if len(named) != 1 || named[0] != object {
			t.Errorf("the hazard %s is of %v, not of %s alone", hazard, named, object)
		}
	}
	carryOut(t, d.dst, p)
}

// TestExclusionOfPartitions has a constraint that no server takes part by part.
func TestExclusionOfPartitions(t *testing.T) {
	t.Parallel()
	needs(t, 170000)
	const reason = ": excludes rows of a partitioned table, and no server attaches a partition's index for that: " +
		"ALTER TABLE ... ADD CONSTRAINT on the partitioned table makes it, by hand, after the run"
	d, p := migrates(t, `CREATE TABLE days (at date) PARTITION BY RANGE (at); CREATE TABLE days1 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
		ALTER TABLE days ADD CONSTRAINT once EXCLUDE USING btree (at WITH =)`,
		"exclusion.public.days.once"+reason, "exclusion.public.days1.days1_at_excl"+reason)
	position(t, p, "rows.public.days1")
	load(t, d.dstURL, `ALTER TABLE days ADD CONSTRAINT once EXCLUDE USING btree (at WITH =)`)
}
