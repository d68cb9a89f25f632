package planner_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox"
)

// TestDatabaseSettings compares what pg_dump --create says of the database itself.
func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	d, _ := migrates(t, `DO $$ BEGIN
		EXECUTE format('COMMENT ON DATABASE %I IS ''it''''s ours''', current_database());
		EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database());
		EXECUTE format('ALTER DATABASE %I SET search_path = "$user", "a ""b", public', current_database());
		EXECUTE format('ALTER DATABASE %I SET "my.Own" = ''a, b''''c''', current_database());
		EXECUTE format('ALTER DATABASE %I SET DateStyle = ''SQL, DMY''', current_database());
		EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET work_mem = ''9MB''', current_database());
	END $$`)
	if diff := cmp.Diff(databaseSettings(t, d.srcURL, d.src), databaseSettings(t, d.dstURL, d.dst)); diff != "" {
		t.Errorf("source (-) and destination (+) differ:\n%s", diff)
	}
}

// databaseSettings are the statements of pg_dump --create about a database, without its name.
func databaseSettings(t *testing.T, url string, conn *pgx.Conn) []string {
	t.Helper()
	bin, err := sandbox.FindBinaries("")
	if err != nil {
		t.Skip(err)
	}
	out := pgDump(t, bin, "--create", "--schema-only", url)
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "DATABASE") && !strings.HasPrefix(line, "CREATE") && !strings.HasPrefix(line, "--") {
			lines = append(lines, strings.ReplaceAll(line, conn.Config().Database, ""))
		}
	}
	return lines
}

// properties are the database's owner, privileges and limit, with the database's name taken out.
const properties = `SELECT pg_get_userbyid(datdba) || coalesce(datacl::text, '') || datconnlimit FROM pg_database WHERE datname = current_database()`

func TestDatabaseProperties(t *testing.T) {
	t.Parallel()
	const change = `DO $$ BEGIN
		EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); EXECUTE format('GRANT CONNECT ON DATABASE %I TO props_app WITH GRANT OPTION', current_database());
		EXECUTE format('ALTER DATABASE %I OWNER TO props_owner', current_database()); EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 77', current_database());
	END $$`
	d := connectDatabases(t)
	load(t, d.srcURL, `CREATE ROLE props_owner; CREATE ROLE props_app`, change)
	load(t, d.dstURL, `CREATE ROLE props_owner; CREATE ROLE props_app; CREATE ROLE props_me CREATEDB`)
	left := []string{"database." + d.dst.Config().Database + ": the owner, the privileges and the connection limit of the database itself are carried with destination.create_database = true alone"}
	if diff := cmp.Diff(left, skips(build(t, d.input(t, everything())))); diff != "" {
		t.Errorf("left behind, -want +got:\n%s", diff)
	}

	cfg := everything()
	cfg.Destination.CreateDatabase = true
	if s := skips(d.carried(t, cfg)); len(s) > 0 {
		t.Error("left behind:", s)
	}
	if diff := cmp.Diff(column(t, d.src, properties), column(t, d.dst, properties)); diff != "" {
		t.Errorf("source (-) and destination (+) differ:\n%s", diff)
	}

	// A role that is no superuser does what it may.
	fresh := connectDatabases(t)
	load(t, fresh.srcURL, change)
	mustExec(t, fresh.dst, "role", "SET SESSION AUTHORIZATION props_me")
	in := fresh.input(t, cfg)
	if s := skips(build(t, in)); len(s) != 2 || !strings.Contains(s[0], "props_me cannot act as postgres") {
		t.Error("left behind:", s)
	}
	load(t, fresh.dstURL, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I OWNER TO props_me', current_database()); END $$`)
	p := fresh.carried(t, cfg)
	if diff := cmp.Diff([]string{"role.props_owner: props_me cannot act as it; what it owns belongs to props_me: database." + fresh.dst.Config().Database}, skips(p)); diff != "" {
		t.Errorf("left behind, -want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"props_me{props_me=CTc/props_me,props_app=c*/props_me}77"}, column(t, fresh.dst, properties)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
