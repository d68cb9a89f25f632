package ddl

import (
	"strings"

	"migrator/planner/postgres"
)

// Normalize writes SQL as a canonical stream of tokens, in which same gives each identifier the one name of its
// class, and which two texts share if they differ only in names of the same class. So it shows whether an object
// in a database with renamed objects is the one it was made from. same must be idempotent.
//
// PostgreSQL's deparser prints `FROM shop.orders tbl_orders` and `email AS "EMAIL"` after a rename; an alias of the same
// class as the name before it is left out, and so is a list of column names behind a table's alias. A string constant that is cast to regclass holds identifiers. Other
// constants and dollar quoted bodies stay as they are: the server does not rewrite them either. A table that stands twice in a
// query is called by its name and a number the second time (orders_1), so a name with a number is of its name's class.
//
// A cast of an array constructor stands at its elements, where the server puts it when it reads the text that it has printed.
func Normalize(sql string, same func(name string) string) string {
	same = numbered(same)
	tokens := castElements(scan(sql))
	var b strings.Builder
	b.Grow(len(sql) + len(sql)/4)
	for n := 0; n < len(tokens); n++ {
		t := tokens[n]
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		switch {
		case t.is("procedure") && n > 0 && tokens[n-1].is("execute"):
			b.WriteString("function") // the word that triggers have for it since 12
		case t.isIdentifier():
			name := same(t.name())
			b.WriteString(postgres.QuoteIdent(name))
			skipped := aliases(tokens[n+1:], name, same)
			n += skipped + columnAliases(tokens, n, n+skipped)
		case t.kind == tokenWord:
			b.WriteString(lower(t.text))
		case t.kind == tokenString && castToRegclass(tokens[n+1:]):
			b.WriteString(regclass(t.text, same))
		default:
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// numbered extends classes to names with a number behind them.
func numbered(same func(string) string) func(string) string {
	return func(name string) string {
		if class := same(name); class != name {
			return class
		}
		stem := strings.TrimRight(name, "0123456789")
		if stem == name || !strings.HasSuffix(stem, "_") {
			return name
		}
		number := name[len(stem)-1:]
		stem = stem[:len(stem)-1]
		if class := same(stem); class != stem {
			return same(class + number)
		}
		return name
	}
}

// aliases counts the tokens that only call a name by a name of its own class.
func aliases(tokens []token, name string, same func(string) string) int {
	n := 0
	for {
		switch rest := tokens[n:]; {
		case len(rest) > 0 && rest[0].isIdentifier() && same(rest[0].name()) == name:
			n++
		case len(rest) > 1 && rest[0].is("as") && rest[1].isIdentifier() && same(rest[1].name()) == name:
			n += 2
		default:
			return n
		}
	}
}

// columnAliases counts the tokens of a list of column names behind a table's alias, which tokens[alias] is when first is the table or
// the alias. The deparser adds such lists by itself where a column's new name stands in the way of a USING.
func columnAliases(tokens []token, first, alias int) int {
	if alias == first {
		first-- // the alias has another name than its table
	}
	if first < 1 || !tokens[first].isIdentifier() || !startsTable(tokens[first-1]) {
		return 0
	}
	rest := tokens[alias+1:]
	if len(rest) == 0 || !rest[0].is("(") {
		return 0
	}
	for n := 1; n+1 < len(rest) && rest[n].isIdentifier(); n += 2 {
		switch {
		case rest[n+1].is(")"):
			return n + 2
		case !rest[n+1].is(","):
			return 0
		}
	}
	return 0
}

// startsTable says whether a table's own name can follow a token of a FROM clause.
func startsTable(t token) bool {
	return t.is(".") || t.is("from") || t.is("join") || t.is(",") || t.is("(")
}

func castToRegclass(tokens []token) bool {
	return len(tokens) > 1 && tokens[0].is("::") && tokens[1].is("regclass")
}

// regclass canonicalises the identifiers in a string constant; one that holds something else stays as it is.
func regclass(text string, same func(string) string) string {
	tokens := scan(unquote(text, '\''))
	if len(tokens)%2 == 0 {
		return text
	}
	var parts []string
	for n, t := range tokens {
		switch {
		case n%2 == 1 && t.is("."):
		case n%2 == 0 && (t.kind == tokenWord || t.kind == tokenQuoted):
			parts = append(parts, same(t.name()))
		default:
			return text
		}
	}
	return postgres.QuoteLiteral(postgres.QuoteIdent(parts...))
}

// isIdentifier tells names from keywords: a deparser quotes a name that is a keyword, unless
// the keyword is unreserved and so can stand for nothing but a name.
func (t token) isIdentifier() bool {
	switch t.kind {
	case tokenQuoted:
		return true
	case tokenWord:
		word := lower(t.text)
		return postgres.QuoteIdent(word) == word || unreserved[word] || !isASCII(word)
	}
	return false
}

// unreserved are words that postgres.QuoteIdent quotes to be safe in every place, while the deparsers of all
// versions print them bare when they are names.
var unreserved = func() map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(`at cube current double filter following format generated groups if keys
		nested new nothing nulls of old operator ordinality over partition preceding procedure range recursive rollup rows
		set sets ties uescape unbounded varying within without zone`) {
		set[word] = true
	}
	return set
}()

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
