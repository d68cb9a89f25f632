package planner_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
	"migrator/planner/catalog"
)

// userObjects lists every row of the catalogs that is an object of the user's: its catalog and OID. What is an internal part of
// another object, or a member of an extension, is that object's business.
const userObjects = `
	WITH o AS (
		SELECT 'pg_class' AS class, c.oid, c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname !~ '^pg_(toast|temp)' AND c.relkind <> 'c'
		UNION ALL SELECT 'pg_type', t.oid, t.oid::regtype::text FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
			WHERE t.typtype <> 'm' AND coalesce(c.relkind, 'c') = 'c' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
		UNION ALL SELECT 'pg_proc', oid, oid::regprocedure::text FROM pg_proc
		UNION ALL SELECT 'pg_operator', oid, oid::regoperator::text FROM pg_operator
		UNION ALL SELECT 'pg_cast', oid, castsource::regtype || ' AS ' || casttarget::regtype FROM pg_cast
		UNION ALL SELECT 'pg_collation', oid, collname FROM pg_collation
		UNION ALL SELECT 'pg_conversion', oid, conname FROM pg_conversion
		UNION ALL SELECT 'pg_ts_parser', oid, prsname FROM pg_ts_parser
		UNION ALL SELECT 'pg_ts_template', oid, tmplname FROM pg_ts_template
		UNION ALL SELECT 'pg_ts_dict', oid, dictname FROM pg_ts_dict
		UNION ALL SELECT 'pg_ts_config', oid, cfgname FROM pg_ts_config
		UNION ALL SELECT 'pg_foreign_data_wrapper', oid, fdwname FROM pg_foreign_data_wrapper
		UNION ALL SELECT 'pg_foreign_server', oid, srvname FROM pg_foreign_server
		UNION ALL SELECT 'pg_user_mapping', umid, srvname || ' ' || usename FROM pg_user_mappings
		UNION ALL SELECT 'pg_event_trigger', oid, evtname FROM pg_event_trigger
		UNION ALL SELECT 'pg_publication', oid, pubname FROM pg_publication
		UNION ALL SELECT 'pg_subscription', oid, subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT 'pg_statistic_ext', oid, stxname FROM pg_statistic_ext
		UNION ALL SELECT 'pg_default_acl', oid, defaclrole::regrole::text FROM pg_default_acl
		UNION ALL SELECT 'pg_language', oid, lanname FROM pg_language
		UNION ALL SELECT 'pg_transform', oid, trftype::regtype::text FROM pg_transform
		UNION ALL SELECT 'pg_opclass', oid, opcname FROM pg_opclass
		UNION ALL SELECT 'pg_opfamily', oid, opfname FROM pg_opfamily
		UNION ALL SELECT 'pg_am', oid, amname FROM pg_am
		UNION ALL SELECT 'pg_namespace', oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_'
		UNION ALL SELECT 'pg_policy', oid, polname FROM pg_policy
		UNION ALL SELECT 'pg_trigger', oid, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0
		UNION ALL SELECT 'pg_rewrite', oid, rulename FROM pg_rewrite WHERE rulename <> '_RETURN'
		UNION ALL SELECT 'pg_constraint', k.oid, k.conname FROM pg_constraint k WHERE k.conparentid = 0 AND k.conislocal AND k.contype IN ('f', 'p', 'u', 'x')
		UNION ALL SELECT 'pg_trigger', g.oid, g.tgname FROM pg_trigger g WHERE g.tgenabled <> 'O' AND g.tgparentid = 0
		UNION ALL SELECT 'pg_extension', oid, extname FROM pg_extension
		UNION ALL SELECT 'pg_largeobject', oid, oid::text FROM pg_largeobject_metadata
		UNION ALL SELECT m.class, m.oid, m.oid::text FROM (
			SELECT 'pg_amop' AS class, oid, amopfamily AS family FROM pg_amop UNION ALL SELECT 'pg_amproc', oid, amprocfamily FROM pg_amproc) m
			WHERE m.family < 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = m.class::regclass AND d.objid = m.oid AND d.refclassid = 'pg_opclass'::regclass)
	), other AS (
		SELECT l.classoid::regclass::text AS class, l.objoid AS oid, l.label AS name FROM pg_seclabel l
		UNION ALL SELECT 'pg_db_role_setting', setrole, setconfig::text FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
		UNION ALL SELECT 'pg_init_privs', c.oid, c.oid::regclass::text FROM pg_class c JOIN pg_init_privs i ON i.objoid = c.oid AND i.classoid = 'pg_class'::regclass AND i.objsubid = 0
			WHERE c.relacl IS DISTINCT FROM i.initprivs
		UNION ALL SELECT 'pg_init_privs', p.oid, p.oid::regprocedure::text FROM pg_proc p JOIN pg_init_privs i ON i.objoid = p.oid AND i.classoid = 'pg_proc'::regclass AND i.objsubid = 0
			WHERE p.proacl IS DISTINCT FROM i.initprivs
	)
	SELECT class, oid, name FROM other
	UNION ALL SELECT o.class, o.oid, o.name FROM o
	WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = o.class::regclass AND d.objid = o.oid AND d.deptype = 'e')
		AND (o.class NOT IN ('pg_type', 'pg_proc', 'pg_cast') OR NOT EXISTS
			(SELECT FROM pg_depend d WHERE d.classid = o.class::regclass AND d.objid = o.oid AND d.deptype = 'i'))
		AND NOT (o.class = 'pg_class' AND EXISTS (SELECT FROM pg_constraint k JOIN pg_depend e ON e.classid = 'pg_class'::regclass AND e.objid = k.conrelid AND e.deptype = 'e'
			WHERE k.conindid = o.oid))`

