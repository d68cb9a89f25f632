package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/statefile"
)

func newStateCommand(a *app) *cobra.Command {
	c := &cobra.Command{
		Use: "state", Short: "Look into the state, or rebuild it",
		Args: arguments(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	list := &cobra.Command{
		Use: "list", Short: "List the addresses of what is done", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runStateList(c.Context(), a) },
	}
	show := &cobra.Command{
		Use: "show ADDRESS", Short: "Show what one action did", Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error { return runStateShow(c.Context(), a, args[0]) },
	}
	pull := &cobra.Command{
		Use: "pull", Short: "Rebuild the state from the destination's ledger and print it", Args: arguments(cobra.NoArgs),
		Long: `Reads the ledger in the destination and prints the state that follows from it. For a lost state file:
migrator state pull > rebuilt.json && mv rebuilt.json migrator.json`,
		RunE: func(c *cobra.Command, _ []string) error { return runStatePull(c.Context(), a) },
	}
	exits(c, exitDone, exitError)
	c.AddCommand(list, show, pull)
	return c
}

// readState reads the state that -state or the configuration names.
func (a *app) readState(ctx context.Context) (*statefile.State, error) {
	path := a.globals.state
	if path == "" {
		cfg, err := a.load(ctx)
		if err != nil {
			return nil, err
		}
		path = cfg.StatePath
	}
	state, err := statefile.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, executor.ErrNoState
	}
	return state, err
}

func runStateList(ctx context.Context, a *app) error {
	state, err := a.readState(ctx)
	if err != nil {
		return err
	}
	for _, address := range slices.Sorted(maps.Keys(state.Done)) {
		fmt.Fprintln(a.stdout, address)
	}
	return nil
}

func runStateShow(ctx context.Context, a *app, address string) error {
	state, err := a.readState(ctx)
	if err != nil {
		return err
	}
	done, ok := state.Done[address]
	if !ok {
		return &adviceError{summary: "No such address in the state", err: fmt.Errorf("%q is not there", address), advice: `"migrator state list" lists what is.`}
	}
	return a.writeJSON(done)
}

func runStatePull(ctx context.Context, a *app) error {
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	state, err := executor.Pull(ctx, cfg, a.version)
	if err != nil {
		return err
	}
	return writeState(a, state, true)
}

// writeState shows a state: as its file's text, or what a person asks about it.
func writeState(a *app, s *statefile.State, asJSON bool) error {
	if asJSON {
		text, err := statefile.Encode(s)
		if err != nil {
			return err
		}
		_, err = a.stdout.Write(text)
		return err
	}
	var rows, bytes int64
	done := 0
	for _, d := range s.Done {
		rows += d.Rows
		bytes += d.Bytes
		if d.Parts >= d.Of {
			done++
		}
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "Status\t%s\nLineage\t%s\nSerial\t%d\nPlan\t%s\n", s.Status, s.Lineage, s.Serial, s.PlanID)
	fmt.Fprintf(w, "Source\t%s\nDestination\t%s\n", place(s.Source), place(s.Destination))
	for _, at := range []struct {
		name string
		time time.Time
	}{{"Started", s.StartedAt}, {"Finished", s.FinishedAt}, {"Released", s.ReleasedAt}} {
		if !at.time.IsZero() {
			fmt.Fprintf(w, "%s\t%s\n", at.name, at.time.UTC().Format(time.RFC3339))
		}
	}
	fmt.Fprintf(w, "Actions\t%s of %s\nRows\t%s, %s\n", humanize.Comma(int64(done)), humanize.Comma(int64(s.Total)), humanize.Comma(rows), humanize.Bytes(uint64(max(bytes, 0))))
	if v := s.Verified; v != nil {
		fmt.Fprintf(w, "Verified\t%s, mode %s, %s rows\n", v.At.UTC().Format(time.RFC3339), v.Mode, humanize.Comma(v.Rows))
	}
	for _, address := range slices.Sorted(maps.Keys(s.Failures)) {
		fmt.Fprintf(w, "Failed\t%s: %s\n", address, s.Failures[address])
	}
	return w.Flush()
}

func place(p statefile.Place) string { return fmt.Sprintf("%s @ %s:%d", p.Database, p.Host, p.Port) }
