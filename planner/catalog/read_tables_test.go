package catalog_test

import (
	"testing"

	"migrator/planner/catalog"
)

func TestReadTable(t *testing.T) {
	d := readSQL(t, `
		CREATE TABLE "Or.ders" (
			id bigint GENERATED ALWAYS AS IDENTITY, gone int, "Name" varchar(20) COLLATE "C" NOT NULL DEFAULT 'it''s',
			double int GENERATED ALWAYS AS (3 * 2) STORED, big text, tags text[] COMPRESSION pglz,
			CONSTRAINT named CHECK ("Name" <> ''), CONSTRAINT lonely CHECK (id > 0) NO INHERIT
		) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
		ALTER TABLE "Or.ders" DROP COLUMN gone, ALTER COLUMN big SET STORAGE EXTERNAL, ALTER COLUMN big SET STATISTICS 500, ALTER COLUMN big SET (n_distinct = -0.5),
			ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, REPLICA IDENTITY FULL, ADD CONSTRAINT later CHECK (id < 10) NOT VALID;
		COMMENT ON TABLE "Or.ders" IS 'orders'; COMMENT ON COLUMN "Or.ders".big IS 'long'; COMMENT ON CONSTRAINT named ON "Or.ders" IS 'has a name';
		GRANT SELECT ("Name") ON "Or.ders" TO PUBLIC; GRANT SELECT ON "Or.ders" TO PUBLIC;`)
	same(t, d.Tables, []*catalog.Table{{
		Item: withACL(item("table", "public", "Or.ders", "orders"), "postgres=arwdDxt/postgres", "=r/postgres"), Persistence: "p",
		Options: []string{"fillfactor=70"}, ToastOptions: []string{"autovacuum_enabled=false"}, RowSecurity: true, ForceSecurity: true, ReplicaIdentity: "f",
		Columns: []*catalog.Column{
			{Number: 1, Name: "id", Type: "bigint", NotNull: true, Identity: "a", Local: true, Statistics: -1, BinarySafe: true},
			{Number: 3, Name: "Name", Type: "character varying(20)", Collation: `pg_catalog."C"`, NotNull: true, Default: "'it''s'::character varying", Local: true, Statistics: -1,
				ACL: []string{"=r/postgres"}, BinarySafe: true},
			{Number: 4, Name: "double", Type: "integer", Default: "(3 * 2)", Generated: "s", Local: true, Statistics: -1, BinarySafe: true},
			{Number: 5, Name: "big", Type: "text", Local: true, Statistics: 500, Storage: "EXTERNAL", Options: []string{"n_distinct=-0.5"}, Comment: "long", BinarySafe: true},
			{Number: 6, Name: "tags", Type: "text[]", Local: true, Statistics: -1, Compression: "pglz", BinarySafe: true},
		},
		Checks: []catalog.TableCheck{
			{Name: "lonely", Definition: "CHECK ((id > 0)) NO INHERIT"},
			{Name: "named", Definition: `CHECK ((("Name")::text <> ''::text))`, Comment: "has a name"},
		},
	}})
	same(t, d.Constraints, []*catalog.Constraint{{Item: part("check", "Or.ders", "later", ""), Definition: "CHECK ((id < 10)) NOT VALID"}})
	if s := d.Sequences[0]; !s.Identity || s.OwnedBy == nil || *s.OwnedBy != (catalog.ColumnName{Schema: "public", Table: "Or.ders", Column: "id"}) {
		t.Errorf("identity sequence %+v", s)
	}
	if table := d.Tables[0]; table.FileNode == 0 || table.Bytes == 0 || table.Columns[0].TypeOID != 20 || table.Owner != "postgres" || len(table.BaseACL) != 1 {
		t.Errorf("table %+v", table)
	}
}

