package catalog_test

import (
	"testing"

	"migrator/planner/catalog"
)

func TestReadTypes(t *testing.T) {
	d := readSQL(t, `
		CREATE SCHEMA "Odd.Schema";
		CREATE TYPE "Odd.Schema"."my ""mood""" AS ENUM ('sad', 'it''s ok', 'x');
		ALTER TYPE "Odd.Schema"."my ""mood""" ADD VALUE 'first' BEFORE 'sad';
		COMMENT ON TYPE "Odd.Schema"."my ""mood""" IS 'how it feels';
		CREATE TYPE nothing AS ENUM ();
		CREATE TYPE pair AS (a int, b text COLLATE "C", c "Odd.Schema"."my ""mood"""[], "D" numeric(10,2));
		ALTER TYPE pair DROP ATTRIBUTE a;
		COMMENT ON COLUMN pair."D" IS 'second';
		CREATE FUNCTION diff(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
		CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = diff, MULTIRANGE_TYPE_NAME = spans);
		CREATE TYPE words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C");
		REVOKE ALL ON TYPE pair FROM PUBLIC;
		CREATE TABLE rowtype (a int);`)
	same(t, d.Types, []*catalog.Type{
		{Item: item("type", "Odd.Schema", `my "mood"`, "how it feels"), Variant: "enum", Labels: []string{"first", "sad", "it's ok", "x"}},
		{Item: item("type", "public", "nothing", ""), Variant: "enum"},
		{Item: withACL(item("type", "public", "pair", ""), "postgres=U/postgres"), Variant: "composite", Attributes: []catalog.Attribute{
			{Name: "b", Type: "text", Collation: `pg_catalog."C"`},
			{Name: "c", Type: `"Odd.Schema"."my ""mood"""[]`},
			{Name: "D", Type: "numeric(10,2)", Comment: "second"},
		}},
		{Item: item("type", "public", "span", ""), Variant: "range", Range: &catalog.Range{
			Subtype: "double precision", SubtypeDiff: "public.diff", MultirangeSchema: "public", MultirangeName: "spans"}},
		{Item: item("type", "public", "words", ""), Variant: "range", Range: &catalog.Range{
			Subtype: "text", OpClass: "pg_catalog.text_pattern_ops", Collation: `pg_catalog."C"`, MultirangeSchema: "public", MultirangeName: "words_multirange"}},
	})
	if len(d.Functions) != 1 {
		t.Errorf("a range's constructors are read as functions: %v", addresses(d.Functions))
	}
	if len(d.Uncarried) != 0 {
		t.Errorf("a range's cast is read: %v", d.Uncarried)
	}
	if base := d.Types[2].BaseACL; len(base) != 2 {
		t.Errorf("the base of the ACL is %v", base)
	}
}

func TestReadDomains(t *testing.T) {
	d := readSQL(t, `
		CREATE DOMAIN positive AS numeric(8,2) DEFAULT 1.5 NOT NULL CONSTRAINT above CHECK (VALUE > 0) CHECK (VALUE < 1000);
		COMMENT ON CONSTRAINT above ON DOMAIN positive IS 'not zero';
		COMMENT ON DOMAIN positive IS 'amount';
		ALTER DOMAIN positive ADD CONSTRAINT later CHECK (VALUE <> 7) NOT VALID;
		CREATE DOMAIN word AS text COLLATE "C";`)
	same(t, d.Domains, []*catalog.Domain{
		{Item: item("domain", "public", "positive", "amount"), Type: "numeric(8,2)", NotNull: true, Default: "1.5", Checks: []catalog.DomainCheck{
			{Name: "above", Definition: "CHECK ((VALUE > (0)::numeric))", Valid: true, Comment: "not zero"},
			{Name: "later", Definition: "CHECK ((VALUE <> (7)::numeric)) NOT VALID"},
			{Name: "positive_check", Definition: "CHECK ((VALUE < (1000)::numeric))", Valid: true},
		}},
		{Item: item("domain", "public", "word", ""), Type: "text", Collation: `pg_catalog."C"`},
	})
}

// TestBinarySafe checks which types travel in binary form.
func TestBinarySafe(t *testing.T) {
	d := readSQL(t, `
		CREATE TYPE mood AS ENUM ('a'); CREATE TYPE pair AS (a int); CREATE DOMAIN dom AS mood; CREATE DOMAIN bad AS pair;
		CREATE TYPE span AS RANGE (SUBTYPE = float8); CREATE EXTENSION hstore;
		CREATE TABLE safe (a bool, b bytea, c "char", d name, e int2[], f text, g jsonb, h xml, i numeric(5,1), j money, k timestamptz[], l interval, m varbit,
			n uuid, o inet, p macaddr8, q polygon, r tsvector, t oid, u pg_lsn, v int4range, w datemultirange, x mood, y dom, z daterange[]);
		CREATE TABLE unsafe (a mood[], b pair, c pair[], d bad, e regclass, f xid, g tid, h aclitem, i span, j hstore, k regtype[], l span_multirange, m dom[], n safe, o safe[], p tsquery)`)
	for _, name := range []string{"safe", "unsafe"} {
		for _, c := range find(t, d.Tables, "table.public."+name).Columns {
			if c.BinarySafe != (name == "safe") {
				t.Errorf("binary form of %s: safe is %v", c.Type, c.BinarySafe)
			}
		}
	}
}

func item(kind catalog.Kind, schema, name, comment string) catalog.Item {
	return catalog.Item{Kind: kind, Schema: schema, Name: name, Comment: comment}
}

func part(kind catalog.Kind, table, name, comment string) catalog.Item {
	return catalog.Item{Kind: kind, Schema: "public", Table: table, Name: name, Comment: comment}
}

func withACL(i catalog.Item, acl ...string) catalog.Item {
	i.ACL = acl
	return i
}

func withArgs(i catalog.Item, args string) catalog.Item {
	i.Args = args
	return i
}
