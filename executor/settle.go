package executor

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/planner/postgres"
)

// settle finds out whether a transaction whose session was lost has been committed, and what it recorded then. The server does
// not notice at once that its client is gone, and goes on with what it was sent: an index build of hours may end well. So it
// is waited for, which also frees what it has locked.
func (w *worker) settle(ctx context.Context, dst *pgx.Conn, backend int32, keys []ledger.Key) ([]ledger.Entry, error) {
	if err := w.await(ctx, dst, backend); err != nil {
		return nil, err
	}
	schema := w.run.plan.LedgerSchema
	done, err := ledger.Settle(ctx, dst, schema, w.run.fence, keys)
	if err != nil || !done {
		return nil, err
	}
	all, err := ledger.Entries(ctx, dst, schema)
	if err != nil {
		return nil, err
	}
	byKey := make(map[ledger.Key]ledger.Entry, len(all))
	for _, e := range all {
		byKey[e.Key()] = e
	}
	entries := make([]ledger.Entry, len(keys))
	for i, k := range keys {
		entries[i] = byKey[k]
	}
	return entries, nil
}

// settlePoll is how often the end of a lost session's server process is looked for.
const settlePoll = 100 * time.Millisecond

// waitEvents is the first version that says what a session waits for.
const waitEvents = 90600

// await waits until a server process of a session of ours is gone. One that waits for its client is ended: it would
// wait until the network tells it that there is none.
func (w *worker) await(ctx context.Context, dst *pgx.Conn, backend int32) error {
	waits := "a.wait_event_type = 'Client'"
	if postgres.VersionNumber(dst) < waitEvents {
		waits = "true"
	}
	for {
		var left int
		err := dst.QueryRow(ctx, `
			SELECT pg_catalog.count(CASE WHEN `+waits+` THEN pg_catalog.pg_terminate_backend(a.pid)::text ELSE '' END)
			FROM pg_catalog.pg_stat_activity a WHERE a.pid = $1 AND a.pid <> pg_catalog.pg_backend_pid()
			  AND a.datname = pg_catalog.current_database()
			  AND a.application_name = pg_catalog.current_setting('application_name')`, backend).Scan(&left)
		if err != nil || left == 0 {
			return err
		}
		if pause(ctx, settlePoll); ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
}
