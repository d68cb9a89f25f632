package executor

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/planner"
)

// worker runs one step after another on connections of its own, opened when they are first needed.
type worker struct {
	run      *run
	src, dst *pgx.Conn
	backend  int32 // the server process of dst
	tasks    []task
}

func (w *worker) close() {
	closeConn(w.src)
	closeConn(w.dst)
}

// closeConn says goodbye for at most a moment; a server that does not listen any more finds out by itself.
func closeConn(conn *pgx.Conn) {
	if conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // there is nothing to be lost any more
}

// destination is the worker's open session in the destination.
func (w *worker) destination(ctx context.Context) (*pgx.Conn, error) {
	if w.dst != nil && !w.dst.IsClosed() {
		return w.dst, nil
	}
	conn, err := connectDestination(ctx, w.run.cfg, w.run.version, w.run.role)
	if err != nil {
		return nil, err
	}
	if w.backend, err = w.enter(ctx, conn); err != nil {
		closeConn(conn)
		return nil, err
	}
	w.dst = conn
	return conn, nil
}

// enter prepares a new session and returns its server process. A server that crashed, or a standby that took over, may
// have lost commits that were not flushed, and with them what the next step needs; the lock's session was lost
// then too, so that it is looked for before anything is done.
func (w *worker) enter(ctx context.Context, conn *pgx.Conn) (backend int32, err error) {
	if err := conn.QueryRow(ctx, `SELECT pg_catalog.pg_backend_pid() FROM pg_catalog.set_config('synchronous_commit', 'off', false)`).
		Scan(&backend); err != nil {
		return 0, err
	}
	schema := w.run.plan.LedgerSchema
	holder, err := ledger.LockHolder(ctx, conn, schema)
	if err != nil {
		return 0, err
	}
	if holder == nil || holder.PID != w.run.lock {
		return 0, &ledger.LostError{Schema: schema, Err: errNotHeld}
	}
	return backend, nil
}

// errNotHeld is how a worker finds the destination after the server has crashed.
var errNotHeld = errors.New("the server does not know of it any more")

// source is the worker's session in the source, inside the run's snapshot.
func (w *worker) source(ctx context.Context) (*pgx.Conn, error) {
	if w.src == nil || w.src.IsClosed() {
		conn, err := w.run.snapshot.adopt(ctx)
		if err != nil {
			return nil, err
		}
		w.src = conn
	}
	w.run.roster.enter(w, onSource, int32(w.src.PgConn().PID()), w.tasks)
	return w.src, nil
}

// do runs a step until all its actions are done or have failed for good. The error is one that ends the whole run.
func (w *worker) do(ctx context.Context, st *step) (failed bool, err error) {
	tasks := st.tasks
	for len(tasks) > 0 {
		var able []task
		for _, t := range tasks {
			if needs := w.run.blocked(t.action); needs != "" {
				w.run.skip(t, needs)
				failed = true
				continue
			}
			able = append(able, t)
		}
		if tasks = able; len(tasks) == 0 {
			break
		}
		err := w.attempt(ctx, tasks)
		if err == nil {
			return failed, nil
		}
		if ctx.Err() != nil {
			return true, context.Cause(ctx)
		}
		if ends(err) {
			return true, err
		}
		var one *taskError
		if !errors.As(err, &one) {
			// Nobody knows which: a batch is taken apart. What stands alone has failed, and so have renames: all are done, or none.
			if len(tasks) > 1 && st.stage != planner.StageRename {
				bad, err := w.apart(ctx, st, tasks)
				return failed || bad, err
			}
			one = &taskError{err: err}
		}
		w.run.fail(tasks[one.index], one.err)
		failed = true
		tasks = append(append([]task{}, tasks[:one.index]...), tasks[one.index+1:]...)
		if tasks = tasks[:len(tasks):len(tasks)]; st.stage == planner.StageRename {
			break // all renames or none
		}
	}
	return failed, nil
}

// apart runs what was a batch task by task.
func (w *worker) apart(ctx context.Context, st *step, tasks []task) (failed bool, err error) {
	for _, t := range tasks {
		bad, err := w.do(ctx, &step{stage: st.stage, tasks: []task{t}})
		if err != nil {
			return true, err
		}
		failed = failed || bad
	}
	return failed, nil
}

// taskError says which task of a batch failed.
type taskError struct {
	index int
	err   error
}

func (e *taskError) Error() string { return e.err.Error() }
func (e *taskError) Unwrap() error { return e.err }

// ends says whether an error is about the run as a whole rather than one action.
func ends(err error) bool {
	var fenced *ledger.FencedError
	var released *ledger.ReleasedError
	var changed *SourceChangedError
	var gaveUp *GaveUpError
	return lost(err) || errors.As(err, &fenced) || errors.As(err, &released) || errors.As(err, &changed) || errors.As(err, &gaveUp)
}

// attempt runs tasks in one transaction, again as long as what fails can pass by itself.
func (w *worker) attempt(ctx context.Context, tasks []task) error {
	began := time.Now()
	w.tasks = tasks
	defer w.run.roster.leave(w)
	keys := make([]ledger.Key, len(tasks))
	batch, together := batchOf(tasks)
	for i, t := range tasks {
		keys[i] = t.key()
		w.run.sink.Send(report.Event{Type: report.ActionStart, Address: t.action.Address, Part: t.part, Parts: parts(t.action), Batch: batch, Together: together})
	}
	var entries []ledger.Entry
	var doubt int32 // the server process of a session that was lost in the middle of it
	err := w.run.retrier.do(ctx, tasks[0].action.Address, w.run.retrier.ofStatement, func(int) error {
		dst, err := w.destination(ctx)
		if err != nil {
			return err
		}
		if doubt != 0 {
			if entries, err = w.settle(ctx, dst, doubt, keys); entries != nil || err != nil {
				return err
			}
			doubt = 0
		}
		w.run.roster.enter(w, onDestination, w.backend, tasks)
		if entries, err = w.transact(ctx, dst, tasks); err == nil {
			return nil
		}
		if w.abandon(); dst.IsClosed() {
			doubt = w.backend
		}
		return err
	})
	if err != nil {
		return err
	}
	w.run.succeed(tasks, entries, time.Since(began))
	return nil
}

// abandon leaves no transaction open in the destination: it is rolled back, or its session is closed. A source session in the middle of
// a stream cannot be used either.
func (w *worker) abandon() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if w.dst != nil && !w.dst.IsClosed() {
		if w.dst.PgConn().TxStatus() != 'I' {
			if _, err := w.dst.PgConn().Exec(ctx, "ROLLBACK").ReadAll(); err != nil {
				closeConn(w.dst)
			}
		}
	}
	if w.src != nil && !w.src.IsClosed() && w.src.PgConn().TxStatus() != 'T' {
		closeConn(w.src)
	}
}

// transact runs tasks of one step, which are all of one kind of work, in one transaction.
func (w *worker) transact(ctx context.Context, dst *pgx.Conn, tasks []task) ([]ledger.Entry, error) {
	switch a := tasks[0].action; a.Kind {
	case planner.ActionRows:
		return w.copyRows(ctx, dst, tasks)
	case planner.ActionLargeObjects:
		return w.copyObjects(ctx, dst, tasks[0])
	case planner.ActionSequenceValue:
		return w.setSequences(ctx, dst, tasks)
	}
	return w.execute(ctx, dst, tasks)
}
