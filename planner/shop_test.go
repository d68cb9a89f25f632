package planner_test

import (
	"bytes"
	"testing"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
)

// TestShop plans the migration of a database with every kind of object, runs the SQL in the plan's order, and has pg_dump judge.
func TestShop(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	sandboxtest.LoadShop(t, d.srcURL, 0.001)
	sandboxtest.ShopRoles(t, d.dstURL)
	in := d.input(t, everything())
	first := build(t, in)
	if !bytes.Equal(encode(t, first), encode(t, build(t, in))) {
		t.Error("two plans of the same catalogs differ")
	}
	carryOut(t, d.dst, first)
	sameDump(t, d)
	in = d.input(t, everything())
	in.Done = done(first)
	second := build(t, in)
	nothingLeft(t, second)
	if planner.HasChanges(second) {
		t.Error("a second plan has changes")
	}
}

func encode(t *testing.T, p *planner.Plan) []byte {
	t.Helper()
	data, err := planner.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
