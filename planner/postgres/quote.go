package postgres

import "strings"

// QuoteIdent quotes the parts of a qualified name, where they need it, and joins them with dots.
// It is the only place of the project that quotes identifiers.
func QuoteIdent(parts ...string) string {
	q := make([]string, len(parts))
	for i, p := range parts {
		q[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
	}
	return strings.Join(q, ".")
}

// QuoteLiteral quotes a string constant; it is right whatever standard_conforming_strings is.
func QuoteLiteral(s string) string {
	q := `'` + strings.ReplaceAll(s, `'`, `''`) + `'`
	if strings.Contains(s, `\`) {
		return `E` + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}
