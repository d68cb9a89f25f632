package planner_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
)

// carryOut runs a plan's SQL, action by action in the plan's order, each in one transaction. It moves no rows.
func carryOut(t *testing.T, conn *pgx.Conn, p *planner.Plan) {
	t.Helper()
	for _, a := range p.Actions {
		if a.Change == planner.Skip {
			continue
		}
		if a.Change == planner.Conflict {
			t.Fatalf("%s is a conflict: %s", a.Address, a.Reason)
		}
		if a.Objects != nil {
			mustExec(t, conn, a.Address, "SELECT lo_create(o.oid) FROM (SELECT unnest('{"+objectsIn(a)+"}'::oid[]) AS oid) o")
		}
		if len(a.SQL) > 0 {
			mustExec(t, conn, a.Address, strings.Join(a.SQL, ";\n"))
		}
	}
}

// objectsIn lists the large objects of an action, which its SQL gives to their owners.
func objectsIn(a planner.Action) string {
	var ids []string
	if a.Objects.Count == int(a.Objects.To-a.Objects.From)+1 {
		for id := a.Objects.From; id <= a.Objects.To; id++ {
			ids = append(ids, strconv.FormatUint(uint64(id), 10))
		}
		return strings.Join(ids, ",")
	}
	for _, sql := range a.SQL {
		if rest, ok := strings.CutPrefix(sql, "ALTER LARGE OBJECT "); ok {
			id, _, _ := strings.Cut(rest, " ")
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, ",")
}

func mustExec(t *testing.T, conn *pgx.Conn, what, sql string) {
	t.Helper()
	if _, err := conn.PgConn().Exec(t.Context(), sql).ReadAll(); err != nil {
		t.Fatalf("%s: %v\n%s", what, err, sql)
	}
}

// dump is what pg_dump says of a database's schema.
func dump(t *testing.T, url string) []string {
	t.Helper()
	bin, err := sandbox.FindBinaries("")
	if err != nil {
		t.Skip(err)
	}
	out := pgDump(t, bin, "--schema-only", url)
	var lines []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, `\restrict `) && !strings.HasPrefix(line, `\unrestrict `) {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

// pgDump runs the program; one that is older than the server refuses it, and the test is skipped.
func pgDump(t *testing.T, bin string, args ...string) []byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), filepath.Join(bin, "pg_dump"), args...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && strings.Contains(string(exit.Stderr), "server version mismatch") {
		t.Skip("pg_dump is older than the server")
	}
	if err != nil {
		t.Fatalf("pg_dump: %v", err)
	}
	return out
}

// needs skips a test on servers that are older than a version.
func needs(t *testing.T, version int) {
	t.Helper()
	url, _ := sandboxtest.Databases(t)
	if v := read(t, connect(t, url, true)).Server.Version; v < version {
		t.Skipf("the source's version is %d", v)
	}
}

// sameDump compares two databases as their catalogs and pg_dump see them.
func sameDump(t *testing.T, d databases) {
	t.Helper()
	sameCatalogs(t, d.src, d.dst)
	if diff := cmp.Diff(dump(t, d.srcURL), dump(t, d.dstURL)); diff != "" {
		t.Errorf("pg_dump of source (-) and destination (+) differ:\n%s", diff)
	}
}

// nothingLeft expects that a second plan has nothing to do.
func nothingLeft(t *testing.T, second *planner.Plan) {
	t.Helper()
	for _, a := range second.Actions {
		if a.Change != planner.Skip {
			t.Errorf("a second plan has %s %s: %s %q", a.Change, a.Address, a.Reason, a.SQL)
		}
	}
}
