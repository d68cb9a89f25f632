package planner

import (
	"regexp"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// hazardBodies finds function bodies that mention a renamed thing: they are text, which PostgreSQL does not rewrite.
func (b *builder) hazardBodies() {
	if !b.m.renames() {
		return
	}
	names := newMentions(b.m.old)
	for _, o := range b.objects {
		f, ok := o.(*catalog.Function)
		if !ok || f.Body == "" || !b.created(&f.Item) {
			continue
		}
		if found := names.in(f.Body); len(found) > 0 {
			b.hazard("function_body_mentions_renamed", f.Schema+"."+displayName(&f.Item),
				"mentions "+strings.Join(found, ", ")+", and PostgreSQL does not rewrite function bodies",
				"change the body after the migration, or keep the name")
		}
	}
}

// mentioned are names to look for in texts. One that SQL needs no quotes for may stand there in any case; any other one only as it is,
// as a word or, if it is more than a word, anywhere.
type mentioned struct {
	plain, exact map[string]bool
	odd          []string
}

func newMentions(names map[string]bool) *mentioned {
	m := &mentioned{plain: map[string]bool{}, exact: map[string]bool{}}
	for n := range names {
		switch {
		case postgres.QuoteIdent(n) == n:
			m.plain[n] = true
		case word.FindString(n) == n:
			m.exact[n] = true
		default:
			m.odd = append(m.odd, n)
		}
	}
	return m
}

var word = regexp.MustCompile(`[\pL\pN_$]+`)

// in lists the names that a text mentions, sorted.
func (m *mentioned) in(text string) []string {
	found := map[string]bool{}
	for _, w := range word.FindAllString(text, -1) {
		if m.exact[w] {
			found[w] = true
		}
		if w = strings.ToLower(w); m.plain[w] {
			found[w] = true
		}
	}
	for _, n := range m.odd {
		if strings.Contains(text, n) {
			found[n] = true
		}
	}
	names := make([]string, 0, len(found))
	for n := range found {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
