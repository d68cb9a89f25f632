package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"migrator/config"
)

type fmtOptions struct{ check, diff, recursive bool }

func newFmtCommand(a *app) *cobra.Command {
	var o fmtOptions
	c := &cobra.Command{
		Use: "fmt [options] [DIR]", Short: "Bring the configuration into the canonical format", Args: arguments(cobra.MaximumNArgs(1)),
		Long: `Rewrites the *.hcl and *.vars files of a directory in the canonical format and prints the names of those that it changed.
With - in place of a directory, formats stdin to stdout.`,
		RunE: func(_ *cobra.Command, args []string) error { return runFmt(a, o, args) },
	}
	c.Flags().BoolVar(&o.check, "check", false, "Write nothing; exit with 3 if a file is not in the canonical format")
	c.Flags().BoolVar(&o.diff, "diff", false, "Print the differences")
	c.Flags().BoolVar(&o.recursive, "recursive", false, "Go into the directories below as well")
	exits(c, exitDone, exitError, exitUnformatted)
	return c
}

func runFmt(a *app, o fmtOptions, args []string) error {
	dir := "."
	if len(args) > 0 {
		dir = args[0]
	}
	if dir == "-" {
		text, err := io.ReadAll(a.stdin)
		if err != nil {
			return err
		}
		_, err = a.stdout.Write(config.Format(text))
		return err
	}
	files, diags := config.FormatDir(dir, o.recursive)
	changed := false
	for _, f := range files {
		if !f.Changed() {
			continue
		}
		changed = true
		fmt.Fprintln(a.stdout, f.Path)
		if o.diff {
			fmt.Fprintf(a.stdout, "%s", f.Diff())
		}
		if !o.check {
			if err := f.Write(); err != nil {
				return err
			}
		}
	}
	a.print(diags)
	switch {
	case diags.HasErrors():
		return codeError(exitError)
	case changed && o.check:
		return codeError(exitUnformatted)
	}
	return nil
}
