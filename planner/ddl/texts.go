package ddl

import "strings"

// castElements moves a cast of an array constructor to its elements: (ARRAY['a'::character varying])::text[] becomes
// ARRAY[('a'::character varying)::text]. The server does the same with the text that it has printed itself, so that a check like
// name IN ('a', 'b') on a varchar column reads in the second way once it has been dumped and restored.
func castElements(tokens []token) []token {
	var out []token
	for n := 0; n < len(tokens); n++ {
		elements, typ, end := castArray(tokens[n:])
		if end == 0 {
			out = append(out, tokens[n])
			continue
		}
		out = append(out, tokens[n+1], tokens[n+2]) // array [
		for at, e := range elements {
			if at > 0 {
				out = append(out, symbol(","))
			}
			out = append(out, symbol("("))
			out = append(out, castElements(e)...)
			out = append(out, symbol(")"), symbol("::"))
			out = append(out, typ...)
		}
		out = append(out, symbol("]"))
		n += end - 1
	}
	return out
}

// castArray reads ( array [ elements ] ) :: type [ ] and gives back the number of its tokens; 0 if the tokens begin with something else.
func castArray(tokens []token) (elements [][]token, typ []token, end int) {
	if len(tokens) < 8 || !tokens[0].is("(") || !tokens[1].is("array") || !tokens[2].is("[") || tokens[3].is("array") {
		return nil, nil, 0
	}
	depth, from, at := 1, 3, 3
	for ; at < len(tokens) && depth > 0; at++ {
		switch t := tokens[at]; {
		case t.is("("), t.is("["):
			depth++
		case t.is(")"), t.is("]"):
			depth--
			if depth == 0 && at > from {
				elements = append(elements, tokens[from:at])
			}
		case t.is(",") && depth == 1:
			elements = append(elements, tokens[from:at])
			from = at + 1
		}
	}
	if at+2 > len(tokens) || !tokens[at].is(")") || !tokens[at+1].is("::") {
		return nil, nil, 0
	}
	at += 2
	length := typeLength(tokens[at:])
	rest := tokens[at+length:]
	if length == 0 || len(rest) < 2 || !rest[0].is("[") || !rest[1].is("]") {
		return nil, nil, 0
	}
	return elements, tokens[at : at+length], at + length + 2
}

// typeWords are the further words of types that have several.
var typeWords = map[string]bool{"varying": true, "precision": true, "with": true, "without": true, "time": true, "zone": true}

// typeLength is the number of tokens of the type that they begin with, without the brackets of an array.
func typeLength(tokens []token) int {
	isName := func(n int) bool {
		return n < len(tokens) && (tokens[n].kind == tokenWord || tokens[n].kind == tokenQuoted)
	}
	if !isName(0) {
		return 0
	}
	n := 1
	if n < len(tokens) && tokens[n].is(".") && isName(n+1) {
		n += 2
	}
	for n < len(tokens) {
		switch {
		case tokens[n].kind == tokenWord && typeWords[lower(tokens[n].text)]:
			n++
		case tokens[n].is("("):
			end := n + 1
			for end < len(tokens) && (tokens[end].kind == tokenOpaque || tokens[end].is(",") || tokens[end].is("-")) {
				end++
			}
			if end == len(tokens) || !tokens[end].is(")") {
				return n
			}
			n = end + 1
		default:
			return n
		}
	}
	return n
}

func symbol(text string) token { return token{kind: tokenSymbol, text: text} }

// Unqualified writes a view's query as servers from 16 on print it: where its FROM clause has one item alone, that item's columns stand
// without its name in the query itself, though not in queries inside of it. Older servers print the name always. Nothing is left out but
// the name of that very item before a column, so two queries that differ in anything else do so afterwards.
func Unqualified(query string) string {
	tokens := scan(query)
	inner := innerQueries(tokens)
	from, to, name := onlyItem(tokens, inner)
	if name == "" {
		return query
	}
	var b strings.Builder
	written := 0
	for n := 0; n+2 < len(tokens); n++ {
		if inner[n] || n >= from && n < to || !tokens[n+1].is(".") || tokens[n].kind != tokenWord && tokens[n].kind != tokenQuoted || tokens[n].name() != name {
			continue
		}
		column := tokens[n+2]
		isColumn := column.kind == tokenWord || column.kind == tokenQuoted
		called := n+3 < len(tokens) && tokens[n+3].is("(") // a function in a schema of that name
		if !isColumn || called || n == 0 || namesNoColumn(tokens[n-1]) {
			continue
		}
		b.WriteString(query[written:tokens[n].start])
		written = column.start
		n += 2
	}
	b.WriteString(query[written:])
	return b.String()
}

