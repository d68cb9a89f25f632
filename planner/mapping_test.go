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

// renamesOf are the statements of a plan's last stage.
func renamesOf(p *planner.Plan) []string {
	var sql []string
	for _, a := range p.Actions {
		if a.Stage == planner.StageRename {
			sql = append(sql, a.SQL...)
		}
	}
	return sql
}

func TestRenameStatements(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*config.Config)
		want   []string
	}{
		"nothing": {func(*config.Config) {}, nil},
		"a table and a column": {
			func(c *config.Config) {
				c.Mapping.Tables = []config.TableMapping{table("a", "One", "uno", config.ColumnMapping{Name: "Id", Rename: "key"})}
			},
			[]string{`ALTER TABLE a."One" RENAME COLUMN "Id" TO key`, `ALTER TABLE a."One" RENAME TO uno`},
		},
		"lower": {
			func(c *config.Config) { c.Mapping.Names = config.NamesLower },
			[]string{`ALTER TABLE a."One" RENAME COLUMN "Id" TO id`, `ALTER VIEW a."Look" RENAME TO look`, `ALTER TABLE a."One" RENAME TO one`},
		},
		"upper, and a schema by name": {
			func(c *config.Config) {
				c.Mapping.Names = config.NamesUpper
				c.Mapping.Schemas = schemaRenames("b", "Bee")
			},
			[]string{
				`ALTER TABLE a."Look" RENAME COLUMN x TO "X"`, `ALTER TABLE a."One" RENAME COLUMN "Id" TO "ID"`, `ALTER TABLE a.two RENAME COLUMN id TO "ID"`, `ALTER TABLE b.three RENAME COLUMN id TO "ID"`,
				`ALTER TABLE a."One" RENAME TO "ONE"`, `ALTER TABLE a.two RENAME TO "TWO"`, `ALTER VIEW a."Look" RENAME TO "LOOK"`, `ALTER TABLE b.three RENAME TO "THREE"`,
				`ALTER SCHEMA a RENAME TO "A"`, `ALTER SCHEMA b RENAME TO "Bee"`,
			},
		},
		"tables change places": {
			func(c *config.Config) {
				c.Mapping.Tables = []config.TableMapping{table("a", "One", "two"), table("a", "two", "One")}
			},
			[]string{
				`ALTER TABLE a."One" RENAME TO "migrator rename 0"`, `ALTER TABLE a.two RENAME TO "migrator rename 1"`,
				`ALTER TABLE a."migrator rename 0" RENAME TO two`, `ALTER TABLE a."migrator rename 1" RENAME TO "One"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHandmade("public", "a", "b")
			look := h.table("a", "One", "Id integer")
			h.table("a", "two", "id integer")
			h.table("b", "three", "id integer")
			h.view("a", "Look", look)
			cfg := everything()
			test.change(cfg)
			got := renamesOf(h.plan(t, cfg))
			slices.Sort(got)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMappingIsRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 61) + "Ⱥ" // 63 bytes, and 64 in lower case
	for name, test := range map[string]struct {
		source  func(*handmade)
		change  func(*config.Config)
		summary string
		detail  string
	}{
		"unknown schema": {nil, func(c *config.Config) { c.Mapping.Schemas = schemaRenames("pubilc", "x") }, "Mapping of a schema that does not exist", `Did you mean "public"?`},
		"unknown table": {nil, func(c *config.Config) { c.Mapping.Tables = []config.TableMapping{table("public", "tt", "x")} },
			"Mapping of a table that does not exist", `no table "public.tt". Did you mean "public.t"?`},
		"unknown column": {nil, func(c *config.Config) {
			c.Mapping.Tables = []config.TableMapping{table("public", "t", "", config.ColumnMapping{Name: "naem", Rename: "x"})}
		}, "Mapping of a column that does not exist", `no column "naem". Did you mean "name"?`},
		"unknown column without rows": {nil, func(c *config.Config) {
			c.Data = false
			c.Mapping.Tables = []config.TableMapping{table("public", "t", "", config.ColumnMapping{Name: "far off", Exclude: true})}
		}, "Mapping of a column that does not exist", `no column "far off".`},
		"one name for two tables": {func(h *handmade) { h.table("public", "T", "a text") }, func(c *config.Config) { c.Mapping.Names = config.NamesLower },
			"Two objects get one name", "table public.t and table public.T would both be called public.t"},
		"one name for a table and an index": {nil, func(c *config.Config) { c.Mapping.Tables = []config.TableMapping{table("public", "t", "t_pkey")} },
			"Two objects get one name", "would both be called public.t_pkey"},
		"one name for a table and a type": {
			func(h *handmade) {
				h.Types = append(h.Types, &catalog.Type{Item: h.item("pg_type", catalog.KindType, "public", "u"), Variant: "enum"})
			},
			func(c *config.Config) { c.Mapping.Tables = []config.TableMapping{table("public", "t", "u")} }, "Two objects get one name", "type public.u"},
		"one signature for two functions": {
			func(h *handmade) {
				h.Schemas = append(h.Schemas, &catalog.Schema{Item: h.item("pg_namespace", catalog.KindSchema, "", "a")})
				h.function("a", "f", "sql")
				h.function("public", "f", "sql")
			},
			func(c *config.Config) { c.Mapping.Schemas = schemaRenames("a", "public") }, "Two objects get one name", "function a.f() and function public.f()"},
		"one name for two columns": {func(h *handmade) { h.table("public", "u", "a text", "A text") }, func(c *config.Config) { c.Mapping.Names = config.NamesUpper },
			"Two columns get one name", `"a" and "A" of public.u would both be called "A"`},
		"one name for two schemas": {
			func(h *handmade) {
				for _, s := range []string{"a", "A"} {
					h.Schemas = append(h.Schemas, &catalog.Schema{Item: h.item("pg_namespace", catalog.KindSchema, "", s)})
				}
			},
			func(c *config.Config) { c.Mapping.Names = config.NamesLower }, "Two schemas get one name", `"a" and "A"`},
		"a name that is PostgreSQL's own": {
			func(h *handmade) {
				h.Schemas = append(h.Schemas, &catalog.Schema{Item: h.item("pg_namespace", catalog.KindSchema, "", "PG_old")})
			},
			func(c *config.Config) { c.Mapping.Names = config.NamesLower }, "A schema gets a name that PostgreSQL keeps for itself", `would be called "pg_old"`},
		"the ledger's name": {nil, func(c *config.Config) { c.Mapping.Schemas = schemaRenames("public", "migrator_ledger") }, "A schema gets the ledger's name", ""},
		"a name that grows": {func(h *handmade) { h.table("public", long, "a text") }, func(c *config.Config) { c.Mapping.Names = config.NamesLower },
			"A name is too long", "PostgreSQL keeps 63"},
		"a generated column needs an excluded one": {
			func(h *handmade) {
				u := h.table("public", "u", "a integer", "b integer")
				u.Columns[1].Generated, u.Columns[1].Default = "s", "(a + 1)"
			},
			func(c *config.Config) {
				c.Mapping.Tables = []config.TableMapping{table("public", "u", "", config.ColumnMapping{Name: "a", Exclude: true})}
			}, "A generated column needs an excluded one", `"b" of table public.u is generated from column "a"`},
		"a partition key needs an excluded column": {
			func(h *handmade) { h.partition(h.table("public", "u", "a integer", "b integer"), "public", "u1") },
			func(c *config.Config) {
				c.Mapping.Tables = []config.TableMapping{table("public", "u", "", config.ColumnMapping{Name: "a", Exclude: true})}
			}, "A partition key needs an excluded column", `partitioned by column "a"`},
		"an inherited column": {
			func(h *handmade) { h.partition(h.table("public", "u", "a integer", "b integer"), "public", "u1") },
			func(c *config.Config) {
				c.Mapping.Tables = []config.TableMapping{table("public", "u1", "", config.ColumnMapping{Name: "b", Rename: "c"})}
			}, "Mapping of an inherited column", "its heirs follow"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := one()
			if test.source != nil {
				test.source(h)
			}
			cfg := everything()
			test.change(cfg)
			err := h.refused(t, cfg)
			if err.Summary != test.summary || !strings.Contains(err.Detail, test.detail) {
				t.Errorf("%v, want %s: %s", err, test.summary, test.detail)
			}
		})
	}
}

func TestExcludedColumns(t *testing.T) {
	t.Parallel()
	h := newHandmade("public")
	people := h.table("public", "people", "id integer not null", "ssn text not null", "name text")
	people.Checks = []catalog.TableCheck{{Name: "ssn_long", Definition: "CHECK (length(ssn) > 3)"}, {Name: "named", Definition: "CHECK (name <> 'ssn')"}}
	h.key(catalog.KindPrimaryKey, people, "people_pkey", 1)
	h.key(catalog.KindUnique, people, "people_ssn", 2)
	v := h.view("public", "names")
	h.depends(v, people, 0, 3)
	secret := h.view("public", "secrets")
	h.depends(secret, people, 0, 2)
	fk := h.foreignKey(h.table("public", "cards", "ssn text"), people, "cards_ssn_fk", 1)
	h.depends(fk, people, 0, 2)
	child := h.table("public", "staff", "id integer not null", "ssn text not null", "name text", "desk text")
	child.Parents = []catalog.Name{{Schema: "public", Name: "people"}}
	for _, c := range child.Columns[:3] {
		c.Inherited, c.Local = true, false
	}
	h.depends(child, people, 0, 0)
	cfg := everything()
	cfg.Mapping.Tables = []config.TableMapping{table("public", "people", "", config.ColumnMapping{Name: "ssn", Exclude: true})}
	p := h.plan(t, cfg)
	for address, want := range map[string]string{
		"check.public.people.ssn_long":          `needs column "ssn", which mapping excludes`,
		"index.public.people.people_ssn":        `needs column "ssn" of table public.people, which mapping excludes`,
		"unique.public.people.people_ssn":       `needs`,
		"view.public.secrets":                   `needs column "ssn" of table public.people, which mapping excludes`,
		"foreign_key.public.cards.cards_ssn_fk": `needs column "ssn" of table public.people, which mapping excludes`,
	} {
		if a := action(t, p, address); a.Change != planner.Skip || !strings.HasPrefix(a.Reason, want) {
			t.Errorf("%s %s: %s", a.Change, address, a.Reason)
		}
	}
	for _, address := range []string{"view.public.names", "primary_key.public.people.people_pkey", "table.public.staff", "table.public.cards"} {
		if a := action(t, p, address); a.Change != planner.Create {
			t.Errorf("%s %s: %s", a.Change, address, a.Reason)
		}
	}
	made := strings.Join(action(t, p, "table.public.people").SQL, ";")
	if strings.Contains(made, "ssn text") || strings.Contains(made, "ssn_long") || !strings.Contains(made, "named") {
		t.Error(made)
	}
	for address, want := range map[string][]string{"rows.public.people": {"id", "name"}, "rows.public.staff": {"id", "name", "desk"}, "rows.public.cards": {"ssn"}} {
		if c := action(t, p, address).Copy; !slices.Equal(c.Columns, want) {
			t.Errorf("%s has %q", address, c.Columns)
		}
	}
	if len(people.Columns) != 3 || len(people.Checks) != 2 {
		t.Error("planning has changed the catalog")
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	h := one()
	h.Tables[0].ACL, h.Tables[0].BaseACL = []string{"me=r/me", "rds=r/me"}, []string{"me=ar/me"}
	h.Tables[0].Columns[0].ACL = []string{"rds=w/me"}
	h.Policies = append(h.Policies, &catalog.Policy{Item: h.item("pg_policy", catalog.KindPolicy, "public", "own"), Command: "*", Permissive: true, Roles: []string{"rds", "me"}, Using: "true"})
	h.Policies[0].Table = "t"
	cfg := everything()
	cfg.Mapping.Roles = []config.RoleMapping{{Name: "me", Rename: "boss"}, {Name: "rds", Rename: "me"}}
	p := h.plan(t, cfg)
	all := strings.Join(action(t, p, "table.public.t").SQL, ";") + ";" + strings.Join(action(t, p, "privileges.table.public.t").SQL, ";") + ";" +
		strings.Join(action(t, p, "policy.public.t.own").SQL, ";")
	for _, want := range []string{"OWNER TO boss", "REVOKE INSERT ON TABLE public.t FROM boss", "GRANT SELECT ON TABLE public.t TO me", "GRANT UPDATE (id) ON TABLE public.t TO me", "TO boss, me"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
}
