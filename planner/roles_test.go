package planner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner"
)

// withRoles is a configuration with a policy for roles.
func withRoles(p config.RolePolicy) *config.Config {
	cfg := everything()
	cfg.Roles = p
	return cfg
}

// everyRole says all that can be known of the roles whose names begin with a prefix, and who is a member of whom among them.
const everyRole = `
	SELECT rolname || ': login ' || rolcanlogin || ', inherit ' || rolinherit || ', limit ' || rolconnlimit || ', until ' || coalesce(rolvaliduntil::text, '') || ', '
		|| coalesce(shobj_description(oid, 'pg_authid'), '') || coalesce(rolconfig::text, '') FROM pg_roles WHERE rolname LIKE '%[1]s%%'
	UNION ALL SELECT pg_get_userbyid(m.member) || ' in ' || pg_get_userbyid(m.roleid) || ' ' || (to_jsonb(m) - ARRAY['oid', 'roleid', 'member', 'grantor'])
		FROM pg_auth_members m WHERE pg_get_userbyid(m.member) LIKE '%[1]s%%' ORDER BY 1`

func column(t *testing.T, conn *pgx.Conn, sql string) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// carried carries a plan out and makes sure that nothing is left, but for what is skipped.
func (d databases) carried(t *testing.T, cfg *config.Config) *planner.Plan {
	t.Helper()
	first := build(t, d.input(t, cfg))
	carryOut(t, d.dst, first)
	in := d.input(t, cfg)
	in.Done = done(first)
	nothingLeft(t, build(t, in))
	return first
}

// skips are the addresses of what a plan leaves behind, with the reasons.
func skips(p *planner.Plan) []string {
	var found []string
	for _, a := range p.Actions {
		if a.Change == planner.Skip {
			found = append(found, a.Address+": "+a.Reason)
		}
	}
	slices.Sort(found)
	return found
}

const ownedByRoles = `
	CREATE SCHEMA s AUTHORIZATION {p}_owner; CREATE TABLE s.t (id int, v text); ALTER TABLE s.t OWNER TO {p}_owner;
	GRANT SELECT ON s.t TO {p}_readers; GRANT UPDATE (v) ON s.t TO "{p} Writer"; GRANT SELECT ON s.t TO {p}_readers WITH GRANT OPTION;
	GRANT USAGE ON SCHEMA s TO {p}_readers; SET ROLE {p}_readers; GRANT SELECT ON s.t TO {p}_guest; RESET ROLE;
	ALTER TABLE s.t ENABLE ROW LEVEL SECURITY; CREATE POLICY part ON s.t TO {p}_readers, {p}_guest USING (id > 0);
	CREATE POLICY own ON s.t FOR UPDATE TO {p}_guest USING (id > 1);
	CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION s.f() OWNER TO {p}_owner; REVOKE ALL ON FUNCTION s.f() FROM PUBLIC;
	ALTER DEFAULT PRIVILEGES FOR ROLE {p}_owner IN SCHEMA s GRANT SELECT ON TABLES TO {p}_readers;
	SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO {p}_owner; GRANT SELECT ON LARGE OBJECT 4711 TO {p}_guest;
	CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR {p}_guest SERVER far;
	DO $$ BEGIN EXECUTE format('ALTER ROLE {p}_guest IN DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;`

func rolesScript(prefix, sql string) string { return strings.ReplaceAll(sql, "{p}", prefix) }

