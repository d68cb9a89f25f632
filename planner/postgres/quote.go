package postgres

import "strings"

// QuoteIdent quotes the parts of a qualified name, where they need it, and joins them with dots.
// A part stays bare if every server from 9.4 to 18 reads it back as the same name wherever a name
// may stand; everything else, and every word that some version treats specially, is quoted.
// It is the only place of the project that quotes identifiers.
func QuoteIdent(parts ...string) string {
	if len(parts) == 1 {
		return quotePart(parts[0])
	}
	q := make([]string, len(parts))
	for i, p := range parts {
		q[i] = quotePart(p)
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

func quotePart(name string) string {
	if isPlainName(name) && !quotedWords[name] {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// isPlainName says whether name matches [a-z_][a-z0-9_$]*: what the server's scanner gives back unfolded and unsplit.
func isPlainName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case c >= 'a' && c <= 'z', c == '_':
		case i > 0 && (c >= '0' && c <= '9' || c == '$'):
		default:
			return false
		}
	}
	return name != ""
}
