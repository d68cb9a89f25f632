package config

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the golden files should hold")

// unpack writes an archive's files to a directory of the test. The files "vars", "varfiles"
// and "env" become options, one a line, and "want" is what is expected.
func unpack(t *testing.T, archive *txtar.Archive) (dir string, opts Options, want string) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range archive.Files {
		lines := strings.FieldsFunc(string(f.Data), func(r rune) bool { return r == '\n' })
		switch f.Name {
		case "vars":
			opts.Vars = lines
		case "varfiles":
			opts.VarFiles = lines
		case "env":
			opts.Environ = lines
		case "want":
			want = string(f.Data)
		default:
			if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir, opts, want
}

// TestDiagnostics compares the whole output for every kind of mistake. "hunter2" is the
// secret in all of them, and must not be seen in any form of the output.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir, opts, want := unpack(t, archive)
			_, diags := Load(dir, opts)
			got := printed(t, dir, diags)
			for _, form := range []string{got, string(mustJSON(t, diags)), errorText(diags)} {
				if strings.Contains(form, "hunter2") || strings.Contains(form, "ter2") {
					t.Errorf("a secret is shown:\n%s", form)
				}
			}
			if *update {
				archive.Files[len(archive.Files)-1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// printed is the text form without wrapping, with the file names as in the archive.
func printed(t *testing.T, dir string, diags Diagnostics) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteDiagnostics(&b, diags, 0, false); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), dir+"/", ""), dir, "DIR")
}

func mustJSON(t *testing.T, diags Diagnostics) []byte {
	t.Helper()
	out, err := DiagnosticsJSON(diags)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out) {
		t.Fatalf("not JSON: %s", out)
	}
	return out
}

func errorText(diags Diagnostics) string {
	if err := diags.Err(); err != nil {
		return err.Error()
	}
	return ""
}
