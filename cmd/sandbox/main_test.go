package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"migrator/examples/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestServesUntilToldToStop is what a demonstration's script does: wait for the file, use what it says.
func TestServesUntilToldToStop(t *testing.T) {
	if _, err := sandbox.FindBinaries(""); errors.Is(err, sandbox.ErrNoServer) {
		t.Skip(err)
	}
	dir := filepath.Join(t.TempDir(), "My Example")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, sql := range map[string]string{
		"1_roles.sql": "CREATE ROLE example_role NOLOGIN",
		"2.sql":       "CREATE TABLE t AS SELECT current_setting('shop.scale')::numeric AS scale",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(sql), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := filepath.Join(t.TempDir(), "env")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-load", dir, "-scale", "0.5", "-env", env}, io.Discard, io.Discard) }()

	var text []byte
	for deadline := time.Now().Add(time.Minute); text == nil; time.Sleep(20 * time.Millisecond) {
		select {
		case err := <-done:
			t.Fatalf("ended early: %v", err)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("no file after a minute")
		}
		if found, err := os.ReadFile(env); err == nil {
			text = found
		}
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	ask(t, lines[0], "MIGRATOR_VAR_source_url", "SELECT scale::text FROM t", "0.5")
	ask(t, lines[1], "MIGRATOR_VAR_destination_url", "SELECT count(*)::text || current_database() FROM pg_roles WHERE rolname = 'example_role'", "1my_example")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(env); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}
}

// ask connects to the URL of an export line.
func ask(t *testing.T, line, variable, sql, want string) {
	t.Helper()
	url, found := strings.CutPrefix(line, "export "+variable+"='")
	if !found {
		t.Fatalf("line %q does not export %s", line, variable)
	}
	conn, err := pgx.Connect(t.Context(), strings.TrimSuffix(url, "'"))
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil || got != want {
		t.Errorf("%s: %q, %v", sql, got, err)
	}
	if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-scale", "0"}, {"more"}, {"-nonsense"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
}
