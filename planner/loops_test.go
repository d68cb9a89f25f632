package planner_test

import (
	"slices"
	"strings"
	"testing"

	"migrator/planner"
	"migrator/planner/catalog"
)

// TestLoops migrates what needs itself, and what needs a key.
func TestLoops(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, script(t, "loops.sql"))
	p := d.migrate(t, everything())
	sameDump(t, d)
	for _, h := range p.Hazards {
		if h.Name == "dependency_loop" {
			t.Errorf("a loop is left at %s", h.Object)
		}
	}
	for address, stage := range map[string]planner.Stage{
		"default.public.counted.n": planner.StageSchema, "check.public.counted.next_is_one": planner.StageSchema,
		"check.public.even.is_even": planner.StageSchema, "query.view.public.round": planner.StageSchema,
		"view.public.grouped": planner.StageData, "view.public.on_grouped": planner.StageData, "function.public.of_grouped(public.grouped)": planner.StageData,
	} {
		if a := action(t, p, address); a.Stage != stage || (stage == planner.StageData) != (a.Section != planner.PreData) {
			t.Errorf("%s is in stage %d, section %s", address, a.Stage, a.Section)
		}
	}
}

// TestLoopsThatStay names what cannot be broken, the same way each time.
func TestLoopsThatStay(t *testing.T) {
	t.Parallel()
	var first []string
	for range 10 {
		h := newHandmade("public")
		a := h.function("public", "a", "sql")
		b := h.function("public", "b", "sql", a)
		h.depends(a, h.function("public", "c", "sql", b), 0, 0)
		p := h.plan(t, everything())
		if got := hazards(p); !slices.Equal(got, []string{"dependency_loop function.public.a()"}) {
			t.Fatalf("%q", got)
		}
		if got := strings.Join(lines(p), " "); first != nil && got != strings.Join(first, " ") {
			t.Fatalf("%s, and before %s", got, first)
		}
		first = lines(p)
	}
}

// TestShuffledCatalogs plans the same whatever order the dependencies come in.
func TestShuffledCatalogs(t *testing.T) {
	t.Parallel()
	h := shop()
	want := encode(t, h.plan(t, everything()))
	for range 10 {
		slices.Reverse(h.Depends)
		h.Depends = append(h.Depends[3:], h.Depends[:3]...)
		if got := encode(t, h.plan(t, everything())); string(got) != string(want) {
			t.Fatalf("%s\nand then\n%s", want, got)
		}
	}
}

// TestKeyBeforeView makes a view that groups by a primary key wait for it, and what needs the view with it.
func TestKeyBeforeView(t *testing.T) {
	t.Parallel()
	h := one()
	v := h.view("public", "grouped", h.Tables[0], h.Constraints[0])
	h.view("public", "above", v)
	h.view("public", "plain", h.Tables[0])
	p := h.plan(t, everything())
	got := lines(p, "view", string(catalog.KindPrimaryKey))
	if !slices.Equal(got, []string{"+ view.public.plain", "+ primary_key.public.t.t_pkey", "+ view.public.grouped", "+ view.public.above"}) {
		t.Errorf("%q", got)
	}
	if a := action(t, p, "view.public.above"); a.Section != planner.Data || a.Stage != planner.StageData {
		t.Errorf("section %s, stage %d", a.Section, a.Stage)
	}
}
