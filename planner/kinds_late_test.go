package planner_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
)

func TestPublicationsEventTriggersDefaultPrivileges(t *testing.T) {
	t.Parallel()
	needs(t, 150000) // column lists, row filters, schemas
	_, p := migrates(t, `
		CREATE SCHEMA "Odd"; CREATE TABLE "Odd".orders (id int PRIMARY KEY, "Who" text, secret text); CREATE TABLE items (id int PRIMARY KEY, n int);
		CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE parts1 PARTITION OF parts FOR VALUES IN (1);
		CREATE PUBLICATION "All of it" FOR ALL TABLES WITH (publish = 'insert, truncate'); COMMENT ON PUBLICATION "All of it" IS 'all';
		CREATE PUBLICATION "some" FOR TABLE "Odd".orders (id, "Who") WHERE (id > 10 OR id = 0), ONLY items, parts WITH (publish_via_partition_root = true);
		CREATE PUBLICATION schemas FOR TABLES IN SCHEMA "Odd", TABLE items; ALTER PUBLICATION "some" OWNER TO pg_monitor;
		CREATE PUBLICATION nothing;
		CREATE SUBSCRIPTION "Sub" CONNECTION 'host=nowhere user=x dbname=''a b''' PUBLICATION "One", two WITH (connect = false, slot_name = NONE, binary = true, synchronous_commit = remote_apply);
		COMMENT ON SUBSCRIPTION "Sub" IS 'from nowhere';
		CREATE SUBSCRIPTION other CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, two_phase = true, streaming = on, disable_on_error = true);
		CREATE FUNCTION "Odd".guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no DDL here''; END';
		ALTER DEFAULT PRIVILEGES IN SCHEMA "Odd" GRANT SELECT, INSERT ON TABLES TO pg_monitor WITH GRANT OPTION;
		ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT USAGE ON SEQUENCES TO PUBLIC;
		ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
		ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM postgres;
		ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
		ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO pg_monitor;
		CREATE EVENT TRIGGER "Stop" ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION "Odd".guard();
		ALTER EVENT TRIGGER "Stop" ENABLE ALWAYS; COMMENT ON EVENT TRIGGER "Stop" IS 'stops';
		CREATE EVENT TRIGGER a ON sql_drop EXECUTE FUNCTION "Odd".guard(); ALTER EVENT TRIGGER a DISABLE;
		CREATE EVENT TRIGGER b ON table_rewrite EXECUTE FUNCTION "Odd".guard(); ALTER EVENT TRIGGER b ENABLE REPLICA;`)
	if last := p.Actions[len(p.Actions)-1]; last.Address != "event_trigger.b" {
		t.Errorf("the last action is %s", last.Address)
	}
}

// TestLastAfterRenames has a schema and a role change their names before what stands last is made.
func TestLastAfterRenames(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE SCHEMA a; CREATE TABLE a.t (id int PRIMARY KEY); CREATE FUNCTION a.f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
		ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor IN SCHEMA a GRANT SELECT ON TABLES TO PUBLIC; CREATE PUBLICATION p FOR TABLE a.t;
		CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION a.f();`)
	cfg := everything()
	cfg.Mapping.Schemas = []config.SchemaMapping{{Name: "a", Rename: "z"}}
	cfg.Mapping.Roles = []config.RoleMapping{{Name: "pg_monitor", Rename: "pg_read_all_stats"}}
	in := d.input(t, cfg)
	first := build(t, in)
	carryOut(t, d.dst, first)
	after := strings.Join(dump(t, d.dstURL), "\n")
	for _, want := range []string{"FOR ROLE pg_read_all_stats IN SCHEMA z", "EXECUTE FUNCTION z.f()", "ADD TABLE ONLY z.t"} {
		if !strings.Contains(after, want) {
			t.Errorf("the destination has no %q", want)
		}
	}
	in = d.input(t, cfg)
	in.Done = done(first)
	nothingLeft(t, build(t, in))
}

// TestSecretsStayOut looks for a password that the source's catalogs hold.
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	_, p := migrates(t, `
		CREATE SUBSCRIPTION kv CONNECTION 'host=nowhere password=hunter2' PUBLICATION p WITH (connect = false, slot_name = NONE);
		CREATE SUBSCRIPTION uri CONNECTION 'postgresql://me:hunter2@nowhere/db' PUBLICATION p WITH (connect = false, slot_name = NONE);`,
		"subscription.kv: its connection string holds a secret (password), which no plan keeps: create it by hand",
		"subscription.uri: its connection string holds a secret (password), which no plan keeps: create it by hand")
	if text := string(encode(t, p)); strings.Contains(text, "hunter2") {
		t.Error("the plan holds a password")
	}
}

// TestSubscriptionWithoutRights reads as a role that may not see connection strings.
func TestSubscriptionWithoutRights(t *testing.T) {
	t.Parallel()
	srcURL, _ := sandboxtest.Databases(t)
	dropSubscriptions(t, srcURL)
	load(t, srcURL, `CREATE SUBSCRIPTION hidden CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)`)
	src := connect(t, srcURL, true)
	mustExec(t, src, "become nobody", "SET SESSION AUTHORIZATION pg_monitor")
	p := build(t, planner.Input{Config: everything(), Configuration: []byte("{}"), Source: read(t, src)})
	if !slices.ContainsFunc(p.Actions, func(a planner.Action) bool {
		return a.Address == "subscription.hidden" && strings.Contains(a.Reason, "only a superuser")
	}) {
		t.Error("the subscription is not mentioned")
	}
}

// dropSubscriptions takes the subscriptions out of a database before it is dropped, which a server refuses otherwise.
func dropSubscriptions(t *testing.T, url string) {
	t.Helper()
	t.Cleanup(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, url)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close(ctx) }()
		if _, err := conn.Exec(ctx, `DO $$ DECLARE s text; BEGIN
			FOR s IN SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) LOOP
				EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s);
				EXECUTE format('DROP SUBSCRIPTION %I', s);
			END LOOP; END $$`); err != nil {
			t.Error(err)
		}
	})
}
