package postgres

import (
	"strings"
	"testing"
)

// FuzzQuoteIdent reads a quoted name back by the scanner's rules: a bare one is folded and ends at
// the first character that is no part of a name, a quoted one loses its quotes.
func FuzzQuoteIdent(f *testing.F) {
	for _, s := range []string{"", "a", "A", "a b", `a"b`, `"`, `""`, "select", "name", "naïve", "1a", "a$1", "$a", "a.b", "_", "\n", "U&", "ſ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := QuoteIdent(name)
		if back, ok := scanIdent(got); !ok || back != name {
			t.Errorf("QuoteIdent(%q) = %s, which reads back as %q", name, got, back)
		}
		if pair := QuoteIdent(name, name); pair != got+"."+got {
			t.Errorf("QuoteIdent(%q, %q) = %s", name, name, pair)
		}
	})
}

// FuzzQuoteLiteral reads a string constant back by the scanner's rules.
func FuzzQuoteLiteral(f *testing.F) {
	for _, s := range []string{"", "a", "'", `\`, `\'`, `''\\`, "E'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := QuoteLiteral(s)
		body, escaped := strings.CutPrefix(got, "E")
		if !strings.HasPrefix(body, "'") || !strings.HasSuffix(body, "'") || len(body) < 2 {
			t.Fatalf("QuoteLiteral(%q) = %s", s, got)
		}
		body = body[1 : len(body)-1]
		var back strings.Builder
		for i := 0; i < len(body); i++ {
			if c := body[i]; c == '\'' || escaped && c == '\\' {
				i++
				if i == len(body) || body[i] != c {
					t.Fatalf("QuoteLiteral(%q) = %s ends early", s, got)
				}
			}
			back.WriteByte(body[i])
		}
		if back.String() != s {
			t.Errorf("QuoteLiteral(%q) = %s, which reads back as %q", s, got, back.String())
		}
	})
}

func scanIdent(q string) (string, bool) {
	if !strings.HasPrefix(q, `"`) {
		const start = "abcdefghijklmnopqrstuvwxyz_"
		if q == "" || !strings.Contains(start, q[:1]) || strings.Trim(q, start+"0123456789$") != "" {
			return q, false
		}
		return q, true
	}
	inner := strings.TrimSuffix(q[1:], `"`)
	if len(inner) != len(q)-2 || strings.Count(strings.ReplaceAll(inner, `""`, ""), `"`) != 0 {
		return q, false
	}
	return strings.ReplaceAll(inner, `""`, `"`), true
}
