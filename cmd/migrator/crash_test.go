package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
)

var (
	kills = flag.Int("kills", 50, "how often TestKilledAndResumed kills a run")
	seed  = flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the moments at which it is killed")
)

// TestKilledAndResumed kills apply with SIGKILL at random moments and starts it again, until it has been killed often enough and the
// last migration is complete. Every table then has the source's rows, also those without a key, and no part that was
// committed has been copied again.
func TestKilledAndResumed(t *testing.T) {
	t.Parallel()
	t.Logf("-seed=%d", *seed)
	random := rand.New(rand.NewPCG(*seed, 0))
	killed, migrations := 0, 0
	for killed < *kills {
		m := newMigration(t)
		migrations++
		for !m.run(random, *kills-killed) {
			killed++
		}
		m.compare()
	}
	t.Logf("%d kills in %d migrations, 0 rows lost, 0 rows doubled", killed, migrations)
}

// killedMigration is one migration of the shop that is killed again and again.
type killedMigration struct {
	*testing.T
	program, dir string
	src, dst     string
	done         map[string]bool // "address part" of what a run has reported as committed
	took         time.Duration   // how long the longest run took
}

func newMigration(t *testing.T) *killedMigration {
	m := &killedMigration{T: t, dir: t.TempDir(), done: map[string]bool{}, took: 400 * time.Millisecond}
	m.src, m.dst = sandboxtest.Databases(t)
	sandboxtest.LoadShop(t, m.src, 0.02)
	sandboxtest.ShopRoles(t, m.dst)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	m.program = filepath.Join(t.TempDir(), programName)
	if err := os.Symlink(self, m.program); err != nil {
		t.Fatal(err)
	}
	hcl := fmt.Sprintf("source {\n  url = nonsensitive(env(\"SRC\"))\n}\ndestination {\n  url = nonsensitive(env(\"DST\"))\n}\n"+
		"parallelism {\n  copy = 3\n  split_larger_than = %q\n}\n", "64KiB")
	if err := os.WriteFile(filepath.Join(m.dir, "m.hcl"), []byte(hcl), 0o600); err != nil {
		t.Fatal(err)
	}
	return m
}

// run starts apply and kills it, unless no kill is left or it is faster. It says whether the migration is complete.
func (m *killedMigration) run(random *rand.Rand, left int) bool {
	m.Helper()
	cmd := exec.CommandContext(m.Context(), m.program, "-chdir="+m.dir, "apply", "-auto-approve", "-json")
	cmd.Env = append(os.Environ(), "SRC="+m.src, "DST="+m.dst)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		m.Fatal(err)
	}
	if left > 0 {
		kill := time.AfterFunc(time.Duration(random.Int64N(int64(m.took))), func() { _ = cmd.Process.Kill() })
		defer kill.Stop()
	}
	err := cmd.Wait()
	m.took = max(m.took, time.Since(began))
	m.read(stdout.Bytes())
	var exit *exec.ExitError
	switch {
	case err == nil:
		return true
	case errors.As(err, &exit) && exit.ExitCode() == -1:
		return false
	}
	m.Fatalf("apply: %v\n%s\n%s", err, stdout.Bytes(), stderr.Bytes())
	return false
}

// read notes what a run reported as committed, and fails if an earlier one had it already.
func (m *killedMigration) read(events []byte) {
	m.Helper()
	lines := bufio.NewScanner(bytes.NewReader(events))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct {
			Type string `json:"type"`
			Hook struct {
				Resource struct {
					Addr string `json:"addr"`
				} `json:"resource"`
				Part int `json:"part"`
			} `json:"hook"`
		}
		if json.Unmarshal(lines.Bytes(), &e) != nil || e.Type != "apply_complete" {
			continue // the last line of a killed run may be cut off
		}
		key := fmt.Sprintf("%s %d", e.Hook.Resource.Addr, e.Hook.Part)
		if m.done[key] {
			m.Fatalf("%s was committed and then done again", key)
		}
		m.done[key] = true
	}
}

// compare holds every table of one side against the other's, by counts and by sums of the rows' hashes, reckoned by the servers.
func (m *killedMigration) compare() {
	m.Helper()
	src, dst := sums(m.T, m.src), sums(m.T, m.dst)
	if len(src) < 50 {
		m.Fatalf("only %d tables to compare", len(src))
	}
	for table, sum := range src {
		if dst[table] != sum {
			m.Errorf("%s: the source has %s, the destination %s", table, sum, dst[table])
		}
	}
	copied := 0
	for key := range m.done {
		if strings.HasPrefix(key, "rows.") {
			copied++
		}
	}
	if copied == 0 && !m.Failed() {
		m.Error("no run reported any rows")
	}
}

func sums(t *testing.T, url string) map[string]string {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	// A partition on a hash of an enum may hold other rows there than here; its root must hold the same.
	rows, err := conn.Query(ctx, `SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'm') AND c.relispopulated AND n.nspname !~ '^(pg_|information_schema|migrator_)' AND NOT c.relispartition`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, table := range tables {
		var sum string
		// regclass, regtype and regrole columns print names, which are the same on both sides.
		err := conn.QueryRow(ctx, `SELECT count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM `+table+` t`).Scan(&sum)
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		found[table] = sum
	}
	return found
}
