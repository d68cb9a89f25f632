//go:build linux

package main

import (
	"os"
	"syscall"
	"testing"
)

// TestAbsentStateDirectory is told before anything is written.
func TestAbsentStateDirectory(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+"state {\n  path = \"nowhere/state.json\"\n}\n")
	s.rows("t", 1)
	s.refusesState("Cannot find ", "nowhere/state.json")
	if _, err := os.Stat(s.path("nowhere")); err == nil {
		t.Error("a directory was made")
	}
}

// TestStateThatMayNotBeWritten is told before anything is written. Root may write everywhere but to a file system that is read only.
func TestStateThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+"state {\n  path = \"closed/state.json\"\n}\n")
	s.rows("t", 1)
	closed := s.path("closed")
	if err := os.Mkdir(closed, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		s.mount(closed, syscall.MS_RDONLY, "")
	}
	s.refusesState("Cannot lock ", "closed/state.json")
}

// TestFullDisk lets a run end well although the state cannot be written: the ledger has everything. At the next command it is said how to get the state.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+"state {\n  path = \"small/state.json\"\n}\n")
	s.sql(s.src, `DO $$ BEGIN FOR i IN 1..150 LOOP EXECUTE 'CREATE TABLE t' || i || ' (a int PRIMARY KEY); INSERT INTO t' || i || ' VALUES (' || i || ')'; END LOOP; END $$`)
	small := s.path("small")
	if err := os.Mkdir(small, 0o700); err != nil {
		t.Fatal(err)
	}
	// Room for the state that a run begins with, and not for that of its end.
	s.mount(small, 0, "size=32k")
	output := s.run(exitDone, "apply", "-auto-approve")
	s.says(output, "the state file could not be written", "migrator state pull", "no space left on device", "Complete after")
	s.same("t77")
	s.says(s.run(exitDone, "status", "-json"), `"status": "complete"`)
	pulled := s.run(exitDone, "state", "pull")
	s.says(pulled, `"status": "complete"`, `"rows.public.t77"`)
	s.says(s.read("small/state.json"), `"status": "running"`)
}

// mount mounts an empty file system in memory for the time of the test, which is skipped where that is not allowed.
func (s *site) mount(dir string, flags uintptr, options string) {
	s.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
		s.Skipf("mounting a file system: %v", err)
	}
	s.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			s.Errorf("unmounting: %v", err)
		}
	})
}

// refusesState fails the test unless apply says why it cannot use the state, and writes nothing.
func (s *site) refusesState(summary, path string) {
	s.Helper()
	before := dump(s, s.dst)
	s.says(s.run(exitError, "apply", "-auto-approve"), "Error: "+summary, path, "directory of the state")
	s.says(s.run(exitError, "apply", "-auto-approve", "-json"), `"type":"diagnostic"`, summary, path)
	if now := dump(s, s.dst); now != before {
		s.Errorf("the destination was written to:\n%s", now)
	}
}
