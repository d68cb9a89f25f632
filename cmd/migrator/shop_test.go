package main

import (
	"testing"

	"migrator/examples/sandbox/sandboxtest"
)

// TestShopPlansAreStable makes the plan of a database with every kind of object twice, and again after each step of the migration.
func TestShopPlansAreStable(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs)
	sandboxtest.LoadShop(t, s.src, 0.01)
	sandboxtest.ShopRoles(t, s.dst)
	s.run(exitDone, "plan", "-out=first.plan")
	s.run(exitDone, "plan", "-out=second.plan")
	if s.read("first.plan") != s.read("second.plan") {
		t.Error("two plans of the same catalogs differ")
	}
	s.run(exitDone, "apply", "first.plan")
	for _, step := range []string{"verify", "release", ""} {
		s.says(s.run(exitDone, "plan", "-detailed-exitcode", "-out=again.plan"), "No changes.")
		if step != "" {
			s.run(exitDone, step)
		}
	}
}
