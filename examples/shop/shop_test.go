package shop_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/examples/shop"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// TestLoadIsRepeatable loads the shop on two servers at the same time: nothing in it may
// depend on the clock, on chance, or on the order in which a server happens to do things.
func TestLoadIsRepeatable(t *testing.T) {
	t.Parallel()
	src, dst := sandboxtest.Pair(t)
	first, second := sandboxtest.Database(t, src), sandboxtest.Database(t, dst)
	var group errgroup.Group
	group.Go(func() error { return shop.Load(t.Context(), src.URL(first), 0.01) })
	group.Go(func() error { return shop.Load(t.Context(), dst.URL(second), 0.01) })
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(schema(t, src, first), schema(t, dst, second)); diff != "" {
		t.Errorf("the schemas differ:\n%s", diff)
	}
	if diff := cmp.Diff(contents(t, src, first), contents(t, dst, second)); diff != "" {
		t.Errorf("the rows differ:\n%s", diff)
	}
}

// TestShopSurvivesADump proves that pg_dump can tell all of the shop: what it cannot tell,
// nobody could ask of a migration that it judges.
func TestShopSurvivesADump(t *testing.T) {
	t.Parallel()
	src, dst := sandboxtest.Pair(t)
	from, to := sandboxtest.Database(t, src), sandboxtest.Database(t, dst)
	sandboxtest.LoadShop(t, src.URL(from), 0.01)
	sandboxtest.ShopRoles(t, dst.URL(to))

	restore := exec.CommandContext(t.Context(), program(t, dst, "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", dst.SocketURL(to))
	restore.Stdin = bytes.NewReader(dump(t, src, from))
	if out, err := restore.CombinedOutput(); err != nil {
		t.Fatalf("restoring: %v\n%s", err, out)
	}
	if diff := cmp.Diff(schema(t, src, from), schema(t, dst, to)); diff != "" {
		t.Errorf("the schemas differ:\n%s", diff)
	}
	if diff := cmp.Diff(contents(t, src, from), contents(t, dst, to)); diff != "" {
		t.Errorf("the rows differ:\n%s", diff)
	}
}

// TestEveryTableHasRows holds at any scale. The hash of an enum's value depends on its OID, so
// it is left to chance which rows the partitions of sales.payments have.
func TestEveryTableHasRows(t *testing.T) {
	t.Parallel()
	for _, scale := range []float64{0.0001, 0.02} {
		src, _ := sandboxtest.Pair(t)
		database := sandboxtest.Database(t, src)
		sandboxtest.LoadShop(t, src.URL(database), scale)
		for _, table := range relations(t, src, database, "c.relkind = 'r' AND c.relname NOT LIKE 'payments\\__'") {
			n, err := src.QueryValue(t.Context(), database, "SELECT count(*) FROM ONLY "+table)
			if err != nil {
				t.Fatal(err)
			}
			if empty := strings.HasSuffix(table, "always_empty"); empty != (n == "0") {
				t.Errorf("at scale %g %s has %s rows", scale, table, n)
			}
		}
	}
}

// TestRolesAtTheSameTime is what happens when several tests prepare one server.
func TestRolesAtTheSameTime(t *testing.T) {
	t.Parallel()
	server, err := sandbox.Start(t.Context(), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	}()
	var group errgroup.Group
	for i := range 8 {
		database := fmt.Sprint("d", i)
		if err := server.CreateDatabase(t.Context(), database); err != nil {
			t.Fatal(err)
		}
		group.Go(func() error { return shop.Roles(t.Context(), server.URL(database)) })
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
	const sum = "SELECT (SELECT count(*) FROM pg_roles WHERE rolname ~* '^shop') || ' ' || (SELECT count(*) FROM pg_auth_members WHERE roleid::regrole::text ~ '^shop')"
	if got, err := server.QueryValue(t.Context(), "postgres", sum); err != nil || got != "5 5" {
		t.Errorf("roles and memberships: %s, %v", got, err)
	}
}

// contents returns a digest of the rows of every table, the states of sequences and large objects.
func contents(t *testing.T, server *sandbox.Server, database string) map[string]string {
	t.Helper()
	found := map[string]string{}
	ask := func(name, sql string) {
		value, err := server.QueryValue(t.Context(), database, sql)
		if err != nil {
			t.Fatal(err)
		}
		found[name] = value
	}
	for _, table := range relations(t, server, database, "NOT c.relispartition AND c.relkind IN ('r', 'p', 'm') AND c.relispopulated") {
		ask(table, `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text) COLLATE "C")), '') FROM `+table+" AS t")
	}
	for _, sequence := range relations(t, server, database, "c.relkind = 'S'") {
		ask(sequence, "SELECT last_value || ' ' || is_called FROM "+sequence)
	}
	ask("large objects", `SELECT md5(string_agg(oid || lomowner::regrole::text || coalesce(lomacl::text, '-') || coalesce(obj_description(oid, 'pg_largeobject'), '-') || md5(lo_get(oid)), '' ORDER BY oid))
		FROM pg_largeobject_metadata`)
	return found
}

// relations lists the quoted names of the shop's relations that fit a condition on pg_class.
func relations(t *testing.T, server *sandbox.Server, database, condition string) []string {
	t.Helper()
	rows, err := server.Query(t.Context(), database, `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname !~ '^(pg_|information_schema)' AND `+condition+" ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows {
		names = append(names, row[0])
	}
	if len(names) == 0 {
		t.Fatalf("no relation where %s", condition)
	}
	return names
}

// schema is what pg_dump tells of a database, without the lines that are made at random.
func schema(t *testing.T, server *sandbox.Server, database string) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(string(dump(t, server, database, "--schema-only"))) {
		if !strings.HasPrefix(line, `\restrict `) && !strings.HasPrefix(line, `\unrestrict `) {
			lines = append(lines, line)
		}
	}
	return lines
}

func dump(t *testing.T, server *sandbox.Server, database string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, server, "pg_dump"), append(args, "-d", server.SocketURL(database))...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v\n%s", err, stderr.String())
	}
	return out
}

// program is a client program of the server's own version.
func program(t *testing.T, server *sandbox.Server, name string) string {
	t.Helper()
	path := filepath.Join(server.BinDir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not installed beside the server", name)
	}
	return path
}
