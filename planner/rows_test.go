package planner_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

func TestRowCopy(t *testing.T) {
	t.Parallel()
	h := newHandmade("public", "a")
	one := h.table("a", "t", "id integer not null", "Loud text", "made text", "code text")
	one.Columns[2].Generated, one.Columns[2].Default = "s", `upper("Loud")`
	h.key(catalog.KindUnique, one, "t_id", 1)
	cfg := everything()
	cfg.Mapping.Schemas = schemaRenames("a", "b")
	cfg.Mapping.Tables = []config.TableMapping{{Schema: "a", Name: "t", Rename: "u", Where: "id > 3", Data: true, Columns: []config.ColumnMapping{
		{Name: "Loud", Rename: "loud", Value: `lower("Loud")`}, {Name: "code", Exclude: true},
	}}}
	p := h.plan(t, cfg)
	want := &planner.RowCopy{
		From: planner.Relation{Schema: "a", Name: "t"}, Into: planner.Relation{Schema: "a", Name: "t"}, Final: planner.Relation{Schema: "b", Name: "u"},
		Select: []string{"id", `(lower("Loud"))::text`}, Where: "id > 3",
		Columns: []string{"id", "Loud"}, FinalColumns: []string{"id", "loud"}, Format: "binary", Fresh: true, Key: []int{0},
	}
	c := action(t, p, "rows.a.t").Copy
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if q := c.Query(); q != `SELECT id, (lower("Loud"))::text FROM ONLY a.t WHERE (id > 3)` {
		t.Error(q)
	}

	one.Columns[1].BinarySafe = false
	if c := action(t, h.plan(t, cfg), "rows.a.t").Copy; c.Format != "text" {
		t.Errorf("a type that means something else there travels as %s", c.Format)
	}
	one.Columns[1].BinarySafe, one.Columns[2].BinarySafe = true, false
	if c := action(t, h.plan(t, cfg), "rows.a.t").Copy; c.Format != "binary" {
		t.Errorf("a column that does not travel makes the format %s", c.Format)
	}
}

// TestRowsIntoRenamed sends rows to a table that has its new names already.
func TestRowsIntoRenamed(t *testing.T) {
	t.Parallel()
	h, d := newHandmade("public"), newHandmade("public")
	h.table("public", "t", "A integer")
	d.table("public", "u", "b integer")
	cfg := everything()
	cfg.Mapping.Tables = []config.TableMapping{table("public", "t", "u", config.ColumnMapping{Name: "A", Rename: "b"})}
	p := h.plan(t, cfg, d)
	c := action(t, p, "rows.public.t").Copy
	if c.Into.Name != "u" || !slices.Equal(c.Columns, []string{"b"}) || !slices.Equal(c.Select, []string{`"A"`}) || c.Fresh {
		t.Errorf("%+v", c)
	}
	if a := action(t, p, "analyze.public.t"); !slices.Equal(a.SQL, []string{"ANALYZE public.u"}) {
		t.Errorf("%q", a.SQL)
	}
	if got := renamesOf(p); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestKeyOfRows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		make   func(*handmade, *catalog.Table)
		key    []int
		hazard bool
	}{
		"none":            {func(*handmade, *catalog.Table) {}, nil, true},
		"primary key":     {func(h *handmade, t *catalog.Table) { h.key(catalog.KindPrimaryKey, t, "p", 2) }, []int{1}, false},
		"unique":          {func(h *handmade, t *catalog.Table) { h.key(catalog.KindUnique, t, "u", 1) }, []int{0}, false},
		"unique, or null": {func(h *handmade, t *catalog.Table) { h.key(catalog.KindUnique, t, "u", 3) }, nil, true},
		"both": {func(h *handmade, t *catalog.Table) {
			h.key(catalog.KindUnique, t, "a", 1)
			h.key(catalog.KindPrimaryKey, t, "p", 2)
			h.key(catalog.KindUnique, t, "z", 1)
		}, []int{1}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHandmade("public")
			test.make(h, h.table("public", "t", "a integer not null", "b integer not null", "c integer"))
			p := h.plan(t, everything())
			if c := action(t, p, "rows.public.t").Copy; !slices.Equal(c.Key, test.key) || slices.Contains(hazards(p), "table_without_key public.t") != test.hazard {
				t.Errorf("key %v, hazards %q", c.Key, hazards(p))
			}
		})
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		bytes, pages, split int64
		version             int
		want                []planner.BlockRange
	}{
		{100, 10, 100, 150000, nil},
		{101, 10, 100, 150000, []planner.BlockRange{{From: 0, To: 5}, {From: 5}}},
		{1000, 10, 300, 150000, []planner.BlockRange{{From: 0, To: 2}, {From: 2, To: 5}, {From: 5, To: 7}, {From: 7}}},
		{1000, 2, 10, 150000, []planner.BlockRange{{From: 0, To: 1}, {From: 1}}},
		{1000, 1, 10, 150000, nil},
		{1000, 10, 0, 150000, nil},
		{1000, 10, 100, 130000, nil},
	} {
		h := newHandmade("public")
		h.Server.Version = test.version
		big := h.table("public", "t", "a integer")
		big.Bytes, big.Pages = test.bytes, test.pages
		cfg := everything()
		cfg.Parallelism.SplitLargerThan = test.split
		c := action(t, h.plan(t, cfg), "rows.public.t").Copy
		if diff := cmp.Diff(test.want, c.Parts); diff != "" || c.PartCount() != max(1, len(test.want)) {
			t.Errorf("%+v: -want +got:\n%s", test, diff)
		}
	}
}

