package planner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

func patterns(globs ...string) (all []config.Pattern) {
	for n, g := range globs {
		all = append(all, config.Pattern{Glob: g, Pos: config.Position{File: "a.hcl", Line: n + 1}})
	}
	return all
}

func TestMatchGlob(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		glob, schema, name string
		want               bool
	}{
		{"*.*", "a", "b", true},
		{"a.*", "a", "b", true},
		{"a", "a", "b", true},
		{"a.*", "ab", "b", false},
		{"a?.b*", "ab", "bcd", true},
		{"a?.b*", "a", "bcd", false},
		{"*.tmp_*", "x", "tmp_", true},
		{"*.tmp_*", "x", "atmp_", false},
		{"a.b/*", "a", "b/c/d", true},
		{"a.*", "a", "b.c", true},
		{"a.b", "a", "B", false},
		{"ä?.*", "äö", "ü", true},
		{`a.b\c`, "a", `b\c`, true},
		{"a.[b]", "a", "[b]", true},
		{"a.[b]", "a", "b", false},
		{"a.*b*c", "a", "xbxbxc", true},
		{"a.*b*c", "a", "xbxbx", false},
		{"a.", "a", "", true},
	} {
		if got := planner.MatchGlob(test.glob, test.schema, test.name); got != test.want {
			t.Errorf("MatchGlob(%q, %q, %q) is %v", test.glob, test.schema, test.name, got)
		}
	}
}

// shop is a database with what selections fall over: partitions elsewhere, an owned sequence, a key, views on views.
func shop() *handmade {
	h := newHandmade("public", "sales", "parts")
	customers := h.table("sales", "customers", "id integer not null", "name text")
	h.key(catalog.KindPrimaryKey, customers, "customers_pkey", 1)
	orders := h.table("sales", "orders", "id integer not null", "customer integer")
	h.foreignKey(orders, customers, "orders_customer_fk", 2)
	seq := &catalog.Sequence{
		Item: h.item("pg_class", catalog.KindSequence, "sales", "orders_id_seq"), Type: "integer", Start: 1, Increment: 1, Min: 1, Max: 2147483647, Cache: 1,
		Persistence: "p", OwnedBy: &catalog.ColumnName{Schema: "sales", Table: "orders", Column: "id"},
	}
	h.Sequences = append(h.Sequences, seq)
	h.depends(seq, orders, 0, 1)
	orders.Columns[0].Default = "nextval('sales.orders_id_seq'::regclass)"
	h.depends(orders, seq, 1, 0)
	log := h.table("sales", "log", "at date")
	h.partition(log, "parts", "log_2024")
	v := h.view("sales", "report", customers, orders)
	h.view("public", "summary", v)
	return h
}

func TestSelectEverything(t *testing.T) {
	t.Parallel()
	p := shop().plan(t, everything())
	want := []string{
		"+ schema.parts", "+ schema.sales", "+ table.parts.log_2024", "+ sequence.sales.orders_id_seq", "+ table.sales.customers",
		"+ table.sales.log", "+ table.sales.orders", "+ partition.parts.log_2024", "+ view.sales.report", "+ view.public.summary",
		"> rows.parts.log_2024", "> rows.sales.customers", "> rows.sales.orders", "~ sequence_value.sales.orders_id_seq",
		"+ index.sales.customers.customers_pkey", "+ primary_key.sales.customers.customers_pkey",
	}
	got := lines(p)
	slices.Sort(want)
	rest := slices.DeleteFunc(slices.Clone(got), func(l string) bool { return !slices.Contains(want, l) })
	slices.Sort(rest)
	if diff := cmp.Diff(want, rest); diff != "" {
		t.Errorf("-want +got:\n%s\n%q", diff, got)
	}
	if p.Unchanged["schema"] != 1 || len(p.Excluded) != 0 || len(p.Warnings) != 0 {
		t.Errorf("unchanged %v, excluded %v, warnings %v", p.Unchanged, p.Excluded, p.Warnings)
	}
}

func TestIncludeAndExclude(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		include, exclude []config.Pattern
		want, without    []string
		warnings         []string
	}{
		"a schema brings partitions elsewhere": {
			include: patterns("sales.*"),
			want:    []string{"+ schema.sales", "> rows.parts.log_2024", "+ partition.parts.log_2024", "+ view.sales.report"},
			without: []string{"+ view.public.summary", "- view.public.summary"},
		},
		"one table": {
			include: patterns("sales.customers"),
			want:    []string{"+ schema.sales", "+ table.sales.customers", "+ primary_key.sales.customers.customers_pkey"},
			without: []string{"+ table.sales.orders", "+ sequence.sales.orders_id_seq", "- view.sales.report", "~ sequence_value.sales.orders_id_seq"},
		},
		"an owned sequence goes with its table": {
			include: patterns("sales.orders", "sales.customers"),
			want:    []string{"+ sequence.sales.orders_id_seq", "+ foreign_key.sales.orders.orders_customer_fk"},
		},
		"excluding what others need": {
			exclude: patterns("sales.cust*"),
			want:    []string{"- foreign_key.sales.orders.orders_customer_fk", "- view.sales.report", "- view.public.summary", "> rows.sales.orders"},
			without: []string{"+ table.sales.customers", "> rows.sales.customers", "+ index.sales.customers.customers_pkey"},
		},
		"a partition alone can be excluded": {
			exclude: patterns("parts.*"),
			want:    []string{"+ table.sales.log"},
			without: []string{"+ schema.parts", "+ table.parts.log_2024", "> rows.parts.log_2024", "+ partition.parts.log_2024", "- partition.parts.log_2024"},
		},
		"patterns without a match": {
			include: patterns("sales.*", "slaes.*"), exclude: patterns("public.*", "*.nothing"),
			want:     []string{"+ schema.sales"},
			warnings: []string{`"slaes.*" (a.hcl:2)`, `"*.nothing" (a.hcl:2)`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := everything()
			cfg.Select.Include, cfg.Select.Exclude = test.include, test.exclude
			p := shop().plan(t, cfg)
			got := lines(p)
			for _, w := range test.want {
				if !slices.Contains(got, w) {
					t.Errorf("no %q in %q", w, got)
				}
			}
			for _, w := range test.without {
				if slices.Contains(got, w) {
					t.Errorf("%q in %q", w, got)
				}
			}
			if len(p.Warnings) != len(test.warnings) {
				t.Errorf("warnings %q", p.Warnings)
			}
			for _, w := range test.warnings {
				if !strings.Contains(strings.Join(p.Warnings, "\n"), w) {
					t.Errorf("no warning about %s in %q", w, p.Warnings)
				}
			}
		})
	}
}

