package catalog_test

import (
	"testing"

	"migrator/planner/catalog"
)

// TestReadMemberPrivileges changes privileges on objects that are not the database's own, of each kind that can have some. What an
// extension or PostgreSQL has granted by itself is no change.
func TestReadMemberPrivileges(t *testing.T) {
	d := readSQL(t, `
		CREATE SCHEMA s; CREATE EXTENSION hstore SCHEMA s; CREATE EXTENSION pg_stat_statements SCHEMA s; CREATE EXTENSION postgres_fdw SCHEMA s;
		GRANT EXECUTE ON FUNCTION pg_stat_reset() TO pg_monitor;
		REVOKE ALL ON FUNCTION s.hstore(text, text) FROM PUBLIC;
		REVOKE USAGE ON TYPE s.hstore FROM PUBLIC;
		REVOKE SELECT ON s.pg_stat_statements FROM PUBLIC;
		GRANT SELECT (query) ON s.pg_stat_statements TO pg_monitor;
		GRANT SELECT (rolpassword) ON pg_authid TO pg_monitor;
		REVOKE SELECT ON pg_database FROM PUBLIC;
		GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO pg_monitor;
		REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
		REVOKE USAGE ON LANGUAGE sql FROM PUBLIC;
		GRANT CREATE ON SCHEMA pg_catalog TO pg_monitor;
		REVOKE EXECUTE ON FUNCTION array_agg(anynonarray) FROM PUBLIC;
		GRANT EXECUTE ON FUNCTION array_agg(anynonarray) TO PUBLIC;
		GRANT SELECT ON information_schema.tables TO pg_monitor;
		CREATE TABLE own (a int); GRANT SELECT (a) ON own TO PUBLIC; GRANT EXECUTE ON FUNCTION s.akeys(s.hstore) TO PUBLIC`)
	member := func(of catalog.Kind, schema, name string, acl ...string) catalog.Item {
		return catalog.Item{Kind: catalog.KindPrivileges, Of: of, Schema: schema, Name: name, ACL: acl}
	}
	column := func(i catalog.Item, table string) catalog.Item {
		i.Table = table
		return i
	}
	const (
		usage   = "postgres=U/postgres"
		execute = "postgres=X/postgres"
		all     = "postgres=arwdDxt/postgres"
	)
	same(t, d.MemberPrivileges, []*catalog.MemberPrivileges{
		{Item: withArgs(member("aggregate", "pg_catalog", "array_agg", execute, "=X/postgres"), "anynonarray")},
		{Item: column(member("column", "pg_catalog", "rolpassword", "pg_monitor=r/postgres"), "pg_authid")},
		{Item: column(member("column", "s", "query", "pg_monitor=r/postgres"), "pg_stat_statements"), Extension: "pg_stat_statements"},
		{Item: member("foreign_data_wrapper", "", "postgres_fdw", usage, "pg_monitor=U/postgres"), Extension: "postgres_fdw"},
		{Item: withArgs(member("function", "pg_catalog", "pg_stat_reset", execute, "pg_monitor=X/postgres"), "")},
		{Item: withArgs(member("function", "s", "akeys", "=X/postgres", execute), "s.hstore"), Extension: "hstore"},
		{Item: withArgs(member("function", "s", "hstore", execute), "text, text"), Extension: "hstore"},
		{Item: member("language", "", "plpgsql", usage), Extension: "plpgsql"},
		{Item: member("language", "", "sql", usage)},
		{Item: member("schema", "", "pg_catalog", "postgres=UC/postgres", "=U/postgres", "pg_monitor=C/postgres")},
		{Item: member("table", "pg_catalog", "pg_database", all)},
		{Item: member("type", "s", "hstore", usage), Extension: "hstore"},
		{Item: member("view", "s", "pg_stat_statements", all), Extension: "pg_stat_statements"},
	})
	for _, p := range d.MemberPrivileges {
		if p.Owner != "postgres" || p.BaseACL == nil && p.Of != catalog.KindColumn {
			t.Errorf("%s: owner %q, made with %v", p.Address(), p.Owner, p.BaseACL)
		}
	}
	if a := d.MemberPrivileges[6].Address(); a != "privileges.function.s.hstore(text, text)" {
		t.Errorf("address %s", a)
	}
}
