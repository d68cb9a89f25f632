package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"migrator/executor"
)

type statusOptions struct{ json bool }

func newStatusCommand(a *app) *cobra.Command {
	var o statusOptions
	c := &cobra.Command{
		Use: "status [options]", Short: "Show where a run stands, from any host", Args: arguments(cobra.NoArgs),
		Long: `Reads the ledger in the destination: what is done, who runs it, what its sessions do and what they wait for.`,
		RunE: func(c *cobra.Command, _ []string) error { return runStatus(c.Context(), a, o) },
	}
	c.Flags().BoolVar(&o.json, "json", false, "Print an object")
	exits(c, exitDone, exitError, exitRefused)
	return c
}

func runStatus(ctx context.Context, a *app, o statusOptions) error {
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	s, err := executor.Status(ctx, cfg, a.version)
	if err != nil {
		return err
	}
	if o.json {
		return a.writeJSON(s)
	}
	writeStanding(a, s)
	return nil
}

func writeStanding(a *app, s *executor.Standing) {
	w := tabwriter.NewWriter(a.stdout, 0, 0, 3, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%s\t%s\n", name, a.clean(fmt.Sprintf(format, args...)))
	}
	status := string(s.Status)
	if s.Alive {
		status += ", held by " + s.Holder
	}
	line("Status", "%s", status)
	line("Lineage", "%s", s.Lineage)
	line("Plan", "%s", s.PlanID)
	if !s.StartedAt.IsZero() {
		line("Started", "%s", s.StartedAt.UTC().Format(time.RFC3339))
	}
	if !s.EndedAt.IsZero() {
		line("Ended", "%s", s.EndedAt.UTC().Format(time.RFC3339))
	}
	line("Actions", "%s of %s", humanize.Comma(int64(s.Done)), humanize.Comma(int64(s.Total)))
	if s.Rows > 0 || s.TotalRows > 0 {
		line("Rows", "%s of ~%s, %s", humanize.Comma(s.Rows), humanize.Comma(s.TotalRows), humanize.Bytes(uint64(max(s.Bytes, 0))))
	}
	for _, section := range s.Sections {
		line("  "+string(section.Name), "%s of %s", humanize.Comma(int64(section.Done)), humanize.Comma(int64(section.Total)))
	}
	_ = w.Flush()
	if len(s.Sessions) == 0 {
		return
	}
	fmt.Fprintln(a.stdout, "\nSessions in the destination")
	for i := range s.Sessions {
		fmt.Fprintln(a.stdout, "  "+a.clean(describeSession(&s.Sessions[i])))
	}
}

// describeSession is one session of ours in the destination, on one line.
func describeSession(x *executor.Activity) string {
	parts := []string{fmt.Sprintf("%d %s %s for %.0f s", x.PID, x.Role, x.State, x.Seconds)}
	if x.Phase != "" {
		parts = append(parts, x.Phase)
	}
	if x.Tuples > 0 {
		parts = append(parts, fmt.Sprintf("%s rows, %s", humanize.Comma(x.Tuples), humanize.Bytes(uint64(max(x.Bytes, 0)))))
	}
	if len(x.Blockers) > 0 {
		parts = append(parts, fmt.Sprintf("waits for %s, held by %s", x.WaitsFor, strings.Trim(fmt.Sprint(x.Blockers), "[]")))
	} else if x.WaitsFor != "" {
		parts = append(parts, "waits for "+x.WaitsFor)
	}
	if x.Query != "" {
		parts = append(parts, x.Query)
	}
	return strings.Join(parts, "; ")
}