// TestThroughRoot routes the rows of partitions anew where the hash of an enum says where they are.
func TestThroughRoot(t *testing.T) {
	t.Parallel()
	h := newHandmade("public")
	top := h.table("public", "top", "at date", "kind mood")
	hashed := h.partition(top, "public", "hashed")
	first, second := h.partition(hashed, "public", "first"), h.partition(hashed, "public", "second")
	plain := h.partition(top, "public", "plain")
	hashed.HashesEnum, first.HashesEnum, second.HashesEnum = true, true, true
	index := &catalog.Index{Item: h.item("pg_class", catalog.KindIndex, "public", "first_kind"), Definition: "CREATE INDEX first_kind ON public.first USING btree (kind)"}
	index.Table = "first"
	h.Indexes = append(h.Indexes, index)
	h.depends(index, first, 0, 2)
	cfg := everything()
	cfg.Mapping.Tables = []config.TableMapping{{Schema: "public", Name: "top", Where: "at > '2020-01-01'", Data: true, Columns: []config.ColumnMapping{{Name: "kind", Rename: "sort", Value: "kind"}}}}
	p := h.plan(t, cfg)
	for _, table := range []*catalog.Table{first, second} {
		c := action(t, p, "rows.public."+table.Name).Copy
		if !c.ThroughRoot || c.Into.Name != "hashed" || c.Final.Name != "hashed" || c.From.Name != table.Name ||
			c.Where != "at > '2020-01-01'" || !slices.Equal(c.FinalColumns, []string{"at", "sort"}) || c.Select[1] != "(kind)::mood" {
			t.Errorf("%+v", c)
		}
	}
	if c := action(t, p, "rows.public."+plain.Name).Copy; c.ThroughRoot || c.Into.Name != "plain" {
		t.Errorf("%+v", c)
	}
	needs := action(t, p, "index.public.first.first_kind").DependsOn
	for _, want := range []string{"rows.public.first", "rows.public.second"} {
		if !slices.Contains(needs, want) {
			t.Errorf("an index needs %q, not %s", needs, want)
		}
	}
	if needs := action(t, p, "rows.public.first").DependsOn; !slices.Contains(needs, "partition.public.hashed") || !slices.Contains(needs, "partition.public.first") {
		t.Errorf("rows need %q", needs)
	}
}

