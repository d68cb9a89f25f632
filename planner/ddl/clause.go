package ddl

import "strings"

// insertBefore puts a clause into a definition, before the first of some words (in lower case) that stands outside of
// parentheses, else at the end.
func insertBefore(sql, text string, before ...string) string {
	depth := 0
	for _, t := range scan(sql) {
		depth += nesting(t)
		if depth != 0 {
			continue
		}
		for _, word := range before {
			if t.kind == tokenWord && t.is(word) {
				return sql[:t.start] + text + " " + sql[t.start:]
			}
		}
	}
	return strings.TrimRight(sql, " \n") + " " + text
}

// clause is the part of a definition, outside of parentheses, that is a word (in lower case) and the parentheses after it: WITH
// (fillfactor='70'). It is empty if there is none.
func clause(sql, word string) string {
	depth, start := 0, -1
	tokens := scan(sql)
	for n, t := range tokens {
		depth += nesting(t)
		switch {
		case start < 0 && depth == 0 && t.kind == tokenWord && t.is(word) && n+1 < len(tokens) && tokens[n+1].is("("):
			start = t.start
		case start >= 0 && depth == 0:
			return sql[start:t.end()]
		}
	}
	return ""
}

// nesting is how a token changes the depth of parentheses.
func nesting(t token) int {
	switch {
	case t.is("("):
		return 1
	case t.is(")"):
		return -1
	}
	return 0
}