// TestEverythingIsCovered compares the catalogs of databases that are full of objects with what a plan says: each is an action or
// a line that says why it is none.
func TestEverythingIsCovered(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(t *testing.T, d databases){
		"every kind":  loadEveryKind,
		"left behind": loadLeftBehind,
		"shop":        func(t *testing.T, d databases) { sandboxtest.LoadShop(t, d.srcURL, 0.001) },
		"kinds": func(t *testing.T, d databases) {
			load(t, d.srcURL, `
				CREATE EXTENSION hstore; CREATE EXTENSION postgres_fdw; CREATE TYPE shell; CREATE TYPE m AS ENUM ('a'); CREATE CAST (m AS int) WITH INOUT;
				CREATE COLLATION coll (LOCALE = 'C'); CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
				CREATE OPERATOR FAMILY fam USING btree; CREATE OPERATOR CLASS cls FOR TYPE int USING btree FAMILY fam AS OPERATOR 1 <;
				CREATE TEXT SEARCH CONFIGURATION tc (PARSER = default); CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);
				CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize); CREATE TEXT SEARCH PARSER tp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
				CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (password 'x'); CREATE FOREIGN TABLE ft (a int) SERVER s;
				CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION e();
				CREATE TABLE t (a int, b int); CREATE PUBLICATION pub FOR TABLE t; CREATE STATISTICS st ON a, b FROM t;
				ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
				CREATE INDEX broken ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
				CREATE ACCESS METHOD am2 TYPE TABLE HANDLER heap_tableam_handler; CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
				CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
				CREATE OPERATOR === (LEFTARG = point, RIGHTARG = point, FUNCTION = point_eq, COMMUTATOR = ====);
				CREATE TYPE r AS RANGE (SUBTYPE = float8); CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE VIEW v AS SELECT * FROM t;
				CREATE TYPE code; CREATE FUNCTION code_in(cstring) RETURNS code LANGUAGE internal IMMUTABLE STRICT AS 'textin';
				CREATE FUNCTION code_out(code) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'; CREATE TYPE code (INPUT = code_in, OUTPUT = code_out, LIKE = text);`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := connectDatabases(t)
			if name != "kinds" {
				needs(t, 150000)
			}
			fill(t, d)
			in := d.input(t, everything())
			everyObject(t, d.src, in.Source, build(t, in))
		})
	}
}

// everyObject looks for each of the user's objects in a plan.
func everyObject(t *testing.T, src *pgx.Conn, db *catalog.Database, p *planner.Plan) {
	t.Helper()
	planned := map[string]bool{}
	for _, a := range p.Actions {
		planned[a.Address] = true
	}
	read := map[catalog.Ref]string{}
	for _, o := range db.Objects() {
		read[o.Meta().Ref] = o.Meta().Address()
	}
	batches := has(p, planner.ActionLargeObjects, func(a *planner.Action) bool { return a.Objects != nil })
	keys := map[string]string{} // an index that its key makes
	for _, c := range db.Constraints {
		keys[(&catalog.Item{Kind: catalog.KindIndex, Schema: c.Schema, Table: c.Table, Name: c.Index}).Address()] = c.Address()
	}
	uncarried := map[catalog.Ref]bool{}
	for _, u := range db.Uncarried {
		uncarried[u.Ref] = true
	}
	rows, err := src.Query(t.Context(), userObjects)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := 0
	for rows.Next() {
		var ref catalog.Ref
		var name string
		if err := rows.Scan(&ref.Class, &ref.OID, &name); err != nil {
			t.Fatal(err)
		}
		seen++
		address, is := read[ref]
		switch {
		case uncarried[ref], ref.Class == "pg_largeobject" && batches:
		case !is:
			t.Errorf("%s %s is in no list", ref.Class, name)
		case !planned[address] && !planned[keys[address]] && !strings.HasPrefix(address, "schema.public"):
			t.Errorf("%s is in the catalog, but not in the plan", address)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if seen < 30 {
		t.Errorf("only %d objects", seen)
	}
}
