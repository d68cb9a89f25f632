package planner_test

import (
	"slices"
	"testing"

	"migrator/config"
)

// TestMemberPrivileges carries grants on what extensions and PostgreSQL bring, with and without the extension.
func TestMemberPrivileges(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `
		CREATE SCHEMA s; CREATE EXTENSION hstore SCHEMA s; CREATE EXTENSION pg_stat_statements SCHEMA s; CREATE EXTENSION postgres_fdw SCHEMA s;
		GRANT EXECUTE ON FUNCTION pg_stat_reset() TO pg_monitor WITH GRANT OPTION;
		REVOKE ALL ON FUNCTION s.hstore(text, text) FROM PUBLIC;
		REVOKE USAGE ON TYPE s.hstore FROM PUBLIC;
		REVOKE SELECT ON s.pg_stat_statements FROM PUBLIC;
		GRANT SELECT (query) ON s.pg_stat_statements TO pg_monitor;
		GRANT SELECT (rolpassword) ON pg_authid TO pg_monitor;
		REVOKE SELECT ON pg_database FROM PUBLIC;
		GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO pg_monitor;
		REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
		GRANT CREATE ON SCHEMA pg_catalog TO pg_monitor;
		REVOKE EXECUTE ON FUNCTION array_agg(anynonarray) FROM PUBLIC; REVOKE EXECUTE ON FUNCTION mode(anyelement) FROM PUBLIC`)
	d.migrate(t, everything())
	sameDump(t, d)

	cfg := everything()
	cfg.Select.SkipExtensions = []string{"hstore"}
	cfg.Select.Exclude = []config.Pattern{{Glob: "pg_catalog.pg_*"}}
	fresh := databases{srcURL: d.srcURL, src: d.src}
	fresh.dst = connectDatabases(t).dst
	p := build(t, fresh.input(t, cfg))
	for _, want := range []string{"- privileges.function.s.hstore(text, text)", "- privileges.type.s.hstore", "~ privileges.aggregate.pg_catalog.array_agg(anynonarray)"} {
		if !slices.Contains(lines(p), want) {
			t.Errorf("no %q in %q", want, lines(p))
		}
	}
	if slices.Contains(lines(p), "~ privileges.function.pg_catalog.pg_stat_reset()") || p.Excluded["privileges"] != 3 {
		t.Errorf("excluded: %v", p.Excluded)
	}
}
