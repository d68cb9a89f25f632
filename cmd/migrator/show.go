package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"migrator/planner"
	"migrator/statefile"
)

type showOptions struct{ view planView }

func newShowCommand(a *app) *cobra.Command {
	var o showOptions
	c := &cobra.Command{
		Use: "show [options] [FILE]", Short: "Show a saved plan, or the state", Args: arguments(cobra.MaximumNArgs(1)),
		Long: `Shows the plan or the state in a file; without one, the state of the configuration in this directory.`,
		RunE: func(c *cobra.Command, args []string) error { return runShow(c.Context(), a, c, o, args) },
	}
	o.view.register(c.Flags())
	exits(c, exitDone, exitError)
	return c
}

func runShow(ctx context.Context, a *app, c *cobra.Command, o showOptions, args []string) error {
	if err := o.view.check(); err != nil {
		return &usageError{command: c, err: err}
	}
	if len(args) == 0 {
		state, err := a.readState(ctx)
		if err != nil {
			return err
		}
		return writeState(a, state, o.view.json)
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	p, err := planner.Decode(data)
	if err == nil {
		// The text must not say that the plan was saved just now.
		saved := ""
		if o.view.format == formatMarkdown {
			saved = args[0]
		}
		return o.view.write(a, p, saved)
	}
	if state, stateErr := statefile.Decode(args[0], data); stateErr == nil {
		return writeState(a, state, o.view.json)
	} else if newer := (*statefile.NewerVersionError)(nil); errors.As(stateErr, &newer) {
		return stateErr
	}
	return &adviceError{summary: "Cannot show " + args[0], err: err, advice: "It is neither a plan nor a state that this release reads."}
}
