package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"migrator/planner/catalog"
)

// edges prints the dependencies of a database by address, with column numbers after a colon.
func edges(d *catalog.Database) map[string]bool {
	names := map[catalog.Ref]string{}
	for _, o := range d.Objects() {
		names[o.Meta().Ref] = o.Meta().Address()
	}
	for _, u := range d.Uncarried {
		names[u.Ref] = u.Kind + " " + u.Name
	}
	end := func(r catalog.Ref, sub int16) string {
		s := names[r]
		if s == "" {
			s = fmt.Sprint(r)
		}
		if sub != 0 {
			s += fmt.Sprintf(":%d", sub)
		}
		return s
	}
	all := map[string]bool{}
	for _, e := range d.Depends {
		all[fmt.Sprintf("%s -%c-> %s", end(e.From, e.FromSub), e.Type, end(e.To, e.ToSub))] = true
	}
	return all
}

func TestDependencies(t *testing.T) {
	d := readSQL(t, `
		CREATE EXTENSION hstore;
		CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (m mood[], h hstore[]); CREATE DOMAIN dom AS int; CREATE TYPE span AS RANGE (SUBTYPE = float8);
		CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
		ALTER DOMAIN dom ADD CHECK (ok(VALUE));
		CREATE SEQUENCE s;
		CREATE TABLE t (a int DEFAULT nextval('s'), b pair, c hstore, d dom[], g int GENERATED ALWAYS AS (h * 2) STORED, h int, CHECK (ok(h)), PRIMARY KEY (a), big text);
		CREATE TABLE child () INHERITS (t);
		CREATE TABLE u (t t, r int REFERENCES t, l t[], sp span_multirange, x int UNIQUE);
		CREATE VIEW v AS SELECT a, span(1, 2) AS sp, big FROM t GROUP BY a;
		CREATE VIEW w AS SELECT v FROM v;
		CREATE RULE r AS ON DELETE TO u DO ALSO DELETE FROM t;
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';
		CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION f();
		CREATE COLLATION coll (LOCALE = 'C'); CREATE TABLE k (a text COLLATE coll, e serial);
		CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
		CREATE TABLE q (a int REFERENCES p);
		CREATE POLICY pol ON t USING (ok(a));`)
	all := edges(d)
	for _, want := range []string{
		// Types: arrays are their elements, a composite type's relation is the type, members of extensions are the extension.
		"type.public.pair:1 -n-> type.public.mood",
		"type.public.pair:2 -n-> extension.hstore",
		"table.public.t:2 -n-> type.public.pair",
		"table.public.t:3 -n-> extension.hstore",
		"table.public.t:4 -n-> domain.public.dom",
		"domain.public.dom -n-> function.public.ok(integer)",
		"table.public.u:1 -n-> table.public.t",
		"table.public.u:3 -n-> table.public.t",
		"table.public.u:4 -n-> type.public.span",
		// Parts of a table.
		"table.public.t:1 -n-> sequence.public.s",
		"table.public.t -n-> function.public.ok(integer)",
		"table.public.child -n-> table.public.t",
		"table.public.k:2 -n-> sequence.public.k_e_seq",
		"sequence.public.k_e_seq -a-> table.public.k:2",
		"table.public.k:1 -n-> collation.public.coll",
		"table.public.p1 -a-> table.public.p",
		"table.public.t -n-> schema.public",
		// Views are their rules; a range's constructor is the range.
		"view.public.v -n-> table.public.t:1",
		"view.public.v -n-> type.public.span",
		"view.public.v -n-> primary_key.public.t.t_pkey",
		"view.public.w -n-> view.public.v",
		"rule.public.u.r -n-> table.public.t",
		"rule.public.u.r -a-> table.public.u",
		// A key's index is built before the key.
		"primary_key.public.t.t_pkey -i-> index.public.t.t_pkey",
		"index.public.t.t_pkey -a-> table.public.t",
		"index.public.p1.p1_pkey -P-> index.public.p.p_pkey",
		"foreign_key.public.u.u_r_fkey -n-> index.public.t.t_pkey",
		"foreign_key.public.u.u_r_fkey -n-> table.public.t:1",
		"foreign_key.public.q.q_a_fkey -n-> index.public.p.p_pkey",
		"trigger.public.u.tr -n-> function.public.f()",
		"policy.public.t.pol -n-> function.public.ok(integer)",
		"function.public.f() -n-> extension.plpgsql",
	} {
		if !all[want] {
			t.Errorf("missing: %s", want)
		}
	}
	seen := map[catalog.Dependency]bool{}
	for _, e := range d.Depends {
		if e.From == e.To || seen[e] {
			t.Errorf("useless edge %+v", e)
		}
		seen[e] = true
		if e.From.Class == "pg_class" && e.To.Class == "pg_constraint" && slices.ContainsFunc(d.Indexes, func(i *catalog.Index) bool { return i.Ref == e.From }) {
			t.Errorf("an index needs its constraint: %+v", e)
		}
	}
	if t.Failed() {
		for e := range all {
			t.Log(e)
		}
	}
}
