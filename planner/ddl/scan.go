package ddl

import "strings"

// tokenKind tells tokens apart as far as this package cares.
type tokenKind byte

const (
	tokenWord   tokenKind = iota // a bare identifier or keyword
	tokenQuoted                  // "an identifier in double quotes"
	tokenString                  // 'a plain string constant'
	tokenOpaque                  // every other constant: E'', B'', U&'', U&"", $tag$ $tag$, numbers, $1
	tokenSymbol                  // operators and punctuation
)

// token is one token of SQL; text is the source as it stands there.
type token struct {
	kind  tokenKind
	text  string
	start int
}

func (t token) end() int { return t.start + len(t.text) }

// is says whether a token is a bare word, given in lower case, or a symbol.
func (t token) is(word string) bool {
	switch t.kind {
	case tokenWord:
		return lower(t.text) == word
	case tokenSymbol:
		return t.text == word
	}
	return false
}

// name is the identifier that a word or a quoted word stands for.
func (t token) name() string {
	if t.kind == tokenWord {
		return lower(t.text)
	}
	return unquote(t.text, '"')
}

// scan splits SQL by the rules of PostgreSQL's scanner with standard_conforming_strings on; white space and comments are
// dropped. It takes any text: what is not closed ends with the text.
func scan(sql string) []token {
	var tokens []token
	for at := 0; at < len(sql); {
		if n := blank(sql[at:]); n > 0 {
			at += n
			continue
		}
		kind, n := next(sql[at:])
		tokens = append(tokens, token{kind: kind, text: sql[at : at+n], start: at})
		at += n
	}
	return tokens
}

// blank is the length of the white space or the comment that s begins with.
func blank(s string) int {
	switch {
	case strings.IndexByte(" \t\n\r\f\v", s[0]) >= 0:
		return 1
	case strings.HasPrefix(s, "--"):
		if n := strings.IndexAny(s, "\n\r"); n >= 0 {
			return n
		}
		return len(s)
	case strings.HasPrefix(s, "/*"):
		depth, n := 1, 2
		for ; n < len(s) && depth > 0; n++ {
			switch {
			case strings.HasPrefix(s[n:], "/*"):
				depth, n = depth+1, n+1
			case strings.HasPrefix(s[n:], "*/"):
				depth, n = depth-1, n+1
			}
		}
		return min(n, len(s))
	}
	return 0
}

// next is the kind and the length of the token that s begins with.
func next(s string) (tokenKind, int) {
	c := s[0]
	switch {
	case c == '\'':
		return tokenString, quotedEnd(s, 0, false)
	case c == '"':
		return tokenQuoted, quotedEnd(s, 0, false)
	case len(s) > 1 && s[1] == '\'' && strings.IndexByte("eEbBxXnN", c) >= 0:
		return tokenOpaque, quotedEnd(s, 1, c == 'e' || c == 'E')
	case len(s) > 2 && (c == 'u' || c == 'U') && s[1] == '&' && (s[2] == '\'' || s[2] == '"'):
		return tokenOpaque, quotedEnd(s, 2, false)
	case isWordStart(c):
		n := 1
		for n < len(s) && (isWordStart(s[n]) || isDigit(s[n]) || s[n] == '$') {
			n++
		}
		return tokenWord, n
	case isDigit(c), c == '.' && len(s) > 1 && isDigit(s[1]):
		return tokenOpaque, numberEnd(s)
	case c == '$':
		return dollar(s)
	case strings.HasPrefix(s, "::"), strings.HasPrefix(s, ":="):
		return tokenSymbol, 2
	case isOperator(c):
		return tokenSymbol, operatorEnd(s)
	}
	return tokenSymbol, 1
}

// quotedEnd is where a constant ends whose opening quote is at s[open].
func quotedEnd(s string, open int, backslashes bool) int {
	quote := s[open]
	for n := open + 1; n < len(s); n++ {
		switch {
		case s[n] == '\\' && backslashes:
			n++
		case s[n] != quote:
		case n+1 < len(s) && s[n+1] == quote:
			n++
		default:
			return n + 1
		}
	}
	return len(s)
}

func numberEnd(s string) int {
	n, digits := 0, func(n int) int {
		for n < len(s) && (isDigit(s[n]) || s[n] == '_') {
			n++
		}
		return n
	}
	n = digits(n)
	if n < len(s) && s[n] == '.' && !strings.HasPrefix(s[n:], "..") {
		n = digits(n + 1)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if e < len(s) && isDigit(s[e]) {
			n = digits(e)
		}
	}
	return n
}

// dollar is a parameter ($1), a dollar quoted string, or a lone dollar sign.
func dollar(s string) (tokenKind, int) {
	n := 1
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	if n > 1 {
		return tokenOpaque, n
	}
	for n < len(s) && (isWordStart(s[n]) || isDigit(s[n])) {
		n++
	}
	if n == len(s) || s[n] != '$' {
		return tokenSymbol, 1
	}
	tag := s[:n+1]
	if end := strings.Index(s[n+1:], tag); end >= 0 {
		return tokenOpaque, n + 1 + end + len(tag)
	}
	return tokenOpaque, len(s)
}

// longestOperator is NAMEDATALEN - 1. It also bounds how often a character is looked at in a long row of plus signs.
const longestOperator = 63

// operatorEnd takes as many operator characters as there are, up to a comment. An operator of several
// characters ends in + or - only if it holds a character that SQL's own operators do not have.
func operatorEnd(s string) int {
	n := 1
	for n < min(len(s), longestOperator) && isOperator(s[n]) && !strings.HasPrefix(s[n:], "--") && !strings.HasPrefix(s[n:], "/*") {
		n++
	}
	if !strings.ContainsAny(s[:n], "~!@#%^&|`?") {
		for n > 1 && (s[n-1] == '+' || s[n-1] == '-') {
			n--
		}
	}
	return n
}

func isOperator(c byte) bool { return strings.IndexByte("+-*/<>=~!@#%^&|`?", c) >= 0 }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

// lower folds as the server does: ASCII letters only.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}

// unquote takes the quotes off a constant, also off one whose end is missing.
func unquote(s string, quote byte) string {
	q := string(quote)
	closed := strings.Count(s, q)%2 == 0
	s = s[1:]
	if closed {
		s = s[:len(s)-1]
	}
	return strings.ReplaceAll(s, q+q, q)
}
