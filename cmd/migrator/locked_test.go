package main

import (
	"fmt"
	"testing"
)

// TestOneApplyAtATime holds a run in the middle and starts others: each is refused and told who holds the lock.
func TestOneApplyAtATime(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+slow)
	s.rows("t", 20000)
	first := s.copying()
	holder := fmt.Sprintf("process %d", first.Process.Pid)
	before := s.sql(s.dst, "SELECT fence, lineage FROM migrator_ledger.run")

	for name, other := range map[string]*site{
		"the same state":   s,
		"a copied state":   s.elsewhere(twoURLs, "migrator.json"),
		"without a state":  s.elsewhere(twoURLs),
		"with a slow pair": s.elsewhere(twoURLs+slow, "migrator.json"),
	} {
		output := other.run(exitLocked, "apply", "-auto-approve")
		s.says(output, "Error: Locked by another run", holder, "-lock-timeout=10m")
		output = other.run(exitLocked, "apply", "-auto-approve", "-json")
		s.says(output, `"type":"diagnostic"`, "Locked by another run", holder)
		if t.Failed() {
			t.Fatalf("that was with %s", name)
		}
	}
	// Nobody gives it up beside a run either, nor with a lock that is waited for and does not come.
	s.says(s.run(exitLocked, "release", "-abandon"), "Error: Locked by another run", holder)
	s.says(s.elsewhere(twoURLs).run(exitLocked, "release", "-abandon"), "Error: Locked by another run", holder)
	s.says(s.run(exitLocked, "apply", "-auto-approve", "-lock-timeout=1ms"), "Error: Locked by another run")
	s.says(s.run(exitDone, "status"), "running, held by ", holder)

	if now := s.sql(s.dst, "SELECT fence, lineage FROM migrator_ledger.run"); now != before {
		t.Errorf("a refused command changed the run from %s to %s", before, now)
	}
}

// TestForceUnlockEndsTheRun ends a run from elsewhere, which does not come back. What it committed stays, and another goes on, at
// the speed that the configuration has by then.
func TestForceUnlockEndsTheRun(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoURLs+slow)
	s.rows("t", 20000)
	first := s.copying()
	other := s.elsewhere(twoURLs)
	s.says(other.run(exitDone, "force-unlock", "-force"), "Ended the session of ", fmt.Sprintf("process %d", first.Process.Pid))
	s.says(first.end(exitRefused), "Error: Taken over")
	s.says(other.run(exitDone, "status", "-json"), `"status": "interrupted"`)
	s.says(other.run(exitDone, "apply"), "Complete after")
	s.same("t")
	s.says(s.run(exitDone, "force-unlock", "-force"), "Nobody holds the lock")
}
