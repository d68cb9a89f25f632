package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/planner/count"
	"migrator/planner/precheck"
)

type precheckOptions struct {
	json   bool
	only   []string
	grants string
}

func newPrecheckCommand(a *app) *cobra.Command {
	var o precheckOptions
	c := &cobra.Command{
		Use: "precheck [options]", Short: "Look for what would make the migration fail", Args: arguments(cobra.NoArgs),
		Long: `Runs the named checks that apply runs as well: connections, versions, privileges, space, locale, extensions, and more.
An error stops apply. An alert does not, but wants to be looked at; precheck { ignore ... } in the configuration accepts it, with a reason.`,
		RunE: func(c *cobra.Command, _ []string) error { return runPrecheck(c.Context(), a, c, o) },
	}
	c.Flags().BoolVar(&o.json, "json", false, "Print an object")
	c.Flags().StringSliceVar(&o.only, "only", nil, "Run only the check `NAME`; can be repeated")
	c.Flags().StringVar(&o.grants, "grants", "", "Write the SQL that mends what can be mended, such as missing GRANTs, to `FILE`")
	exits(c, exitDone, exitError, exitPrecheck, exitInterrupted)
	return c
}

func runPrecheck(ctx context.Context, a *app, c *cobra.Command, o precheckOptions) error {
	for _, name := range o.only {
		if names := precheck.Names(); !slices.Contains(names, name) {
			return &usageError{command: c, err: fmt.Errorf("there is no check %q; the checks are %s", name, strings.Join(names, ", "))}
		}
	}
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	r, err := executor.Precheck(ctx, cfg, a.version, o.only)
	if err != nil {
		return err
	}
	if o.grants != "" {
		if err := writeFile(o.grants, []byte(r.GrantScript())); err != nil {
			return &adviceError{summary: "Cannot write the script of -grants", err: reason(err)}
		}
	}
	if o.json {
		err = a.writeJSON(struct {
			precheck.Report

			SuccessRate float64 `json:"success_rate"`
			Grants      string  `json:"grants,omitempty"`
		}{r, r.SuccessRate(), r.GrantScript()})
	} else {
		err = writePrechecks(a, &r, o.grants)
	}
	if err == nil && r.Count(precheck.Failed, precheck.Error) > 0 {
		return codeError(exitPrecheck)
	}
	return err
}

// writePrechecks prints a line for each result, with what to do below those that failed.
func writePrechecks(a *app, r *precheck.Report, grants string) error {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	for _, row := range r.Table() {
		status, severity, name, side, found, do := row[0], row[1], row[2], row[3], row[4], row[5]
		if status == string(precheck.Failed) {
			status = severity
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", status, name, side, oneLine(a.clean(found)))
		if do != "" {

			fmt.Fprintf(w, "\t\t\t  %s\n", oneLine(a.clean(do)))
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\n%s, %s, %d ignored, %d skipped; %.0f %% passed.\n",
		count.Of(r.Count(precheck.Failed, precheck.Error), "error"), count.Of(r.Count(precheck.Failed, precheck.Alert), "alert"), r.Count(precheck.Ignored), r.Count(precheck.Skipped), r.SuccessRate())
	script := r.GrantScript()
	switch {
	case script == "":
	case grants != "":
		fmt.Fprintf(a.stdout, "\nThe SQL that mends what can be mended is in %s.\n", grants)
	default:
		fmt.Fprintf(a.stdout, "\nThis SQL mends what can be mended:\n\n%s", script)
	}
	return nil
}

// oneLine keeps a text inside of its cell.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
