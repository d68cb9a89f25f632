package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
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

// EventTriggersError is a ledger that could not be dropped, where event triggers have a say in that.
type EventTriggersError struct {
	Schema string
	// Triggers are those that are enabled, quoted and sorted.
	Triggers []string
	// Err is the server's error.
	Err error
}

func (e *EventTriggersError) Error() string {
	return fmt.Sprintf("the ledger %q was not dropped: %v; the destination has event triggers that may have refused it: %s", e.Schema, e.Err, strings.Join(e.Triggers, ", "))
}

// Unwrap returns the server's error.
func (e *EventTriggersError) Unwrap() error { return e.Err }

// Drop releases the destination: our tables are dropped by name, then the schema, in one transaction and nothing with
// it that is not ours. It is done by the session that holds the lock, and only while the run's fence is the given one.
// Event triggers are none of the ledger's business and do not fire, if the role may say so.
func (l *Lease) Drop(ctx context.Context, fence int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Guarded(ctx, l.conn, l.schema, fence, func(tx pgx.Tx) error {
		triggers, err := eventTriggers(ctx, tx)
		if err != nil {
			return fmt.Errorf("looking for event triggers: %w", err)
		}
		_, err = tx.Exec(ctx, expand(l.schema, `
			DROP TABLE IF EXISTS {run}, {done}, {plan}, {snapshot}, {source} RESTRICT;
			DROP SCHEMA {schema} RESTRICT`))
		switch {
		case err == nil:
			return nil
		case hasCode(err, pgerrcode.DependentObjectsStillExist):
			return &ForeignObjectsError{Schema: l.schema, Err: err}
		case len(triggers) > 0:
			return &EventTriggersError{Schema: l.schema, Triggers: triggers, Err: err}
		}
		return fmt.Errorf("dropping the ledger: %w", err)
	})
}

// grantedParameters is the first version that lets a role set session_replication_role without being a superuser.
const grantedParameters = 150000

// eventTriggers silences event triggers for the transaction, as far as the role may, and returns those that fire all the same.
func eventTriggers(ctx context.Context, tx pgx.Tx) ([]string, error) {
	may := "(SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)"
	if postgres.VersionNumber(tx.Conn()) >= grantedParameters {
		may = "pg_catalog.has_parameter_privilege('session_replication_role', 'SET')"
	}
	var replica bool
	if err := tx.QueryRow(ctx, `SELECT coalesce(`+may+`, false)`).Scan(&replica); err != nil {
		return nil, err
	}
	fire := "'O', 'A'"
	if replica {
		fire = "'R', 'A'"
		if _, err := tx.Exec(ctx, `SET LOCAL session_replication_role = replica`); err != nil {
			return nil, err
		}
	}
	rows, err := tx.Query(ctx, `SELECT pg_catalog.quote_ident(evtname) FROM pg_catalog.pg_event_trigger WHERE evtenabled IN (`+fire+`) ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
