package executor_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/statefile"
)

// interrupt stops a run that stands before a door, and returns the error it ends with.
func (s *scene) interrupt(door int) error {
	s.Helper()
	ctx, cancel := context.WithCancel(s.Context())
	defer cancel()
	k := s.shut(door)
	done := s.start(ctx)
	k.await(door)
	cancel()
	o := <-done
	k.open()
	if o.err == nil || o.State.Status != statefile.Interrupted {
		s.Fatalf("the run was not interrupted: %v, %+v", o.err, o.Result)
	}
	// A batch that was sent whole is committed by the server although nobody waits for it any more.
	s.eventually("the sessions of the run are gone", func() bool {
		return s.value(s.dst, s.dstDB, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%'`) == "0"
	})
	return o.err
}

func TestInterruptedAndResumed(t *testing.T) {
	t.Parallel()
	for name, door := range map[string]int{"rows": doorRows, "index": doorIndex, "view": doorView} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, ownNone)
			stopped := wantError[*executor.InterruptedError](t, s.interrupt(door))
			if stopped.Done == 0 || stopped.Done >= stopped.Total {
				t.Errorf("interrupted after %d of %d", stopped.Done, stopped.Total)
			}
			before := s.records()
			if r := s.apply(); !r.Resumed {
				t.Error("the second run has not gone on with the first")
			}
			after := s.records()
			for key, at := range before {
				if after[key] != at {
					t.Errorf("%s was committed %s, and again %s", key, at, after[key])
				}
			}
			s.arrived()
			if r := s.apply0(); !r.Nothing {
				t.Error("a third run found something to do")
			}
		})
	}
}

// apply0 runs Apply where there may be nothing to do.
func (s *scene) apply0() *executor.Result {
	s.Helper()
	o := <-s.start(s.Context())
	if o.err != nil {
		s.Fatal(o.err)
	}
	return o.Result
}

// records are what the ledger has, with the times.
func (s *scene) records() map[string]string {
	s.Helper()
	rows, err := s.dst.Query(s.Context(), s.dstDB, `SELECT address || ' ' || part, at FROM migrator_ledger.done`)
	if err != nil {
		s.Fatal(err)
	}
	found := map[string]string{}
	for _, row := range rows {
		found[row[0]] = row[1]
	}
	return found
}

func TestSourceWrittenBetweenTwoRuns(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	_ = s.interrupt(doorRows)
	before := s.records()
	s.load(`INSERT INTO customers (name) VALUES ('late'); DELETE FROM empty`)
	o := <-s.start(t.Context())
	changed := wantError[*executor.SourceChangedError](t, o.err)
	if !slices.Equal(changed.Tables, []string{`"public"."customers"`}) && !slices.Equal(changed.Tables, []string{"public.customers"}) {
		t.Errorf("the tables are %v", changed.Tables)
	}
	if o.State.Status != statefile.Failed {
		t.Errorf("the state is %s", o.State.Status)
	}
	if after := s.records(); !maps.Equal(before, after) {
		t.Errorf("committed %d records more", len(after)-len(before))
	}
}

// TestSourceWrittenDuringTheRun writes while the source is away for a moment, and there is more to be read.
func TestSourceWrittenDuringTheRun(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "parallelism {\n  copy = 1\n  split_larger_than = \"256KiB\"\n}\n")
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	s.load1(`INSERT INTO audit VALUES ('late')`)
	s.exec(s.src, s.srcDB, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%'`)
	k.open()
	changed := wantError[*executor.SourceChangedError](t, (<-done).err)
	if len(changed.Tables) != 1 || !strings.Contains(changed.Tables[0], "audit") {
		t.Errorf("the tables are %v", changed.Tables)
	}
}

// TestSourceWrittenByASessionThatStays is not heard of when the second run begins, and is before it ends.
func TestSourceWrittenByASessionThatStays(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "parallelism {\n  copy = 1\n  split_larger_than = \"128KiB\"\n}\n")
	_ = s.interrupt(doorFirst)
	conn, err := pgx.Connect(t.Context(), s.src.URL(s.srcDB))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	// The first transaction has its writes reported at once, and those of the second wait for a second to pass.
	for _, sql := range []string{`INSERT INTO audit VALUES ('first')`, `DELETE FROM audit WHERE what = 'first'`, `INSERT INTO audit VALUES ('late')`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	changed := wantError[*executor.SourceChangedError](t, (<-s.start(t.Context())).err)
	if len(changed.Tables) != 1 || !strings.Contains(changed.Tables[0], "audit") {
		t.Errorf("the tables are %v", changed.Tables)
	}
}

// TestSourceWrittenDuringARunThatGoesWell is told of at the end, with the table.
func TestSourceWrittenDuringARunThatGoesWell(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	s.load1(`INSERT INTO audit VALUES ('late')`)
	k.open()
	s.succeeded(done)
	for _, e := range s.events.of(report.Warning) {
		if strings.Contains(e.Message, "written during the migration") && strings.Contains(e.Message, "audit") && !strings.Contains(e.Message, "orders") {
			return
		}
	}
	t.Errorf("nobody was told: %v", s.events.of(report.Warning))
}