// TestNoData leaves rows of some tables behind, and of the partitions of one.
func TestNoData(t *testing.T) {
	t.Parallel()
	h := shop()
	cfg := everything()
	cfg.Mapping.Tables = []config.TableMapping{{Schema: "sales", Name: "log"}, {Schema: "sales", Name: "customers"}}
	p := h.plan(t, cfg)
	if got := lines(p, planner.ActionRows); !slices.Equal(got, []string{"> rows.sales.orders"}) {
		t.Errorf("%q", got)
	}
	if got := hazards(p); !slices.Contains(got, "row_filter_breaks_fk sales.orders.orders_customer_fk") {
		t.Errorf("%q", got)
	}
	cfg.Data = false
	if got := lines(h.plan(t, cfg), planner.ActionRows, planner.ActionSequenceValue, planner.ActionAnalyze); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// TestRowsOfHeirs reads the rows of tables that inherit as their parents' are read: whoever queries the parents sees them.
func TestRowsOfHeirs(t *testing.T) {
	t.Parallel()
	h := newHandmade("public")
	inherits := func(name string, columns []string, parents ...*catalog.Table) {
		heir := h.table("public", name, columns...)
		for _, parent := range parents {
			heir.Parents = append(heir.Parents, catalog.Name{Schema: "public", Name: parent.Name})
			h.depends(heir, parent, 0, 0)
			for _, c := range heir.Columns {
				if slices.ContainsFunc(parent.Columns, func(p *catalog.Column) bool { return p.Name == c.Name }) {
					c.Local, c.Inherited = false, true
				}
			}
		}
	}
	people, aged, log := h.table("public", "people", "id integer", "name text"), h.table("public", "aged", "age integer"), h.table("public", "log", "line text")
	inherits("staff", []string{"id integer", "name text", "desk text"}, people)
	inherits("heads", []string{"id integer", "name text", "age integer"}, people, aged)
	inherits("stars", []string{"id integer", "name text"}, people)
	inherits("old_log", []string{"line text"}, log)
	cfg := everything()
	cfg.Mapping.Tables = []config.TableMapping{
		{Schema: "public", Name: "people", Data: true, Where: "id > 3", Columns: []config.ColumnMapping{{Name: "name", Value: "'x'"}}},
		{Schema: "public", Name: "aged", Data: true, Where: "age < 9"},
		{Schema: "public", Name: "stars", Data: true, Where: "true", Columns: []config.ColumnMapping{{Name: "name", Value: "upper(name)"}}},
		{Schema: "public", Name: "log"},
	}
	p := h.plan(t, cfg)
	for name, want := range map[string]string{
		"people": "SELECT id, ('x')::text FROM ONLY public.people WHERE (id > 3)",
		"staff":  "SELECT id, ('x')::text, desk FROM ONLY public.staff WHERE (id > 3)",
		"heads":  "SELECT id, ('x')::text, age FROM ONLY public.heads WHERE ((id > 3) AND (age < 9))",
		"stars":  "SELECT id, (upper(name))::text FROM ONLY public.stars WHERE (true)",
	} {
		a := action(t, p, "rows.public."+name)
		if q := a.Copy.Query(); q != want {
			t.Errorf("%s, want %s", q, want)
		}
		if name != "stars" && !slices.Contains(a.Details, "column\tname\tvalue\t'x'") {
			t.Errorf("the plan shows of %s %q", name, a.Details)
		}
	}
	if got := lines(p, planner.ActionRows); len(got) != 5 || slices.Contains(got, "> rows.public.old_log") {
		t.Errorf("%q", got)
	}
}

func TestLargeObjects(t *testing.T) {
	t.Parallel()
	h := newHandmade("public")
	for id := 1; id <= 1001; id++ {
		l := &catalog.LargeObject{Item: h.item("pg_largeobject", catalog.KindLargeObject, "", strconv.Itoa(id))}
		if id == 2 {
			l.ACL, l.BaseACL = []string{"me=rw/me", "=r/me"}, []string{"me=rw/me"}
		}
		h.LargeObjects = append(h.LargeObjects, l)
	}
	slices.SortFunc(h.LargeObjects, func(a, b *catalog.LargeObject) int { return strings.Compare(a.Name, b.Name) }) // as they are read
	p := h.plan(t, everything())
	first := action(t, p, "large_objects.1-1000")
	if diff := cmp.Diff(&planner.ObjectRange{From: 1, To: 1000, Count: 1000}, first.Objects); diff != "" ||
		!slices.Contains(first.SQL, "GRANT SELECT ON LARGE OBJECT 2 TO PUBLIC") || len(first.SQL) != 1001 {
		t.Errorf("%d statements: %s", len(first.SQL), diff)
	}
	if last := action(t, p, "large_objects.1001-1001"); last.Objects.Count != 1 {
		t.Errorf("%+v", last.Objects)
	}
	d := newHandmade("public")
	for _, l := range h.LargeObjects {
		if l.Name == "1001" {
			d.LargeObjects = append(d.LargeObjects, l)
		}
	}
	if got := planner.Conflicts(h.plan(t, everything(), d)); len(got) != 1 || got[0].Address != "large_objects.1001-1001" {
		t.Errorf("%+v", got)
	}
}
