package executor_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor"
	"migrator/executor/report"
)

// told waits until the run has told of a wait whose text has all of some texts, and returns the event.
func (s *scene) told(texts ...string) (found report.Event) {
	s.Helper()
	s.eventually("somebody is told of a wait for "+strings.Join(texts, ", "), func() bool {
		for _, found = range s.events.of(report.LockWait) {
			has := 0
			for _, text := range texts {
				if strings.Contains(found.Address+" "+found.Message, text) {
					has++
				}
			}
			if has == len(texts) {
				return true
			}
		}
		return false
	})
	return found
}

func TestALockInTheDestinationIsTold(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.watch = 20 * time.Millisecond
	k := s.shut(doorIndex)
	holder := strconv.Itoa(int(k.conn.PgConn().PID()))
	done := s.start(t.Context())
	wait := s.told("index.public.orders.", "waits in the destination for ShareLock on advisory", "held by process "+holder+" (user ", "idle")
	free := func(e report.Event) bool { return e.Address == wait.Address }
	if slices.ContainsFunc(s.events.of(report.LockFree), free) {
		t.Error("a wait that goes on is said to be over")
	}
	status, err := executor.Status(t.Context(), s.cfg, "test")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(status.Sessions, func(a executor.Activity) bool {
		return a.Lock != nil && len(a.Lock.Holders) == 1 && strconv.Itoa(a.Lock.Holders[0].PID) == holder
	}) {
		t.Errorf("the status does not say who waits for process %s: %+v", holder, status.Sessions)
	}
	k.open()
	s.succeeded(done)
	s.arrived()
}

func TestALockInTheSourceIsTold(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.watch = 20 * time.Millisecond
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "parallelism {\n  copy = 1\n}\n")
	// The only stream stands before a door while another table, which it comes to next, is locked.
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	locker, err := pgx.Connect(t.Context(), s.src.URL(s.srcDB))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = locker.Close(context.WithoutCancel(t.Context())) })
	if _, err := locker.Exec(t.Context(), `BEGIN; LOCK TABLE audit IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	k.open()
	wait := s.told("in the source for AccessShareLock on public.audit", "held by process "+strconv.Itoa(int(locker.PgConn().PID())), "idle in transaction")
	if _, err := locker.Exec(t.Context(), `COMMIT`); err != nil {
		t.Fatal(err)
	}
	s.succeeded(done)
	if wait.Address == "" || wait.Elapsed <= 0 {
		t.Errorf("nobody knows what waits, or how long: %+v", wait)
	}
	s.arrived()
}
