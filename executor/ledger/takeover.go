package ledger

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
)

const (
	// rowWait is how long the run's row is waited for at a time, in the server's words and ours.
	rowWait = "250ms"
	// patience is how much longer than the grace period TakeOver waits at least for the sessions that it ended, or could not end.
	patience = 3 * time.Second
)

// SessionRole is what sessions of a run that write have as their role (see postgres.Options), so that those left behind by a
// process that was taken over are told from the others, and ended.
func SessionRole(lineage string, fence int64) string {
	return "apply " + shortLineage(lineage) + "." + strconv.FormatInt(fence, 10)
}

func shortLineage(lineage string) string { return lineage[:min(8, len(lineage))] }

// BlockedError is a run that cannot be taken over, because transactions that hold its row do not end.
type BlockedError struct {
	Schema   string
	Sessions []Session
	Err      error
}

func (e *BlockedError) Error() string {
	who := make([]string, len(e.Sessions))
	for i, session := range e.Sessions {
		who[i] = session.String()
	}
	return fmt.Sprintf("the ledger %q is locked by transactions that do not end and may not be ended by this role: %s", e.Schema, strings.Join(who, "; "))
}

// Unwrap returns the server's error.
func (e *BlockedError) Unwrap() error { return e.Err }

// TakeOver raises the run's fence, makes the lease's holder the run's, and returns the new fence. From then on
// nothing of an older fence can be committed. Transactions that have recorded something and not yet ended are waited
// for; after the grace period those of migrator are ended. Sessions that older fences left behind are ended at once, since they
// hold locks for nothing. The error is a *BlockedError when somebody else's transaction holds the row, a *ReleasedError
// when there is no ledger.
func (l *Lease) TakeOver(ctx context.Context, grace time.Duration) (fence int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for started := time.Now(); ; {
		run, err := l.raise(ctx)
		if err == nil {
			return run.Fence, l.endStale(ctx, run)
		}
		if !hasCode(err, pgerrcode.LockNotAvailable) {
			return 0, err
		}
		if waited := time.Since(started); waited >= grace {
			blockers, findErr := l.rowHolders(ctx)
			if findErr != nil {
				return 0, findErr
			}
			if waited >= grace+max(grace, patience) {
				return 0, &BlockedError{Schema: l.schema, Sessions: blockers, Err: err}
			}
			if err := l.end(ctx, blockers); err != nil {
				return 0, err
			}
		}
	}
}

func (l *Lease) raise(ctx context.Context) (run Run, err error) {
	err = pgx.BeginTxFunc(ctx, l.conn, writeOptions, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, durable+`; SET LOCAL lock_timeout = '`+rowWait+`'`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, expand(l.schema, `
			UPDATE {run} SET fence = fence + 1, holder = $1, held_since = pg_catalog.clock_timestamp(), backend_pid = pg_catalog.pg_backend_pid()
			RETURNING fence, lineage`), l.holder).Scan(&run.Fence, &run.Lineage)
	})
	switch {
	case hasCode(err, pgerrcode.UndefinedTable):
		return run, &ReleasedError{Schema: l.schema, Err: err}
	case errors.Is(err, pgx.ErrNoRows):
		return run, &NotLedgerError{Schema: l.schema, Reason: "its table run is empty"}
	case err != nil:
		return run, fmt.Errorf("taking the run over: %w", err)
	}
	return run, nil
}

// rowHolders are the sessions whose transactions have locked a row of the run's table: that leaves a lock of a
// mode of its own on the table, which the server's row locks, being in the rows, do not show otherwise.
func (l *Lease) rowHolders(ctx context.Context) ([]Session, error) {
	return l.sessions(ctx, `
		FROM pg_catalog.pg_stat_activity a WHERE a.pid IN (SELECT l.pid FROM pg_catalog.pg_locks l
		WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
		  AND l.mode <> 'AccessShareLock' AND l.relation = $1::regclass
		  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
		ORDER BY a.pid`, expand(l.schema, "{run}"))
}

// staleRole takes the lineage and the fence out of an application name that postgres.Options and SessionRole made.
var staleRole = regexp.MustCompile(`^migrator/[^/]*/apply (.*)\.(\d+)$`)

// endStale ends the sessions of older fences. One that may not be ended can do no harm and is left.
func (l *Lease) endStale(ctx context.Context, run Run) error {
	candidates, err := l.sessions(ctx, `
		FROM pg_catalog.pg_stat_activity a
		WHERE a.datname = pg_catalog.current_database() AND a.application_name LIKE $1`, "migrator/%")
	if err != nil {
		return err
	}
	var stale []Session
	for _, session := range candidates {
		match := staleRole.FindStringSubmatch(session.ApplicationName)
		if len(match) == 0 || match[1] != shortLineage(run.Lineage) {
			continue
		}
		if fence, err := strconv.ParseInt(match[2], 10, 64); err == nil && fence < run.Fence {
			stale = append(stale, session)
		}
	}
	return l.end(ctx, stale)
}

func (l *Lease) sessions(ctx context.Context, from string, args ...any) ([]Session, error) {
	rows, err := l.conn.Query(ctx, `SELECT `+sessionColumns+from, args...)
	if err != nil {
		return nil, fmt.Errorf("looking for the run's other sessions: %w", err)
	}
	sessions, err := pgx.CollectRows(rows, scanSession)
	if err != nil {
		return nil, fmt.Errorf("looking for the run's other sessions: %w", err)
	}
	return sessions, nil
}

// end terminates sessions of migrator, as far as the role may.
func (l *Lease) end(ctx context.Context, sessions []Session) error {
	for _, session := range sessions {
		_, err := l.conn.Exec(ctx, `SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a
			WHERE a.pid = $1 AND a.pid <> pg_catalog.pg_backend_pid() AND a.application_name LIKE 'migrator/%'`, session.PID)
		if err != nil && !hasCode(err, pgerrcode.InsufficientPrivilege) {
			return fmt.Errorf("ending a session of a process that was taken over: %w", err)
		}
	}
	return nil
}
