package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcled"
	"github.com/zclconf/go-cty/cty"
)

// Snippet is the source text at a diagnostic, with secrets replaced by "(sensitive)".
type Snippet struct {
	// Context is the head of the block around the place; nil outside of blocks.
	Context *string `json:"context"`
	// Code is whole lines, without the last newline.
	Code      string `json:"code"`
	StartLine int    `json:"start_line"`
	// The place itself is Code[HighlightStart:HighlightEnd], in bytes.
	HighlightStart int `json:"highlight_start_offset"`
	HighlightEnd   int `json:"highlight_end_offset"`
	// Values are those of the variables in the expression.
	Values []Value `json:"values"`
}

// Value is what a variable held when an expression failed.
type Value struct {
	Traversal string `json:"traversal"`
	Statement string `json:"statement"` // "is ..." or "has a sensitive value"
}

const (
	// maxSnippet is the most lines that a snippet has, and maxLine how many bytes of each are shown.
	maxSnippet = 8
	maxLine    = 240
)

func (m *masked) snippet(subject hcl.Range, context *hcl.Range) *Snippet {
	src := m.file.Bytes
	clamp := func(n int) int { return min(max(n, 0), len(src)) }
	whole := subject
	if context != nil {
		whole = hcl.RangeOver(subject, *context)
	}
	from := bytes.LastIndexByte(src[:clamp(whole.Start.Byte)], '\n') + 1
	startLine := whole.Start.Line - bytes.Count(src[from:max(from, clamp(whole.Start.Byte))], []byte{'\n'})
	to := max(from, clamp(whole.End.Byte))
	if to > from && src[to-1] == '\n' {
		to-- // a range that ends after a newline does not mean the line that follows
	}
	if i := bytes.IndexByte(src[to:], '\n'); i >= 0 {
		to += i
	} else {
		to = len(src)
	}
	for i, lines := from, 0; i < to; i++ {
		if src[i] != '\n' {
			continue
		}
		if lines++; lines == maxSnippet {
			to = i
		}
	}
	part := span{from, to}
	s := &Snippet{StartLine: startLine, Values: []Value{}}
	s.Code, s.HighlightStart = m.text(part, clamp(subject.Start.Byte))
	_, s.HighlightEnd = m.text(part, clamp(subject.End.Byte))
	s.HighlightEnd = max(s.HighlightEnd, s.HighlightStart)
	s.Code = strings.TrimSuffix(s.Code, "\r")
	s.HighlightEnd = min(s.HighlightEnd, len(s.Code))
	s.HighlightStart = min(s.HighlightStart, s.HighlightEnd)
	s.cutLines()
	if !m.broken {
		if c := hcled.ContextString(m.file, subject.Start.Byte); c != "" {
			s.Context = &c
		}
	}
	return s
}

// cutLines leaves of long lines what stands around the place, or their beginning.
func (s *Snippet) cutLines() {
	var b strings.Builder
	place := [2]int{s.HighlightStart, s.HighlightEnd}
	at := 0 // where the line is in the whole code
	for i, line := range strings.Split(s.Code, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		from, to := window(line, s.HighlightStart-at)
		if from > 0 {
			b.WriteString("…")
		}
		for n, p := range [2]int{s.HighlightStart, s.HighlightEnd} {
			if at <= p && p <= at+len(line) {
				place[n] = b.Len() + min(max(p-at, from), to) - from
			}
		}
		b.WriteString(line[from:to])
		if to < len(line) {
			b.WriteString("…")
		}
		at += len(line) + 1
	}
	s.Code, s.HighlightStart, s.HighlightEnd = b.String(), place[0], place[1]
}

// window is the stretch of a line that is shown: a little before the point, if that is in the line, and the rest behind it.
func window(line string, point int) (from, to int) {
	if len(line) <= maxLine {
		return 0, len(line)
	}
	if point <= len(line) {
		from = min(max(point-maxLine/4, 0), len(line)-maxLine)
	}
	for to = from + maxLine; to < len(line) && !utf8.RuneStart(line[to]); {
		to--
	}
	for from < to && !utf8.RuneStart(line[from]) {
		from++
	}
	return from, to
}

// shownValues tells what the variables of a failed expression hold.
func shownValues(d *hcl.Diagnostic, hide func(string) string) []Value {
	values := []Value{}
	if d.Expression == nil || d.EvalContext == nil {
		return values
	}
	for _, t := range d.Expression.Variables() {
		v, diags := t.TraverseAbs(d.EvalContext)
		name := traversalText(t)
		if diags.HasErrors() || slices.ContainsFunc(values, func(x Value) bool { return x.Traversal == name }) {
			continue
		}
		if statement := describe(v); statement != "" {
			values = append(values, Value{Traversal: name, Statement: hide(statement)})
		}
	}
	slices.SortFunc(values, func(a, b Value) int { return strings.Compare(a.Traversal, b.Traversal) })
	return values
}

func describe(v cty.Value) string {
	switch {
	case v.ContainsMarked():
		return "has a sensitive value"
	case !v.IsWhollyKnown():
		return ""
	case v.IsNull():
		return "is null"
	case v.Type() == cty.String:
		text := v.AsString()
		if _, to := window(text, 0); to < len(text) {
			return fmt.Sprintf("is %q... (%d bytes)", text[:to], len(text))
		}
		return fmt.Sprintf("is %q", text)
	case v.Type() == cty.Number:
		return "is " + v.AsBigFloat().Text('g', 10)
	case v.Type() == cty.Bool:
		return fmt.Sprintf("is %t", v.True())
	case v.CanIterateElements():
		return fmt.Sprintf("is %s with %d elements", v.Type().FriendlyName(), v.LengthInt())
	}
	return "is " + v.Type().FriendlyName()
}

func traversalText(t hcl.Traversal) string {
	var b strings.Builder
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			b.WriteString(s.Name)
		case hcl.TraverseAttr:
			b.WriteString("." + s.Name)
		default:
			b.WriteString("[...]")
		}
	}
	return b.String()
}
