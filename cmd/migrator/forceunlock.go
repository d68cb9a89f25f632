package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"migrator/executor"
)

type forceUnlockOptions struct{ force bool }

func newForceUnlockCommand(a *app) *cobra.Command {
	var o forceUnlockOptions
	c := &cobra.Command{
		Use: "force-unlock [options]", Short: "End the session that holds the destination's lock", Args: arguments(cobra.NoArgs),
		Long: `Ends the session that holds the lock in the destination, for a host that is gone but whose connection the server still keeps.
A run that is alive ends with an error; what it committed stays.`,
		RunE: func(c *cobra.Command, _ []string) error { return runForceUnlock(c.Context(), a, o) },
	}
	c.Flags().BoolVar(&o.force, "force", false, "Do not ask")
	exits(c, exitDone, exitError, exitInterrupted)
	return c
}

func runForceUnlock(ctx context.Context, a *app, o forceUnlockOptions) error {
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	if !o.force {
		yes, err := a.approve(ctx, "Do you really want to force-unlock?", "A run that is still alive will be stopped.")
		if err != nil {
			return err
		}
		if !yes {
			return executor.ErrDeclined
		}
	}
	holder, err := executor.ForceUnlock(ctx, cfg, a.version)
	if err != nil {
		return err
	}
	if holder == nil {
		fmt.Fprintln(a.stdout, "Nobody holds the lock.")
		return nil
	}
	fmt.Fprintf(a.stdout, "Ended the session of %s.\n", holder)
	return nil
}
