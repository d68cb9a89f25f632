package executor_test

import (
	"strings"
	"testing"

	"migrator/executor"
	"migrator/executor/report"
)

// TestDestinationCrashes takes the destination down without a checkpoint, in the middle of one kind of work after another. The same run
// goes on when it is back. Commits that were not flushed are gone then, with their records; those that were are not done again, except
// for the rows of unlogged tables.
func TestDestinationCrashes(t *testing.T) {
	t.Parallel()
	for name, door := range map[string]int{
		"rows": doorRows, "first rows": doorFirst, "index": doorIndex, "view": doorView, "index, flushed": doorIndex,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, ownDestination)
			k := s.shut(door)
			done := s.start(t.Context())
			k.await(door)
			before := map[string]string{}
			if strings.HasSuffix(name, "flushed") {
				s.exec(s.dst, s.dstDB, `CHECKPOINT`)
				before = s.records()
			}
			if err := s.dst.StopImmediate(); err != nil {
				t.Fatal(err)
			}
			s.eventually("the run has noticed", func() bool { return len(s.events.of(report.Retrying)) > 0 })
			if err := s.dst.StartAgain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if r := s.succeeded(done); r.Resumed {
				t.Error("it took another call of Apply")
			}
			after := s.records()
			for key, at := range before {
				if again := after[key] != at; again != (key == "rows.public.scratch 0") {
					t.Errorf("%s: committed %s, and %s", key, at, after[key])
				}
			}
			s.arrived()
		})
	}
}

// TestDestinationCrashesDuringForeignKeys is stopped by another session's lock, since there is no door in a foreign key.
func TestDestinationCrashesDuringForeignKeys(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownDestination)
	lock := s.lockBefore("foreign_key.public.orders.orders_customer_id_fkey", "customers")
	done := s.start(t.Context())
	lock.await("FOREIGN KEY")
	if err := s.dst.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	if err := s.dst.StartAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.succeeded(done)
	s.arrived()
}

// TestSourceCrashes takes the source down in the middle of the rows. Its sequences, which the run may have set by then, are further on afterwards.
func TestSourceCrashes(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownSource)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	if err := s.src.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	k.open()
	s.eventually("the run has noticed", func() bool { return len(s.events.of(report.Retrying)) > 0 })
	if err := s.src.StartAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.succeeded(done)
	s.arrived() // with the values that the source's sequences have skipped to
}

// TestUnloggedTableWithTriggersIsNotFilledTwice empties, by a crash, an unlogged table that has its trigger already.
func TestUnloggedTableWithTriggersIsNotFilledTwice(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownDestination)
	s.load(`CREATE TRIGGER noted AFTER INSERT ON scratch FOR EACH ROW EXECUTE PROCEDURE public.note()`)
	k := s.shut(doorView) // which is after the triggers
	done := s.start(t.Context())
	k.await(doorView)
	s.exec(s.dst, s.dstDB, `CHECKPOINT`)
	if err := s.dst.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	if err := s.dst.StartAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	lost := wantError[*executor.UnloggedLostError](t, (<-done).err)
	if len(lost.Tables) != 1 || !strings.Contains(lost.Tables[0], "scratch") {
		t.Errorf("the tables are %v", lost.Tables)
	}
}

// TestUnloggedTableIsNotLostByItsNewName empties, by a crash while it is being renamed, an unlogged table without triggers.
func TestUnloggedTableIsNotLostByItsNewName(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownDestination)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "mapping {\n  table \"public.scratch\" {\n    rename = \"notes\"\n  }\n}\n")
	s.apply()
	s.exec(s.dst, s.dstDB, `UPDATE migrator_ledger.run SET completed_at = NULL; DELETE FROM migrator_ledger.done WHERE address LIKE 'analyze.%'; CHECKPOINT`)
	if err := s.dst.StopImmediate(); err != nil {
		t.Fatal(err)
	}
	if err := s.dst.StartAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	lost := wantError[*executor.UnloggedLostError](t, (<-s.start(t.Context())).err)
	if len(lost.Tables) != 1 || !strings.Contains(lost.Tables[0], "notes") {
		t.Errorf("the tables are %v", lost.Tables)
	}
}
