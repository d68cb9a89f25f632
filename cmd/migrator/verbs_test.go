package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

// keyKept is where a script's keep is kept.
type keyKept struct{}

// addresses sets variables for both databases beside their URLs: SRC_HOST, SRC_PORT, SRC_DB, SRC_PASSWORD, SRC_SOCKET
// (a URL through the Unix socket), and the same for DST.
func addresses(ts *testscript.TestScript) {
	src, dst := sandboxtest.Pair(scriptTB(ts))
	for name, server := range map[string]*sandbox.Server{"SRC": src, "DST": dst} {
		u, err := url.Parse(ts.Getenv(name))
		ts.Check(err)
		database := strings.TrimPrefix(u.Path, "/")
		ts.Setenv(name+"_HOST", server.Host)
		ts.Setenv(name+"_PORT", u.Port())
		ts.Setenv(name+"_DB", database)
		ts.Setenv(name+"_PASSWORD", server.Password)
		ts.Setenv(name+"_SOCKET", server.SocketURL(database))
	}
}

// keep notes what both databases and the states hold.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: keep")
	}
	*kept(ts) = everything(ts)
}

// unchanged compares what both databases and the states hold with what keep has noted.
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: unchanged")
	}
	before := *kept(ts)
	if before == nil {
		ts.Fatalf("nothing was kept; say keep first")
	}
	now := everything(ts)
	for name, text := range now {
		if before[name] != text {
			ts.Fatalf("%s has changed from\n%s\nto\n%s", name, before[name], text)
		}
	}
	for name := range before {
		if _, ok := now[name]; !ok {
			ts.Fatalf("%s is gone", name)
		}
	}
}

func kept(ts *testscript.TestScript) *map[string]string {
	m, ok := ts.Value(keyKept{}).(*map[string]string)
	if !ok {
		ts.Fatalf("no place to keep things")
	}
	return m
}

// everything is both databases as pg_dump prints them, by the variable with their URL, and the states of the script's directory by path.
func everything(ts *testscript.TestScript) map[string]string {
	all := map[string]string{}
	for _, name := range []string{"SRC", "DST"} {
		all[name] = dump(scriptTB(ts), ts.Getenv(name))
	}
	maps.Copy(all, states(scriptTB(ts), ts.Getenv("WORK")))
	return all
}

// restrict is the random key that newer releases of pg_dump print.
var restrict = regexp.MustCompile(`(?m)^\\(un)?restrict .*\n`)

// dump is a database, schema and rows, as pg_dump prints it.
func dump(tb testing.TB, url string) string {
	tb.Helper()
	server, _ := sandboxtest.Pair(tb)
	cmd := exec.CommandContext(tb.Context(), filepath.Join(server.BinDir, "pg_dump"), "--dbname="+url)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		tb.Fatalf("pg_dump: %v\n%s", err, errs.String())
	}
	return restrict.ReplaceAllString(out.String(), "")
}

// states are the texts of the state files in a directory and below, by path.
func states(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".backup") {
			return err
		}
		text, err := os.ReadFile(path)
		found[path] = string(text)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return found
}

// awaitSQL runs a query in the database whose URL is in a variable again and again, until it says true.
func awaitSQL(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await SRC|DST QUERY")
	}
	ts.Check(awaitTrue(scriptTB(ts).Context(), ts.Getenv(args[0]), args[1]))
}

// awaitTrue asks until the answer is true; a query that fails, because what it reads is not there yet, is asked again.
func awaitTrue(ctx context.Context, url, query string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var yes bool
		err := conn.QueryRow(ctx, query).Scan(&yes)
		if err == nil && yes {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not become true: %w", query, errors.Join(err, ctx.Err()))
		case <-tick.C:
		}
	}
}
