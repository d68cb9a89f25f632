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

func one() *handmade {
	h := newHandmade("public")
	h.key(catalog.KindPrimaryKey, h.table("public", "t", "id integer not null", "name text"), "t_pkey", 1)
	return h
}

func TestConflicts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source      func(*handmade)
		destination func(*handmade)
		config      func(*config.Config)
		address     string
		reason      string
	}{
		"another definition": {
			destination: func(h *handmade) { h.table("public", "t", "id integer not null", "name varchar") },
			address:     "table.public.t", reason: `already exists in the destination and differs: the source has "not null , name text )", the destination "not null , name varchar )"`,
		},
		"another kind": {
			destination: func(h *handmade) { h.view("public", "t") },
			address:     "table.public.t", reason: "the destination has a view called public.t",
		},
		"a type of this name": {
			destination: func(h *handmade) {
				h.Types = append(h.Types, &catalog.Type{Item: h.item("pg_type", catalog.KindType, "public", "t"), Variant: "enum"})
			},
			address: "table.public.t", reason: "the destination has a type called public.t",
		},
		"an index of this name": {
			destination: func(h *handmade) {
				h.Indexes = append(h.Indexes, &catalog.Index{Item: h.item("pg_class", catalog.KindIndex, "public", "t"), Definition: "CREATE INDEX t ON public.u USING btree (a)"})
			},
			address: "table.public.t", reason: "the destination has an index called public.t",
		},
		"the name of the run": {
			destination: func(h *handmade) { h.table("public", "t", "a text") },
			config:      func(c *config.Config) { c.Mapping.Tables = []config.TableMapping{table("public", "t", "u")} },
			address:     "table.public.t", reason: "the destination has a table called public.t",
		},
		"the name after the run": {
			destination: func(h *handmade) { h.view("public", "u") },
			config:      func(c *config.Config) { c.Mapping.Tables = []config.TableMapping{table("public", "t", "u")} },
			address:     "table.public.t", reason: "the destination has a view called public.u",
		},
		"only data, and no table": {
			config:  func(c *config.Config) { c.Schema = false },
			address: "rows.public.t", reason: `the destination does not have this table, and migrate leaves out "schema"`,
		},
		"only data, and a column less": {
			destination: func(h *handmade) { h.table("public", "t", "id integer") },
			config:      func(c *config.Config) { c.Schema = false },
			address:     "rows.public.t", reason: `the destination's table has no column "name"`,
		},
		"only data, and a generated column": {
			destination: func(h *handmade) {
				h.table("public", "t", "id integer", "name text").Columns[1].Generated = "s"
			},
			config:  func(c *config.Config) { c.Schema = false },
			address: "rows.public.t", reason: `column "name" is generated in the destination and not in the source`,
		},
		"only data, and a column that was generated": {
			source:      func(h *handmade) { h.Tables[0].Columns[1].Generated = "s" },
			destination: func(h *handmade) { h.table("public", "t", "id integer", "name text") },
			config:      func(c *config.Config) { c.Schema = false },
			address:     "rows.public.t", reason: `column "name" is generated in the source and not in the destination`,
		},
		"only data, and a partitioned table": {
			destination: func(h *handmade) {
				h.partition(h.table("public", "t", "id integer", "name text"), "public", "t_all")
			},
			config:  func(c *config.Config) { c.Schema = false },
			address: "rows.public.t", reason: "the destination's table is partitioned and the source's is not",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, cfg := newHandmade("public"), everything()
			if test.destination != nil {
				test.destination(d)
			}
			if test.config != nil {
				test.config(cfg)
			}
			src := one()
			if test.source != nil {
				test.source(src)
			}
			p := src.plan(t, cfg, d)
			a := action(t, p, test.address)
			if a.Change != planner.Conflict || !strings.HasPrefix(a.Reason, test.reason) || len(a.SQL) != 0 {
				t.Errorf("%s %s: %q, want %q", a.Change, a.Address, a.Reason, test.reason)
			}
			if !planner.HasChanges(p) || len(planner.Conflicts(p)) == 0 {
				t.Error("the plan does not know of its conflict")
			}
		})
	}
}

func TestRowsThatAreThere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy, own config.Conflict
		filled      bool
		change      planner.Change
		keep        bool
	}{
		"empty":            {config.ConflictError, "", false, planner.Copy, false},
		"error":            {config.ConflictError, "", true, planner.Conflict, false},
		"ignore":           {config.ConflictIgnore, "", true, planner.Copy, true},
		"ignore, but here": {config.ConflictIgnore, config.ConflictError, true, planner.Conflict, false},
		"error, but here":  {config.ConflictError, config.ConflictIgnore, true, planner.Copy, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := everything()
			cfg.Conflict = test.policy
			cfg.Mapping.Tables = []config.TableMapping{{Schema: "public", Name: "t", Data: true, Conflict: test.own}}
			in := one().input(cfg, one())
			in.NonEmpty = map[catalog.Name]bool{{Schema: "public", Name: "t"}: test.filled}
			p, err := planner.Build(in)
			if err != nil {
				t.Fatal(err)
			}
			a := action(t, p, "rows.public.t")
			if a.Change != test.change || a.Copy.KeepExisting != test.keep || a.Copy.Fresh || test.keep && a.Copy.Format != "text" {
				t.Errorf("%s %+v: %s", a.Change, a.Copy, a.Reason)
			}
			if got := lines(p, "table", "primary_key", "index"); len(got) != 0 || p.Unchanged["table"] != 1 || p.Unchanged["primary_key"] != 1 {
				t.Errorf("%q, unchanged %v", got, p.Unchanged)
			}
		})
	}
}