func TestRolesCreate(t *testing.T) {
	t.Parallel()
	const p = "roles_create"
	d := connectDatabases(t)
	load(t, d.srcURL, rolesScript(p, `CREATE ROLE {p}_guest; CREATE ROLE {p}_owner LOGIN PASSWORD 'secret' CREATEDB; CREATE ROLE {p}_readers NOINHERIT CONNECTION LIMIT 7; CREATE ROLE "{p} Writer" VALID UNTIL '2030-01-01';
		CREATE ROLE {p}_group; CREATE ROLE {p}_unnamed; CREATE ROLE {p}_there;
		GRANT {p}_group TO {p}_readers WITH ADMIN OPTION; GRANT pg_monitor TO {p}_group; GRANT {p}_readers TO {p}_there; GRANT {p}_group TO {p}_unnamed;
		COMMENT ON ROLE {p}_guest IS 'it''s a guest'; ALTER ROLE {p}_owner SET search_path = s, "A b"; ALTER ROLE {p}_owner SET work_mem = '8MB';`), rolesScript(p, ownedByRoles))
	load(t, d.dstURL, rolesScript(p, `CREATE ROLE {p}_there`))
	plan := d.carried(t, withRoles(config.RolesCreate))
	if s := skips(plan); len(s) > 0 {
		t.Error("left behind:", s)
	}
	for n, a := range plan.Actions[:5] {
		if a.Kind != "role" {
			t.Errorf("action %d is %s, not a role", n, a.Address)
		}
	}
	sameDump(t, d)
	want := column(t, d.src, fmt.Sprintf(everyRole, p))
	want = slices.DeleteFunc(want, func(s string) bool { return strings.Contains(s, "unnamed") })
	for i := range want {
		want[i] = strings.Replace(want[i], "_owner: login true", "_owner: login false", 1)
	}
	if diff := cmp.Diff(want, column(t, d.dst, fmt.Sprintf(everyRole, p))); diff != "" {
		t.Errorf("roles, -want +got:\n%s", diff)
	}
	var told []string
	for _, h := range plan.Hazards {
		if strings.HasPrefix(h.Name, "role_") {
			told = append(told, h.Name+" "+h.Object+" "+h.What+" "+h.Do)
		}
	}
	if text := strings.Join(told, "\n"); !strings.Contains(text, "LOGIN, CREATEDB") || !strings.Contains(text, p+"_unnamed") || strings.Contains(text, "secret") {
		t.Errorf("the hazards say %s", text)
	}
}

// TestRolesCreateWithoutSuperuser has a role with CREATEROLE alone make the roles and give them what they own.
func TestRolesCreateWithoutSuperuser(t *testing.T) {
	t.Parallel()
	const p = "roles_mover"
	d := connectDatabases(t)
	load(t, d.srcURL, rolesScript(p, `CREATE ROLE {p}_owner; CREATE ROLE {p}_readers; GRANT {p}_readers TO {p}_owner; CREATE SCHEMA s AUTHORIZATION {p}_owner; CREATE TABLE s.t (id int PRIMARY KEY);
		ALTER TABLE s.t OWNER TO {p}_owner; GRANT SELECT ON s.t TO {p}_readers;`))
	load(t, d.dstURL, rolesScript(p, `CREATE ROLE {p}_me CREATEROLE; DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {p}_me', current_database()); END $$`))
	mustExec(t, d.dst, "role", "SET SESSION AUTHORIZATION "+p+"_me")
	d.carried(t, withRoles(config.RolesCreate))
	mustExec(t, d.dst, "role", "RESET SESSION AUTHORIZATION") // the judge reads what not everybody may
	sameDump(t, d)
}

