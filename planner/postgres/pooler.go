package postgres

import (
	"context"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// PoolerError says that something between us and the server gives each transaction to whichever backend is
// free. Snapshots, settings, locks and COPY in several steps cannot work through it.
type PoolerError struct {
	// First and Second are the backends that two transactions of one session, or of two sessions at once, ran in.
	First, Second string
}

// Error implements error.
func (e *PoolerError) Error() string {
	return "its sessions share backends (" + e.First + ", " + e.Second + ")"
}

// refusePooler compares the backend of two transactions with each other and with the one that the server announced
// when the session began. A pooler announces a number of its own; one that keeps a backend for each session is
// fine, and only the two kinds of poolers have to be told apart with a second session: if it gets the backend
// of the first one, which is still there, backends are shared. (A pooler with little to do hands out the same backend again.)
func refusePooler(ctx context.Context, conn *pgx.Conn, cfg *pgx.ConnConfig, opts Options, first, second string) error {
	if first != second {
		return &PoolerError{First: first, Second: second}
	}
	if first == strconv.FormatUint(uint64(conn.PgConn().PID()), 10) {
		return nil
	}
	other, err := dial(ctx, cfg, opts, &trace{})
	if err != nil {
		return err
	}
	defer closeSoon(ctx, other)
	// An open transaction keeps the backend, so that the first session has to take another.
	held, err := lastRow(ctx, other, "BEGIN; SELECT pg_catalog.pg_backend_pid()")
	if err != nil {
		return err
	}
	if held[0] == first {
		return &PoolerError{First: first, Second: held[0]}
	}
	again, err := lastRow(ctx, conn, "SELECT pg_catalog.pg_backend_pid()")
	if err != nil {
		return err
	}
	if again[0] != first {
		return &PoolerError{First: first, Second: again[0]}
	}
	return nil
}
