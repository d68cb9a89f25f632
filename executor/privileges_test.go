package executor_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/executor"
	"migrator/planner"
	"migrator/planner/precheck"
)

// ownedByStrangers is a database in which objects belong to others than their schemas do.
const ownedByStrangers = `
CREATE SCHEMA shop AUTHORIZATION anna;
CREATE TABLE shop.orders (id int PRIMARY KEY, n serial);
ALTER TABLE shop.orders OWNER TO berta;
INSERT INTO shop.orders SELECT generate_series(1, 10);
CREATE TABLE public.plain (id int PRIMARY KEY);
ALTER TABLE public.plain OWNER TO anna;
CREATE FUNCTION shop.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION shop.one() OWNER TO berta;
CREATE MATERIALIZED VIEW shop.sums AS SELECT count(*) FROM shop.orders;
ALTER MATERIALIZED VIEW shop.sums OWNER TO anna;
GRANT SELECT ON shop.orders TO anna WITH GRANT OPTION;
SET ROLE anna; GRANT SELECT ON shop.orders TO carla; RESET ROLE;
ALTER TABLE shop.sums OWNER TO anna;
CREATE PUBLICATION changes FOR TABLE shop.orders;
ALTER PUBLICATION changes OWNER TO berta;
ALTER DEFAULT PRIVILEGES FOR ROLE carla IN SCHEMA shop GRANT SELECT ON TABLES TO berta;
ALTER DATABASE strangers SET work_mem = '1MB';
COMMENT ON DATABASE strangers IS 'of strangers';
`

// strangers is a scene whose destination's role has been given nothing but a login.
func strangers(t *testing.T, database, more string) *scene {
	t.Helper()
	s := newScene(t, ownSource|ownDestination)
	s.srcDB, s.dstDB = "strangers", "strangers"
	for _, server := range []string{"source", "destination"} {
		at := s.src
		if server == "destination" {
			at = s.dst
		}
		s.exec(at, "postgres", `CREATE ROLE anna; CREATE ROLE berta; CREATE ROLE carla`)
	}
	s.exec(s.dst, "postgres", `CREATE ROLE mover LOGIN PASSWORD 'mover'`)
	s.exec(s.src, "postgres", `CREATE DATABASE strangers`)
	if database != "" {
		s.exec(s.dst, "postgres", database)
	}
	s.load(ownedByStrangers)
	u, err := url.Parse(s.dst.URL(s.dstDB))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(mover, mover)
	s.configure(s.src.URL(s.srcDB), u.String(), more)
	return s
}

func (s *scene) precheck() precheck.Report {
	s.Helper()
	r, err := executor.Precheck(s.Context(), s.cfg, "test", nil)
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// privilegeErrors are what destination_privileges finds.
func privilegeErrors(r precheck.Report) string {
	var found []string
	for _, x := range r.Results {
		if x.Name == "destination_privileges" && x.Status == precheck.Failed {
			found = append(found, fmt.Sprintf("%s %v: %s", x.Found, x.Objects, x.Do))
		}
	}
	return strings.Join(found, "\n")
}

// TestGrantsOfPrecheckSuffice gives the destination's role what the prechecks print, and nothing else.
func TestGrantsOfPrecheckSuffice(t *testing.T) {
	t.Parallel()
	s := strangers(t, "CREATE DATABASE strangers", "mapping {\n  role \"postgres\" {\n    rename = \"mover\"\n  }\n}\n")
	for range 2 { // what a schema that is made beforehand lets others do is asked for then
		script := s.precheck().GrantScript()
		if _, on, found := strings.Cut(script, "-- On the destination:\n"); found {
			s.exec(s.dst, s.dstDB, on)
		}
	}
	if found := privilegeErrors(s.precheck()); found != "" {
		t.Fatal(found)
	}
	if strings.Contains(s.precheck().GrantScript(), "GRANT postgres") {
		t.Error("membership in a superuser is suggested")
	}
	s.apply()
	mapped := func(lines []string) []string {
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], "OWNER TO postgres", "OWNER TO mover")
		}
		return lines
	}
	if diff := cmp.Diff(mapped(s.dump(s.src, s.srcDB)), s.dump(s.dst, s.dstDB)); diff != "" {
		t.Errorf("source and destination differ:\n%s", diff)
	}
	if r := s.apply0(); !r.Nothing {
		t.Error("a second run found something to do")
	}
}

