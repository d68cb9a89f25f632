package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/dustin/go-humanize"

	"migrator/planner"
	"migrator/planner/count"
)

// rows is an estimated number of rows; above a thousand million nobody counts digits.
func rows(n int64) string {
	if n >= 1e9 {
		exponent := int(math.Log10(float64(n)))
		return fmt.Sprintf("~%.1fe%d rows", float64(n)/math.Pow10(exponent), exponent)
	}
	return "~" + count.Of(n, "row")
}

// estimated is the number of rows of one table, if the source has ever counted them.
func estimated(e planner.Estimate) string {
	if e.Rows == 0 && e.Bytes > 0 {
		return "never analyzed"
	}
	return rows(e.Rows)
}

// size is a number of bytes in the units of PostgreSQL's pg_size_pretty, by their proper names.
func size(n int64) string { return humanize.IBytes(uint64(max(n, 0))) }

// about is a duration as a person would say it: "2 h 45 min", "5 min", "less than a minute".
func about(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("about %d min", int(math.Round(d.Minutes())))
	}
	minutes := int(math.Ceil(d.Minutes()/5) * 5)
	return fmt.Sprintf("about %d h %d min", minutes/60, minutes%60)
}

// printable replaces what could move the cursor, hide text or start another line by its Go escape.
func printable(s string) string {
	if strings.IndexFunc(s, unsafeRune) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unsafeRune(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unsafeRune is true for control characters and for format characters such as those that turn the writing direction.
func unsafeRune(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// kindLabel is a kind as people read it: "foreign key".
func kindLabel(kind string) string { return strings.ReplaceAll(printable(kind), "_", " ") }

// label is what a line calls its object.
func label(a *planner.Action) string {
	if a.Schema == "" {
		return printable(a.Name)
	}
	return printable(a.Schema + "." + a.Name)
}

// remark is the last column of a line.
func remark(a *planner.Action) string {
	var parts []string
	switch a.Change {
	case planner.Skip:
		return "skipped: " + printable(a.Reason)
	case planner.Conflict:
		return "conflict: " + printable(a.Reason)
	case planner.Copy:
		if a.Estimate != (planner.Estimate{}) && a.Sequence == nil {
			if a.Objects == nil {
				parts = append(parts, estimated(a.Estimate))
			}
			parts = append(parts, size(a.Estimate.Bytes))
		}
		if c := a.Copy; c != nil {
			if c.PartCount() > 1 {
				parts = append(parts, count.Of(c.PartCount(), "part"))
			}
			if c.Where != "" {
				parts = append(parts, "only where "+printable(c.Where))
			}
			if c.KeepExisting {
				parts = append(parts, "beside the rows that are there; those that collide with one are left out")
			}
		}
		if a.Objects != nil {
			parts = append(parts, count.Of(a.Objects.Count, "object"))
		}
	}
	if a.Detail != "" {
		parts = append(parts, printable(a.Detail))
	}
	return strings.Join(parts, ", ")
}
