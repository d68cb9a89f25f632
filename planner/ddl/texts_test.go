package ddl_test

import (
	"testing"

	"migrator/planner/ddl"
)

// TestCastOfArrays has the two ways in which a server prints name IN ('a', 'b') on a varchar column: before and after a restore.
func TestCastOfArrays(t *testing.T) {
	same := func(name string) string { return name }
	for _, c := range []struct {
		before, after string
		equal         bool
	}{
		{`((v)::text = ANY ((ARRAY['a'::character varying, 'b,]'::character varying])::text[]))`,
			`((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b,]'::character varying)::text]))`, true},
		{`(ARRAY[f(1, 2), "ARRAY"[1]])::numeric(10,2)[]`, `ARRAY[(f(1, 2))::numeric(10,2), ("ARRAY"[1])::numeric(10,2)]`, true},
		{`(ARRAY[(ARRAY[1])::s.t[]])::timestamp(3) without time zone[]`, `ARRAY[(ARRAY[(1)::s.t])::timestamp(3) without time zone]`, true},
		{`(ARRAY[]::text[])::varchar[]`, `ARRAY[]::text[]`, false},
		{`(ARRAY[1])::text[]`, `ARRAY[(1)::varchar]`, false},
		{`(ARRAY[1, 2])::text[]`, `ARRAY[(1)::text, 2]`, false},
		{`(ARRAY[1])::money`, `ARRAY[(1)::money]`, false},
		{`(ARRAY[1]::text[])`, `ARRAY[(1)::text]`, false},
	} {
		if got := ddl.Normalize(c.before, same) == ddl.Normalize(c.after, same); got != c.equal {
			t.Errorf("%s and %s: equal is %v", c.before, c.after, got)
		}
	}
}

// TestUnqualified has queries as servers below 16 print them, and as later ones do.
func TestUnqualified(t *testing.T) {
	for _, c := range []struct{ old, now string }{
		{"SELECT t.a,\n    t.\"B c\" AS x\n   FROM s.t\n  WHERE (t.a > 1)", "SELECT a,\n    \"B c\" AS x\n   FROM s.t\n  WHERE (a > 1)"},
		{`SELECT k.a FROM s.t k ORDER BY k.b`, `SELECT a FROM s.t k ORDER BY b`},
		{`SELECT k.id FROM s.t k WHERE (k.id IN ( SELECT x.a FROM u x WHERE (x.k = k.a)))`, `SELECT id FROM s.t k WHERE (id IN ( SELECT x.a FROM u x WHERE (x.k = k.a)))`},
		{`SELECT s.a FROM ( SELECT p.a FROM p WHERE (s.p = 1)) s WHERE (s.a = 1)`, `SELECT a FROM ( SELECT p.a FROM p WHERE (s.p = 1)) s WHERE (a = 1)`},
		{`SELECT g.g FROM generate_series(1, 2) WITH ORDINALITY g(g, n)`, `SELECT g FROM generate_series(1, 2) WITH ORDINALITY g(g, n)`},
		{`SELECT v.a FROM ( VALUES (1)) v(a)`, `SELECT a FROM ( VALUES (1)) v(a)`},
		{`SELECT p.a FROM ONLY s.p TABLESAMPLE bernoulli ('10'::real)`, `SELECT a FROM ONLY s.p TABLESAMPLE bernoulli ('10'::real)`},
		{`WITH w AS ( SELECT k.id FROM s.keys k) SELECT w.id FROM w`, `WITH w AS ( SELECT k.id FROM s.keys k) SELECT id FROM w`},
		{`SELECT EXTRACT(year FROM c.born) AS y FROM c`, `SELECT EXTRACT(year FROM born) AS y FROM c`},
		// What has the name before it is no column.
		{`SELECT util.f(util.id), (util.u)::util.positive, (util.n COLLATE util.c), util.* FROM s.k util`, `SELECT util.f(id), (u)::util.positive, (n COLLATE util.c), util.* FROM s.k util`},
		{`SELECT a.id FROM (s.a JOIN s.b USING (id))`, ``},
		{`SELECT a.id FROM s.a, s.b`, ``},
		{`SELECT a.id FROM s.a UNION SELECT b.id FROM s.b`, ``},
		{`SELECT 1`, ``},
		{`SELECT 't.a' AS x, "t.a" FROM t`, ``},
	} {
		if c.now == "" {
			c.now = c.old
		}
		if got := ddl.Unqualified(c.old); got != c.now {
			t.Errorf("%s\nis %s\nnot %s", c.old, got, c.now)
		}
	}
}
