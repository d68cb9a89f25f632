package ledger

import (
	"context"
	"fmt"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
)

// ForeignObjectsError is a ledger that cannot be dropped, because somebody made objects in its schema or on its tables.
type ForeignObjectsError struct {
	Schema string
	// Err is the server's error; its detail names the objects.
	Err error
}

func (e *ForeignObjectsError) Error() string {
	return fmt.Sprintf("the ledger %q was not dropped, because objects that are not migrator's depend on it: %v", e.Schema, e.Err)
}

// Unwrap returns the server's error.
func (e *ForeignObjectsError) Unwrap() error { return e.Err }

// Drop releases the destination: our tables are dropped by name, then the schema, in one transaction and nothing with
// it that is not ours. It is done by the session that holds the lock, and only while the run's fence is the given one.
func (l *Lease) Drop(ctx context.Context, fence int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Guarded(ctx, l.conn, l.schema, fence, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, expand(l.schema, `
			DROP TABLE IF EXISTS {run}, {done}, {plan}, {snapshot}, {source} RESTRICT;
			DROP SCHEMA {schema} RESTRICT`))
		switch {
		case err == nil:
			return nil
		case hasCode(err, pgerrcode.DependentObjectsStillExist):
			return &ForeignObjectsError{Schema: l.schema, Err: err}
		}
		return fmt.Errorf("dropping the ledger: %w", err)
	})
}