// TestReasons says why dependents fall away, and which line of the configuration would keep them.
func TestReasons(t *testing.T) {
	t.Parallel()
	reason := func(cfg *config.Config, h *handmade, address string) string {
		a := action(t, h.plan(t, cfg), address)
		if a.Change != planner.Skip || len(a.SQL) != 0 {
			t.Errorf("%s is %s with %q", address, a.Change, a.SQL)
		}
		return a.Reason
	}
	for _, test := range []struct {
		change  func(*config.Config)
		address string
		want    string
	}{
		{func(c *config.Config) { c.Select.Include = patterns("public.*") }, "view.public.summary", `needs view sales.report, which is not selected (add "sales.report" to select.include)`},
		{func(c *config.Config) { c.Select.Exclude = patterns("sales.cust*") }, "foreign_key.sales.orders.orders_customer_fk", `needs table sales.customers, which is not selected (select.exclude has "sales.cust*")`},
		{func(c *config.Config) { c.Select.Exclude = patterns("sales.cust*") }, "view.public.summary", "needs view sales.report, which is not carried"},
		{func(c *config.Config) { c.Select.Skip = []string{"sequence"} }, "table.sales.orders", `needs sequence sales.orders_id_seq, which is not selected (select.skip has "sequence")`},
	} {
		cfg := everything()
		test.change(cfg)
		if got := reason(cfg, shop(), test.address); got != test.want {
			t.Errorf("%s: %q, want %q", test.address, got, test.want)
		}
	}

	h := newHandmade("public")
	e := h.extension("aws_s3")
	typed := h.table("public", "uses_it", "id integer")
	h.depends(typed, e, 0, 0)
	h.view("public", "above", typed)
	cfg := everything()
	cfg.Select.SkipExtensions = []string{"aws_s3"}
	if got := reason(cfg, h, "table.public.uses_it"); got != `needs extension aws_s3, which is not selected (extension "aws_s3" { skip = true })` {
		t.Errorf("what needs a skipped extension: %q", got)
	}
	if got := lines(h.plan(t, cfg)); !cmp.Equal(got, []string{"- table.public.uses_it", "- view.public.above", "- rows.public.uses_it"}) {
		t.Errorf("with a skipped extension: %q", got)
	}

	h = newHandmade("public")
	c := h.function("public", "hash", "c")
	h.view("public", "uses_hash", c)
	if got := reason(everything(), h, "function.public.hash()"); !strings.HasPrefix(got, "language c") {
		t.Errorf("a C function: %q", got)
	}
	if got := reason(everything(), h, "view.public.uses_hash"); got != "needs function public.hash(), which is not carried" {
		t.Errorf("what needs a C function: %q", got)
	}
}

func TestSkipKinds(t *testing.T) {
	t.Parallel()
	h := shop()
	comments := h.Tables[0]
	comments.Comment, comments.ACL = "people", []string{"me=r/me", "you=r/me"}
	comments.Columns[1].Default = "'x'::text"
	comments.Checks = []catalog.TableCheck{{Name: "short", Definition: "CHECK (length(name) < 9)"}}
	h.Uncarried = []catalog.Uncarried{{Kind: "event trigger", Name: "et"}, {Kind: "cast", Name: "c"}, {Kind: "cast", Name: "c"}}
	cfg := everything()
	p := h.plan(t, cfg)
	sql := strings.Join(action(t, p, "table.sales.customers").SQL, "; ")
	for _, want := range []string{"COMMENT ON TABLE", "DEFAULT 'x'", "CHECK (length"} {
		if !strings.Contains(sql, want) {
			t.Errorf("no %q in %s", want, sql)
		}
	}
	if got := lines(p, "cast", "event trigger", "privileges"); !cmp.Equal(got, []string{"- cast.c", "- cast.c (2)", "- event trigger.et", "~ privileges.table.sales.customers"}) {
		t.Errorf("%q", got)
	}
	cfg.Select.Skip = []string{"comment", "default", "check", "grant", "event_trigger", "index"}
	p = h.plan(t, cfg)
	sql = strings.Join(action(t, p, "table.sales.customers").SQL, "; ")
	for _, gone := range []string{"COMMENT", "DEFAULT", "CHECK"} {
		if strings.Contains(sql, gone) {
			t.Errorf("%q in %s", gone, sql)
		}
	}
	if got := lines(p, "cast", "event trigger", "privileges"); !cmp.Equal(got, []string{"- cast.c", "- cast.c (2)"}) {
		t.Errorf("%q", got)
	}
	if a := action(t, p, "primary_key.sales.customers.customers_pkey"); a.Change != planner.Create {
		t.Errorf("without indexes, a key is %s: %s", a.Change, a.Reason)
	}
	if p.Excluded["event trigger"] != 1 {
		t.Errorf("excluded: %v", p.Excluded)
	}
}
