package render

import (
	"encoding/json"
	"fmt"
	"time"

	"migrator/planner"
	"migrator/planner/count"
)

// limits are those settings of a plan's configuration (see config.Public) that bound how fast it can go.
type limits struct {
	Parallelism struct {
		Copy int `json:"copy"`
	} `json:"parallelism"`
	Throttle struct {
		RowsPerSecond      float64 `json:"rows_per_second"`
		MegabytesPerSecond float64 `json:"megabytes_per_second"`
	} `json:"throttle"`
}

// duration is the sentence about time, empty when no throttle is configured: without one the
// servers decide, and a number would be invented.
func duration(p *planner.Plan, s Summary) string {
	var l limits
	if json.Unmarshal(p.Configuration, &l) != nil {
		return ""
	}
	// Whichever throttle takes longer is the one that is felt.
	var longest time.Duration
	var name string
	consider := func(amount, perSecond float64, text string) {
		if perSecond <= 0 || amount <= 0 {
			return
		}
		if d := time.Duration(amount / perSecond * float64(time.Second)); d > longest {
			longest, name = d, text
		}
	}
	consider(float64(s.LeavesSource), l.Throttle.MegabytesPerSecond*1e6, fmt.Sprintf("%g MB/s", l.Throttle.MegabytesPerSecond))
	consider(float64(s.Rows), l.Throttle.RowsPerSecond, count.Number(int64(l.Throttle.RowsPerSecond))+" rows/s")
	if longest == 0 {
		return ""
	}
	with := "With the throttle of " + name
	if l.Parallelism.Copy > 0 {
		with = fmt.Sprintf("With parallelism %d and the throttle of %s", l.Parallelism.Copy, name)
	}
	return fmt.Sprintf("%s: %s.", with, about(longest))
}

// footer are the lines below a plan's hazards.
func footer(p *planner.Plan, s Summary) []string {
	lines := []string{s.String()}
	if s.LeavesSource > 0 {
		line := "Leaves the source: ~" + size(s.LeavesSource) + "."
		if d := duration(p, s); d != "" {
			line += " " + d
		}
		lines = append(lines, line)
	}
	return lines
}