// TestRolesIgnore leaves everything with the role that connects, and names what stays behind.
func TestRolesIgnore(t *testing.T) {
	t.Parallel()
	const p = "roles_ignore"
	d := connectDatabases(t)
	load(t, d.srcURL, rolesScript(p, `CREATE ROLE {p}_owner; CREATE ROLE {p}_readers; CREATE ROLE "{p} Writer"; CREATE ROLE {p}_guest;`), rolesScript(p, ownedByRoles))
	load(t, d.dstURL, rolesScript(p, `CREATE ROLE {p}_readers; CREATE ROLE {p}_me CREATEROLE SUPERUSER`))
	mustExec(t, d.dst, "role", "SET SESSION AUTHORIZATION "+p+"_me")
	plan := d.carried(t, withRoles(config.RolesIgnore))
	absent := `it does not exist in the destination (roles = "ignore")`
	want := []string{
		"database_setting.work_mem(" + p + "_guest): a setting of a role, \"" + p + "_guest\", that is not carried: " + absent,
		"default_privileges.s." + p + "_owner(tables): default privileges of a role, \"" + p + "_owner\", that is not carried: " + absent,
		"policy.s.t.own: it is for roles alone that are not carried: " + p + "_guest",
		"role.\"" + p + " Writer\": " + absent + "; without its privileges: table.s.t",
		"role.postgres: no owner is carried (roles = \"ignore\"); what it owns belongs to " + p + "_me: foreign_data_wrapper.w, server.far",
		"role." + p + "_guest: " + absent + "; without its privileges: table.s.t, large_object.4711; policies that do not name it: policy.s.t.own, policy.s.t.part",
		"role." + p + "_owner: " + absent + "; what it owns belongs to " + p + "_me: schema.s, function.s.f(), table.s.t and 1 more",
		"user_mapping.far(" + p + "_guest): a user mapping of a role, \"" + p + "_guest\", that is not carried: " + absent,
	}
	if diff := cmp.Diff(want, skips(plan)); diff != "" {
		t.Errorf("left behind, -want +got:\n%s", diff)
	}
	for _, a := range plan.Actions {
		if strings.Contains(strings.Join(a.SQL, ";"), "OWNER TO") {
			t.Errorf("%s: %s", a.Address, a.SQL)
		}
	}
	acl := column(t, d.dst, `SELECT relacl::text || relowner::regrole || coalesce((SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attname = 'v'), '') FROM pg_class c WHERE oid = 's.t'::regclass
		UNION ALL SELECT proacl::text || proowner::regrole FROM pg_proc WHERE proname = 'f' AND pronamespace = 's'::regnamespace
		UNION ALL SELECT polroles::regrole[]::text FROM pg_policy UNION ALL SELECT coalesce(lomacl::text, '-') || lomowner::regrole FROM pg_largeobject_metadata ORDER BY 1`)
	me := p + "_me"
	for i := range acl {
		acl[i] = strings.Replace(acl[i], "arwdDxtm/", "arwdDxt/", 1) // MAINTAIN, from 17 on
	}
	want = []string{
		"-" + me, // the large object's, which has its default privileges
		"{" + p + "_readers}",
		"{" + me + "=X/" + me + "}" + me,
		"{" + me + "=arwdDxt/" + me + "," + p + "_readers=r*/" + me + "}" + me,
	}
	if diff := cmp.Diff(want, acl, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("privileges, -want +got:\n%s", diff)
	}
}

// TestProviderRoles meets the roles and extensions of managed services where they are not.
func TestProviderRoles(t *testing.T) {
	t.Parallel()
	for _, policy := range []config.RolePolicy{config.RolesMap, config.RolesCreate} {
		t.Run(string(policy), func(t *testing.T) {
			t.Parallel()
			d := connectDatabases(t)
			load(t, d.srcURL, `DO $$ BEGIN CREATE ROLE rds_superuser; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
				DO $$ BEGIN CREATE ROLE acme_admin; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
				CREATE TABLE t (a int); ALTER TABLE t OWNER TO rds_superuser; GRANT SELECT ON t TO acme_admin; CREATE EXTENSION hstore; CREATE TABLE h (h hstore);`)
			cfg := withRoles(policy)
			cfg.Providers = []config.Provider{{Name: "Acme", Roles: []string{"acme_*"}, Extensions: []string{"hst?re"}}}
			plan := d.carried(t, cfg)
			want := []string{
				"extension.hstore: it is an extension of Acme; where the destination has it, create it beforehand",
				"role.acme_admin: it is a role of Acme, which the destination does not have; without its privileges: table.public.t",
				"role.rds_superuser: it is a role of Amazon RDS and Aurora, which the destination does not have; what it owns belongs to postgres: table.public.t",
				"rows.public.h: needs table public.h, which is not carried",
				"table.public.h: needs extension hstore, which is not carried",
			}
			if diff := cmp.Diff(want, skips(plan)); diff != "" {
				t.Errorf("left behind, -want +got:\n%s", diff)
			}
		})
	}
	t.Run("mapped", func(t *testing.T) {
		t.Parallel()
		d := connectDatabases(t)
		load(t, d.srcURL, `DO $$ BEGIN CREATE ROLE cloudsqladmin; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$; CREATE TABLE t (a int); ALTER TABLE t OWNER TO cloudsqladmin`)
		cfg := everything()
		cfg.Mapping.Roles = []config.RoleMapping{{Name: "cloudsqladmin", Rename: "pg_monitor"}}
		if s := skips(d.carried(t, cfg)); len(s) > 0 {
			t.Error("left behind:", s)
		}
		if owner := column(t, d.dst, `SELECT relowner::regrole::text FROM pg_class WHERE oid = 'public.t'::regclass`); owner[0] != "pg_monitor" {
			t.Error("it belongs to", owner)
		}
	})
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