func TestReadInheritance(t *testing.T) {
	d := readSQL(t, `
		CREATE TABLE a (x int DEFAULT 1, y int DEFAULT 2, z int, n int, CHECK (x > 0)); CREATE TABLE b (w int);
		CREATE TABLE c (w int) INHERITS (b, a);
		ALTER TABLE c ALTER x SET DEFAULT 7, ALTER y DROP DEFAULT, ALTER z SET DEFAULT 3, ALTER n SET NOT NULL;
		CREATE TABLE same () INHERITS (a);
		CREATE TYPE ct AS (a int, b text); CREATE UNLOGGED TABLE typed OF ct (b WITH OPTIONS NOT NULL);`)
	c := find(t, d.Tables, "table.public.c")
	same(t, c, &catalog.Table{Item: item("table", "public", "c", ""), Persistence: "p", ReplicaIdentity: "d",
		Parents: []catalog.Name{{Schema: "public", Name: "b"}, {Schema: "public", Name: "a"}},
		Columns: []*catalog.Column{
			{Number: 1, Name: "w", Type: "integer", Local: true, Inherited: true, Statistics: -1, BinarySafe: true},
			{Number: 2, Name: "x", Type: "integer", Default: "7", DefaultApart: true, Inherited: true, Statistics: -1, BinarySafe: true},
			{Number: 3, Name: "y", Type: "integer", Default: "NULL", DefaultApart: true, Inherited: true, Statistics: -1, BinarySafe: true},
			{Number: 4, Name: "z", Type: "integer", Default: "3", DefaultApart: true, Inherited: true, Statistics: -1, BinarySafe: true},
			{Number: 5, Name: "n", Type: "integer", NotNull: true, NotNullApart: true, Inherited: true, Statistics: -1, BinarySafe: true},
		}})
	for _, column := range find(t, d.Tables, "table.public.same").Columns {
		if column.DefaultApart || column.NotNullApart {
			t.Errorf("column %+v is as its parent's", column)
		}
	}
	if typed := find(t, d.Tables, "table.public.typed"); typed.OfType != "public.ct" || typed.Persistence != "u" || !typed.Columns[1].NotNull {
		t.Errorf("typed table %+v", typed)
	}
}

func TestReadPartitions(t *testing.T) {
	d := readSQL(t, `
		CREATE TYPE mood AS ENUM ('a', 'b'); CREATE DOMAIN moody AS mood;
		CREATE TABLE r (a int, b text COLLATE "C", CONSTRAINT k CHECK (a > 0)) PARTITION BY RANGE (a, lower(b));
		CREATE TABLE r1 PARTITION OF r (a DEFAULT 5) FOR VALUES FROM (1, 'a') TO (10, MAXVALUE);
		CREATE TABLE rd PARTITION OF r DEFAULT;
		CREATE TABLE h (a moody) PARTITION BY HASH (a); CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY LIST (a);
		CREATE TABLE h00 PARTITION OF h0 FOR VALUES IN ('a');
		CREATE TABLE he (a mood) PARTITION BY HASH ((ARRAY[a])); CREATE TABLE hi (a int, b mood) PARTITION BY HASH (a)`)
	same(t, find(t, d.Tables, "table.public.r1"), &catalog.Table{Item: item("table", "public", "r1", ""), Persistence: "p", ReplicaIdentity: "d",
		Parents: []catalog.Name{{Schema: "public", Name: "r"}}, Bound: "FOR VALUES FROM (1, 'a') TO (10, MAXVALUE)",
		Columns: []*catalog.Column{
			{Number: 1, Name: "a", Type: "integer", Default: "5", Inherited: true, Statistics: -1, BinarySafe: true},
			{Number: 2, Name: "b", Type: "text", Collation: `pg_catalog."C"`, Inherited: true, Statistics: -1, BinarySafe: true},
		},
		Checks: []catalog.TableCheck{{Name: "k", Definition: "CHECK ((a > 0))", Inherited: true}}})
	if r := find(t, d.Tables, "table.public.r"); !r.Partitioned || r.PartitionBy != `RANGE (a, lower(b))` {
		t.Errorf("partitioned table %+v", r)
	}
	if rd := find(t, d.Tables, "table.public.rd"); rd.Bound != "DEFAULT" {
		t.Errorf("default partition %+v", rd)
	}
	want := map[string]bool{"h": true, "h0": true, "h00": true, "he": true}
	for _, table := range d.Tables {
		if table.HashesEnum != want[table.Name] {
			t.Errorf("%s hashes an enum: %v", table.Name, table.HashesEnum)
		}
	}
}
