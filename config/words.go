package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
)

// didYouMean offers the nearest of the known words, with a leading space, or nothing when
// none is near.
func didYouMean(given string, known []string) string {
	best, near := "", 2
	switch n := len(given); {
	case n < 3:
		return "" // anything is near
	case n == 3:
		near = 1
	case n > 8:
		near = n / 3
	}
	for _, k := range known {
		if d := levenshtein.Distance(strings.ToLower(given), k, nil); d <= near {
			best, near = k, d-1
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// place names a range the way editors and terminals make it a link.
func place(r hcl.Range) string { return fmt.Sprintf("%s:%d", r.Filename, r.Start.Line) }

// sentence makes an error's text a sentence.
func sentence(err error) string {
	s := err.Error()
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
		return s
	}
	return s + "."
}
