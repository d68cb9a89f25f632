package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// inParts copies a table of parts of some hundred rows, a few parts a second.
const inParts = "parallelism {\n  split_larger_than = \"64KiB\"\n}\n"

// stopped starts a run, waits until some parts of a table are committed and others are not, and stops it with a signal.
func stopped(t *testing.T, sig syscall.Signal) (*site, string) {
	t.Helper()
	s := newSite(t, twoURLs+inParts+"throttle {\n  rows_per_second = 3000\n}\n")
	s.sql(s.src, "CREATE TABLE small (a int); INSERT INTO small VALUES (1), (1), (2)")
	s.rows("t", 50000)
	s.sql(s.src, "ANALYZE")
	run := s.copying()
	s.await(s.dst, "SELECT count(*) > 1 FROM migrator_ledger.done WHERE address = 'rows.public.t'")
	run.signal(sig)
	return s, run.end(exitInterrupted)
}

// unthrottle lets the next run go at full speed: limits are the configuration's, not the plan's.
func (s *site) unthrottle() {
	s.Helper()
	s.write("migration.hcl", twoURLs)
}

// TestFirstSignalStopsAndTheNextApplyGoesOn is Ctrl-C, and a machine that shuts down.
func TestFirstSignalStopsAndTheNextApplyGoesOn(t *testing.T) {
	t.Parallel()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) {
			t.Parallel()
			s, output := stopped(t, sig)
			s.says(output, sig.String()+": stopping", "Interrupted after", "Error: Interrupted", `Run "migrator apply" to go on`)
			s.says(s.run(exitDone, "status", "-json"), `"status": "interrupted"`)
			s.says(s.read("migrator.json"), `"status": "interrupted"`)
			s.says(s.run(exitError, "plan"), "Error: Unfinished run")
			s.says(s.run(exitError, "verify"), "Error: Unfinished run")
			s.says(s.run(exitError, "release"), "Error: Not complete", "rows.public.t")
			s.unthrottle()
			// Nothing is asked: stdin is empty, and that would be a no.
			output = s.run(exitDone, "apply")
			s.says(output, "Complete after")
			if strings.Contains(output, "Enter a value") {
				t.Errorf("a resume asks:\n%s", output)
			}
			s.same("small")
			s.same("t")
			s.run(exitDone, "verify")
			s.says(s.run(exitDone, "plan", "-detailed-exitcode"), "No changes.")
		})
	}
}

// TestSecondSignalExitsAtOnce also when winding up has to wait for a server that does not answer.
func TestSecondSignalExitsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+slow)
	s.rows("t", 20000)
	run := s.copying()
	backends := s.sql(s.dst, "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%'")
	for line := range strings.Lines(backends) {
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = syscall.Kill(pid, syscall.SIGCONT) }() // it may be gone
	}
	run.signal(syscall.SIGINT)
	if err := run.errors.await(t.Context(), "Again to exit at once"); err != nil {
		t.Fatal(err)
	}
	run.signal(syscall.SIGINT)
	// Winding up would have ended with the way to go on.
	if output := run.end(exitInterrupted); strings.Contains(output, "Error: Interrupted") {
		t.Errorf("the second signal changed nothing:\n%s", output)
	}
}

// TestLostState goes on from the ledger alone.
func TestLostState(t *testing.T) {
	t.Parallel()
	s, _ := stopped(t, syscall.SIGINT)
	for _, name := range []string{"migrator.json", "migrator.json.lock"} {
		if err := os.Remove(s.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	s.says(s.run(exitDone, "status", "-json"), `"status": "interrupted"`)
	s.says(s.run(exitError, "state", "list"), "Error: No state", "migrator state pull")
	pull := s.start("state", "pull")
	if err := pull.Wait(); err != nil {
		t.Fatalf("state pull: %v\n%s", err, pull.errors.String())
	}
	s.write("migrator.json", pull.out.String())
	s.says(s.run(exitDone, "state", "list"), "rows.public.t")
	if err := os.Remove(s.path("migrator.json")); err != nil {
		t.Fatal(err)
	}
	s.unthrottle()
	s.says(s.run(exitDone, "apply"), "Complete after")
	s.same("small")
	s.same("t")
	s.says(s.read("migrator.json"), `"status": "complete"`)
}
