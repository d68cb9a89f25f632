package executor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// UnloggedLostError says that a crash of the destination has emptied unlogged tables whose rows cannot be copied again, because their
// triggers would fire or their foreign keys would find nothing yet.
type UnloggedLostError struct{ Tables []string }

func (e *UnloggedLostError) Error() string {
	return "the destination has crashed, which empties unlogged tables, and these have their triggers or foreign keys already: " +
		strings.Join(e.Tables, ", ") + "; drop those for the time of a TRUNCATE and a copy by hand, or release and begin anew"
}

// remember leaves out of the ledger's entries, and of the ledger, the rows of unlogged tables that a crash of the destination has emptied: the
// ledger is logged, and they are not.
func (a *application) remember(ctx context.Context, entries []ledger.Entry) ([]ledger.Entry, error) {
	rows := map[string]int64{}
	done := map[string]bool{}
	for _, e := range entries {
		rows[e.Address] += e.Rows
		done[e.Address] = true
	}
	emptied, err := a.emptied(ctx, rows)
	if err != nil || len(emptied) == 0 {
		return entries, err
	}
	var late []string
	for i := range a.Plan.Actions {
		t := &a.Plan.Actions[i]
		if !done[t.Address] || t.Kind != string(catalog.KindForeignKey) && t.Stage <= planner.StageData {
			continue
		}
		for table := range emptied {
			if name := postgres.QuoteIdent(table.Schema, table.Name); slices.Contains(t.Locks, name) {
				late = append(late, name)
			}
		}
	}
	if len(late) > 0 {
		slices.Sort(late)
		return nil, &UnloggedLostError{Tables: slices.Compact(late)}
	}
	var gone []string
	for _, address := range emptied {
		gone = append(gone, address)
	}
	schema := a.Plan.LedgerSchema
	err = a.fenced(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM `+postgres.QuoteIdent(schema, "done")+` WHERE coalesce(full_address, address) = ANY ($1)`, gone)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("forgetting the rows of unlogged tables: %w", err)
	}
	return slices.DeleteFunc(entries, func(e ledger.Entry) bool { return slices.Contains(gone, e.Address) }), nil
}

// emptied maps unlogged tables that should have rows, and have none, to the addresses of their rows.
func (a *application) emptied(ctx context.Context, rows map[string]int64) (map[planner.Relation]string, error) {
	var schemas, names []string
	address := map[planner.Relation]string{}
	for i := range a.Plan.Actions {
		t := &a.Plan.Actions[i]
		if t.Copy == nil || rows[t.Address] == 0 {
			continue
		}
		schemas, names = append(schemas, t.Copy.Into.Schema), append(names, t.Copy.Into.Name)
		address[t.Copy.Into] = t.Address
	}
	found, err := a.control.Query(ctx, `SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		JOIN (SELECT pg_catalog.unnest($1::text[]) AS schema, pg_catalog.unnest($2::text[]) AS name) w ON w.schema = n.nspname AND w.name = c.relname
		WHERE c.relpersistence = 'u' AND c.relkind = 'r'`, schemas, names)
	if err != nil {
		return nil, fmt.Errorf("looking for unlogged tables: %w", err)
	}
	unlogged, err := pgx.CollectRows(found, pgx.RowToStructByPos[planner.Relation])
	if err != nil {
		return nil, fmt.Errorf("looking for unlogged tables: %w", err)
	}
	emptied := map[planner.Relation]string{}
	for _, table := range unlogged {
		var holds bool
		quoted := postgres.QuoteIdent(table.Schema, table.Name)
		if err := a.control.QueryRow(ctx, `SELECT EXISTS (SELECT FROM ONLY `+quoted+`)`).Scan(&holds); err != nil {
			return nil, fmt.Errorf("looking whether %s has its rows: %w", quoted, err)
		}
		if !holds {
			emptied[table] = address[table]
		}
	}
	return emptied, nil
}

// fenced runs work in a transaction in which nobody can take the run over.
func (a *application) fenced(ctx context.Context, work func(pgx.Tx) error) error {
	schema := a.Plan.LedgerSchema
	return pgx.BeginFunc(ctx, a.control, func(tx pgx.Tx) error {
		var fence int64
		if err := tx.QueryRow(ctx, `SELECT fence FROM `+postgres.QuoteIdent(schema, "run")+` FOR SHARE`).Scan(&fence); err != nil {
			return fmt.Errorf("locking the run: %w", err)
		}
		if fence != a.fence {
			return &ledger.FencedError{Schema: schema, Now: fence}
		}
		return work(tx)
	})
}
