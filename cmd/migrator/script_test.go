package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/rogpeppe/go-internal/testscript"

	"migrator/examples/sandbox/sandboxtest"
)

// programName is what scripts call the program.
const programName = "migrator"

// keyTB and keyCode are where a script's testing.TB and last exit code are kept.
type (
	keyTB   struct{}
	keyCode struct{}
)

// TestScripts runs testdata/script. Beside testscript's own verbs there are
//
//	databases              makes a pair of empty databases and sets SRC and DST to their URLs, and the variables of addresses
//	srcsql, dstsql SQL     runs SQL, or the statements in a file, and prints the rows of the last one
//	cmprows TABLE [TABLE]  compares all rows of a table in the source with those in the destination
//	migrator ARGS          runs the program, and notes its exit code
//	exitcode N             compares the exit code of the last migrator
//	keep, unchanged        note what both databases and the states hold, and compare with it
//	await SRC|DST QUERY    waits until a query's answer is true
func TestScripts(t *testing.T) {
	bin := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(bin, programName)); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			tb, ok := env.T().(testing.TB)
			if !ok {
				return errors.New("testscript's T is no testing.TB")
			}
			env.Values[keyTB{}] = tb
			env.Values[keyCode{}] = new(int)
			env.Values[keyKept{}] = new(map[string]string)
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			// Nobody's own settings, services and passwords.
			env.Setenv("HOME", env.WorkDir)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"databases": databases,
			"srcsql":    func(ts *testscript.TestScript, neg bool, args []string) { sql(ts, neg, "SRC", args) },
			"dstsql":    func(ts *testscript.TestScript, neg bool, args []string) { sql(ts, neg, "DST", args) },
			"cmprows":   cmprows,
			programName: runProgram,
			"exitcode":  exitcode,
			"keep":      keep,
			"unchanged": unchanged,
			"await":     awaitSQL,
		},
	})
}

func scriptTB(ts *testscript.TestScript) testing.TB {
	tb, ok := ts.Value(keyTB{}).(testing.TB)
	if !ok {
		ts.Fatalf("no testing.TB")
	}
	return tb
}

func lastCode(ts *testscript.TestScript) *int {
	code, ok := ts.Value(keyCode{}).(*int)
	if !ok {
		ts.Fatalf("no exit code")
	}
	return code
}

func databases(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: databases")
	}
	src, dst := sandboxtest.Databases(scriptTB(ts))
	ts.Setenv("SRC", src)
	ts.Setenv("DST", dst)
	addresses(ts)
}

// runProgram runs the program. A script that expects a failure says so with !, and which with exitcode.
func runProgram(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(programName, args...)
	code := lastCode(ts)
	*code = 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		*code = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	switch {
	case neg && *code == 0:
		ts.Fatalf("unexpected success")
	case !neg && *code != 0:
		ts.Fatalf("exit code %d", *code)
	}
}

func exitcode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: exitcode N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := *lastCode(ts); got != want {
		ts.Fatalf("the exit code is %d, not %d", got, want)
	}
}

// sql runs statements in the database whose URL is in a variable, and prints the rows of the last one, fields separated by |.
func sql(ts *testscript.TestScript, neg bool, variable string, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: srcsql|dstsql SQL or FILE")
	}
	text := args[0]
	if strings.HasSuffix(text, ".sql") {
		text = ts.ReadFile(text)
	}
	lines, err := query(ts, variable, text)
	if (err != nil) != neg {
		ts.Fatalf("%s: %v", variable, err)
	}
	for _, line := range lines {
		fmt.Fprintln(ts.Stdout(), line)
	}
	if err != nil {
		fmt.Fprintln(ts.Stderr(), err)
	}
}

// cmprows compares tables as multisets of their rows' texts.
func cmprows(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: cmprows TABLE [TABLE-IN-DESTINATION]")
	}
	rows := func(variable, table string) []string {
		lines, err := query(ts, variable, "SELECT t::text FROM ONLY "+table+" t")
		ts.Check(err)
		slices.Sort(lines)
		return lines
	}
	src, dst := rows("SRC", args[0]), rows("DST", args[len(args)-1])
	if equal := slices.Equal(src, dst); equal == neg {
		ts.Logf("source: %d rows, destination: %d rows", len(src), len(dst))
		for i := range max(len(src), len(dst)) {
			if i >= len(src) || i >= len(dst) || src[i] != dst[i] {
				ts.Logf("from row %d on: %v", i, [][]string{src[min(i, len(src)):min(i+3, len(src))], dst[min(i, len(dst)):min(i+3, len(dst))]})
				break
			}
		}
		ts.Fatalf("%s: equal is %v", args[0], equal)
	}
}

// query runs statements and returns the rows of the last one that has some.
func query(ts *testscript.TestScript, variable, text string) (lines []string, err error) {
	url := ts.Getenv(variable)
	if url == "" {
		ts.Fatalf("%s is not set; begin the script with databases", variable)
	}
	ctx := scriptTB(ts).Context()
	conn, err := pgx.Connect(ctx, url)
	ts.Check(err)
	defer func() { err = errors.Join(err, conn.Close(context.WithoutCancel(ctx))) }()
	results := conn.PgConn().Exec(ctx, text)
	for results.NextResult() {
		if rows := read(results.ResultReader()); rows != nil {
			lines = rows
		}
	}
	return lines, results.Close()
}

func read(r *pgconn.ResultReader) (lines []string) {
	for r.NextRow() {
		fields := make([]string, 0, len(r.Values()))
		for _, v := range r.Values() {
			if v == nil {
				v = []byte("NULL")
			}
			fields = append(fields, string(v))
		}
		lines = append(lines, strings.Join(fields, "|"))
	}
	return lines
}

// TestNothingIsPrintedTwice keeps help free of what cobra would add.
func TestNothingIsPrintedTwice(t *testing.T) {
	var out, errs strings.Builder
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, version: "test"}
	if code := a.run(t.Context(), []string{"plan", "-nonsense"}); code != exitError {
		t.Errorf("code %d", code)
	}
	if strings.Count(errs.String(), "nonsense") != 1 || out.Len() > 0 {
		t.Errorf("stdout %q, stderr %q", out.String(), errs.String())
	}
}