// TestColumnsOfOtherTypes sends rows as text where the binary form would mean something else.
func TestColumnsOfOtherTypes(t *testing.T) {
	t.Parallel()
	d, cfg := newHandmade("public"), everything()
	d.table("public", "t", "id bigint", "name text")
	cfg.Schema = false
	p := one().plan(t, cfg, d)
	if a := action(t, p, "rows.public.t"); a.Change != planner.Copy || a.Copy.Format != "text" {
		t.Errorf("%s %+v", a.Change, a.Copy)
	}
	i := slices.IndexFunc(p.Hazards, func(h planner.Hazard) bool { return h.Name == "column_type_differs" })
	if i < 0 || p.Hazards[i].Object != "public.t.id" || !strings.Contains(p.Hazards[i].What, "integer in the source and bigint") {
		t.Errorf("%+v", p.Hazards)
	}
	d.Tables[0].Columns[0].Type = "integer"
	if a := action(t, one().plan(t, cfg, d), "rows.public.t"); a.Copy.Format != "binary" {
		t.Errorf("equal types go as %s", a.Copy.Format)
	}
}

// TestAlter changes in place what can be changed, and nothing else is a reason to.
func TestAlter(t *testing.T) {
	t.Parallel()
	h, d := one(), one()
	source, there := h.Tables[0], d.Tables[0]
	source.Columns[0].Comment, there.Columns[1].Comment, there.Comment = "the key", "an old note", "an old note"
	source.Owner, source.ACL = "you", []string{"you=r/you", "=r/you"}
	there.ACL, there.BaseACL = []string{"me=ar/me"}, []string{"me=ar/me"}
	h.Constraints[0].Comment = "of the key"
	p := h.plan(t, everything(), d)
	a := action(t, p, "alter.table.public.t")
	want := []string{
		"ALTER TABLE public.t OWNER TO you", "COMMENT ON COLUMN public.t.id IS 'the key'", "COMMENT ON TABLE public.t IS NULL",
		"COMMENT ON COLUMN public.t.name IS NULL", "REVOKE INSERT ON TABLE public.t FROM you", "GRANT SELECT ON TABLE public.t TO PUBLIC",
	}
	if diff := cmp.Diff(want, a.SQL); diff != "" || a.Change != planner.Alter || a.Stage != planner.StageRules {
		t.Errorf("%s in stage %d (-want +got):\n%s", a.Change, a.Stage, diff)
	}
	if got := lines(p, "table", "primary_key"); !slices.Equal(got, []string{"~ alter.table.public.t", "~ alter.primary_key.public.t.t_pkey"}) {
		t.Errorf("%q", got)
	}
	d.Tables[0], d.Constraints[0].Comment = source, "of the key"
	if p := h.plan(t, everything(), d); len(lines(p, "table", "primary_key")) != 0 {
		t.Errorf("nothing differs, but %q", lines(p))
	}
}

func TestDone(t *testing.T) {
	t.Parallel()
	in := one().input(everything(), one())
	in.Done = map[string]bool{"rows.public.t": true}
	in.NonEmpty = map[catalog.Name]bool{{Schema: "public", Name: "t"}: true}
	p, err := planner.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if planner.HasChanges(p) || len(p.Actions) != 0 {
		t.Errorf("%q", lines(p))
	}
}

// TestNewDatabase plans for a database that apply is to create: its schema public and plpgsql are there.
func TestNewDatabase(t *testing.T) {
	t.Parallel()
	h := one()
	public := h.Schemas[0]
	public.Owner, public.Comment = "pg_database_owner", "standard public schema"
	public.ACL = []string{"pg_database_owner=UC/pg_database_owner", "=U/pg_database_owner"}
	public.BaseACL = public.ACL
	h.extension("plpgsql").In = "pg_catalog"
	h.extension("pg_trgm")
	in := h.input(everything())
	in.Destination = nil
	p, err := planner.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(p, "schema", "extension"); !slices.Equal(got, []string{"+ extension.pg_trgm"}) || !p.Destination.Create {
		t.Errorf("%q", got)
	}
	in.DestinationServer.Version = 140000
	if p, err = planner.Build(in); err != nil || !slices.Contains(lines(p), "~ alter.schema.public") {
		t.Errorf("below 15: %q, %v", lines(p), err)
	}
}

func TestLeftovers(t *testing.T) {
	t.Parallel()
	d := newHandmade("public", "more", "migrator_ledger")
	d.table("public", "u", "a text")
	d.table("migrator_ledger", "run", "a text")
	p := one().plan(t, everything(), d)
	if got := hazards(p); !slices.Equal(got, []string{"destination_has_more destination"}) || p.Hazards[0].What != "schema.more, table.public.u are not in the source and stay as they are" {
		t.Errorf("%+v", p.Hazards)
	}
}
