package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/executor/report"
	"migrator/planner"
	"migrator/planner/render"
)

type applyOptions struct {
	autoApprove bool
	json        bool
	parallelism int
	lockTimeout time.Duration
}

// What is to be done after a run that is complete, and after a verification.
const (
	nextVerify  = `"migrator verify" proves that every row arrived; "migrator release" then removes the ledger from the destination.`
	nextRelease = `"migrator release" removes the ledger from the destination.`
)

func newApplyCommand(a *app) *cobra.Command {
	var o applyOptions
	c := &cobra.Command{
		Use: "apply [options] [PLANFILE]", Short: "Carry a plan out, or go on with one that is unfinished", Args: arguments(cobra.MaximumNArgs(1)),
		Long: `Carries out a saved plan without asking, or plans, shows the plan, asks for the word yes, and carries it out.
A run that was interrupted or failed is gone on with by the same command: what is committed is never done twice.`,
		RunE: func(c *cobra.Command, args []string) error { return runApply(c.Context(), a, c, o, args) },
	}
	c.Flags().BoolVar(&o.autoApprove, "auto-approve", false, "Do not ask")
	c.Flags().BoolVar(&o.json, "json", false, "Print one object a line while it runs; needs a saved plan or -auto-approve")
	c.Flags().IntVar(&o.parallelism, "parallelism", 0, "Copy with `N` streams instead of the configuration's number")
	c.Flags().DurationVar(&o.lockTimeout, "lock-timeout", 0, "Wait for `DURATION` (such as 10m) when another run holds the lock")
	exits(c, exitDone, exitError, exitPrecheck, exitRefused, exitLocked, exitStale, exitInterrupted)
	return c
}

func runApply(ctx context.Context, a *app, c *cobra.Command, o applyOptions, args []string) error {
	switch {
	case o.json && len(args) == 0 && !o.autoApprove:
		return &usageError{command: c, err: errors.New("-json needs a saved plan or -auto-approve")}
	case c.Flags().Changed("parallelism") && o.parallelism < 1:
		return &usageError{command: c, err: errors.New("-parallelism must be at least 1")}
	}
	var p *planner.Plan
	if len(args) > 0 {
		data, err := os.ReadFile(args[0])
		if err != nil {
			return err
		}
		if p, err = planner.Decode(data); err != nil {
			return fmt.Errorf("%s: %w", args[0], err)
		}
	}
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	sink := &lateSink{app: a, json: o.json}
	defer sink.close()
	options := executor.Options{
		Config: cfg, Version: a.version, Plan: p, Sink: a.sink(sink), LockTimeout: o.lockTimeout, Parallelism: o.parallelism,
	}
	if p == nil {
		options.Approve = func(p *planner.Plan) (bool, error) {
			return a.approvePlan(ctx, p, o)
		}
	}
	result, err := executor.Apply(ctx, options)
	if err != nil {
		return err
	}
	if !result.CompletedAt.IsZero() && !o.json {
		fmt.Fprintf(a.stdout, "This plan was completed on %s, and there is nothing left to do. Nothing was compared; \"migrator verify\" does that.\n",
			result.CompletedAt.UTC().Format("2006-01-02 15:04 MST"))
		return nil
	}
	if result.Nothing && !o.json {
		fmt.Fprintln(a.stdout, render.NoChanges)
	}
	return nil
}

// approvePlan shows the plan, unless objects are wanted, and asks, unless told not to.
func (a *app) approvePlan(ctx context.Context, p *planner.Plan, o applyOptions) (bool, error) {
	if !o.json {
		if err := render.Text(a.stdout, p, a.renderOptions()); err != nil {
			return false, err
		}
	}
	if o.autoApprove {
		return true, nil
	}
	return a.approve(ctx, "Do you want to perform these actions?", "migrator will perform the actions described above.")
}

// sink is what every run reports to: without secrets, and to the log as well.
func (a *app) sink(s report.Sink) report.Sink {
	return report.Redacting(report.Tee(s, report.NewLog(a.logger())), a.clean)
}
