// Package count puts numbers and nouns together, so that no text of the program says "1 rows".
package count

import (
	"strings"

	"github.com/dustin/go-humanize"
)

// Number is a number with its thousands separated: "1,204".
func Number[N int | int64](n N) string { return humanize.Comma(int64(n)) }

// Of is a number with its noun: "1 row", "1,204 rows".
func Of[N int | int64](n N, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Number(n) + " " + Plural(noun)
}

// Are is a number with its noun and the verb for it: "1 action is", "2 actions are".
func Are[N int | int64](n N, noun string) string {
	if n == 1 {
		return Of(n, noun) + " is"
	}
	return Of(n, noun) + " are"
}

// Plural is a noun's plural, by rules that are enough for the program's own words.
func Plural(noun string) string {
	switch {
	case noun == "rows" || noun == "privileges" || noun == "row security" || noun == "not valid":
		return noun // kinds of actions, which are called so already
	case noun == "unique":
		return "unique constraints"
	case strings.HasSuffix(noun, "sh"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "s"):
		return noun + "es"
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ey"):
		return strings.TrimSuffix(noun, "y") + "ies"
	}
	return noun + "s"
}
