package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

func TestDiagnosticsJSON(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := "source {\n  password = \"hunter2\"\n  host = \"ü\" + 1\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, diags := Load(dir, Options{})
	got := strings.ReplaceAll(string(mustJSON(t, diags)), dir+"/", "")
	golden := "testdata/diagnostics.json"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
	none := "{\n  \"format_version\": \"1.0\",\n  \"valid\": true,\n  \"error_count\": 0,\n  \"warning_count\": 0,\n  \"diagnostics\": []\n}\n"
	if diff := cmp.Diff(none, string(mustJSON(t, nil))); diff != "" {
		t.Error(diff)
	}
}

func TestWriteDiagnostics(t *testing.T) {
	t.Parallel()
	context := "source"
	diags := Diagnostics{
		{
			Severity: SeverityWarning, Summary: "Odd", Detail: "one two three four five",
			Range:   &Range{Filename: "a.hcl", Start: Location{Line: 2}},
			Snippet: &Snippet{Context: &context, Code: "ab cd\nef", StartLine: 2, HighlightStart: 3, HighlightEnd: 5},
		},
		{Severity: SeverityError, Summary: "Bad", Range: &Range{Filename: "b.hcl", Start: Location{Line: 7}}},
		{Severity: SeverityError, Summary: "Saved plan is stale", Detail: "Plan again."},
	}
	for name, test := range map[string]struct {
		width int
		color bool
		want  string
	}{
		"plain": {0, false, "Warning: Odd\n\n  on a.hcl line 2, in source:\n   2: ab cd\n   3: ef\n\none two three four five\n\n" +
			"Error: Bad\n\n  on b.hcl line 7\n\nError: Saved plan is stale\n\nPlan again.\n"},
		"wrapped and coloured": {14, true, "\x1b[1;33mWarning: \x1b[0m\x1b[1mOdd\x1b[0m\n\n  on a.hcl line 2, in source:\n   2: ab \x1b[4mcd\x1b[0m\n   3: ef\n\n" +
			"one two three\nfour five\n\n\x1b[1;31mError: \x1b[0m\x1b[1mBad\x1b[0m\n\n  on b.hcl line 7\n\n" +
			"\x1b[1;31mError: \x1b[0m\x1b[1mSaved plan is stale\x1b[0m\n\nPlan again.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := WriteDiagnostics(&b, diags, test.width, test.color); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	if err := WriteDiagnostics(brokenWriter{}, diags, 0, false); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	if err := diags.Err(); err == nil || err.Error() != "b.hcl:7: Bad: " {
		t.Error(err)
	}
}

// brokenWriter is a pipe that nobody reads any more.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestSplitName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"public.orders":                {"public", "orders"},
		"Legacy.ORDERS":                {"Legacy", "ORDERS"},
		`"a.b".c`:                      {"a.b", "c"},
		`a."b.""c"`:                    {"a", `b."c`},
		"orders":                       {},
		"a.b.c":                        {},
		"":                             {},
		".a":                           {},
		"a.":                           {},
		`"a.b`:                         {},
		`"a"b.c`:                       {},
		`"".a`:                         {},
		"a.b\x00":                      {},
		strings.Repeat("a", 64) + ".b": {},
	} {
		schema, name, err := splitName(in)
		if got := [2]string{schema, name}; got != want || (err == nil) != (want != [2]string{}) {
			t.Errorf("splitName(%q) = %q, %v", in, got, err)
		}
	}
}

func TestParseConnString(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"postgres://": true, "postgresql://u@h/d": true, "postgres://u:p@h1:1,h2:2/d": true, "host=a": true, "host = 'a b' user=c\\ d": true,
		"": false, " ": false, "mysql://h": false, "postgres://h:x/d": false, "postgres://h:0/d": false, "postgres://h/d?a=%zz": false,
		"host": false, "=a": false, "host='a": false, "host=a port=1,2": false, "host=a\x00": false, "postgres://u:p%@h": false,
	} {
		if _, err := parseConnString(in); (err == nil) != ok {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	t.Parallel()
	known := []string{"host", "port", "password", "client_key"}
	for in, want := range map[string]string{
		"hots": ` Did you mean "host"?`, "Host": ` Did you mean "host"?`, "clientkey": ` Did you mean "client_key"?`, "pasword": ` Did you mean "password"?`,
		"x": "", "completely_different": "", "": "",
	} {
		if got := didYouMean(in, known); got != want {
			t.Errorf("didYouMean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		value cty.Value
		want  string
	}{
		{cty.StringVal("a"), `is "a"`},
		{cty.NumberFloatVal(1.5), "is 1.5"},
		{cty.True, "is true"},
		{cty.NullVal(cty.String), "is null"},
		{cty.UnknownVal(cty.String), ""},
		{cty.ListVal([]cty.Value{cty.True}), "is list of bool with 1 elements"},
		{cty.EmptyObjectVal, "is object with 0 elements"},
		{cty.StringVal("hunter2").Mark(sensitive), "has a sensitive value"},
		{cty.ListVal([]cty.Value{cty.StringVal("hunter2").Mark(sensitive)}), "has a sensitive value"},
	} {
		if got := describe(test.value); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
