package executor

import (
	"context"
	"errors"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
	"migrator/planner/precheck"
)

// Precheck runs the named checks, or all, against both servers. Connections that cannot be opened are findings, not errors.
func Precheck(ctx context.Context, cfg *config.Config, version string, only []string) (precheck.Report, error) {
	in := &precheck.Input{Config: cfg}
	in.SourceConn, in.SourceSteps, _ = postgres.ConnectSteps(ctx, cfg.Source,
		postgres.Options{Side: "source", Role: "precheck", Version: version, ReadOnly: true})
	in.DestinationConn, in.DestinationSteps, _ = postgres.ConnectSteps(ctx, cfg.Destination.Endpoint,
		postgres.Options{Side: "destination", Role: "precheck", Version: version, ReadOnly: true})
	defer closeConn(in.SourceConn)
	defer closeConn(in.DestinationConn)
	r := &reading{cfg: cfg, version: version, src: in.SourceConn, dst: in.DestinationConn}
	var err error
	if r.state, err = readState(cfg.StatePath); err != nil {
		return precheck.Report{}, err
	}
	if in.SourceConn == nil || in.DestinationConn == nil && in.DestinationSteps[len(in.DestinationSteps)-1].Err != nil && !cfg.Destination.CreateDatabase {
		return precheck.Run(ctx, in, only), nil
	}
	if err := r.readAll(ctx); err != nil {
		return precheck.Report{}, err
	}
	if r.run != nil && r.run.CompletedAt.IsZero() {
		return r.check(ctx, in, nil, only) // half of the objects are there, and are no conflicts
	}
	p, err := r.plan(ctx)
	var cfgErr *planner.ConfigError
	if errors.As(err, &cfgErr) {
		// A filter on a table that may not be read is no mistake: the checks name the privilege that is missing.
		if report, checkErr := r.check(ctx, in, nil, only); checkErr == nil && report.Count(precheck.Failed, precheck.Error) > 0 {
			return report, nil
		}
	}
	if err != nil {
		return precheck.Report{}, err
	}
	return r.check(ctx, in, p, only)
}

// precheck runs the checks on the sessions that the catalogs were read with.
func (r *reading) precheck(ctx context.Context, p *planner.Plan, only []string) (precheck.Report, error) {
	return r.check(ctx, &precheck.Input{Config: r.cfg, SourceConn: r.src, DestinationConn: r.dst}, p, only)
}

// check fills in what the checks look at; p is nil when a run is under way.
func (r *reading) check(ctx context.Context, in *precheck.Input, p *planner.Plan, only []string) (precheck.Report, error) {
	in.Source, in.Destination = r.source, r.dest
	in.Selected = planner.Selected(r.cfg, r.source)
	if p != nil {
		for _, a := range planner.Conflicts(p) {
			in.Conflicts = append(in.Conflicts, precheck.Conflict{Object: catalog.Name{Schema: a.Schema, Name: a.Name}, Reason: a.Reason})
		}
	}
	// The snapshot's session, one for each stream; the lock's, the ledger's, and one for each worker.
	copies := r.cfg.Parallelism.Copy
	in.SourceConnections = copies + 1
	in.DestinationConnections = copies + r.cfg.Parallelism.Index + 3
	if r.run != nil {
		in.Ledger = precheck.Ledger{Exists: true, Lineage: r.run.Lineage, Holder: r.run.Holder}
		if r.state != nil {
			in.Ledger.OwnLineage = r.state.Lineage
		}
		held, err := ledger.LockHolder(ctx, r.dst, r.cfg.Destination.LedgerSchema)
		if err != nil && !errors.Is(err, context.Canceled) {
			return precheck.Report{}, err
		}
		in.Ledger.Running = held != nil
	}
	return precheck.Run(ctx, in, only), nil
}
