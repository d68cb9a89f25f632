package executor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/postgres"
)

// UnloggedLostError says that a crash of the destination has emptied unlogged tables whose rows cannot be copied again, because their
// triggers would fire, their foreign keys might find nothing yet, or they have been renamed.
type UnloggedLostError struct{ Tables []string }

func (e *UnloggedLostError) Error() string {
	return "the destination has crashed, which empties unlogged tables, and these have triggers, foreign keys or their new names already: " +
		strings.Join(e.Tables, ", ") + "; release with -abandon, drop what was made, and begin anew"
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
	renamed := slices.ContainsFunc(a.Plan.Actions, func(t planner.Action) bool { return t.Stage == planner.StageRename && done[t.Address] })
	emptied, err := a.emptied(ctx, rows, renamed)
	if err != nil || len(emptied) == 0 {
		return entries, err
	}
	var gone, late []string
	for _, table := range emptied {
		gone = append(gone, table.address)
		if renamed || table.late {
			late = append(late, table.name)
		}
	}
	if len(late) > 0 {
		return nil, &UnloggedLostError{Tables: late}
	}
	if err := ledger.Forget(ctx, a.control, a.Plan.LedgerSchema, a.fence, gone); err != nil {
		return nil, fmt.Errorf("forgetting the rows of unlogged tables: %w", err)
	}
	return slices.DeleteFunc(entries, func(e ledger.Entry) bool { return slices.Contains(gone, e.Address) }), nil
}

// emptiedTable is an unlogged table that should have rows, and has none.
type emptiedTable struct {
	name    string // quoted
	address string // of its rows
	late    bool   // it has a trigger or a foreign key by now, so that a plain COPY is not enough any more
}

// emptied looks for tables that a crash has emptied, under the names that they have before or after the renames.
func (a *application) emptied(ctx context.Context, rows map[string]int64, renamed bool) ([]emptiedTable, error) {
	var schemas, names []string
	copies := map[planner.Relation]*planner.Action{}
	for i := range a.Plan.Actions {
		t := &a.Plan.Actions[i]
		if t.Copy == nil || rows[t.Address] == 0 {
			continue
		}
		name := t.Copy.Into
		if renamed {
			name = t.Copy.Final
		}
		schemas, names = append(schemas, name.Schema), append(names, name.Name)
		copies[name] = t
	}
	// An insert fires the checks of a table's own foreign keys, not those of others that reference it (bit 2 of tgtype is INSERT).
	found, err := a.control.Query(ctx, `SELECT n.nspname::text, c.relname::text, EXISTS (
			SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND g.tgtype & 4 <> 0)
		FROM pg_catalog.pg_class c
		JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		JOIN (SELECT pg_catalog.unnest($1::text[]) AS schema, pg_catalog.unnest($2::text[]) AS name) w ON w.schema = n.nspname AND w.name = c.relname
		WHERE c.relpersistence = 'u' AND c.relkind = 'r' ORDER BY 1, 2`, schemas, names)
	if err != nil {
		return nil, fmt.Errorf("looking for unlogged tables: %w", err)
	}
	type row struct {
		planner.Relation
		Triggers bool
	}
	unlogged, err := pgx.CollectRows(found, func(r pgx.CollectableRow) (row, error) {
		var t row
		return t, r.Scan(&t.Schema, &t.Name, &t.Triggers)
	})
	if err != nil {
		return nil, fmt.Errorf("looking for unlogged tables: %w", err)
	}
	var emptied []emptiedTable
	for _, t := range unlogged {
		var holds bool
		quoted := postgres.QuoteIdent(t.Schema, t.Name)
		if err := a.control.QueryRow(ctx, `SELECT EXISTS (SELECT FROM ONLY `+quoted+`)`).Scan(&holds); err != nil {
			return nil, fmt.Errorf("looking whether %s has its rows: %w", quoted, err)
		}
		if !holds {
			c := copies[t.Relation]
			emptied = append(emptied, emptiedTable{quoted, c.Address, t.Triggers && len(c.Copy.Before) == 0})
		}
	}
	return emptied, nil
}
