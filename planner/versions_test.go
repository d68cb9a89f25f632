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
