package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/planner/count"
)

type releaseOptions struct {
	abandon     bool
	lockTimeout time.Duration
}

func newReleaseCommand(a *app) *cobra.Command {
	var o releaseOptions
	c := &cobra.Command{
		Use: "release [options]", Short: "End a migration: remove the ledger, so that nothing can write again", Args: arguments(cobra.NoArgs),
		Long: `Drops migrator's ledger from the destination and marks the state released. From then on no copy of the state or of the plan
can write to the destination, which may go live. Do this after "migrator verify".`,
		RunE: func(c *cobra.Command, _ []string) error { return runRelease(c.Context(), a, o) },
	}
	c.Flags().BoolVar(&o.abandon, "abandon", false, "Release a run that is not complete, and say what is missing")
	c.Flags().DurationVar(&o.lockTimeout, "lock-timeout", 0, "Wait for `DURATION` (such as 10m) when another run holds the lock")
	exits(c, exitDone, exitError, exitRefused, exitLocked, exitInterrupted)
	return c
}

func runRelease(ctx context.Context, a *app, o releaseOptions) error {
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	released, err := executor.Release(ctx, executor.ReleaseOptions{Config: cfg, Version: a.version, Abandon: o.abandon, LockTimeout: o.lockTimeout})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "Released (lineage %s). The destination keeps nothing of migrator, and no copy of this state or plan can write to it.\n", released.State.Lineage)
	if released.State.Verified == nil {
		fmt.Fprintln(a.stdout, "\nThe last verification found differences, or there was none, as far as the state file knows.")
	}
	if len(released.Missing) > 0 {
		fmt.Fprintf(a.stdout, "\nAbandoned: %s missing in the destination:\n%s\n", count.Are(len(released.Missing), "action"), listed(released.Missing))
	}
	return nil
}
