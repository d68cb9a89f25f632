package planner_test

import (
	"os"
	"path/filepath"
	"testing"
)

// everyKindNeeds are the roles and the tablespace of ddl's script, which belong to the server and may be there already.
var everyKindNeeds = []string{
	`SET allow_in_place_tablespaces = on`,
	`DO $$ DECLARE r text; BEGIN
		FOREACH r IN ARRAY ARRAY['ddl_owner', 'ddl_reader', 'ddl Other'] LOOP
			IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I', r); END IF;
		END LOOP;
		EXECUTE format('GRANT CREATE ON DATABASE %I TO ddl_owner', current_database()); END $$`,
	`CREATE TABLESPACE ddl_fast LOCATION ''`,
}

// TestEveryKind plans a database with every property that package ddl has words for.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	text, err := os.ReadFile(filepath.Join("ddl", "testdata", "every_kind.sql"))
	if err != nil {
		t.Fatal(err)
	}
	load(t, d.srcURL, everyKindNeeds...)
	load(t, d.dstURL, everyKindNeeds...)
	load(t, d.srcURL, string(text))
	d.migrate(t, everything())
	sameDump(t, d)
}
