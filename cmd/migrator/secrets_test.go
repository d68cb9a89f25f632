package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"migrator/examples/sandbox"
	"migrator/examples/sandbox/sandboxtest"
)

// The passwords of TestNoSecretIsTold. Each is of a form that has to be escaped somewhere.
const (
	sourceSecret = `s3cret/sou%rce`
	targetSecret = `s3cret'targ"et`
	wrongSecret  = `s3cret\wrong one`
)

// secretSite is a site over two servers of its own that log everything.
type secretSite struct {
	*site
	servers []*sandbox.Server
	told    strings.Builder // what all commands printed
}

func newSecretSite(t *testing.T) *secretSite {
	t.Helper()
	s := &secretSite{}
	var urls []string
	for _, secret := range []string{sourceSecret, targetSecret} {
		server, err := sandbox.Start(t.Context(), sandbox.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := server.Stop(); err != nil {
				t.Error(err)
			}
		})
		s.servers = append(s.servers, server)
		// The role is made before the server logs statements, since this one has the password in it.
		name := sandboxtest.Database(t, server)
		for _, sql := range []string{
			fmt.Sprintf("CREATE ROLE mover SUPERUSER LOGIN PASSWORD '%s'", strings.ReplaceAll(secret, "'", "''")),
			"ALTER SYSTEM SET log_statement = 'all'", "ALTER SYSTEM SET log_connections = on", "ALTER SYSTEM SET log_min_messages = 'debug1'",
			"SELECT pg_reload_conf()",
		} {
			if err := server.Exec(t.Context(), "postgres", sql); err != nil {
				t.Fatal(err)
			}
		}
		urls = append(urls, server.URL(name))
	}
	s.site = siteOver(t, urls[0], urls[1], "")
	return s
}

// withSecrets is a configuration that takes the source's password from a variable and the destination's from a URL.
func (s *secretSite) withSecrets(source, target string) {
	dst := *must(s.T, s.dst)
	dst.User = url.UserPassword("mover", target)
	s.write("migration.hcl", fmt.Sprintf(`variable "source_password" {
  type      = string
  sensitive = true
}
source {
  url      = %q
  user     = "mover"
  password = var.source_password
}
destination {
  url = env("DST")
}
throttle {
  rows_per_second = tonumber(nonsensitive(env("RATE")))
}
`, bare(s.T, s.src)))
	s.setenv("MIGRATOR_VAR_source_password", source)
	s.setenv("DST", dst.String())
}

// withPGPASSWORD is a configuration without passwords: the environment has one for both sides, which fits one.
func (s *secretSite) withPGPASSWORD(secret string) {
	s.write("migration.hcl", fmt.Sprintf("source {\n  url = %q\n  user = \"mover\"\n}\ndestination {\n  url = %q\n  user = \"mover\"\n}\n", bare(s.T, s.src), bare(s.T, s.dst)))
	s.setenv("PGPASSWORD", secret)
}

func (s *secretSite) setenv(name, value string) { s.env = append(s.env, name+"="+value) }

// try runs a command whatever its exit code, and keeps what it prints.
func (s *secretSite) try(args ...string) {
	s.Helper()
	p := s.start(args...)
	_ = p.Wait() // commands that fail are wanted as well
	fmt.Fprintf(&s.told, "%s\n%s\n%s\n", args, p.out.String(), p.errors.String())
}

