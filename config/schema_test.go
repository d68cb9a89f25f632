package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSchema pins the names; a change of them is a change of the manual.
func TestSchema(t *testing.T) {
	t.Parallel()
	var got []string
	for _, b := range Schema() {
		line := b.Path + ":"
		for _, a := range b.Attributes {
			line += " " + a.Name
			if a.Doc == "" || a.Type == "" || strings.HasSuffix(a.Doc, ".") || strings.Contains(a.Doc, "\n") {
				t.Errorf("%s.%s: %q, %q", b.Path, a.Name, a.Type, a.Doc)
			}
		}
		if b.Doc == "" || strings.HasSuffix(b.Doc, ".") {
			t.Errorf("%s: %q", b.Path, b.Doc)
		}
		got = append(got, line)
	}
	want := []string{
		": migrate conflict roles c_functions",
		"variable: type default description sensitive",
		"locals:",
		"source: url host port database user password settings",
		"source.tls: mode ca_cert client_cert client_key client_key_password",
		"destination: url host port database user password settings create_database ledger_schema",
		"destination.tls: mode ca_cert client_cert client_key client_key_password",
		"select: include exclude skip",
		"select.extension: skip",
		"mapping: names",
		"mapping.schema: rename",
		"mapping.role: rename",
		"mapping.table: rename where data conflict",
		"mapping.table.column: rename value exclude",
		"provider: roles extensions",
		"parallelism: copy index split_larger_than",
		"throttle: queries_per_second rows_per_second megabytes_per_second",
		"retry: connection other",
		"precheck:",
		"precheck.ignore: objects reason",
		"verify: mode",
		"state: path",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestStarter(t *testing.T) {
	t.Parallel()
	text := Starter()
	if formatted := string(Format([]byte(text))); formatted != text {
		t.Error(cmp.Diff(formatted, text))
	}
	c, messages := load(t, Options{Vars: []string{"source_password=a", "destination_password=b"}}, map[string]string{"migration.hcl": text})
	if messages != "" {
		t.Fatal(messages)
	}
	want := Endpoint{Hosts: []string{"old.example.com"}, Port: 5432, Database: "shop", User: "migrator", Password: "a"}
	if diff := cmp.Diff(want, c.Source); diff != "" {
		t.Error(diff)
	}
	// What is commented out is an example, and must be right as well.
	var open []string
	for _, line := range strings.Split(text, "\n") {
		// Prose begins with a capital or a quotation mark, HCL with neither.
		if i := strings.Index(line, "# "); i >= 0 && !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZ\"", rune(line[i+2])) {
			line = line[:i] + line[i+2:]
		}
		open = append(open, line)
	}
	_, messages = load(t, Options{Vars: []string{"source_password=a", "destination_password=b"}}, map[string]string{"migration.hcl": strings.Join(open, "\n")})
	if messages != "" {
		t.Error(messages, strings.Join(open, "\n"))
	}
}

func TestGitignore(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"migrator.json", "migrator.vars", "*.auto.vars"} {
		if !strings.Contains(Gitignore(), "\n"+name+"\n") {
			t.Errorf("%s is not ignored", name)
		}
	}
}

func TestStarterFrom(t *testing.T) {
	t.Parallel()
	text, err := StarterFrom(`postgres://me:hunter2@a:1,b:1/sh"op?sslmode=verify-full`, "host=/tmp user='${x}'")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "hunter2") || strings.Contains(text, "destination_password") {
		t.Error(text)
	}
	c, messages := load(t, Options{Vars: []string{"source_password=a"}}, map[string]string{"migration.hcl": text})
	if messages != "" {
		t.Fatal(messages)
	}
	if diff := cmp.Diff(Endpoint{Hosts: []string{"a", "b"}, Port: 1, Database: `sh"op`, User: "me", Password: "a", TLS: TLS{Mode: "verify-full"}}, c.Source); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(Endpoint{Hosts: []string{"/tmp"}, User: "${x}"}, c.Destination.Endpoint); diff != "" {
		t.Error(diff)
	}
	for _, urls := range [][2]string{{"mysql://u:hunter2@h", "postgres://h"}, {"postgres://h", "host=a password='hunter2"}} {
		if _, err := StarterFrom(urls[0], urls[1]); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v: %v", urls, err)
		}
	}
}
