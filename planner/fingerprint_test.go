package planner_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

func TestFingerprint(t *testing.T) {
	t.Parallel()
	fingerprint := func(h *handmade, sel *config.Select) map[string]string {
		f, err := planner.Fingerprint(h.Database, sel)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	before := shop()
	before.Uncarried = []catalog.Uncarried{{Kind: "event trigger", Name: "et"}}
	after := shop()
	after.Tables[0].Columns[1].NotNull = true
	after.Tables[1].ACL, after.Tables[1].BaseACL = []string{"me=r/me", "you=r/me"}, []string{"me=r/me"}
	after.Tables[0].Rows, after.Tables[0].Bytes = 5, 5 // no part of the definition
	after.Views = after.Views[:1]
	after.table("sales", "new", "a integer")
	got := planner.Changes(fingerprint(before, nil), fingerprint(after, nil), 9)
	want := []string{"event trigger et is gone", "table sales.customers has changed", "table sales.new is new", "table sales.orders has changed", "view public.summary is gone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := planner.Changes(fingerprint(before, nil), fingerprint(after, nil), 2); !slices.Equal(got, append(want[:2:2], "and 3 more")) {
		t.Errorf("%q", got)
	}
	if got := planner.Changes(fingerprint(before, nil), fingerprint(shop(), nil), 9); !slices.Equal(got, want[:1]) {
		t.Errorf("%q", got)
	}
	if got := fingerprint(before, &config.Select{Include: patterns("parts.*")}); len(got) != 3 || got["schema.parts"] == "" || got["table.parts.log_2024"] == "" {
		t.Errorf("%v", got)
	}
}

// TestPresent tells what was made in the destination since a plan was.
func TestPresent(t *testing.T) {
	t.Parallel()
	p := shop().plan(t, everything())
	d := newHandmade("public", "sales")
	d.table("sales", "customers", "a integer")
	now, err := planner.Fingerprint(d.Database, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := planner.Present(p, now); !slices.Equal(got, []string{"schema.sales", "table.sales.customers"}) {
		t.Errorf("%q", got)
	}
}
