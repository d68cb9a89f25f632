package executor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/count"
	"migrator/planner/postgres"
	"migrator/statefile"
)

// Plan reads both catalogs, and what the ledger or the state says is done, and makes a plan. It writes nothing anywhere.
func Plan(ctx context.Context, cfg *config.Config, version string) (*planner.Plan, error) {
	r, err := look(ctx, cfg, version)
	if err != nil {
		return nil, err
	}
	defer r.close()
	if r.run != nil && r.run.CompletedAt.IsZero() {
		return nil, &UnfinishedError{Run: *r.run, Done: len(r.entries)}
	}
	return r.plan(ctx)
}

// UnfinishedError says that a run of another plan, or of this one, is not finished.
type UnfinishedError struct {
	Run  ledger.Run
	Done int
}

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("a run of plan %.12s, begun %s by %s, is not finished: %s done",
		e.Run.PlanID, e.Run.StartedAt.UTC().Format("2006-01-02 15:04 MST"), e.Run.Holder, count.Are(e.Done, "step"))
}

// reading is both databases as they are found, and the open sessions.
type reading struct {
	cfg      *config.Config
	version  string
	src, dst *pgx.Conn    // dst is nil when the database does not exist yet
	absent   planner.Side // where it will be then, and on which server
	server   catalog.Server
	source   *catalog.Database
	dest     *catalog.Database
	like     *catalog.Database // what a plan for an empty database takes encoding and locale from, nil for those of a new one
	nonEmpty map[catalog.Name]bool
	run      *ledger.Run
	entries  []ledger.Entry
	state    *statefile.State // nil without a state file
}

func (r *reading) close() {
	closeConn(r.src)
	closeConn(r.dst)
}

// look connects to both sides, read only, and reads everything a plan is made of.
func look(ctx context.Context, cfg *config.Config, version string) (_ *reading, err error) {
	r := &reading{cfg: cfg, version: version}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.state, err = readState(cfg.StatePath); err != nil {
		return nil, err
	}
	if r.src, err = connectSource(ctx, cfg, version, "plan"); err != nil {
		return nil, err
	}
	r.dst, err = postgres.Connect(ctx, cfg.Destination.Endpoint,
		postgres.Options{Side: "destination", Role: "plan", Version: version, ReadOnly: true})
	var refused *postgres.ConnectError
	if errors.As(err, &refused) && refused.Kind == postgres.KindDatabaseMissing && cfg.Destination.CreateDatabase {
		r.dst = nil
		r.absent, r.server, err = placeOfNew(ctx, cfg, version)
	}
	if err != nil {
		return nil, err
	}
	if r.dst != nil {
		same, err := postgres.SameDatabase(ctx, r.src, r.dst)
		if err != nil {
			return nil, fmt.Errorf("telling source and destination apart: %w", err)
		}
		if same {
			return nil, &SameDatabaseError{Source: postgres.Describe(r.src)}
		}
	}
	err = r.readAll(ctx)
	return r, err
}

// SameDatabaseError says that source and destination are one database.
type SameDatabaseError struct{ Source string }

func (e *SameDatabaseError) Error() string {
	return "source and destination are one and the same database: " + e.Source
}

func readState(path string) (*statefile.State, error) {
	state, err := statefile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return state, err
}

func (r *reading) readAll(ctx context.Context) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		if r.source, err = catalog.Read(groupCtx, r.src); err != nil {
			return fmt.Errorf("reading the source's catalog: %w", err)
		}
		return nil
	})
	if r.dst != nil {
		group.Go(func() error { return r.readDestination(groupCtx) })
	}
	return group.Wait()
}