// load1 writes to the source while the run is connected to it, and waits until the writes are counted.
func (s *scene) load1(sql string) {
	s.Helper()
	s.exec(s.src, s.srcDB, sql)
	s.eventually("the session that wrote is gone", func() bool {
		return s.value(s.src, s.srcDB, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
			AND backend_type = 'client backend' AND application_name NOT LIKE 'migrator/%'`) == "0"
	})
}

// TestPermanentErrors breaks the rows of one table and the index of another. What does not need them is done, and what does is not.
func TestPermanentErrors(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.exec(s.dst, "postgres", `ALTER DATABASE `+s.dstDB+` SET test.broken = 'rows, index'`)
	o := <-s.start(t.Context())
	incomplete := wantError[*executor.IncompleteError](t, o.err)
	failed := slices.Sorted(maps.Keys(incomplete.Failed))
	if want := []string{"index.public.on_fussy.on_fussy_id", "rows.public.fussy"}; !slices.Equal(failed, want) {
		t.Errorf("%v failed, want %v", failed, want)
	}
	for address, err := range incomplete.Failed {
		if !strings.Contains(err.Error(), "is broken") {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{
		"index.public.fussy.fussy_pkey", "primary_key.public.fussy.fussy_pkey", "foreign_key.public.on_fussy.on_fussy_id_fkey", "analyze.public.fussy",
		"validate.foreign_key.public.on_fussy.on_fussy_id_fkey",
	} {
		if incomplete.Skipped[address] == "" {
			t.Errorf("%s was not left out", address)
		}
	}
	done := s.records()
	for _, address := range []string{"rows.public.orders 0", "index.public.orders.orders_note 0", "validate.foreign_key.public.orders.orders_customer_id_fkey 0", "rows.public.on_fussy 0"} {
		if done[address] == "" {
			t.Errorf("%s was not done, although it needs nothing of what failed", address)
		}
	}
	for _, address := range []string{"trigger.public.orders.noted 0", "refresh.materialized_view.public.totals 0"} {
		if done[address] != "" {
			t.Errorf("%s was done, although the rows are not all there", address)
		}
	}
	if o.State.Status != statefile.Failed || len(o.State.Failures) != 2 {
		t.Errorf("the state is %s, with the failures %v", o.State.Status, o.State.Failures)
	}
	if n := len(s.events.of(report.Retrying)); n > 0 {
		t.Errorf("what cannot pass was tried %d times more: %v", n, s.events.of(report.Retrying))
	}
	s.exec(s.dst, "postgres", `ALTER DATABASE `+s.dstDB+` RESET test.broken`)
	if r := s.apply(); len(r.State.Failures) > 0 {
		t.Errorf("the state still has the failures %v", r.State.Failures)
	}
	s.arrived()
}

// TestTakenOver takes the run over while it stands in the middle of the rows: it commits nothing more.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorRows)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := s.start(ctx)
	k.await(doorRows)
	conn, err := pgx.Connect(t.Context(), s.dst.URL(s.dstDB))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := ledger.ForceUnlock(t.Context(), conn, ledger.DefaultSchema); err != nil {
		t.Fatal(err)
	}
	lease, err := ledger.Acquire(t.Context(), conn, ledger.DefaultSchema, "somebody@else", ledger.LockOptions{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	fence, err := lease.TakeOver(t.Context(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	before := s.records()
	k.open()
	var o outcome
	ended := false
	// It waits for the lock that it has lost, or has met the new fence before it came to that.
	s.eventually("the run waits for the lock or ends", func() bool {
		select {
		case o = <-done:
			ended = true
			return true
		default:
		}
		return s.value(s.dst, s.dstDB, `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'migrator/%/lock' AND datname = current_database()`) == "1"
	})
	if after := s.records(); !maps.Equal(before, after) {
		t.Errorf("committed %d records more", len(after)-len(before))
	}
	cancel()
	if !ended {
		o = <-done
	}
	if o.err == nil {
		t.Error("the run that was taken over has succeeded")
	}
	if now := s.value(s.dst, s.dstDB, `SELECT fence FROM migrator_ledger.run`); now != strconv.FormatInt(fence, 10) {
		t.Errorf("the fence is %s, want %d", now, fence)
	}
	if err := lease.Release(); err != nil {
		t.Fatal(err)
	}
	s.apply()
	s.arrived()
}

// TestFenceRaised raises the fence and leaves all sessions alive, as they are when a process was asleep while another one
// worked: what it was about to commit is rolled back.
func TestFenceRaised(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	s.exec(s.dst, s.dstDB, `UPDATE migrator_ledger.run SET fence = fence + 1`)
	before := s.records()
	k.open()
	o := <-done
	_ = wantError[*ledger.FencedError](t, o.err)
	if after := s.records(); !maps.Equal(before, after) {
		t.Errorf("committed %d records more", len(after)-len(before))
	}
	if n := s.value(s.dst, s.dstDB, `SELECT count(*) FROM visits`); before["rows.public.visits 0"] == "" && n != "0" {
		t.Logf("%s rows of visits, all of parts that were committed before", n)
	}
	s.apply()
	s.arrived()
}

// TestReleasedMeanwhile drops the ledger while the run stands in the middle of the rows.
func TestReleasedMeanwhile(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	s.exec(s.dst, s.dstDB, `DROP SCHEMA migrator_ledger CASCADE`)
	k.open()
	o := <-done
	_ = wantError[*ledger.ReleasedError](t, o.err)
	o = <-s.start(t.Context())
	if o.err == nil || errors.Is(o.err, executor.ErrDeclined) {
		t.Errorf("the second run wrote to a destination that was released: %v", o.err)
	}
	_ = wantError[*executor.ReleasedError](t, o.err)
}
