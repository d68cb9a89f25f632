package executor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// LockWait is a lock that one session waits for, and who holds it.
type LockWait struct {
	PID     int      `json:"pid"`
	Lock    string   `json:"lock"` // "AccessExclusiveLock on public.orders"
	Holders []Holder `json:"holders,omitempty"`
}

// Holder is a session that others wait for.
type Holder struct {
	// PID is 0 for a prepared transaction, which has no session.
	PID         int     `json:"pid"`
	User        string  `json:"user,omitempty"`
	Application string  `json:"application,omitempty"`
	Client      string  `json:"client,omitempty"`
	State       string  `json:"state,omitempty"`
	Seconds     float64 `json:"seconds,omitempty"` // since its transaction began
}

// lockWaits are the locks that server processes wait for, in the order of their numbers. Names are of the session's own database.
const lockWaitsSQL = `
SELECT l.pid, l.mode || CASE
         WHEN l.relation IS NOT NULL THEN ' on ' || coalesce(quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'relation ' || l.relation)
         WHEN l.locktype = 'transactionid' THEN ' on the end of a transaction'
         ELSE ' on ' || l.locktype END,
       %s
  FROM pg_catalog.pg_locks l
  LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
       AND l.database IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT l.granted AND l.pid = ANY ($1)
 ORDER BY l.pid`

// lockWaits asks what processes wait for. Before 9.6 a server does not say who holds it.
func lockWaits(ctx context.Context, conn *pgx.Conn, pids []int32) ([]LockWait, error) {
	blocking := "pg_catalog.pg_blocking_pids(l.pid)"
	if postgres.VersionNumber(conn) < blockingPIDs {
		blocking = "'{}'::int[]"
	}
	rows, err := conn.Query(ctx, fmt.Sprintf(lockWaitsSQL, blocking), pids)
	if err != nil {
		return nil, fmt.Errorf("asking for locks: %w", err)
	}
	blockers := map[int][]int{}
	waits, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (LockWait, error) {
		var w LockWait
		var by []int
		err := row.Scan(&w.PID, &w.Lock, &by)
		blockers[w.PID] = by
		return w, err
	})
	if err != nil || len(waits) == 0 {
		return nil, err
	}
	holders, err := sessions(ctx, conn, blockers)
	if err != nil {
		return nil, err
	}
	for i := range waits {
		seen := map[int]bool{}
		for _, pid := range blockers[waits[i].PID] {
			if !seen[pid] { // the same holder may hold several
				waits[i].Holders = append(waits[i].Holders, holders[pid])
			}
			seen[pid] = true
		}
	}
	return waits, nil
}

// sessions describes the processes that others wait for.
func sessions(ctx context.Context, conn *pgx.Conn, blockers map[int][]int) (map[int]Holder, error) {
	found := map[int]Holder{}
	var pids []int
	for _, some := range blockers {
		for _, pid := range some {
			found[pid] = Holder{PID: pid}
			pids = append(pids, pid)
		}
	}
	rows, err := conn.Query(ctx, `
SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(host(client_addr), ''), coalesce(state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)::float8
  FROM pg_catalog.pg_stat_activity WHERE pid = ANY ($1)`, pids)
	if err != nil {
		return nil, fmt.Errorf("asking for sessions: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Holder])
	if err != nil {
		return nil, fmt.Errorf("asking for sessions: %w", err)
	}
	for _, h := range all {
		found[h.PID] = h
	}
	return found, nil
}

// String is a wait as people read it.
func (w LockWait) String() string {
	if len(w.Holders) == 0 {
		return w.Lock
	}
	holders := make([]string, len(w.Holders))
	for i, h := range w.Holders {
		holders[i] = h.String()
	}
	return w.Lock + ", held by " + strings.Join(holders, " and ")
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "a prepared transaction (see pg_prepared_xacts)"
	}
	var about []string
	for _, part := range []struct{ name, value string }{{"user", h.User}, {"application", h.Application}, {"from", h.Client}} {
		if part.value != "" {
			about = append(about, part.name+" "+part.value)
		}
	}
	if h.State != "" {
		about = append(about, fmt.Sprintf("%s, its transaction is %s old", h.State, time.Duration(h.Seconds*float64(time.Second)).Round(time.Second)))
	}
	text := fmt.Sprintf("process %d", h.PID)
	if len(about) > 0 {
		text += " (" + strings.Join(about, ", ") + ")"
	}
	return text
}