// TestPrivilegesWithoutMapping names the superuser that owns objects, and does not offer membership in it.
func TestPrivilegesWithoutMapping(t *testing.T) {
	t.Parallel()
	s := strangers(t, "CREATE DATABASE strangers OWNER mover", "")
	s.load("CREATE VIEW public.of_superuser AS SELECT 1")
	r := s.precheck()
	if found := privilegeErrors(r); !strings.Contains(found, "a superuser or a role of the server's provider [postgres]: map the role") {
		t.Error(found)
	}
	if strings.Contains(r.GrantScript(), "GRANT postgres") {
		t.Error("membership in a superuser is suggested")
	}
}

// TestPrecheckOfNewDatabase asks the server of a database that is still to be created.
func TestPrecheckOfNewDatabase(t *testing.T) {
	t.Parallel()
	s := strangers(t, "", "")
	cfg := *s.cfg
	cfg.Destination.CreateDatabase = true
	s.cfg = &cfg
	s.load("CREATE EXTENSION hstore; CREATE ROLE dora; GRANT SELECT ON public.plain TO dora")
	r := s.precheck()
	found := privilegeErrors(r)
	for _, want := range []string{
		"mover may not create databases", "cannot act as the owners of objects [anna berta carla]", "[public shop]",
		"owners of publications and subscriptions need [berta]",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("no %q in\n%s", want, found)
		}
	}
	status := map[string][]precheck.Status{}
	for _, x := range r.Results {
		status[x.Name] = append(status[x.Name], x.Status)
	}
	for name, want := range map[string]precheck.Status{
		"versions": precheck.Passed, "destination_writable": precheck.Passed, "extensions": precheck.Passed,
		"encoding_and_locale": precheck.Passed, "connection_budget": precheck.Passed, "roles_missing": precheck.Failed,
	} {
		if len(status[name]) == 0 || status[name][0] != want {
			t.Errorf("%s: %v", name, status[name])
		}
	}
}

// TestCreatingTheDatabaseIsRefused takes the right away after the prechecks: the error says what to do.
func TestCreatingTheDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	s := strangers(t, "", "select {\n  include = [\"nothing.*\"]\n  skip = [\"publication\"]\n}\n")
	cfg := *s.cfg
	cfg.Destination.CreateDatabase = true
	s.load("CREATE SCHEMA nothing; CREATE TABLE nothing.t (id int); ALTER DATABASE strangers RESET work_mem")
	cfg.Mapping.Roles = []config.RoleMapping{{Name: "postgres", Rename: "mover"}}
	s.exec(s.dst, "postgres", "ALTER ROLE mover CREATEDB")
	_, err := executor.Apply(t.Context(), executor.Options{Config: &cfg, Version: "test", Sink: s.events, Approve: func(*planner.Plan) (bool, error) {
		s.exec(s.dst, "postgres", "ALTER ROLE mover NOCREATEDB")
		return true, nil
	}})
	if err == nil || !strings.Contains(err.Error(), "permission denied to create database") || !strings.Contains(err.Error(), "run ALTER ROLE mover CREATEDB") {
		t.Errorf("%v", err)
	}
}

// TestPlanAndPrecheckAgreeOnKeys compares the alert with the hazards, on tables whose keys are of all kinds.
func TestPlanAndPrecheckAgreeOnKeys(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.load(`CREATE TABLE heap (id int); CREATE TABLE nullable (id int UNIQUE); CREATE TABLE deferred (id int NOT NULL UNIQUE DEFERRABLE);
		CREATE TABLE keyed (id int PRIMARY KEY); CREATE TABLE indexed (id int NOT NULL); CREATE UNIQUE INDEX ON indexed (id);
		CREATE TABLE excluded (id int PRIMARY KEY, n int); CREATE TABLE unmoved (id int);
		CREATE TABLE root (id int, part int) PARTITION BY LIST (part); CREATE TABLE root_one PARTITION OF root FOR VALUES IN (1)`)
	cfg := *s.cfg
	cfg.Mapping.Tables = []config.TableMapping{
		{Schema: "public", Name: "excluded", Data: true, Columns: []config.ColumnMapping{{Name: "id", Exclude: true}}},
		{Schema: "public", Name: "unmoved"},
	}
	s.cfg = &cfg
	p, err := executor.Plan(t.Context(), s.cfg, "test")
	if err != nil {
		t.Fatal(err)
	}
	var hazards, found []string
	for _, h := range p.Hazards {
		if h.Name == planner.HazardKeyless {
			hazards = append(hazards, h.Object)
		}
	}
	for _, r := range s.precheck().Results {
		if r.Name == planner.HazardKeyless {
			found = append(found, r.Objects...)
		}
	}
	slices.Sort(found)
	if diff := cmp.Diff(hazards, found); diff != "" || !slices.Contains(found, "public.excluded") || slices.Contains(found, "public.unmoved") {
		t.Errorf("hazards (-) and precheck (+): %s\n%q", diff, found)
	}
}
