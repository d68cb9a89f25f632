package catalog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"migrator/planner/catalog"
)

func TestReadSchemasExtensionsLargeObjects(t *testing.T) {
	d := readSQL(t, `
		CREATE SCHEMA "S ""1"""; COMMENT ON SCHEMA "S ""1""" IS 'odd';
		REVOKE ALL ON SCHEMA "S ""1""" FROM postgres; GRANT CREATE ON SCHEMA public TO PUBLIC;
		CREATE EXTENSION pg_trgm SCHEMA "S ""1"""; COMMENT ON EXTENSION pg_trgm IS 'mine';
		SELECT lo_create(4711); COMMENT ON LARGE OBJECT 4711 IS 'big'; GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;`)
	odd := item("schema", "", `S "1"`, "odd")
	odd.ACL = []string{}
	same(t, d.Schemas, []*catalog.Schema{{Item: odd},
		{Item: withACL(item("schema", "", "public", "standard public schema"), "pg_database_owner=UC/pg_database_owner", "=UC/pg_database_owner")}})
	if base := d.Schemas[1].BaseACL; !cmp.Equal(base, []string{"pg_database_owner=UC/pg_database_owner", "=U/pg_database_owner"}) {
		t.Errorf("the initial privileges of public are %v", base)
	}
	same(t, d.Extensions, []*catalog.Extension{
		{Item: item("extension", "", "pg_trgm", "mine"), Version: "1.6", In: `S "1"`, Relocatable: true},
		{Item: item("extension", "", "plpgsql", ""), Version: "1.0", In: "pg_catalog"},
	})
	if n := len(d.Functions) + len(d.Operators) + len(d.Types) + len(d.Uncarried); n != 0 {
		t.Errorf("%d members of an extension are listed", n)
	}
	same(t, d.LargeObjects, []*catalog.LargeObject{{Item: withACL(item("large_object", "", "4711", "big"), "postgres=rw/postgres", "=r/postgres")}})
}

func TestReadDatabase(t *testing.T) {
	conn := connect(t, `DO $$ BEGIN
		EXECUTE format('COMMENT ON DATABASE %I IS ''ours''', current_database()); EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 50', current_database());
		EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$`)
	d := read(t, conn)
	if d.Server.Version < 90400 || d.Server.VersionText == "" || d.Server.SystemID == "" || d.Server.User != "postgres" || !d.Server.Superuser {
		t.Errorf("server %+v", d.Server)
	}
	if d.Name != conn.Config().Database || d.OID == 0 || d.Owner != "postgres" || d.Encoding != "UTF8" || d.Size == 0 ||
		d.Comment != "ours" || d.ConnectionLimit != 50 || d.Tablespace != "pg_default" || len(d.ACL) != 2 || len(d.BaseACL) != 2 {
		t.Errorf("database %+v", d)
	}
}

func TestReadUncarried(t *testing.T) {
	d := readSQL(t, `
		CREATE FUNCTION f(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''''';
		CREATE TYPE m AS ENUM ('a'); CREATE CAST (m AS int) WITH INOUT; CREATE TYPE shell;
		CREATE COLLATION "Coll" (LOCALE = 'C'); CREATE DEFAULT CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
		CREATE OPERATOR FAMILY fam USING btree; CREATE OPERATOR CLASS cls FOR TYPE int USING btree FAMILY fam AS OPERATOR 1 <;
		CREATE TEXT SEARCH CONFIGURATION tc (PARSER = default); CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);
		CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE ft (a int) SERVER s;
		CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION e();
		CREATE TABLE t (a int, b int); CREATE PUBLICATION pub FOR TABLE t; CREATE STATISTICS st ON a, b FROM t;
		ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
		DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET work_mem = ''9MB''', current_database()); END $$;
		CREATE INDEX broken ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
		CREATE ACCESS METHOD am2 TYPE TABLE HANDLER heap_tableam_handler;
		CREATE EXTENSION hstore`)
	var got []string
	for _, u := range d.Uncarried {
		got = append(got, u.Kind+": "+u.Name)
	}
	want := []string{

		"invalid index: public.broken",
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
