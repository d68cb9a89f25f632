package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/planner/count"
	"migrator/statefile"
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
		line("Finished", "%s", s.EndedAt.UTC().Format(time.RFC3339))
	}
	if v := s.Verified; v != nil {
		line("Verified", "%s, mode %s, %s", v.At.UTC().Format(time.RFC3339), v.Mode, count.Of(v.Rows, "row"))
	}
	if !s.ReleasedAt.IsZero() {
		line("Released", "%s, by %s", s.ReleasedAt.UTC().Format(time.RFC3339), s.ReleasedBy)
	}
	line("Actions", "%s of %s", count.Number(s.Done), count.Number(s.Total))
	switch {
	case s.TotalRows > 0:
		line("Rows", "%s of ~%s, %s", count.Number(s.Rows), count.Number(s.TotalRows), humanize.Bytes(uint64(max(s.Bytes, 0))))
	case s.Rows > 0:
		line("Rows", "%s, %s", count.Number(s.Rows), humanize.Bytes(uint64(max(s.Bytes, 0))))
	}
	for _, section := range s.Sections {
		line("  "+string(section.Name), "%s of %s", count.Number(section.Done), count.Number(section.Total))
	}
	for _, address := range slices.Sorted(maps.Keys(s.Failures)) {
		line("Failed", "%s: %s", address, oneLine(s.Failures[address]))
	}
	_ = w.Flush()
	if len(s.Sessions) > 0 {
		fmt.Fprintln(a.stdout, "\nSessions in the destination")
		for i := range s.Sessions {
			fmt.Fprintln(a.stdout, "  "+a.clean(describeSession(&s.Sessions[i])))
		}
	}
	if next := nextAfterStatus(s); next != "" {
		fmt.Fprintf(a.stdout, "\nNext: %s\n", next)
	}
}

// nextAfterStatus is what can be done from where a run stands.
func nextAfterStatus(s *executor.Standing) string {
	switch {
	case s.Alive || s.Status == statefile.Released:
		return ""
	case s.Status == statefile.Complete && s.Verified == nil:
		return nextVerify
	case s.Status == statefile.Complete:
		return nextRelease
	}
	return `"migrator apply" goes on where it was; "migrator release -abandon" gives it up.`
}

// describeSession is one session of ours in the destination, on one line.
func describeSession(x *executor.Activity) string {
	parts := []string{fmt.Sprintf("%d %s %s for %.0f s", x.PID, x.Role, x.State, x.Seconds)}
	if x.Phase != "" {
		parts = append(parts, x.Phase)
	}
	if x.Tuples > 0 {
		parts = append(parts, fmt.Sprintf("%s, %s", count.Of(x.Tuples, "row"), humanize.Bytes(uint64(max(x.Bytes, 0)))))
	}
	switch {
	case x.Lock != nil:
		parts = append(parts, "waits for "+x.Lock.String())
	case x.WaitsFor == "Client: ClientRead" && x.Tuples > 0:
		parts = append(parts, "waits for rows")
	case x.WaitsFor != "" && !strings.HasPrefix(x.WaitsFor, "Client: "): // an idle session waits for its client, which is no news
		parts = append(parts, "waits for "+x.WaitsFor)
	}
	if x.Query != "" {
		parts = append(parts, x.Query)
	}
	return strings.Join(parts, "; ")
}
