package planner

import (
	"slices"
	"strings"

	"migrator/planner/ddl"
)

// mostCompared is how many lines of a definition are matched one by one: the work grows with its square.
const mostCompared = 2000

// lacks are the texts of each side that the other one has not.
func lacks(source, destination []string) (onlySource, onlyDestination []string) {
	only := func(some, others []string) (only []string) {
		for _, s := range some {
			if !slices.Contains(others, s) {
				only = append(only, s)
			}
		}
		return only
	}
	return only(source, destination), only(destination, source)
}

// differingLines are the lines of two definitions that the other one has not, in their order. Lines that differ in what they call a
// renamed thing do not differ.
func differingLines(source, destination string, m *mapping) (onlySource, onlyDestination []string) {
	a, b := splitLines(source), splitLines(destination)
	key := func(line string) string { return line }
	if m.renames() {
		key = func(line string) string { return ddl.Normalize(line, m.same) }
	}
	onlySource, onlyDestination = unmatched(a, b, key)
	if len(onlySource)+len(onlyDestination) == 0 { // in what lines do not show: white space, where they are broken
		return a, b
	}
	return onlySource, onlyDestination
}

// splitLines takes off what says nothing of a line: the indentation, and what divides it from the next one.
func splitLines(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(line), ",;"))
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// unmatched leaves the longest common subsequence out of two lists of lines.
func unmatched(a, b []string, key func(string) string) (onlyA, onlyB []string) {
	keyed := func(lines []string) []string {
		keys := make([]string, len(lines))
		for i, line := range lines {
			keys[i] = key(line)
		}
		return keys
	}
	ka, kb := keyed(a), keyed(b)
	for len(ka) > 0 && len(kb) > 0 && ka[0] == kb[0] {
		a, b, ka, kb = a[1:], b[1:], ka[1:], kb[1:]
	}
	for len(ka) > 0 && len(kb) > 0 && ka[len(ka)-1] == kb[len(kb)-1] {
		a, b, ka, kb = a[:len(a)-1], b[:len(b)-1], ka[:len(ka)-1], kb[:len(kb)-1]
	}
	if len(a) > mostCompared || len(b) > mostCompared {
		return a, b
	}
	// common[i][j] is how many lines a[i:] and b[j:] have in common.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if ka[i] == kb[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case ka[i] == kb[j]:
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			onlyA, i = append(onlyA, a[i]), i+1
		default:
			onlyB, j = append(onlyB, b[j]), j+1
		}
	}
	return append(onlyA, a[i:]...), append(onlyB, b[j:]...)
}
