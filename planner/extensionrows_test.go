package planner_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/planner"
	"migrator/planner/catalog"
)

func TestExtensionRows(t *testing.T) {
	t.Parallel()
	h := newHandmade("public")
	e := h.extension("postgis")
	e.Config = []catalog.ExtensionTable{
		{Table: catalog.Name{Schema: "public", Name: "spatial_ref_sys"}, Columns: []string{"srid", "Auth"}, Condition: "WHERE srid > 900000"},
		{Table: catalog.Name{Schema: "public", Name: "more"}, Columns: []string{"a"}},
		{Table: catalog.Name{Schema: "public", Name: "more_seq"}, Sequence: true},
	}
	p := h.plan(t, everything())
	rows := action(t, p, "rows.public.spatial_ref_sys")
	at := planner.Relation{Schema: "public", Name: "spatial_ref_sys"}
	want := &planner.RowCopy{
		From: at, Into: at, Final: at, Where: "srid > 900000", Select: []string{"srid", `"Auth"`}, Columns: []string{"srid", "Auth"},
		FinalColumns: []string{"srid", "Auth"}, Format: "text", KeepExisting: true,
	}
	if diff := cmp.Diff(want, rows.Copy); diff != "" || rows.Change != planner.Copy || !slices.Equal(rows.DependsOn, []string{"extension.postgis"}) {
		t.Errorf("%s needs %q (-want +got):\n%s", rows.Change, rows.DependsOn, diff)
	}
	if more := action(t, p, "rows.public.more"); !slices.Contains(more.DependsOn, rows.Address) || more.Copy.Where != "" {
		t.Errorf("%+v", more)
	}
	if value := action(t, p, "sequence_value.public.more_seq"); value.Sequence.From.Name != "more_seq" {
		t.Errorf("%+v", value)
	}
	if _, err := planner.Decode(encode(t, p)); err != nil {
		t.Error(err)
	}
	cfg := everything()
	cfg.Select.SkipExtensions = []string{"postgis"}
	if got := lines(h.plan(t, cfg)); !slices.Equal(got, []string{"- rows.public.more", "- rows.public.spatial_ref_sys"}) {
		t.Errorf("%q", got)
	}
	cfg = everything()
	cfg.Select.Exclude = patterns("public.spatial*")
	if got := lines(h.plan(t, cfg)); !slices.Equal(got, []string{"+ extension.postgis", "> rows.public.more", "~ sequence_value.public.more_seq"}) {
		t.Errorf("%q", got)
	}
}
