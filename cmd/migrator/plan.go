package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/planner"
	"migrator/planner/render"
)

type planOptions struct {
	view             planView
	out              string
	detailedExitcode bool
}

func newPlanCommand(a *app) *cobra.Command {
	var o planOptions
	c := &cobra.Command{
		Use: "plan [options]", Short: "Show what apply would do, in order", Args: arguments(cobra.NoArgs),
		Long: `Reads both catalogs and prints the ordered list of what would be done, with what is dangerous and what is left out.
Nothing is written to either server. With -out the plan is saved; "migrator apply FILE" does exactly what it says.`,
		RunE: func(c *cobra.Command, _ []string) error { return runPlan(c.Context(), a, c, o) },
	}
	c.Flags().StringVar(&o.out, "out", "", "Save the plan to `FILE`")
	c.Flags().BoolVar(&o.detailedExitcode, "detailed-exitcode", false, "Exit with 2 when there are changes")
	o.view.register(c.Flags())
	exits(c, exitDone, exitError, exitChanges, exitInterrupted)
	return c
}

func runPlan(ctx context.Context, a *app, c *cobra.Command, o planOptions) error {
	if err := o.view.check(); err != nil {
		return &usageError{command: c, err: err}
	}
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	p, err := executor.Plan(ctx, cfg, a.version)
	if err != nil {
		return err
	}
	summary := render.Summarize(p)
	saved := ""
	if o.out != "" && summary.Conflict == 0 {
		if err := savePlan(o.out, p); err != nil {
			return err
		}
		saved = o.out
	}
	if err := o.view.write(a, p, saved); err != nil {
		return err
	}
	switch {
	case summary.Conflict > 0:
		return codeError(exitError) // the plan's text ends with the error
	case o.detailedExitcode && summary.HasChanges():
		return codeError(exitChanges)
	}
	return nil
}

func savePlan(path string, p *planner.Plan) error {
	if err := replaceFile(path, func(w io.Writer) error { return planner.Write(w, p) }); err != nil {
		return &adviceError{summary: "Cannot save the plan", err: reason(err)}
	}
	return nil
}
