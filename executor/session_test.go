package executor_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/report"
)

// tableLock is a lock of another session on one of the destination's tables.
type tableLock struct {
	*scene
	tx pgx.Tx
}

// lockBefore locks a table against what wants to keep writers out, at the moment when the run begins an action.
func (s *scene) lockBefore(address, table string) *tableLock {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.dst.URL(s.dstDB))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = conn.Close(context.WithoutCancel(s.Context())) })
	tx, err := conn.Begin(s.Context())
	if err != nil {
		s.Fatal(err)
	}
	var once sync.Once
	s.events.hook = func(_ int, e report.Event) {
		if e.Type == report.ActionStart && e.Address == address {
			once.Do(func() {
				if _, err := tx.Exec(s.Context(), `LOCK TABLE `+table+` IN ROW EXCLUSIVE MODE`); err != nil {
					s.Error(err)
				}
			})
		}
	}
	return &tableLock{scene: s, tx: tx}
}

// await waits until a statement of the run that contains text waits for a table's lock.
func (l *tableLock) await(text string) {
	l.Helper()
	l.eventually("a statement with "+text+" waits for the lock", func() bool {
		return l.value(l.dst, l.dstDB, `SELECT count(*) > 0 FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
			WHERE a.datname = current_database() AND NOT l.granted AND l.locktype = 'relation' AND a.application_name LIKE 'migrator/%' AND strpos(a.query, '`+text+`') > 0`) == "t"
	})
}

func (l *tableLock) release() {
	l.Helper()
	if err := l.tx.Rollback(l.Context()); err != nil {
		l.Fatal(err)
	}
}

// TestBackendsTerminated ends every session that the run has in the destination, twenty times, each time after a random number of things that
// it has reported.
func TestBackendsTerminated(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for ended := 0; ended < 20; {
		s := newScene(t, ownNone)
		now := make(chan struct{}, 1)
		next := random.IntN(40)
		s.events.hook = func(n int, _ report.Event) { // under the events' lock
			if n < next || ended == 20 {
				return
			}
			select {
			case now <- struct{}{}:
				ended++
				next = n + 1 + random.IntN(60)
			default:
			}
		}
		done := s.start(t.Context())
		for o := (outcome{}); o.Result == nil && o.err == nil; {
			select {
			case <-now:
				s.exec(s.dst, s.dstDB, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%'`)
			case o = <-done:
				if o.err != nil {
					t.Fatalf("%v; the last events were %v", o.err, s.events.last(20))
				}
			}
		}
		s.arrived()
	}
}

func TestLockSessionTerminated(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorRows)
	done := s.start(t.Context())
	k.await(doorRows)
	s.exec(s.dst, s.dstDB, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%/lock %'`)
	s.eventually("another session took over", func() bool {
		return s.value(s.dst, s.dstDB, `SELECT fence > 2 FROM migrator_ledger.run`) == "t"
	})
	k.open()
	s.succeeded(done)
	s.arrived()
}

func TestLedgerSessionTerminated(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	k := s.shut(doorView)
	done := s.start(t.Context())
	k.await(doorView)
	s.exec(s.dst, s.dstDB, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'migrator/%/ledger'`)
	k.open()
	s.succeeded(done)
	s.arrived()
}

func TestStatementCancelled(t *testing.T) {
	t.Parallel()
	for name, door := range map[string]int{"rows": doorRows, "index": doorIndex, "view": doorView} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, ownNone)
			k := s.shut(door)
			done := s.start(t.Context())
			s.exec(s.dst, s.dstDB, fmt.Sprintf(`SELECT pg_cancel_backend(%s)`, k.await(door)))
			s.eventually("the run has noticed", func() bool { return len(s.events.of(report.Retrying)) > 0 })
			k.open()
			s.succeeded(done)
			s.arrived()
		})
	}
}

// TestTableLockedForAMoment makes the run's foreign key fail on a lock that somebody else has, by lock_timeout and by a deadlock.
func TestTableLockedForAMoment(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"lock timeout", "deadlock"} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, ownNone)
			if reason == "lock timeout" {
				s.cfg.Destination.Settings = map[string]string{"lock_timeout": "50ms"}
			} else {
				// The server looks once, this long after the wait began: by then the other session must have joined in.
				s.exec(s.dst, "postgres", `ALTER DATABASE `+s.dstDB+` SET deadlock_timeout = '5s'`)
			}
			lock := s.lockBefore("foreign_key.public.orders.orders_customer_id_fkey", "customers")
			done := s.start(t.Context())
			if reason == "deadlock" {
				lock.await("FOREIGN KEY")
				// The run has orders and wants customers; this session has customers and wants orders. It will not be the victim.
				if _, err := lock.tx.Exec(t.Context(), `SET LOCAL deadlock_timeout = '1h'; LOCK TABLE orders IN ROW EXCLUSIVE MODE`); err != nil {
					t.Fatal(err)
				}
			}
			s.eventually("the run has noticed", func() bool {
				for _, e := range s.events.of(report.Retrying) {
					if strings.Contains(e.Err.Error(), reason) {
						return true
					}
				}
				return false
			})
			lock.release()
			s.succeeded(done)
			s.arrived()
		})
	}
}
