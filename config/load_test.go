package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"
)

// endpoints is the least that a configuration needs.
const endpoints = "source {}\ndestination {}\n"

// load writes files to a directory and loads it.
func load(t *testing.T, opts Options, files map[string]string) (*Config, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, diags := Load(dir, opts)
	return c, printed(t, dir, diags)
}

func TestLoadFull(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/load/full.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir, opts, _ := unpack(t, archive)
	c, diags := Load(dir, opts)
	if len(diags) > 0 {
		t.Fatal(printed(t, dir, diags))
	}
	in := func(name string) string { return filepath.Join(dir, name) }
	at := func(line int) Position { return Position{File: in("more.hcl"), Line: line} }
	want := &Config{
		Dir: dir,
		Source: Endpoint{
			Hosts: []string{"old.example.com"}, Port: 5433, Database: "shop", User: "me", Password: "pa ss/word",
			TLS:      TLS{Mode: "verify-full", CACert: "system", ClientCert: in("client.crt"), ClientKey: "/etc/client.key", ClientKeyPassword: "keypass"},
			Settings: map[string]string{"work_mem": "64MB", "my.flag": "1"},
		},
		Destination: Destination{
			Endpoint:       Endpoint{URL: "postgres://me:pa+ss%2Fword@a:1,b:2/shop?sslmode=require", Hosts: []string{"c", "/tmp"}},
			CreateDatabase: true, LedgerSchema: "ledger",
		},
		Schema: true,
		Select: Select{
			Include: []Pattern{{"public.*", at(12)}},
			Exclude: []Pattern{{"*.tmp_*", at(14)}, {"*.old?", at(15)}},
			Skip:    []string{"trigger"}, SkipExtensions: []string{"aws_s3"},
		},
		Mapping: Mapping{
			Names:   NamesLower,
			Schemas: []SchemaMapping{{"legacy", "shop", at(28)}},
			Roles:   []RoleMapping{{"rdsadmin", "postgres", at(31)}},
			Tables: []TableMapping{
				{Schema: "legacy", Name: "ORDERS", Rename: "orders", Where: "deleted_at IS NULL", Data: true, Conflict: ConflictError, Pos: at(34), Columns: []ColumnMapping{
					{Name: "EMAIL", Rename: "email", Value: `lower("EMAIL")`, Pos: at(38)}, {Name: "SSN", Exclude: true, Pos: at(42)},
				}},
				{Schema: "a.b", Name: "c", Pos: at(46)},
			},
		},
		Conflict:    ConflictIgnore,
		Roles:       RolesCreate,
		CFunctions:  CFunctionsError,
		Providers:   []Provider{{Name: "acme", Roles: []string{"acme_*"}, Extensions: []string{"acme"}}},
		Parallelism: Parallelism{8, 3, 2_000_000_000},
		Throttle:    Throttle{10, 50000, 40},
		Retry:       Retry{90 * time.Minute, 90 * time.Second},
		Precheck:    Precheck{[]Ignore{{"table_without_key", []string{"audit.*"}, "append only", at(69)}}},
		Verify:      Verify{VerifyCount},
		StatePath:   in("shop.migrator.json"),
	}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestLoadDefaults(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"blocks absent":     {"a.hcl": endpoints},
		"blocks empty":      {"a.hcl": endpoints + "select {}\nmapping {}\nparallelism {}\nthrottle {}\nretry {}\nprecheck {}\nverify {}\nstate {}\n"},
		"attributes null":   {"a.hcl": endpoints + "migrate = null\nconflict = null\nretry {\n connection = null\n}\nstate {\n path = null\n}\n"},
		"hidden and copies": {"a.hcl": endpoints, ".b.hcl": "!", "#c.hcl": "!", "d.hcl~": "!", "d.hcl.orig": "!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, messages := load(t, Options{}, files)
			if messages != "" {
				t.Fatal(messages)
			}
			want := &Config{
				Dir: c.Dir, Destination: Destination{LedgerSchema: "migrator_ledger"}, Schema: true, Data: true, Mapping: Mapping{Names: NamesSource},
				Conflict: ConflictError, Roles: RolesMap, CFunctions: CFunctionsSkip, Parallelism: Parallelism{4, 2, 1 << 30}, Retry: Retry{12 * time.Hour, 10 * time.Minute},
				Verify: Verify{VerifyFull}, StatePath: filepath.Join(c.Dir, "migrator.json"),
			}
			if diff := cmp.Diff(want, c, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPrecedence takes away the strongest source of a value one after the other.
func TestPrecedence(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"main.hcl": endpoints + "variable \"x\" {\n default = \"default\"\n}\nmapping {\n table \"a.b\" {\n  where = var.x\n }\n}\n",
	}
	opts := Options{}
	for _, step := range []struct {
		add  func()
		want string
	}{
		{func() {}, "default"},
		{func() { opts.Environ = []string{"MIGRATOR_VAR_x=environment"} }, "environment"},
		{func() { files["migrator.vars"] = `x = "migrator.vars"` }, "migrator.vars"},
		{func() { files["a.auto.vars"] = `x = "a.auto.vars"` }, "a.auto.vars"},
		{func() { files["b.auto.vars"] = `x = "b.auto.vars"` }, "b.auto.vars"},
		{func() { files["1.vars"], opts.VarFiles = `x = "1.vars"`, []string{"1.vars"} }, "1.vars"},
		{func() { files["0.vars"], opts.VarFiles = `x = "0.vars"`, []string{"1.vars", "0.vars"} }, "0.vars"},
		{func() { opts.Vars = []string{"x=first"} }, "first"},
		{func() { opts.Vars = []string{"x=first", "x=second=2"} }, "second=2"},
	} {
		step.add()
		c, messages := load(t, opts, files)
		if messages != "" {
			t.Fatal(messages)
		}
		if got := c.Mapping.Tables[0].Where; got != step.want {
			t.Errorf("got %q, want %q", got, step.want)
		}
	}
}

func TestAsk(t *testing.T) {
	t.Parallel()
	files := map[string]string{"main.hcl": "variable \"p\" {\n type = string\n sensitive = true\n description = \"the password\"\n}\n" +
		"source {\n password = var.p\n}\ndestination {}\n"}
	c, messages := load(t, Options{Ask: func(v Variable) (string, error) {
		if diff := cmp.Diff(Variable{"p", "the password", true}, v); diff != "" {
			t.Error(diff)
		}
		return "secret", nil
	}}, files)
	if messages != "" || c.Source.Password != "secret" {
		t.Error(messages)
	}
	_, messages = load(t, Options{Ask: func(Variable) (string, error) { return "", errors.New("input is closed") }}, files)
	want := "Error: No value for required variable\n\n  on main.hcl line 1, in variable \"p\":\n   1: variable \"p\" {\n\nInput is closed.\n"
	if diff := cmp.Diff(want, messages); diff != "" {
		t.Error(diff)
	}
}

// TestFunctions evaluates expressions, with "where" as the place that takes any text.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for expr, want := range map[string]string{
		`upper("a")`:                                        "A",
		`format("%s-%03d", "a", 7)`:                         "a-007",
		`join(",", sort(["b", "a"]))`:                       "a,b",
		`join(",", split("-", "a-b"))`:                      "a,b",
		`lookup({ a = "b" }, "a", "c")`:                     "b",
		`merge({ a = "b" }, { a = "c" }).a`:                 "c",
		`tostring(length("häuser"))`:                        "6",
		`tostring(length([1, 2]) + length({ a = 1 }))`:      "3",
		`tostring(length(toset(["a", "a"])))`:               "1",
		`replace("a1b", "/[0-9]/", "-")`:                    "a-b",
		`replace("a.b", ".", "-")`:                          "a-b",
		`regex("^([a-z]+)[0-9]", "ab1")[0]`:                 "ab",
		`coalesce("", "x") == "" ? "empty" : "x"`:           "empty",
		`jsondecode("{\"a\": \"b\"}").a`:                    "b",
		`jsonencode({ a = 1 })`:                             `{"a":1}`,
		`base64decode(base64encode("ü"))`:                   "ü",
		`urlencode("a b/c")`:                                "a+b%2Fc",
		`tostring(max(1, min(3, 2)))`:                       "2",
		`startswith("abc", "ab") ? "yes" : "no"`:            "yes",
		`try(local.missing.x, "fallback")`:                  "fallback",
		`nonsensitive(env("HOME_OF_X"))`:                    "/x",
		`file("text.txt")`:                                  "content",
		`element(concat(["a"], ["b"]), 1)`:                  "b",
		`contains(keys({ a = 1 }), "a") ? "in" : "out"`:     "in",
		`trimspace(" a ")`:                                  "a",
		`tostring(tonumber("1") + parseint("ff", 16))`:      "256",
		`join(",", [for k, v in { a = "b" } : "${k}${v}"])`: "ab",
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			c, messages := load(t, Options{Environ: []string{"HOME_OF_X=/x"}}, map[string]string{
				"text.txt": "content",
				"main.hcl": endpoints + "locals {\n missing = {}\n}\nmapping {\n table \"a.b\" {\n  where = " + expr + "\n }\n}\n",
			})
			if messages != "" {
				t.Fatal(messages)
			}
			if got := c.Mapping.Tables[0].Where; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
