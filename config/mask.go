package config

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// hidden is what stands in messages where a secret would be.
const hidden = "(sensitive)"

// span is a stretch of bytes.
type span struct{ from, to int }

// masked is a file with the stretches that may hold secrets.
type masked struct {
	*source
	spans []span // in order, disjoint
}

var secretWord = regexp.MustCompile(`(?i)pass|pwd|secret|token|credential`)

// isSecretName tells whether a value of that name is probably a secret: the table's own
// attributes, names that say so, and near misses of either.
func isSecretName(name string) bool {
	if name == "url" || secretWord.MatchString(name) {
		return true
	}
	return slices.Contains([]string{"ur", "uri", "ulr", "urls", "dsn"}, strings.ToLower(name)) ||
		didYouMean(name, []string{"password", "client_key_password"}) != ""
}

// maskSecrets finds the stretches. It goes by tokens, not by the tree, because a file with a
// syntax error has only a part of its tree, and its secrets are no less secret.
func maskSecrets(s *source, isSecret func(string) bool) *masked {
	src := s.file.Bytes
	tokens, _ := hclsyntax.LexConfig(src, s.name, hcl.InitialPos)
	m := &masker{tokens: tokens, isSecret: isSecret}
	m.run()
	if s.broken {
		// An unclosed quote turns the tokens after it inside out; lines are what is left to go by.
		m.lines(src)
	}
	return &masked{source: s, spans: merge(m.spans)}
}

// masker walks over tokens.
type masker struct {
	tokens   hclsyntax.Tokens
	isSecret func(string) bool
	spans    []span
	// defaults is the index of the token up to which "default" is a secret's: the end of a
	// sensitive variable's block.
	defaults int
}

func (m *masker) run() {
	for i, t := range m.tokens {
		if t.Type != hclsyntax.TokenIdent && t.Type != hclsyntax.TokenQuotedLit {
			continue
		}
		name := string(t.Bytes)
		if name == "variable" {
			m.variable(i)
		}
		if i > 0 && m.tokens[i-1].Type == hclsyntax.TokenDot {
			continue
		}
		if name == "sensitive" && m.is(i+1, hclsyntax.TokenOParen) {
			m.value(i + 2)
			continue
		}
		if !m.isSecret(name) && (name != "default" || i >= m.defaults) {
			continue
		}
		next := i + 1
		if m.is(next, hclsyntax.TokenCQuote) {
			next++
		}
		switch {
		case m.is(next, hclsyntax.TokenEqual), m.is(next, hclsyntax.TokenColon):
			m.value(next + 1)
		case t.Type == hclsyntax.TokenIdent && m.is(next, hclsyntax.TokenOQuote), t.Type == hclsyntax.TokenIdent && m.is(next, hclsyntax.TokenIdent):
			m.value(next) // the equals sign was forgotten
		}
	}
}

func (m *masker) is(i int, t hclsyntax.TokenType) bool {
	return i < len(m.tokens) && m.tokens[i].Type == t
}

// variable looks ahead into a variable's block for whether its default is a secret.
func (m *masker) variable(i int) {
	if !m.is(i+1, hclsyntax.TokenOQuote) || !m.is(i+2, hclsyntax.TokenQuotedLit) || !m.is(i+4, hclsyntax.TokenOBrace) {
		return
	}
	secret := m.isSecret(string(m.tokens[i+2].Bytes))
	depth, end := 0, i+4
	for ; end < len(m.tokens); end++ {
		switch m.tokens[end].Type {
		case hclsyntax.TokenOBrace:
			depth++
		case hclsyntax.TokenCBrace:
			depth--
		case hclsyntax.TokenIdent:
			if string(m.tokens[end].Bytes) == "sensitive" && !(m.is(end+2, hclsyntax.TokenIdent) && string(m.tokens[end+2].Bytes) == "false") {
				secret = true
			}
		}
		if depth == 0 {
			break
		}
	}
	if secret {
		m.defaults = end
	}
}

