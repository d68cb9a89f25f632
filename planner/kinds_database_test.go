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
