package planner_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
)

// schemaRenames makes mapping blocks from pairs of names.
func schemaRenames(pairs ...string) (all []config.SchemaMapping) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, config.SchemaMapping{Name: pairs[i], Rename: pairs[i+1]})
	}
	return all
}

// TestRenameSchemas moves what is in schemas wherever a mapping sends it, and plans a second time.
func TestRenameSchemas(t *testing.T) {
	t.Parallel()
	const two = `
		CREATE SCHEMA a; CREATE SCHEMA b;
		CREATE TYPE a.kind AS ENUM ('x'); CREATE TABLE a.one (id serial PRIMARY KEY, k a.kind);
		CREATE FUNCTION a.f(a.one, a.kind) RETURNS a.one LANGUAGE sql AS 'SELECT $1';
		CREATE TABLE b.two (id integer REFERENCES a.one); CREATE VIEW b.both AS SELECT a.f(o, k) FROM a.one o JOIN b.two USING (id);
		CREATE FUNCTION b.f(b.two) RETURNS integer LANGUAGE sql AS 'SELECT 1';
		COMMENT ON SCHEMA a IS 'the first'; GRANT USAGE ON SCHEMA b TO PUBLIC;`
	for name, test := range map[string]struct {
		source, destination string
		schemas             []config.SchemaMapping
		want                string
	}{
		"swapped":         {source: two, schemas: schemaRenames("a", "b", "b", "a"), want: "a.both a.two b.one"},
		"chain":           {source: two, schemas: schemaRenames("a", "b", "b", "c"), want: "b.one c.both c.two"},
		"united":          {source: two, schemas: schemaRenames("a", "c", "b", "c"), want: "c.both c.one c.two"},
		"into another":    {source: two, schemas: schemaRenames("a", "b"), want: "b.both b.one b.two"},
		"into one leaver": {source: two + `CREATE SCHEMA c; CREATE TABLE c.three ()`, schemas: schemaRenames("a", "c", "b", "c", "c", "d"), want: "c.both c.one c.two d.three"},
		"into public":     {source: two, schemas: schemaRenames("a", "public"), want: "b.both b.two public.one"},
		"already there":   {source: two, destination: `CREATE SCHEMA c`, schemas: schemaRenames("a", "c"), want: "b.both b.two c.one"},
		"out of public": {
			source:  `CREATE EXTENSION pg_trgm; CREATE TABLE t (id integer, n text); CREATE INDEX ON t USING gin (n gin_trgm_ops); CREATE FUNCTION g(t) RETURNS text LANGUAGE sql AS 'SELECT $1.n'`,
			schemas: schemaRenames("public", "other"), want: "other.t",
		},
		"with an extension": {
			source:  `CREATE SCHEMA e; CREATE EXTENSION pg_trgm SCHEMA e; CREATE TABLE e.t (n text); CREATE INDEX ON e.t USING gin (n e.gin_trgm_ops); REVOKE EXECUTE ON FUNCTION e.show_limit() FROM PUBLIC`,
			schemas: schemaRenames("e", "f"), want: "f.t",
		},
		"extension united": {
			source:  `CREATE SCHEMA e; CREATE EXTENSION pg_trgm SCHEMA e; CREATE TABLE e.t (n text); CREATE INDEX ON e.t USING gin (n e.gin_trgm_ops); CREATE SCHEMA g; CREATE TABLE g.u ()`,
			schemas: schemaRenames("e", "f", "g", "f"), want: "f.t f.u",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := connectDatabases(t)
			load(t, d.srcURL, test.source)
			load(t, d.dstURL, test.destination)
			cfg := everything()
			cfg.Mapping.Schemas = test.schemas
			d.migrate(t, cfg)
			var got []string
			for _, n := range names(t, d.dst) {
				if n, ok := strings.CutPrefix(n, "relation "); ok && !strings.HasSuffix(n, "_seq") && !strings.HasSuffix(n, "_idx") {
					got = append(got, n)
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("relations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLowerNames(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, script(t, "mixedcase.sql"))
	cfg := everything()
	cfg.Mapping.Names = config.NamesLower
	d.migrate(t, cfg)
	for _, n := range names(t, d.dst) {
		kind, name, _ := strings.Cut(n, " ")
		if kind != "routine" && kind != "type" && name != strings.ToLower(name) {
			t.Errorf("%s is not in lower case", n)
		}
	}
	mustExec(t, d.dst, "using it", `
		INSERT INTO sales.customers (fullname) VALUES ('Ann');
		INSERT INTO sales.orders (customer) VALUES (1), (1);
		INSERT INTO sales.log VALUES ('2024-05-05', 'x')`)
	var got string
	if err := d.dst.QueryRow(t.Context(), `SELECT fullname || ' ' || n || ' ' || shout FROM sales.perperson`).Scan(&got); err != nil || got != "Ann 2 ANN" {
		t.Errorf("the view says %q, %v", got, err)
	}
}

// TestAddedAfterRenames changes the source after a migration with renames: what stands alone is added, what needs a renamed thing is refused.
func TestAddedAfterRenames(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE SCHEMA a; CREATE TABLE a.one (id integer PRIMARY KEY, "Big" text)`)
	cfg := everything()
	cfg.Mapping.Schemas = schemaRenames("a", "c")
	cfg.Mapping.Tables = []config.TableMapping{table("a", "one", "uno", config.ColumnMapping{Name: "Big", Rename: "big"})}
	first := d.migrate(t, cfg)

	load(t, d.srcURL, `CREATE TABLE a.two (id integer PRIMARY KEY); COMMENT ON COLUMN a.one."Big" IS 'size'; GRANT UPDATE ("Big") ON a.one TO PUBLIC`)
	in := d.input(t, cfg)
	in.Done = done(first)
	second := build(t, in)
	carryOut(t, d.dst, second)
	var comment string
	if err := d.dst.QueryRow(t.Context(), `SELECT col_description('c.uno'::regclass, 2) FROM c.two RIGHT JOIN (SELECT) x ON true`).Scan(&comment); err != nil || comment != "size" {
		t.Errorf("after the second plan: %q, %v", comment, err)
	}
	maps.Copy(in.Done, done(second))
	third := d.input(t, cfg)
	third.Done = in.Done
	nothingLeft(t, build(t, third))

	load(t, d.srcURL, `CREATE VIEW a.three AS SELECT "Big" FROM a.one`)
	conflicts := planner.Conflicts(build(t, d.input(t, cfg)))
	if len(conflicts) != 1 || conflicts[0].Address != "view.a.three" || !strings.Contains(conflicts[0].Reason, "table a.one") {
		t.Errorf("conflicts: %+v", conflicts)
	}
}
