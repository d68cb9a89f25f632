package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFormatDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	write("a.hcl", "source {\nhost=\"a\"\n  port     = 1\n}\n")
	write("b.hcl", "migrate = [\"data\"]\n")
	write("b.vars", "x=1\n")
	write("broken.hcl", "source {\n password = \"hunter2\n}\n")
	write("broken.vars", "x = \"hunter2\n")
	write("sub/c.hcl", "a=1\n")
	write("sub/.hidden/d.hcl", "a=1\n")
	write("other.txt", "a=1\n")

	flat, diags := FormatDir(dir, false)
	if len(diags) == 0 || strings.Contains(printed(t, dir, diags), "hunter2") {
		t.Error(printed(t, dir, diags))
	}
	if diff := cmp.Diff([]string{"a.hcl", "b.vars"}, changed(dir, flat)); diff != "" {
		t.Error(diff)
	}
	deep, _ := FormatDir(dir, true)
	if diff := cmp.Diff([]string{"a.hcl", "b.vars", "sub/c.hcl"}, changed(dir, deep)); diff != "" {
		t.Error(diff)
	}
	want := "diff a.hcl.orig a.hcl\n--- a.hcl.orig\n+++ a.hcl\n@@ -1,4 +1,4 @@\n source {\n-host=\"a\"\n-  port     = 1\n+  host = \"a\"\n+  port = 1\n }\n"
	if diff := cmp.Diff(want, strings.ReplaceAll(string(flat[0].Diff()), dir+"/", "")); diff != "" {
		t.Error(diff)
	}
	for _, f := range deep {
		if err := f.Write(); err != nil {
			t.Fatal(err)
		}
	}
	deep, _ = FormatDir(dir, true)
	if got := changed(dir, deep); len(got) > 0 {
		t.Errorf("changed again: %v", got)
	}
	if info, err := os.Stat(filepath.Join(dir, "a.hcl")); err != nil || info.Mode().Perm() != 0o640 {
		t.Error(info, err)
	}
	if _, diags := FormatDir(filepath.Join(dir, "missing"), true); !diags.HasErrors() {
		t.Error("a missing directory is no error")
	}
}

func changed(dir string, all []Formatted) []string {
	var names []string
	for _, f := range all {
		if f.Changed() {
			names = append(names, strings.TrimPrefix(f.Path, dir+"/"))
		} else if f.Diff() != nil {
			names = append(names, "diff of the unchanged "+f.Path)
		}
	}
	return names
}

// TestFormatIdempotent formats generated configurations twice; and formatting leaves the tokens alone.
func TestFormatIdempotent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := Format([]byte(blocks(t, 0)))
		twice := Format(once)
		if diff := cmp.Diff(string(once), string(twice)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// blocks draws blocks and attributes in any spacing.
func blocks(t *rapid.T, depth int) string {
	var b strings.Builder
	space := rapid.SampledFrom([]string{"", " ", "   ", "\t"})
	name := rapid.SampledFrom([]string{"a", "host", "longer_name"})
	value := rapid.SampledFrom([]string{`"x"`, "1", "[1,2 ,3]", `{ a=1 }`, "var.x", `upper( "a" )`, "[\n1,\n  2\n]", `"${ var.a }b"`, "a ?b: c", "1+ 2"})
	for range rapid.IntRange(0, 4).Draw(t, "lines") {
		pad := space.Draw(t, "indent")
		switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
		case kind == 0 && depth < 3:
			b.WriteString(pad + name.Draw(t, "block") + " \"l\"" + space.Draw(t, "space") + "{\n" + blocks(t, depth+1) + pad + "}\n")
		case kind == 1:
			b.WriteString(pad + "# comment\n")
		default:
			b.WriteString(pad + name.Draw(t, "attribute") + space.Draw(t, "before") + "=" + space.Draw(t, "after") + value.Draw(t, "value") + "\n")
		}
	}
	return b.String()
}