func must(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// bare is a URL without a password.
func bare(t *testing.T, text string) string {
	t.Helper()
	u := must(t, text)
	u.User = nil
	return u.String()
}

// TestNoSecretIsTold looks for passwords in everything that a migration prints, writes and sends.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	s := newSecretSite(t)
	s.rows("t", 20000)
	s.setenv("RATE", "50")
	s.withSecrets(sourceSecret, targetSecret)
	dst := s.dst
	for _, args := range [][]string{
		{"validate", "-json"}, {"precheck", "-log=debug"}, {"precheck", "-json"}, {"plan", "-out=t.plan", "-log=debug"}, {"plan", "-json"}, {"plan", "-sql"},
		{"plan", "-format=markdown"}, {"show", "-json", "t.plan"}, {"show", "t.plan"},
	} {
		s.try(args...)
	}
	run := s.copying("-json", "-log=debug")
	s.absent(titles(t), "the processes' titles")
	s.try("status", "-log=debug")
	s.try("apply", "-auto-approve", "-log=debug")
	s.absent(s.read("migrator.json.lock"), "the lock file of a run")
	run.signal(syscall.SIGINT)
	s.told.WriteString(run.end(exitInterrupted))
	s.setenv("RATE", "0")
	s.absent(s.ledger(dst), "the ledger of an unfinished run")
	for _, args := range [][]string{
		{"plan"}, {"release"}, {"apply", "-log=debug"}, {"status", "-json"}, {"state", "list"}, {"state", "show", "rows.public.t"}, {"state", "pull"}, {"show"},
		{"verify", "-log=debug"}, {"verify", "-json", "-independent", "-report=report.json"}, {"plan", "-log=debug"},
	} {
		s.try(args...)
	}
	s.says(s.told.String(), "Complete after", "is equal", "No changes")
	s.absent(s.ledger(dst), "the ledger")

	// Wrong ones, in each of the places that they can come from.
	failing := [][]string{
		{"plan", "-log=debug"}, {"plan", "-json"}, {"apply", "-auto-approve", "-log=debug"}, {"apply", "-auto-approve", "-json"}, {"apply", "t.plan"},
		{"precheck"}, {"precheck", "-json"}, {"status"}, {"status", "-json"}, {"state", "pull"}, {"verify"}, {"verify", "-json"}, {"release"}, {"force-unlock", "-force"},
	}
	for _, prepare := range []func(){
		func() { s.withSecrets(wrongSecret, targetSecret) },
		func() { s.withSecrets(sourceSecret, wrongSecret) },
		func() { s.withPGPASSWORD(wrongSecret) },
		func() { s.withPGPASSWORD(sourceSecret) },
		func() {
			s.withPGPASSWORD("")
			s.setenv("DST", "postgres://mover:"+wrongSecret+"@127.0.0.1:bad/x")
			s.write("migration.hcl", twoURLs)
		},
	} {
		prepare()
		for _, args := range failing {
			s.try(args...)
		}
	}
	s.says(s.told.String(), "password authentication failed", "the password is not accepted")
	s.withSecrets(sourceSecret, targetSecret)
	s.try("release", "-log=debug")
	s.says(s.told.String(), "Released (lineage ")
	s.try("apply", "t.plan", "-log=debug")

	s.absent(s.told.String(), "what was printed")
	s.files()
	for _, server := range s.servers {
		text := server.Log()
		s.says(text, "LOG:  connection authorized: user=mover")
		s.absent(text, "the log of a server")
	}
}

// absent fails the test if a text has one of the passwords, as it is or escaped.
func (s *secretSite) absent(text, where string) {
	s.Helper()
	if text == "" {
		s.Errorf("%s: there is nothing to look at", where)
	}
	for _, secret := range []string{sourceSecret, targetSecret, wrongSecret, s.servers[0].Password, s.servers[1].Password} {
		quoted := fmt.Sprintf("%q", secret)
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), url.UserPassword("", secret).String()[1:], quoted[1 : len(quoted)-1]} {
			if at := strings.Index(text, form); at >= 0 {
				s.Errorf("%s: a password stands in %q", where, text[max(0, at-200):min(len(text), at+60)])
			}
		}
	}
	// A part of one gives away as much.
	if at := strings.Index(text, "s3cret"); at >= 0 {
		s.Errorf("%s: a part of a password stands in %q", where, text[max(0, at-200):min(len(text), at+60)])
	}
}

// files looks into every file that the commands left.
func (s *secretSite) files() {
	s.Helper()
	looked := 0
	err := filepath.WalkDir(s.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, ".hcl") {
			return err
		}
		text, err := os.ReadFile(path)
		if len(text) > 0 {
			looked++
			s.absent(string(text), path)
		}
		return err
	})
	if err != nil || looked < 3 {
		s.Errorf("looked into %d files: %v", looked, err)
	}
}

// ledger is every row of every table of the ledger as text, with the plan's body unpacked.
func (s *secretSite) ledger(url string) string {
	s.Helper()
	var all strings.Builder
	tables := s.sql(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'migrator_ledger' ORDER BY 1")
	for table := range strings.FieldsSeq(tables) {
		all.WriteString(s.sql(url, "SELECT t::text FROM migrator_ledger."+table+" t") + "\n")
	}
	packed, err := hex.DecodeString(s.sql(url, "SELECT encode(body, 'hex') FROM migrator_ledger.plan"))
	if err != nil {
		s.Fatal(err)
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		s.Fatal(err)
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		s.Fatal(err)
	}
	all.Write(body)
	s.says(all.String(), "rows_per_second", "rows.public.t")
	return all.String()
}

// titles are the command lines of all processes, as ps prints them.
func titles(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		all.Write(text)
		all.WriteByte('\n')
	}
	if len(paths) == 0 {
		return "no process file system"
	}
	return all.String()
}
