package planner_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/config"
)

// everyACL lists who may do what on each object of a database, one line for each privilege of each role. MAINTAIN is left out, which only
// one side may know.
const everyACL = `
	SELECT o.what || ': ' || CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END || ' ' || a.privilege_type || ' of ' ||
		pg_get_userbyid(a.grantor) || CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END
	FROM (
		SELECT c.oid::regclass::text, coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner)), relnamespace
			FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
		UNION ALL SELECT oid::regprocedure::text, coalesce(proacl, acldefault('f', proowner)), pronamespace FROM pg_proc
		UNION ALL SELECT format_type(oid, NULL), coalesce(typacl, acldefault('T', typowner)), typnamespace
			FROM pg_type WHERE typtype IN ('e', 'd', 'r', 'm') OR typtype = 'c' AND (SELECT relkind = 'c' FROM pg_class WHERE oid = typrelid)
		UNION ALL SELECT 'schema ' || nspname, coalesce(nspacl, acldefault('n', nspowner)), oid FROM pg_namespace
		UNION ALL SELECT 'object ' || oid, coalesce(lomacl, acldefault('L', lomowner)), 2200 FROM pg_largeobject_metadata
	) o (what, acl, namespace) JOIN pg_namespace n ON n.oid = o.namespace, aclexplode(o.acl) a
	WHERE n.nspname IN ('public', 's', 't', 'legacy', 'fresh') AND a.privilege_type <> 'MAINTAIN' ORDER BY 1`

// TestDefaultPrivilegesOfTheDestination moves a database to where default privileges would give every new object away.
func TestDefaultPrivilegesOfTheDestination(t *testing.T) {
	t.Parallel()
	roles := strings.NewReplacer("{owner}", "newprivileges_owner", "{app}", "newprivileges_app", "{spy}", "newprivileges_spy")
	d := connectDatabases(t)
	for _, url := range []string{d.srcURL, d.dstURL} {
		load(t, url, roles.Replace("CREATE ROLE {owner}; CREATE ROLE {app}; CREATE ROLE {spy}"))
		t.Cleanup(func() {
			own, err := pgx.Connect(context.Background(), url)
			if err != nil {
				t.Error(err)
				return
			}
			defer own.Close(context.Background())
			for _, sql := range []string{
				"REASSIGN OWNED BY {owner} TO CURRENT_USER", "DROP OWNED BY {owner}", "DROP OWNED BY {app}", "DROP OWNED BY {spy}",
				"DROP ROLE {owner}, {app}, {spy}",
			} {
				if _, err := own.Exec(context.Background(), roles.Replace(sql)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	load(t, d.srcURL, roles.Replace(`
		CREATE SCHEMA s AUTHORIZATION {owner}; CREATE SCHEMA t;
		CREATE TABLE s.plain (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial);
		CREATE TABLE s.granted (id int, b int); ALTER TABLE s.granted OWNER TO {owner};
		GRANT SELECT ON s.granted TO {app}; GRANT UPDATE (b) ON s.granted TO {spy};
		CREATE TABLE s.closed (id int); REVOKE ALL ON s.closed FROM CURRENT_USER;
		CREATE TABLE t.parts (id int) PARTITION BY LIST (id); CREATE TABLE t.one PARTITION OF t.parts FOR VALUES IN (1);
		CREATE VIEW t.v AS SELECT 1 AS x; GRANT SELECT ON t.v TO {app} WITH GRANT OPTION; SET ROLE {app}; RESET ROLE;
		CREATE MATERIALIZED VIEW t.m AS SELECT 1 AS x; ALTER MATERIALIZED VIEW t.m OWNER TO {owner};
		CREATE SEQUENCE s.numbers; GRANT USAGE ON SEQUENCE s.numbers TO {app};
		CREATE FUNCTION s.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION s.closed() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION s.closed() FROM PUBLIC; ALTER FUNCTION s.closed() OWNER TO {owner};
		CREATE AGGREGATE t.total(int) (SFUNC = int4pl, STYPE = int);
		CREATE TYPE s.mood AS ENUM ('sad'); CREATE TYPE s.pair AS (a int, b int); CREATE TYPE s.span AS RANGE (SUBTYPE = int); ALTER TYPE s.span OWNER TO {owner};
		CREATE DOMAIN s.price AS numeric; REVOKE USAGE ON DOMAIN s.price FROM PUBLIC; GRANT USAGE ON DOMAIN s.price TO {app};
		CREATE SCHEMA legacy; CREATE TABLE legacy.t (id int);
		SELECT lo_create(4711)`))
	load(t, d.dstURL, roles.Replace(`
		CREATE SCHEMA t; CREATE SCHEMA fresh;
		ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {spy} WITH GRANT OPTION;
		ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {owner};
		ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO {spy};
		ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
		ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM CURRENT_USER;
		ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO {spy};
		ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO {spy};
		ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT ALL ON TABLES TO {spy};
		ALTER DEFAULT PRIVILEGES IN SCHEMA t GRANT INSERT ON TABLES TO {app};
		ALTER DEFAULT PRIVILEGES IN SCHEMA fresh GRANT INSERT ON TABLES TO {app};
		ALTER DEFAULT PRIVILEGES IN SCHEMA t GRANT EXECUTE ON FUNCTIONS TO {spy}`))
	if read(t, d.dst).Server.Version >= 180000 {
		load(t, d.dstURL, roles.Replace("ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO {spy}"))
	}
	d.migrate(t, everything())
	// What a multirange type belongs to, and whether there is one, is not the same for all versions.
	const follow = 170000
	otherRanges := (read(t, d.src).Server.Version < follow) != (read(t, d.dst).Server.Version < follow)
	same := func(url, other string) {
		t.Helper()
		acls := func(url string) []string {
			own := connect(t, url, true)
			rows, err := own.Query(t.Context(), everyACL)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			return slices.DeleteFunc(lines, func(line string) bool {
				return strings.HasPrefix(line, "schema fresh") || otherRanges && strings.HasPrefix(line, "s.span_multirange")
			})
		}
		if diff := cmp.Diff(acls(url), acls(other)); diff != "" {
			t.Errorf("the privileges in source (-) and destination (+) differ:\n%s", diff)
		}
	}
	same(d.srcURL, d.dstURL)

	t.Run("renamed", func(t *testing.T) {
		load(t, d.dstURL, "DROP SCHEMA s, t, legacy CASCADE; CREATE SCHEMA t; SELECT lo_unlink(4711)",
			roles.Replace("ALTER DEFAULT PRIVILEGES IN SCHEMA t GRANT INSERT ON TABLES TO {app}"))
		cfg := everything()
		cfg.Mapping.Schemas = []config.SchemaMapping{{Name: "legacy", Rename: "t"}}
		d.migrate(t, cfg)
	})
}

// TestSchemaPublicMadeAnew has a destination without the schema that initdb makes and gives to all.
func TestSchemaPublicMadeAnew(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.dstURL, "DROP SCHEMA public")
	d.migrate(t, everything())
	const usage = "SELECT has_schema_privilege('pg_monitor', 'public', 'USAGE')"
	var may bool
	if err := d.dst.QueryRow(t.Context(), usage).Scan(&may); err != nil || !may {
		t.Errorf("nobody may use the schema: %v", err)
	}
}
