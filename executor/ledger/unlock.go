package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// UnlockError is a session that holds the lock and could not be ended.
type UnlockError struct {
	Schema string
	Session
	Err error
}

func (e *UnlockError) Error() string {
	return fmt.Sprintf("the session that holds the lock could not be ended: %s: %v", e.Session, e.Err)
}

// Unwrap returns the server's error, or the context's.
func (e *UnlockError) Unwrap() error { return e.Err }

// ForceUnlock ends the session that holds the lock of a ledger and waits until it is gone. It returns the
// session, nil if the lock was free. The role must be that session's or a member of pg_signal_backend, otherwise, and when the session does
// not end before ctx does, the error is an *UnlockError.
func ForceUnlock(ctx context.Context, conn *pgx.Conn, schema string) (*Session, error) {
	holder, err := LockHolder(ctx, conn, schema)
	if err != nil || holder == nil {
		return nil, err
	}
	// By the lock, not by the number alone: the session may have gone and its number be another's.
	held := heldLock("$1", "$2") + ` AND l.pid = $3`
	_, err = conn.Exec(ctx, `SELECT pg_catalog.pg_terminate_backend(l.pid) FROM pg_catalog.pg_locks l WHERE `+held,
		lockClass, lockObject(schema), holder.PID)
	for err == nil {
		var still bool
		err = conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE `+held+`)`,
			lockClass, lockObject(schema), holder.PID).Scan(&still)
		if err == nil && !still {
			return holder, nil
		}
		select {
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-time.After(lockPoll):
		}
	}
	return nil, &UnlockError{Schema: schema, Session: *holder, Err: err}
}
