package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
)

// site is a directory with a configuration and the pair of databases that it names, where the real program is run.
type site struct {
	*testing.T
	program, dir string
	src, dst     string
	env          []string
}

// twoURLs begins a configuration that takes both databases from the environment.
const twoURLs = "source {\n  url = env(\"SRC\")\n}\ndestination {\n  url = env(\"DST\")\n}\n"

// slow holds a run in the middle of a table of some thousand rows, for longer than any test takes.
const slow = "throttle {\n  rows_per_second = 50\n}\n"

// newSite makes a site over two empty databases of the shared servers.
func newSite(t *testing.T, hcl string) *site {
	t.Helper()
	src, dst := sandboxtest.Databases(t)
	return siteOver(t, src, dst, hcl)
}

// siteOver makes a site over databases that are there.
func siteOver(t *testing.T, src, dst, hcl string) *site {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{T: t, dir: t.TempDir(), program: filepath.Join(t.TempDir(), programName), src: src, dst: dst}
	s.env = append(os.Environ(), "SRC="+src, "DST="+dst, "HOME="+s.dir)
	if err := os.Symlink(self, s.program); err != nil {
		t.Fatal(err)
	}
	s.write("migration.hcl", hcl)
	return s
}

// elsewhere is another directory over the same databases, with copies of some files of this one.
func (s *site) elsewhere(hcl string, files ...string) *site {
	s.Helper()
	other := *s
	other.dir = s.TempDir()
	other.write("migration.hcl", hcl)
	for _, name := range files {
		other.write(name, s.read(name))
	}
	return &other
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) {
	s.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.Helper()
	text, err := os.ReadFile(s.path(name))
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// sql runs statements in one of the databases and returns the rows of the last one, a line each.
func (s *site) sql(url, text string) string {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), url)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = conn.Close(s.Context()) }()
	var lines []string
	results := conn.PgConn().Exec(s.Context(), text)
	for results.NextResult() {
		if rows := read(results.ResultReader()); rows != nil {
			lines = rows
		}
	}
	if err := results.Close(); err != nil {
		s.Fatalf("%s: %v", text, err)
	}
	return strings.Join(lines, "\n")
}

// await waits until a query's answer is true.
func (s *site) await(url, query string) {
	s.Helper()
	if err := awaitTrue(s.Context(), url, query); err != nil {
		s.Fatal(err)
	}
}

// process is a run of the program.
type process struct {
	*exec.Cmd
	site        *site
	out, errors watched
}

// watched is what a program prints, which can be waited for.
type watched struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{} // closed by the next Write
}

// Write adds to what was printed.
func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.more != nil {
		close(w.more)
		w.more = nil
	}
	return w.text.Write(p)
}

// String is what was printed so far.
func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits until a text was printed.
func (w *watched) await(ctx context.Context, text string) error {
	for {
		w.mu.Lock()
		have := w.text.String()
		if w.more == nil {
			w.more = make(chan struct{})
		}
		more := w.more
		w.mu.Unlock()
		if strings.Contains(have, text) {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("%q was not printed: %w\n%s", text, ctx.Err(), have)
		}
	}
}

// start starts the program in the site's directory.
func (s *site) start(args ...string) *process {
	s.Helper()
	p := &process{Cmd: exec.CommandContext(s.Context(), s.program, append([]string{"-chdir=" + s.dir}, args...)...), site: s}
	p.Env, p.Stdout, p.Stderr = s.env, &p.out, &p.errors
	if err := p.Start(); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		if p.ProcessState == nil { // nobody has waited for it
			_ = p.Process.Kill()
			_ = p.Wait()
		}
	})
	return p
}

// signal sends the program a signal.
func (p *process) signal(sig syscall.Signal) {
	p.site.Helper()
	if err := p.Process.Signal(sig); err != nil {
		p.site.Fatalf("%v: %v", sig, err)
	}
}

// end waits for the program, and fails the test unless it exits with code.
func (p *process) end(code int) (output string) {
	p.site.Helper()
	err := p.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.site.Fatal(err)
	}
	output = p.out.String() + p.errors.String()
	if got := p.ProcessState.ExitCode(); got != code {
		p.site.Fatalf("%s: exit code %d, want %d\n%s", strings.Join(p.Args[2:], " "), got, code, output)
	}
	return output
}

// run runs the program, and fails the test unless it exits with code.
func (s *site) run(code int, args ...string) (output string) {
	s.Helper()
	return s.start(args...).end(code)
}

// says fails the test unless an output has all of some texts.
func (s *site) says(output string, texts ...string) {
	s.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			s.Errorf("the output lacks %q:\n%s", text, output)
		}
	}
}

// rows makes a table of n rows in the source.
func (s *site) rows(table string, n int) {
	s.Helper()
	s.sql(s.src, fmt.Sprintf("CREATE TABLE %[1]s (a int, b text); INSERT INTO %[1]s SELECT i, 'row ' || i FROM generate_series(1, %[2]d) i", table, n))
}

// copying starts an apply and waits until it is in the middle of a table.
func (s *site) copying(args ...string) *process {
	s.Helper()
	p := s.start(append([]string{"apply", "-auto-approve"}, args...)...)
	s.await(s.dst, `SELECT count(*) > 0 FROM pg_stat_progress_copy c JOIN pg_stat_activity a USING (pid) WHERE a.datname = current_database()
		AND c.command = 'COPY FROM' AND c.relid::regclass::text NOT LIKE 'migrator_ledger.%'`)
	return p
}

// same compares a table's rows on both sides.
func (s *site) same(table string) {
	s.Helper()
	const query = "SELECT count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM "
	if src, dst := s.sql(s.src, query+table+" t"), s.sql(s.dst, query+table+" t"); src != dst {
		s.Errorf("%s: the source has %s, the destination %s", table, src, dst)
	}
}
