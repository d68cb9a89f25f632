package ddl_test

import (
	"strings"
	"testing"

	"migrator/planner/ddl"
)

// classes are the names of these tests that were renamed, each with the name of its class.
var classes = map[string]string{"tbl_orders": "orders", "tbl_users": "users", "tbl_orders_id_seq": "orders_id_seq", "EMAIL": "email", "legacy": "shop", "Format": "format", "USER": "user"}

func same(name string) string {
	if c, ok := classes[name]; ok {
		return c
	}
	return name
}

func TestNormalizeEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{`SELECT tbl_orders."EMAIL" FROM legacy.tbl_orders`, `SELECT tbl_orders.email AS "EMAIL" FROM shop.orders tbl_orders`},
		{`nextval('legacy.tbl_orders'::regclass)`, `nextval('shop.orders'::regclass)`},
		{`nextval('legacy."tbl_orders"'::regclass)`, `nextval('shop.orders'::regclass)`},
		{`SELECT  a -- comment
			FROM b`, `select A /* other /* nested */ */ from B`},
		{`CHECK ("Format" > 1)`, `CHECK (format > 1)`},
		{`CHECK ("USER" > 1)`, `CHECK ("user" > 1)`},
		{`CREATE INDEX i ON legacy.tbl_orders USING btree ("EMAIL")`, `CREATE INDEX i ON shop.orders USING btree (email)`},
	} {
		if a, b := ddl.Normalize(pair[0], same), ddl.Normalize(pair[1], same); a != b {
			t.Errorf("not equal:\n%s\n%s", a, b)
		}
	}
}

func TestNormalizeDifferent(t *testing.T) {
	for _, pair := range [][2]string{
		{`SELECT "user"`, `SELECT user`},
		{`SELECT 'legacy'`, `SELECT 'shop'`},
		{`AS $$legacy$$`, `AS $$shop$$`},
		{`SELECT E'a\'legacy'`, `SELECT E'a\'shop'`},
		{`'legacy.x'::text`, `'shop.x'::text`},
		{`a <= b`, `a < = b`},
		{`SELECT email AS other`, `SELECT email`},
		{`"A"`, `a`},
		{`1.5`, `1 .5`},
	} {
		if a, b := ddl.Normalize(pair[0], same), ddl.Normalize(pair[1], same); a == b {
			t.Errorf("%s and %s both are %s", pair[0], pair[1], a)
		}
	}
}

func TestNormalizeKeepsTokens(t *testing.T) {
	for sql, want := range map[string]string{
		`a=-1`:                `a = - 1`,
		`a<->b`:               `a <-> b`,
		`a@-b`:                `a @- b`,
		`x::text[]`:           `x :: text [ ]`,
		`f(a => 1, b := 2)`:   `f ( a => 1 , b := 2 )`,
		`1e5 + 1.e-5 + .5`:    `1e5 + 1.e-5 + .5`,
		`$1 || $x$ a $y$ $x$`: `$1 || $x$ a $y$ $x$`,
		`U&"D" U&'x' B'1'`:    `U&"D" U&'x' B'1'`,
		`'it''s' "open`:       `'it''s' open`,
		`'a b'::regclass`:     `'a b' :: regclass`,
		``:                    ``,
	} {
		if got := ddl.Normalize(sql, same); simpleName.ReplaceAllString(got, "$1") != want {
			t.Errorf("%s becomes %s, not %s", sql, got, want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{
		`SELECT tbl_orders.email AS "EMAIL" FROM shop.orders tbl_orders`, `'legacy."x"'::regclass`, "E'\\", `$a$ $b$ $a$`, `/* /* */`, `"a""`, `1..2 a.-b`, "-- x", "U&\"", "N'x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for name, class := range map[string]func(string) string{
			"classes":  same,
			"one name": func(string) string { return "x" },
			"lower":    strings.ToLower,
		} {
			once := ddl.Normalize(sql, class)
			if twice := ddl.Normalize(once, class); once != twice {
				t.Fatalf("%s: %q becomes %q, and that %q", name, sql, once, twice)
			}
		}
	})
}

// TestNormalizeIsLinear would take hours if some text made the scanner begin again and again.
func TestNormalizeIsLinear(*testing.T) {
	for _, unit := range []string{"+", "-", "/*", "*/", "'", `"`, "$a$", "$", "E'\\", "1", "1.", "(", "a ", "a AS a ", "::", "'a'::regclass ", "U&'"} {
		ddl.Normalize(strings.Repeat(unit, 1<<20/len(unit)), same)
	}
}

func TestNormalizeLeavesOutColumnAliases(t *testing.T) {
	t.Parallel()
	same := func(name string) string { return map[string]string{"Customers": "customers", "Id": "id"}[name] }
	orSame := func(name string) string {
		if s := same(name); s != "" {
			return s
		}
		return name
	}
	for _, pair := range [][2]string{
		{`SELECT 1 FROM s."Customers" JOIN t USING ("Id")`, `SELECT 1 FROM s.customers "Customers"("Id", name) JOIN t USING ("Id")`},
		{`SELECT 1 FROM s."Customers" c, t`, `SELECT 1 FROM s.customers c("Id", name), t`},
		{`SELECT 1 FROM (part p JOIN t USING ("Id"))`, `SELECT 1 FROM (part p("Id") JOIN t USING ("Id"))`},
	} {
		if a, b := ddl.Normalize(pair[0], orSame), ddl.Normalize(pair[1], orSame); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	}
	for _, pair := range [][2]string{
		{`CREATE TABLE s.t (a integer) PARTITION BY RANGE (a)`, `CREATE TABLE s.t (a integer) PARTITION BY RANGE (b)`},
		{`SELECT f(a) FROM t`, `SELECT f(b) FROM t`},
		{`SELECT 1 FROM s.f(a)`, `SELECT 1 FROM s.f(b)`},
		{`FOREIGN KEY (a) REFERENCES s.t(a)`, `FOREIGN KEY (a) REFERENCES s.t(b)`},
		{`CREATE INDEX i ON s.t USING btree (a)`, `CREATE INDEX i ON s.t USING btree (b)`},
	} {
		if a, b := ddl.Normalize(pair[0], orSame), ddl.Normalize(pair[1], orSame); a == b {
			t.Errorf("%q and %q are one", pair[0], pair[1])
		}
	}
}
