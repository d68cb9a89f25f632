package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"migrator/config"
	"migrator/executor"
)

type verifyOptions struct {
	mode        string
	independent bool
	json        bool
	report      string
}

func newVerifyCommand(a *app) *cobra.Command {
	var o verifyOptions
	c := &cobra.Command{
		Use: "verify [options]", Short: "Prove that the destination equals the source", Args: arguments(cobra.NoArgs),
		Long: `Compares schema, rows, sequences, large objects and privileges. In mode full the digest of every row is compared with the one
taken when it was copied, so that only the destination is read; -independent reads both sides again.`,
		RunE: func(c *cobra.Command, _ []string) error { return runVerify(c.Context(), a, c, o) },
	}
	c.Flags().StringVar(&o.mode, "mode", "", "Compare `full|count`: every row, or numbers of rows; the configuration's mode without it")
	c.Flags().BoolVar(&o.independent, "independent", false, "Read the source again, too")
	c.Flags().BoolVar(&o.json, "json", false, "Print one object a line")
	c.Flags().StringVar(&o.report, "report", "", "Write all differences to `FILE`, as JSON")
	exits(c, exitDone, exitError, exitDifferent, exitRefused, exitInterrupted)
	return c
}

func runVerify(ctx context.Context, a *app, c *cobra.Command, o verifyOptions) error {
	switch config.VerifyMode(o.mode) {
	case "", config.VerifyFull, config.VerifyCount:
	default:
		return &usageError{command: c, err: fmt.Errorf("-mode must be full or count, not %q", o.mode)}
	}
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	mode := cfg.Verify.Mode
	if o.mode != "" {
		mode = config.VerifyMode(o.mode)
	}
	v, err := executor.Verify(ctx, executor.VerifyOptions{
		Config: cfg, Version: a.version, Mode: mode, Independent: o.independent,
		Sink: a.sink(&lateSink{app: a, json: o.json}),
	})
	if err != nil {
		return err
	}
	if o.report != "" {
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return err
		}
		if err := writeFile(o.report, append(data, '\n')); err != nil {
			return err
		}
	}
	switch {
	case v.Equal:
		return nil
	case v.Differs():
		return codeError(exitDifferent)
	}
	return codeError(exitError) // not proven: something could not be compared
}
