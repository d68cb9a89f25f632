package executor

import (
	"context"
	"errors"
	"slices"
	"strings"

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
	if in.DestinationConn == nil && databaseMissing(in.DestinationSteps) && cfg.Destination.CreateDatabase {
		if in.Maintenance, in.MaintenanceSteps = openMaintenance(ctx, cfg, version); in.Maintenance != nil {
			defer closeConn(in.Maintenance)
			if r.absent, r.server, err = placeOfNew(ctx, cfg, version); err != nil {
				return precheck.Report{}, err
			}
		}
	}
	if in.SourceConn == nil || in.DestinationConn == nil && in.Maintenance == nil {
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
	in := &precheck.Input{Config: r.cfg, SourceConn: r.src, DestinationConn: r.dst}
	if r.dst == nil {
		in.Maintenance, in.MaintenanceSteps = openMaintenance(ctx, r.cfg, r.version)
		defer closeConn(in.Maintenance)
	}
	return r.check(ctx, in, p, only)
}

// databaseMissing says whether a connection failed because there is no such database.
func databaseMissing(steps []postgres.Step) bool {
	return slices.ContainsFunc(steps, func(s postgres.Step) bool {
		var refused *postgres.ConnectError
		return errors.As(s.Err, &refused) && refused.Kind == postgres.KindDatabaseMissing
	})
}

// planned fills in what the plan does, as far as checks ask about it.
func planned(in *precheck.Input, p *planner.Plan) {
	in.Makes, in.Alters = map[string]bool{}, map[string]bool{}
	objects := false
	keyless := map[string]bool{}
	for _, h := range p.Hazards {
		if h.Name == planner.HazardKeyless {
			keyless[h.Object] = true
		}
	}
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Copy != nil && a.Change == planner.Copy && keyless[a.Copy.From.Schema+"."+a.Copy.From.Name] {
			in.Keyless = append(in.Keyless, catalog.Name(a.Copy.From))
		}
		switch {
		case a.Change == planner.Conflict:
			in.Conflicts = append(in.Conflicts, precheck.Conflict{Object: catalog.Name{Schema: a.Schema, Name: a.Name}, Reason: a.Reason})
		case a.Change == planner.Skip:
		case a.Objects != nil:
			objects = true
		case a.Copy != nil && !a.Copy.Fresh:
			in.Fills = append(in.Fills, precheck.Fill{Table: catalog.Name(a.Copy.Into), Owner: len(a.Copy.Before) > 0, Beside: a.Copy.KeepExisting})
		default:
			if altered, ok := strings.CutPrefix(a.Address, "alter."); ok {
				in.Alters[altered] = true
			}
			in.Makes[a.Address] = true
		}
	}
	for _, o := range in.Selected {
		if objects && o.Meta().Kind == catalog.KindLargeObject {
			in.Makes[o.Meta().Address()] = true
		}
	}
}

// check fills in what the checks look at; p is nil when a run is under way.
func (r *reading) check(ctx context.Context, in *precheck.Input, p *planner.Plan, only []string) (precheck.Report, error) {
	in.Source, in.Destination, in.DestinationServer = r.source, r.dest, r.server
	in.Selected = planner.Selected(r.cfg, r.source)
	if p != nil {
		planned(in, p)
	}
	// The snapshot's session, one for each stream; the lock's, the ledger's, and one for each worker; on both sides the watch's.
	copies := r.cfg.Parallelism.Copy
	in.SourceConnections = copies + 2
	in.DestinationConnections = copies + r.cfg.Parallelism.Index + 4
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
