package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockClass is the first half of our advisory locks' key ("migr" in ASCII); the second is made of the ledger's name. Advisory
// locks belong to a database, so that databases need not be told apart.
const lockClass uint32 = 0x6d696772

// lockObject is the second half of the lock's key.
func lockObject(schema string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(schema)) // a hash takes everything
	return hash.Sum32()
}

// heldLock is a condition on pg_locks l: our lock, held. The parameters are its class and object.
func heldLock(class, object string) string {
	return `l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = ` + class + `::oid AND l.objid = ` + object + `::oid
		AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`
}

// Session is another session of the destination.
type Session struct {
	PID             int32
	User            string
	ApplicationName string
	ClientAddr      string // empty for a local one, and where we may not see it
	// Holder is what the run's row says of the session that has the lock, empty while there is no ledger.
	Holder string
	// Since is when Holder took the run over, else when the session began; zero where we may not see it.
	Since time.Time
}

// String is the session as it stands in messages.
func (s Session) String() string {
	if s.PID == 0 {
		return "another session"
	}
	who := s.Holder
	if who == "" {
		who = s.ApplicationName
	}
	details := []string{"server process " + strconv.Itoa(int(s.PID))}
	if s.User != "" {
		details = append(details, "user "+s.User)
	}
	if s.ClientAddr != "" {
		details = append(details, "from "+s.ClientAddr)
	}
	if !s.Since.IsZero() {
		details = append(details, "since "+s.Since.Format(time.RFC3339))
	}
	return strings.TrimSpace(who + " (" + strings.Join(details, ", ") + ")")
}

// HeldError is a lock that another session has.
type HeldError struct {
	Schema string
	Session
	// Err is the context's error when waiting was ended by it.
	Err error
}

func (e *HeldError) Error() string {
	return "the destination is being migrated by " + e.Session.String()
}

// Unwrap returns the context's error, if that ended the waiting.
func (e *HeldError) Unwrap() error { return e.Err }

// sessionColumns of pg_stat_activity a. What the role may not see is null.
const sessionColumns = `a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), coalesce(pg_catalog.host(a.client_addr), ''), a.backend_start`

func scanSession(row pgx.CollectableRow) (Session, error) {
	var s Session
	var since *time.Time
	err := row.Scan(&s.PID, &s.User, &s.ApplicationName, &s.ClientAddr, &since)
	if since != nil {
		s.Since = since.UTC()
	}
	return s, err
}

// LockHolder returns the session that holds the lock of a ledger, nil if none does. Whether a run is alive is told by this alone.
func LockHolder(ctx context.Context, conn *pgx.Conn, schema string) (*Session, error) {
	rows, err := conn.Query(ctx, `SELECT `+sessionColumns+`
		FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE `+heldLock("$1", "$2"),
		lockClass, lockObject(schema))
	if err != nil {
		return nil, fmt.Errorf("looking who holds the lock: %w", err)
	}
	session, err := pgx.CollectExactlyOneRow(rows, scanSession)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("looking who holds the lock: %w", err)
	}
	// Without a ledger, or the right to read it, the session itself has to do.
	if run, err := Find(ctx, conn, schema); err == nil && run != nil && run.BackendPID == session.PID {
		session.Holder, session.Since = run.Holder, run.HeldSince
	}
	return &session, nil
}
