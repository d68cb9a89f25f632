package executor

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/statefile"
)

// Pull rebuilds the state from the ledger, for a host that does not have it. Nothing is written.
func Pull(ctx context.Context, cfg *config.Config, version string) (*statefile.State, error) {
	conn, err := connectDestination(ctx, cfg, version, "pull")
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	schema := cfg.Destination.LedgerSchema
	run, err := ledger.Find(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, ErrNoRun
	}
	plan, entries, err := kept(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	return stateOf(run, entries, plan)
}

// kept is the plan and what is committed of it, as the ledger has them.
func kept(ctx context.Context, conn *pgx.Conn, schema string) (*planner.Plan, []ledger.Entry, error) {
	body, err := ledger.PlanBody(ctx, conn, schema)
	if err != nil {
		return nil, nil, err
	}
	plan, err := planner.Decode(body)
	if err != nil {
		return nil, nil, err
	}
	entries, err := ledger.Entries(ctx, conn, schema)
	return plan, entries, err
}

// stateOf is the state that the ledger tells of.
func stateOf(run *ledger.Run, entries []ledger.Entry, plan *planner.Plan) (*statefile.State, error) {
	facts := ledger.Facts{
		ToolVersion: run.ToolVersion, Source: placeOf(plan.Source), Destination: placeOf(plan.Destination),
		LedgerSchema: plan.LedgerSchema, Parts: map[string]int{},
	}
	for i := range plan.Actions {
		a := &plan.Actions[i]
		if a.Change == planner.Skip || a.Change == planner.Conflict {
			continue
		}
		facts.Total++
		if a.Copy != nil {
			facts.Parts[a.Address] = parts(a)
		}
	}
	return ledger.BuildState(*run, entries, facts)
}

func placeOf(s planner.Side) statefile.Place {
	return statefile.Place{Host: s.Host, Port: s.Port, Database: s.Database, SystemID: s.SystemID}
}

// ErrNoState says that there is no state file.
var ErrNoState = errors.New("there is no state file; \"migrator state pull\" rebuilds it from the destination's ledger")