func (r *reading) readDestination(ctx context.Context) (err error) {
	schema := r.cfg.Destination.LedgerSchema
	if r.run, err = ledger.Find(ctx, r.dst, schema); err != nil {
		return err
	}
	if r.run != nil {
		if r.entries, err = ledger.Entries(ctx, r.dst, schema); err != nil {
			return err
		}
	}
	if r.dest, err = catalog.Read(ctx, r.dst); err != nil {
		return fmt.Errorf("reading the destination's catalog: %w", err)
	}
	withoutLedger(r.dest, schema)
	if r.run != nil && r.run.CompletedAt.IsZero() {
		return nil // nothing is planned while a run is unfinished, and its tables may be locked, or under row-level security by now
	}
	unseen, err := hidden(ctx, r.dst)
	if err != nil {
		return err
	}
	names := make([]catalog.Name, 0, len(r.dest.Tables))
	for _, t := range r.dest.Tables {
		// Not those of another server's rows, nor of rows that must not be seen: the latter are believed to have some.
		if name := (catalog.Name{Schema: t.Schema, Name: t.Name}); !t.Foreign && !unseen[name] {
			names = append(names, name)
		}
	}
	if r.nonEmpty, err = catalog.NonEmpty(ctx, r.dst, names); err != nil {
		return err
	}
	ofExtensions, err := catalog.NonEmptyConfig(ctx, r.dst, r.dest.Extensions)
	maps.Copy(r.nonEmpty, ofExtensions)
	maps.Copy(r.nonEmpty, unseen)
	return err
}

// withoutLedger takes migrator's own schema out of what was read: it is no part of anybody's database.
func withoutLedger(db *catalog.Database, schema string) {
	db.Schemas = drop(db.Schemas, func(s *catalog.Schema) bool { return s.Name == schema })
	db.Tables = drop(db.Tables, func(t *catalog.Table) bool { return t.Schema == schema })
	db.Indexes = drop(db.Indexes, func(t *catalog.Index) bool { return t.Schema == schema })
	db.Constraints = drop(db.Constraints, func(t *catalog.Constraint) bool { return t.Schema == schema })
	db.Sequences = drop(db.Sequences, func(t *catalog.Sequence) bool { return t.Schema == schema })
}

func drop[T any](all []T, gone func(T) bool) []T {
	var kept []T
	for _, o := range all {
		if !gone(o) {
			kept = append(kept, o)
		}
	}
	return kept
}

// plan builds the plan from what was read, and has the source check its expressions.
func (r *reading) plan(ctx context.Context) (*planner.Plan, error) {
	if err := r.checkSelection(); err != nil {
		return nil, err
	}
	public, err := json.Marshal(r.cfg.Public())
	if err != nil {
		return nil, fmt.Errorf("printing the configuration without credentials: %w", err)
	}
	in := planner.Input{
		Config: r.cfg, Configuration: public, Source: r.source, Destination: r.dest, NonEmpty: r.nonEmpty,
		Done: r.done(), ToolVersion: r.version, SourceAt: sideOf(r.src),
		DestinationAt: r.absent, DestinationServer: r.server, Like: r.like,
	}
	if r.dst != nil {
		in.DestinationAt = sideOf(r.dst)
	}
	p, err := planner.Build(in)
	if err != nil {
		return nil, err
	}
	if err := planner.CheckExpressions(ctx, r.src, p); err != nil {
		return nil, err
	}
	if r.dst == nil {
		at, to := r.absent, &p.Destination
		to.Host, to.Port, to.Database, to.User = at.Host, at.Port, at.Database, at.User
		to.SystemID, to.Version, to.VersionText = at.SystemID, at.Version, at.VersionText
		return p, nil
	}
	filled, err := contents(ctx, r.dst, p, r.nonEmpty)
	maps.Copy(p.Destination.Fingerprint, filled)
	return p, err
}

// done are the addresses whose every part is committed, from the ledger, or after the release from the state.
func (r *reading) done() map[string]bool {
	done := map[string]bool{}
	if r.run == nil {
		if r.state != nil && (r.state.Status == statefile.Released || r.state.Status == statefile.Complete) {
			for a, d := range r.state.Done {
				done[a] = d.Parts >= d.Of
			}
		}
		return done
	}
	if !r.run.CompletedAt.IsZero() {
		for _, e := range r.entries {
			done[e.Address] = true
		}
	}
	return done
}

func sideOf(conn *pgx.Conn) planner.Side {
	c := conn.Config()
	return planner.Side{Host: c.Host, Port: c.Port, Database: c.Database, User: c.User}
}
