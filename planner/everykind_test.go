package planner_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// ofServers is held while a test makes what belongs to a whole server, unless another has made it.
var ofServers sync.Mutex

// needRoles makes the roles of the scripts.
func needRoles(t *testing.T, url string) {
	t.Helper()
	ofServers.Lock()
	defer ofServers.Unlock()
	load(t, url, `DO $$ DECLARE r text; BEGIN
		FOREACH r IN ARRAY ARRAY['ddl_owner', 'ddl_reader', 'ddl Other'] LOOP
			IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN EXECUTE format('CREATE ROLE %I', r); END IF;
		END LOOP;
		EXECUTE format('GRANT CREATE ON DATABASE %I TO ddl_owner', current_database()); END $$`)
}

// needEveryKind makes the roles and the tablespace of the scripts.
func needEveryKind(t *testing.T, url string) {
	t.Helper()
	needRoles(t, url)
	ofServers.Lock()
	defer ofServers.Unlock()
	own, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = own.Close(context.Background()) }()
	var there bool
	if err := own.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_tablespace WHERE spcname = 'ddl_fast')`).Scan(&there); err != nil {
		t.Fatal(err)
	}
	if !there {
		load(t, url, `SET allow_in_place_tablespaces = on`, `CREATE TABLESPACE ddl_fast LOCATION ''`)
	}
}

// loadEveryKind fills the source with objects of every kind and property that can be carried.
func loadEveryKind(t *testing.T, d databases) {
	t.Helper()
	dropSubscriptions(t, d.srcURL)
	dropSubscriptions(t, d.dstURL)
	needEveryKind(t, d.srcURL)
	needEveryKind(t, d.dstURL)
	text, err := os.ReadFile(filepath.Join("ddl", "testdata", "every_kind.sql"))
	if err != nil {
		t.Fatal(err)
	}
	load(t, d.srcURL, string(text), script(t, "loops.sql"), script(t, "fidelity.sql"))
}

// loadLeftBehind fills the source with what a plan leaves behind.
func loadLeftBehind(t *testing.T, d databases) {
	t.Helper()
	dropSubscriptions(t, d.srcURL)
	load(t, d.srcURL, strings.Split(script(t, "left_behind.sql"), "-- In another transaction.\n")...)
}
