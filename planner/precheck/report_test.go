package precheck

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner/catalog"
)

// ignoring runs one made-up alert, and an error of the same objects, under some ignores.
func ignoring(severity Severity, list ...config.Ignore) []Result {
	g := newIgnores(&config.Config{Precheck: config.Precheck{Ignore: list}})
	f := Finding{Side: Source, Found: "found", Do: "do", Objects: []catalog.Name{{Schema: "audit", Name: "log"}, {Schema: "audit", Name: "new.log"}, {Schema: "public", Name: "t"}}}
	return append(g.results(Check{Name: "table_without_key", Severity: severity}, []Finding{f}, nil), g.unused(nil)...)
}

func TestIgnore(t *testing.T) {
	type row struct {
		Name    string
		Status  Status
		Objects []string
		Found   string
	}
	all := []string{"audit.log", `audit."new.log"`, "public.t"}
	for _, c := range []struct {
		name     string
		severity Severity
		list     []config.Ignore
		want     []row
	}{
		{"none", Alert, nil, []row{{"table_without_key", Failed, all, "found"}}},
		{
			"a part", Alert, []config.Ignore{{Check: "table_without_key", Objects: []string{"audit.*"}, Reason: "append only"}},
			[]row{{"table_without_key", Ignored, all[:2], "found"}, {"table_without_key", Failed, all[2:], "found"}},
		},
		{
			"a new object raises it again", Alert, []config.Ignore{{Check: "table_without_key", Objects: []string{"audit.log", "public.*"}}},
			[]row{{"table_without_key", Ignored, []string{"audit.log", "public.t"}, "found"}, {"table_without_key", Failed, all[1:2], "found"}},
		},
		{"all", Alert, []config.Ignore{{Check: "table_without_key"}}, []row{{"table_without_key", Ignored, all, "found"}}},
		{
			"a schema", Alert, []config.Ignore{{Check: "table_without_key", Objects: []string{"audit"}}, {Check: "table_without_key", Objects: []string{"public"}}},
			[]row{{"table_without_key", Ignored, all[:2], "found"}, {"table_without_key", Ignored, all[2:], "found"}},
		},
		{
			"nothing", Alert, []config.Ignore{{Check: "table_without_key", Objects: []string{"sales.*"}}},
			[]row{{"table_without_key", Failed, all, "found"}, {"ignore", Failed, nil, `the ignore of "table_without_key" matches nothing`}},
		},
		{
			"an error", Error, []config.Ignore{{Check: "table_without_key"}},
			[]row{{"table_without_key", Failed, all, "found"}, {"ignore", Failed, nil, `the ignore of "table_without_key" matches nothing`}},
		},
		{
			"a check of errors", Alert, []config.Ignore{{Check: "versions"}},
			[]row{{"table_without_key", Failed, all, "found"}, {"ignore", Failed, nil, `the ignore of "versions" matches no alert, and its errors cannot be ignored`}},
		},
		{
			"no check", Alert, []config.Ignore{{Check: "table_witout_key"}},
			[]row{{"table_without_key", Failed, all, "found"}, {"ignore", Failed, nil, `there is no check "table_witout_key" to ignore`}},
		},
	} {
		var got []row
		for _, r := range ignoring(c.severity, c.list...) {
			got = append(got, row{r.Name, r.Status, r.Objects, r.Found})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.name, diff)
		}
	}
}

func TestReport(t *testing.T) {
	r := Report{Results: []Result{
		{Name: "a", Severity: Error, Status: Passed},
		{Name: "b", Severity: Error, Status: Failed, Side: Destination, Found: "x", Do: "y", Fix: []string{"GRANT b", "GRANT c"}},
		{Name: "c", Severity: Alert, Status: Ignored, Side: Source, Found: "z", Reason: "known", Fix: []string{"GRANT no"}},
		{Name: "d", Severity: Alert, Status: Failed, Side: Source, Objects: []string{"1", "2", "3", "4", "5", "6"}, Found: "many", Fix: []string{"GRANT a", "GRANT a"}},
		{Name: "e", Severity: Info, Status: Failed, Side: Destination, Fix: []string{"GRANT c"}},
		{Name: "f", Severity: Alert, Status: Skipped},
	}}
	if r.OK() || r.SuccessRate() != 50 || r.Count(Failed) != 3 || r.Count(Failed, Error) != 1 {
		t.Errorf("%v %v", r.OK(), r.SuccessRate())
	}
	want := "-- On the source:\nGRANT a;\n\n-- On the destination:\nGRANT b;\nGRANT c;\n"
	if diff := cmp.Diff(want, r.GrantScript()); diff != "" {
		t.Error(diff)
	}
	rows := r.Table()
	if diff := cmp.Diff([]string{"ignored", "alert", "c", "source", "z", "ignored: known"}, rows[2]); diff != "" {
		t.Error(diff)
	}
	if got := rows[3][4]; got != "many: 1, 2, 3, 4, 5 and 1 more" {
		t.Error(got)
	}
	if len(rows[0]) != len(TableHeader) {
		t.Error("the header does not fit")
	}
}
