package executor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// find reads what was done, and both catalogs if the source can be reached: after the switch it may be gone.
func (v *verifier) find(ctx context.Context) (err error) {
	if v.state, err = readState(v.Config.StatePath); err != nil {
		return err
	}
	if v.dst, err = v.destination(ctx); err != nil {
		return err
	}
	if err := v.findRun(ctx); err != nil {
		return err
	}
	v.src, err = v.source(ctx)
	var refused *postgres.ConnectError
	if errors.As(err, &refused) && !v.Independent {
		v.src = nil
		v.out.Unchecked = append(v.out.Unchecked, "schema and sequences: the source cannot be reached: "+refused.Error())
		return nil
	}
	if err != nil {
		return err
	}
	if err := v.readCatalogs(ctx); err != nil || v.plan != nil {
		return err
	}
	return v.planAnew(ctx)
}

// findRun takes plan, digests and configuration from the ledger.
func (v *verifier) findRun(ctx context.Context) (err error) {
	schema := ledgerSchema(v.Config, v.state)
	if v.run, err = ledger.Find(ctx, v.dst, schema); err != nil {
		return err
	}
	if v.run == nil && !v.Independent {
		return &NoDigestsError{Err: noLedger(v.state)}
	}
	if v.run == nil {
		v.warn("there is no ledger in the destination: what the configuration says now is what is compared, row by row")
		return nil
	}
	v.plan, v.entries, err = kept(ctx, v.dst, schema)
	if err != nil {
		return err
	}
	if v.run.CompletedAt.IsZero() {
		return &UnfinishedError{Run: *v.run, Done: len(v.entries)}
	}
	rebuilt, err := stateOf(v.run, v.entries, v.plan)
	if err != nil {
		return err
	}
	v.done, v.before = rebuilt.Done, v.plan.Destination.Fingerprint
	v.out.Lineage, v.out.PlanID = v.run.Lineage, v.run.PlanID
	return v.usePlan()
}

// usePlan compares what was applied, whatever the files say by now.
func (v *verifier) usePlan() error {
	var applied config.Public
	if err := decodeJSON(v.plan.Configuration, &applied); err != nil {
		return &planner.FileError{Reason: "has no configuration in it", Err: err}
	}
	loaded := v.Config
	v.Config = applied.Apply(loaded)
	v.Config.Destination.LedgerSchema = v.plan.LedgerSchema
	v.Config.Parallelism = loaded.Parallelism // how fast may change
	if changed := changedBlocks(applied, loaded.Public()); len(changed) > 0 {
		v.warn("the configuration has changed since the plan was made (" + strings.Join(changed, ", ") + "); what was applied is compared")
	}
	return nil
}

// changedBlocks are the parts of two configurations that say what is migrated, and differ.
func changedBlocks(a, b config.Public) (changed []string) {
	for _, block := range []struct {
		name string
		a, b any
	}{
		{"migrate", [2]bool{a.Schema, a.Data}, [2]bool{b.Schema, b.Data}},
		{"select", a.Select, b.Select},
		{"mapping", a.Mapping, b.Mapping},
		{"conflict", a.Conflict, b.Conflict},
	} {
		x, errX := json.Marshal(block.a)
		y, errY := json.Marshal(block.b)
		if errX != nil || errY != nil || !bytes.Equal(x, y) {
			changed = append(changed, block.name)
		}
	}
	return changed
}

// readCatalogs reads both catalogs.
func (v *verifier) readCatalogs(ctx context.Context) error {
	v.reading = &reading{cfg: v.Config, version: v.Version, src: v.src, dst: v.dst, run: v.run, entries: v.entries, state: v.state}
	group, groupCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		if v.reading.source, err = catalog.Read(groupCtx, v.src); err != nil {
			return fmt.Errorf("reading the source's catalog: %w", err)
		}
		return nil
	})
	group.Go(func() (err error) {
		if v.reading.dest, err = catalog.Read(groupCtx, v.dst); err != nil {
			return fmt.Errorf("reading the destination's catalog: %w", err)
		}
		withoutLedger(v.reading.dest, v.Config.Destination.LedgerSchema)
		return nil
	})
	return group.Wait()
}

// planAnew makes the plan that would fill an empty destination: with neither ledger nor plan, it says which rows belong where.
func (v *verifier) planAnew(ctx context.Context) (err error) {
	fresh := *v.reading
	fresh.dst, fresh.dest, fresh.state, fresh.like = nil, nil, nil, v.reading.dest
	if v.plan, err = fresh.plan(ctx); err != nil {
		return err
	}
	// Nothing in it counts as too much.
	v.out.Unchecked = append(v.out.Unchecked, "objects that only the destination has: without a ledger it is not known which of them it had before")
	v.before, err = planner.Fingerprint(v.reading.dest, nil)
	return err
}

// NoDigestsError says that the ledger, with what was digested during the copy, is gone or never was.
type NoDigestsError struct{ Err error }

func (e *NoDigestsError) Error() string {
	var released *ReleasedError
	if errors.As(e.Err, &released) && !released.At.IsZero() {
		return fmt.Sprintf("this migration (lineage %s) was released on %s by %s; with the ledger the digests of its rows are gone. Nothing was compared, and nothing was written",
			released.Lineage, released.At.UTC().Format("2006-01-02 15:04 MST"), released.By)
	}
	return e.Err.Error()
}

// Unwrap returns the refusal.
func (e *NoDigestsError) Unwrap() error { return e.Err }