// namesNoColumn says whether what follows a token is no column: the rest of a longer name, a type, a collation, an alias.
func namesNoColumn(t token) bool {
	return t.is(".") || t.is("::") || t.is("collate") || t.is("as") || t.is("returning")
}

// innerQueries marks the tokens that stand inside of queries in parentheses.
func innerQueries(tokens []token) []bool {
	inner := make([]bool, len(tokens))
	depth, since := 0, 0 // since is the depth at which the outermost inner query began, 0 outside of all
	for n, t := range tokens {
		switch {
		case t.is("("):
			depth++
			if since == 0 && n+1 < len(tokens) && (tokens[n+1].is("select") || tokens[n+1].is("with") || tokens[n+1].is("values")) {
				since = depth
			}
		case t.is(")"):
			if since == depth {
				since = 0
			}
			depth--
		}
		inner[n] = since > 0
	}
	return inner
}

// onlyItem finds the FROM clause of a query, without what is inside of parentheses: from and to are its tokens, name is what its item is
// called. The name is empty where there is not one item, or where the query is several that are united.
func onlyItem(tokens []token, inner []bool) (from, to int, name string) {
	depth := 0
	for n, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth > 0 || inner[n]:
		case t.is("union"), t.is("intersect"), t.is("except"):
			return 0, 0, ""
		case t.is("from") && from == 0:
			from = n + 1
		case from > 0 && to == 0 && (t.is("where") || t.is("group") || t.is("having") || t.is("window") || t.is("order") || t.is("limit") ||
			t.is("offset") || t.is("fetch") || t.is("for")):
			to = n
		case from > 0 && to == 0 && t.is(","):
			return 0, 0, ""
		}
	}
	if from == 0 {
		return 0, 0, ""
	}
	if to == 0 {
		to = len(tokens)
	}
	return from, to, itemName(tokens[from:to])
}

// itemName is what an item of a FROM clause is called; it is empty for a join, which stands in parentheses of its own.
func itemName(item []token) string {
	if len(item) > 1 && item[0].is("(") && !item[1].is("select") && !item[1].is("with") && !item[1].is("values") {
		return ""
	}
	name, depth := "", 0
	for n, t := range item {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth > 0:
		case t.is("tablesample"):
			return name
		case t.is("only") && n == 0, t.is("lateral") && n == 0, t.is("with") || t.is("ordinality"), t.is("as"):
		case t.kind == tokenWord || t.kind == tokenQuoted:
			name = t.name()
		}
	}
	return name
}

// UsesType says whether SQL casts to a built-in type, or has an argument or a result of it. A function's body is no part of it.
func UsesType(sql, name string) bool {
	tokens := scan(sql)
	for n, t := range tokens {
		if n == 0 || !t.is(name) {
			continue
		}
		if tokens[n-1].is("::") || tokens[n-1].is("returns") || tokens[n-1].is("setof") {
			return true
		}
		// An argument's name is followed by its type, a type is not.
		if n+1 < len(tokens) && (tokens[n+1].is(",") || tokens[n+1].is(")") || tokens[n+1].is("default")) && tokens[n-1].kind == tokenWord {
			return true
		}
	}
	return false
}

// HasPostfix says whether SQL has the operator ! behind its operand, as servers below 14 print it: before a closing parenthesis.
func HasPostfix(sql string) bool {
	tokens := scan(sql)
	for n := range len(tokens) - 1 {
		if tokens[n].kind == tokenSymbol && tokens[n].text == "!" && tokens[n+1].is(")") {
			return true
		}
	}
	return false
}
