package executor

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/report"
	"migrator/planner/postgres"
)

// The watch looks at the run's sessions this often, tells of a wait that it sees twice in a row, and again after a while.
const (
	watchEvery = 5 * time.Second
	watchAgain = time.Minute
)

// side is one of the two servers.
type side string

const (
	onSource      side = "source"
	onDestination side = "destination"
)

// process is a server process that works for the run.
type process struct {
	side side
	pid  int32
}

// duty is what a server process is busy with.
type duty struct {
	pid   int32
	tasks []task // in one transaction
	since time.Time
}

// roster knows which server processes are busy, and with what: at most one of a worker on either side.
type roster struct {
	mu   sync.Mutex
	busy map[side]map[*worker]duty
}

func newRoster() *roster {
	return &roster{busy: map[side]map[*worker]duty{onSource: {}, onDestination: {}}}
}

func (r *roster) enter(w *worker, s side, pid int32, tasks []task) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.busy[s][w] = duty{pid: pid, tasks: tasks, since: time.Now()}
}

func (r *roster) leave(w *worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.busy[onSource], w)
	delete(r.busy[onDestination], w)
}

func (r *roster) of(s side) map[int32]duty {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := map[int32]duty{}
	for _, d := range r.busy[s] {
		found[d.pid] = d
	}
	return found
}

// watch tells, beside the run, what its sessions wait for and how far index builds are. It never stops a run: what it cannot ask, it
// asks again. Its sessions are opened when it first looks, which short runs do not come to.
type watch struct {
	run   *run
	every time.Duration
	conns map[side]*pgx.Conn
	// waiting are the waits that were seen last time.
	waiting map[process]*waiting
}

// waiting is a wait that goes on.
type waiting struct {
	address string
	lock    string
	since   time.Time
	said    time.Time // zero before it was told
}

// start looks until stop is called, which waits for the end of it.
func (w *watch) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var group sync.WaitGroup
	group.Go(func() {
		ticks := time.NewTicker(w.every)
		defer ticks.Stop()
		for {
			select {
			case <-ctx.Done():
				for _, conn := range w.conns {
					closeConn(conn)
				}
				return
			case <-ticks.C:
				w.look(ctx)
			}
		}
	})
	return func() { cancel(); group.Wait() }
}

func (w *watch) look(ctx context.Context) {
	w.run.sink.Send(report.Event{Type: report.Pulse})
	for _, s := range []side{onSource, onDestination} {
		busy := w.run.roster.of(s)
		conn, err := w.conn(ctx, s, len(busy))
		if err != nil || conn == nil {
			continue
		}
		if w.waits(ctx, s, conn, busy) != nil || s == onDestination && w.builds(ctx, conn, busy) != nil {
			closeConn(conn) // another one is opened next time
		}
	}
}

// conn is a session for asking, nil when there is nobody to be asked about.
func (w *watch) conn(ctx context.Context, s side, busy int) (conn *pgx.Conn, err error) {
	if busy == 0 && len(w.waiting) == 0 {
		return nil, nil
	}
	if conn := w.conns[s]; conn != nil && !conn.IsClosed() {
		return conn, nil
	}
	endpoint := w.run.cfg.Source
	if s == onDestination {
		endpoint = w.run.cfg.Destination.Endpoint
	}
	conn, err = postgres.Connect(ctx, endpoint, postgres.Options{Side: string(s), Role: "watch", Version: w.run.version, ReadOnly: true})
	if err == nil {
		w.conns[s] = conn
	}
	return conn, err
}

// waits tells of locks that are waited for, and of waits that are over.
func (w *watch) waits(ctx context.Context, s side, conn *pgx.Conn, busy map[int32]duty) error {
	pids := make([]int32, 0, len(busy))
	for pid := range busy {
		pids = append(pids, pid)
	}
	found, err := lockWaits(ctx, conn, pids)
	if err != nil {
		return err
	}
	now, still := time.Now(), map[process]bool{}
	for _, f := range found {
		p := process{s, int32(f.PID)}
		d := busy[p.pid]
		first := d.tasks[0]
		still[p] = true
		known := w.waiting[p]
		if known == nil || known.lock != f.Lock || known.address != first.action.Address {
			w.over(p)
			w.waiting[p] = &waiting{address: first.action.Address, lock: f.Lock, since: now}
			continue
		}
		if now.Sub(known.said) < max(watchAgain, w.every) {
			continue
		}
		known.said = now
		batch, together := batchOf(d.tasks)
		w.run.sink.Send(report.Event{
			Type: report.LockWait, Address: first.action.Address, Part: first.part, Parts: parts(first.action),
			Batch: batch, Together: together, Elapsed: now.Sub(known.since),
			Message: fmt.Sprintf("waits in the %s for %s", s, f),
		})
	}
	for p := range w.waiting {
		if p.side == s && !still[p] {
			w.over(p)
		}
	}
	return nil
}

// over forgets a wait, and tells that it is over if it was told before.
func (w *watch) over(p process) {
	if known := w.waiting[p]; known != nil && !known.said.IsZero() {
		w.run.sink.Send(report.Event{Type: report.LockFree, Address: known.address, Elapsed: time.Since(known.since)})
	}
	delete(w.waiting, p)
}

// builds tells how far the builds of indexes are, which nothing else tells.
func (w *watch) builds(ctx context.Context, conn *pgx.Conn, busy map[int32]duty) error {
	if postgres.VersionNumber(conn) < indexProgress || len(busy) == 0 {
		return nil
	}
	rows, err := conn.Query(ctx, `
SELECT pid, phase, CASE WHEN tuples_total > 0 THEN 100.0 * tuples_done / tuples_total
                        WHEN blocks_total > 0 THEN 100.0 * blocks_done / blocks_total END::float8
  FROM pg_catalog.pg_stat_progress_create_index WHERE datname = current_database()`)
	if err != nil {
		return fmt.Errorf("asking for index builds: %w", err)
	}
	var pid int32
	var phase string
	var percent *float64
	_, err = pgx.ForEachRow(rows, []any{&pid, &phase, &percent}, func() error {
		d, ours := busy[pid]
		if !ours {
			return nil
		}
		if percent != nil {
			phase += fmt.Sprintf(" %.0f %%", min(*percent, 100))
		}
		w.run.sink.Send(report.Event{
			Type: report.ActionProgress, Address: d.tasks[0].action.Address, Elapsed: time.Since(d.since), Message: phase,
		})
		return nil
	})
	if err != nil {
		return fmt.Errorf("asking for index builds: %w", err)
	}
	return nil
}