// value masks the expression that begins at a token, except for references, calls and punctuation.
func (m *masker) value(i int) {
	depth := 0
	for ; i < len(m.tokens); i++ {
		t := m.tokens[i]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			if depth--; depth < 0 {
				return
			}
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
			if depth == 0 {
				return
			}
		case hclsyntax.TokenComma:
			if depth == 0 {
				return
			}
		case hclsyntax.TokenIdent:
			if n := m.reference(i); n > 0 {
				i += n - 1
				continue
			}
			m.hide(t)
		case hclsyntax.TokenDot, hclsyntax.TokenEqual, hclsyntax.TokenColon, hclsyntax.TokenQuestion, hclsyntax.TokenApostrophe, hclsyntax.TokenEOF, hclsyntax.TokenQuotedNewline:
		default:
			m.hide(t)
		}
	}
}

func (m *masker) hide(t hclsyntax.Token) {
	// Lines of a heredoc keep their ends, so that the lines of a snippet stay what they are.
	from, to := t.Range.Start.Byte, t.Range.End.Byte
	if bytes.HasSuffix(t.Bytes, []byte{'\n'}) {
		to--
	}
	if from < to {
		m.spans = append(m.spans, span{from, to})
	}
}

// reference is the number of tokens of var.NAME, local.NAME, a function's name, or a call of
// env or file, whose argument is where the secret is and not what it is; 0 for anything else.
func (m *masker) reference(i int) int {
	switch name := string(m.tokens[i].Bytes); {
	case (name == "env" || name == "file") && m.is(i+1, hclsyntax.TokenOParen) && m.is(i+2, hclsyntax.TokenOQuote) &&
		m.is(i+3, hclsyntax.TokenQuotedLit) && m.is(i+4, hclsyntax.TokenCQuote) && m.is(i+5, hclsyntax.TokenCParen):
		return 6
	case m.is(i+1, hclsyntax.TokenOParen):
		return 1
	case (name == "var" || name == "local") && m.is(i+1, hclsyntax.TokenDot) && m.is(i+2, hclsyntax.TokenIdent):
		return 3
	}
	return 0
}

var assignmentLine = regexp.MustCompile(`(?m)^[^\n]*?([\w-]+)"?[ \t]*[=:][ \t]*([^\n]*)`)

// lines masks the rest of every line that gives a secret's name a value.
func (m *masker) lines(src []byte) {
	for _, at := range assignmentLine.FindAllSubmatchIndex(src, -1) {
		if m.isSecret(string(src[at[2]:at[3]])) && at[4] < at[5] {
			m.spans = append(m.spans, span{at[4], at[5]})
		}
	}
}

func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// texts are the masked texts, for messages that quote the source.
func (m *masked) texts() []string {
	var out []string
	for _, s := range m.spans {
		for _, line := range strings.Split(string(m.file.Bytes[s.from:s.to]), "\n") {
			out = append(out, strings.Trim(line, "\"' \t\r"))
		}
	}
	return out
}

// text is a stretch of the file with the secrets left out, and where a point inside of the
// stretch is in it.
func (m *masked) text(part span, point int) (text string, at int) {
	var b bytes.Buffer
	at = -1
	pos := part.from
	copyTo := func(end int, shown bool) {
		if at < 0 && point < end {
			at = b.Len()
			if shown {
				at += point - pos
			}
		}
		if shown {
			b.Write(m.file.Bytes[pos:end])
		} else if end > pos {
			b.WriteString(hidden)
		}
		pos = end
	}
	for _, s := range m.spans {
		if s.to <= part.from || s.from >= part.to {
			continue
		}
		if s.from > pos {
			copyTo(s.from, true)
		}
		copyTo(min(s.to, part.to), false)
	}
	copyTo(part.to, true)
	if at < 0 {
		at = b.Len()
	}
	return b.String(), at
}
