package ledger

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// How a lease is kept.
const (
	lockPoll = 250 * time.Millisecond
	// pingInterval bounds how long a lost lock goes unnoticed; the fence keeps that harmless.
	pingInterval = 2 * time.Second
	// pingTimeout is long enough for a server that is busy with our own load.
	pingTimeout = 30 * time.Second
	// releaseTimeout bounds Release, which is called when contexts have ended.
	releaseTimeout = 5 * time.Second
)

// LockOptions are how the lock is taken.
type LockOptions struct {
	// Timeout is how long to wait for a lock that another session has; 0 is not at all.
	Timeout time.Duration
	// Waiting, unless nil, is called once when the lock is held and will be waited for.
	Waiting func(*HeldError)
}

// LostError is the cause of a lease's context when the session that holds the lock was lost, and with it the lock.
type LostError struct {
	Schema string
	Err    error
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the connection that holds the destination's lock was lost: %v", e.Err)
}

// Unwrap returns what happened to the connection.
func (e *LostError) Unwrap() error { return e.Err }

// Lease is the lock of a destination, held by a session of its own. A goroutine that belongs to it watches the session.
type Lease struct {
	schema, holder string
	ctx            context.Context
	cancel         context.CancelCauseFunc

	mu   sync.Mutex // of conn, which the watching shares with TakeOver and Drop
	conn *pgx.Conn
	pid  int32

	stop context.CancelFunc // ends the watching
	done chan struct{}      // closed when it has ended
	once sync.Once
	err  error // of Release
}

// Acquire takes the lock of a ledger, which need not exist yet, for holder ("user@host, process id"). The connection belongs
// to the lease from then on; without a lease it stays the caller's to close. When another session has the lock for longer than the options
// allow, or ctx ends first, the error is a *HeldError.
func Acquire(ctx context.Context, conn *pgx.Conn, schema, holder string, options LockOptions) (*Lease, error) {
	deadline := time.Now().Add(options.Timeout)
	for told := false; ; {
		pid, err := tryLock(ctx, conn, schema)
		if err != nil {
			return nil, fmt.Errorf("taking the destination's lock: %w", err)
		}
		if pid != 0 {
			return newLease(ctx, conn, schema, holder, pid)
		}
		other, err := LockHolder(ctx, conn, schema)
		if err != nil {
			return nil, err
		}
		held := &HeldError{Schema: schema}
		if other != nil {
			held.Session = *other
		}
		switch {
		case time.Now().Before(deadline):
			if !told && options.Waiting != nil {
				options.Waiting(held)
				told = true
			}
		case other != nil:
			return nil, held
		}
		// Without an owner it was given back just now, and is tried again whatever the timeout.
		select {
		case <-ctx.Done():
			held.Err = context.Cause(ctx)
			return nil, held
		case <-time.After(lockPoll):
		}
	}
}

// tryLock returns the backend's pid if it has the lock now, else 0.
func tryLock(ctx context.Context, conn *pgx.Conn, schema string) (pid int32, err error) {
	err = conn.QueryRow(ctx, `
		SELECT CASE WHEN pg_catalog.pg_try_advisory_lock($1::int, $2::int) THEN pg_catalog.pg_backend_pid() ELSE 0 END`,
		int32(lockClass), int32(lockObject(schema))).Scan(&pid)
	return pid, err
}

func newLease(ctx context.Context, conn *pgx.Conn, schema, holder string, pid int32) (*Lease, error) {
	// Whoever is refused before there is a ledger reads the holder here.
	_, err := conn.Exec(ctx, `SELECT pg_catalog.set_config('application_name',
		pg_catalog."left"(pg_catalog.current_setting('application_name') || ' ' || $1, 63), false)`, holder)
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
		defer cancel()
		_ = conn.Close(ctx) // which gives the lock back
		return nil, fmt.Errorf("naming the lock's holder: %w", err)
	}
	l := &Lease{schema: schema, holder: holder, conn: conn, pid: pid, done: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	// The lock is wanted until Release, also while a run that was interrupted winds up.
	watch, stop := context.WithCancel(context.WithoutCancel(ctx))
	l.stop = stop
	go l.keep(watch)
	return l, nil
}

// Context is derived from the one given to Acquire, and canceled with a *LostError as its cause when the lock is lost.
func (l *Lease) Context() context.Context { return l.ctx }

// Schema is the ledger's schema.
func (l *Lease) Schema() string { return l.schema }

// Release gives the lock back, ends the lease's context and closes its connection. Releasing twice does nothing more.
func (l *Lease) Release() error {
	l.once.Do(func() {
		l.stop()
		<-l.done
		l.cancel(nil)
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.conn.IsClosed() {
			return // and the lock with it
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), releaseTimeout)
		defer cancel()
		// Unlocked first, since the server notices a closed connection only some time later.
		_, l.err = unlock(ctx, l.conn, l.schema)
		_ = l.conn.Close(ctx) // what is to be said about it, unlock has said
	})
	return l.err
}

func unlock(ctx context.Context, conn *pgx.Conn, schema string) (held bool, err error) {
	err = conn.QueryRow(ctx, `SELECT pg_catalog.pg_advisory_unlock($1::int, $2::int)`,
		int32(lockClass), int32(lockObject(schema))).Scan(&held)
	if err != nil {
		return false, fmt.Errorf("giving the destination's lock back: %w", err)
	}
	return held, nil
}

// keep pings the session until ctx ends, and cancels the lease's context when that fails.
func (l *Lease) keep(ctx context.Context) {
	defer close(l.done)
	ticker := time.NewTicker(pingInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := l.ping(ctx); err != nil {
			l.cancel(&LostError{Schema: l.schema, Err: err})
			return
		}
	}
}

// ping is not ended by Release, which would lose the connection that it needs for unlocking.
func (l *Lease) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pingTimeout)
	defer cancel()
	l.mu.Lock()
	defer l.mu.Unlock()
	var pid int32
	if err := l.conn.QueryRow(ctx, `SELECT pg_catalog.pg_backend_pid()`).Scan(&pid); err != nil {
		return err
	}
	if pid != l.pid {
		return fmt.Errorf("a pooler moved the session from server process %d to %d, and the lock stayed behind", l.pid, pid)
	}
	return nil
}
