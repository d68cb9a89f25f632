package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"migrator/config"
)

type validateOptions struct{ json bool }

func newValidateCommand(a *app) *cobra.Command {
	var o validateOptions
	c := &cobra.Command{
		Use: "validate [options]", Short: "Check the configuration, without any server", Args: arguments(cobra.NoArgs),
		Long: `Checks the *.hcl files of the directory: syntax, names, types, values that contradict each other.
No server is asked.`,
		RunE: func(*cobra.Command, []string) error { return runValidate(a, o) },
	}
	c.Flags().BoolVar(&o.json, "json", false, "Print an object in the form of \"terraform validate -json\"")
	exits(c, exitDone, exitError)
	return c
}

func runValidate(a *app, o validateOptions) error {
	options := config.Options{Vars: a.globals.vars, VarFiles: a.globals.varFiles, Environ: a.environ}
	_, diags := config.Load(".", options)
	if o.json {
		document, err := config.DiagnosticsJSON(diags)
		if err != nil {
			return err
		}
		if _, err := a.stdout.Write(document); err != nil {
			return err
		}
	} else {
		a.print(diags)
	}
	if diags.HasErrors() {
		return codeError(exitError)
	}
	if !o.json {
		fmt.Fprintln(a.stdout, "Success! The configuration is valid.")
	}
	return nil
}
