package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/mitchellh/go-wordwrap"
)

// WriteDiagnostics prints diagnostics for people, in Terraform's look. Text is wrapped at
// width columns (0: not at all); color is for terminals.
func WriteDiagnostics(w io.Writer, diags Diagnostics, width int, color bool) error {
	var b bytes.Buffer
	for i, d := range diags {
		if i > 0 {
			b.WriteByte('\n')
		}
		writeDiagnostic(&b, d, width, palette(color))
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing diagnostics: %w", err)
	}
	return nil
}

// palette wraps a text in an ANSI code, or leaves it alone.
type palette bool

func (p palette) paint(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func writeDiagnostic(b *bytes.Buffer, d Diagnostic, width int, p palette) {
	label := p.paint("1;31", "Error: ")
	if d.Severity == SeverityWarning {
		label = p.paint("1;33", "Warning: ")
	}
	fmt.Fprintf(b, "%s%s\n", label, p.paint("1", d.Summary))
	if d.Range != nil {
		fmt.Fprintf(b, "\n  on %s line %d", d.Range.Filename, d.Range.Start.Line)
		if d.Snippet != nil {
			writeSnippet(b, *d.Snippet, p)
		} else {
			b.WriteString("\n")
		}
	}
	if d.Detail == "" {
		return
	}
	detail := d.Detail
	if width > 0 {
		detail = wordwrap.WrapString(detail, uint(width))
	}
	b.WriteString("\n" + detail + "\n")
}

func writeSnippet(b *bytes.Buffer, s Snippet, p palette) {
	if s.Context != nil {
		b.WriteString(", in " + *s.Context)
	}
	b.WriteString(":\n")
	code := s.Code[:s.HighlightStart] + p.paint("4", s.Code[s.HighlightStart:s.HighlightEnd]) + s.Code[s.HighlightEnd:]
	for i, line := range strings.Split(code, "\n") {
		fmt.Fprintf(b, "%4d: %s\n", s.StartLine+i, line)
	}
	if len(s.Values) == 0 {
		return
	}
	b.WriteString("    " + strings.Repeat("-", 16) + "\n")
	for _, v := range s.Values {
		fmt.Fprintf(b, "      %s %s\n", v.Traversal, v.Statement)
	}
}
