package render

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// pad fills s with spaces to a width on the screen, where a Chinese character takes two places.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-displaywidth.String(s)))
}

// align lines up cells in columns that are gap spaces apart. A cell wider than limit (0: none) pushes only its own line.
func align(table [][]string, gap, limit int) []string {
	var widths []int
	for _, row := range table {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := displaywidth.String(cell); limit == 0 || w <= limit {
				widths[i] = max(widths[i], w)
			}
		}
	}
	lines := make([]string, len(table))
	for n, row := range table {
		var b strings.Builder
		for i, cell := range row {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", gap))
			}
			b.WriteString(pad(cell, widths[i]))
		}
		lines[n] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// details are the lines below an action's own. Cells of one line are separated by tabs.
func details(lines []string) []string {
	table := make([][]string, len(lines))
	for i, line := range lines {
		for cell := range strings.SplitSeq(line, "\t") {
			table[i] = append(table[i], printable(cell))
		}
	}
	return align(table, 2, 40)
}
