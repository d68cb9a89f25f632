package report

import (
	"fmt"
	"time"

	"github.com/dustin/go-humanize"

	"migrator/planner/count"
)

// rows is a counted number of rows.
func rows(n int64) string { return count.Of(n, "row") }

// size is in units of 1000, as the throttle's megabytes are.
func size(n int64) string { return humanize.Bytes(uint64(max(n, 0))) }

// short is a duration with as many digits as people look at.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

// rate is "120,000 rows/s, 41 MB/s"; empty when there was no time to measure.
func rate(rowCount, byteCount int64, d time.Duration) string {
	if d < time.Millisecond || rowCount+byteCount <= 0 {
		return ""
	}
	perSecond := func(n int64) int64 { return int64(float64(n) / d.Seconds()) }
	return fmt.Sprintf("%s rows/s, %.1f MB/s", count.Number(perSecond(rowCount)), float64(byteCount)/d.Seconds()/1e6)
}
