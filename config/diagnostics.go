package config

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Severity is how bad a diagnostic is.
type Severity string

// The severities: an error makes the command fail, a warning does not.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Diagnostic is one thing to tell about a configuration, or about anything else that is
// told in the same form. It holds its own snippet and no secrets: it can be printed, stored
// and sent as it is. Its JSON form is that of `terraform validate -json`.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Summary  string   `json:"summary"`
	Detail   string   `json:"detail"`
	// Range is the place in a file; nil when there is none.
	Range *Range `json:"range,omitempty"`
	// Snippet is the text at Range; nil when there is none.
	Snippet *Snippet `json:"snippet,omitempty"`
}

// Range is a stretch of a file.
type Range struct {
	Filename string   `json:"filename"`
	Start    Location `json:"start"`
	End      Location `json:"end"` // exclusive
}

// Location is a point in a file: line and column count from 1 (columns in characters), bytes from 0.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
	Byte   int `json:"byte"`
}

// Diagnostics are in the order in which they are to be read.
type Diagnostics []Diagnostic

// HasErrors tells whether one of them is an error.
func (d Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(d, func(x Diagnostic) bool { return x.Severity == SeverityError })
}

// Err gives an error for the first error among them, nil when there is none.
func (d Diagnostics) Err() error {
	i := slices.IndexFunc(d, func(x Diagnostic) bool { return x.Severity == SeverityError })
	if i < 0 {
		return nil
	}
	if at := d[i].Range; at != nil {
		return fmt.Errorf("%s:%d: %s: %s", at.Filename, at.Start.Line, d[i].Summary, d[i].Detail)
	}
	return fmt.Errorf("%s: %s", d[i].Summary, d[i].Detail)
}

// diagnosticsFormat is the version of the JSON form; its major part changes when a reader has to.
const diagnosticsFormat = "1.0"

// DiagnosticsJSON gives the document of `validate -json`, indented, with a final newline.
func DiagnosticsJSON(diags Diagnostics) ([]byte, error) {
	document := struct {
		FormatVersion string      `json:"format_version"`
		Valid         bool        `json:"valid"`
		ErrorCount    int         `json:"error_count"`
		WarningCount  int         `json:"warning_count"`
		Diagnostics   Diagnostics `json:"diagnostics"`
	}{FormatVersion: diagnosticsFormat, Valid: !diags.HasErrors(), Diagnostics: Diagnostics{}}
	for _, d := range diags {
		if d.Severity == SeverityError {
			document.ErrorCount++
		} else {
			document.WarningCount++
		}
		document.Diagnostics = append(document.Diagnostics, d)
	}
	out, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("diagnostics: %w", err)
	}
	return append(out, '\n'), nil
}

// publish turns what went wrong into diagnostics that hold no secret, in the order of the files.
func (l *loader) publish() Diagnostics {
	return publish(l.diags, l.sources, l.isSecret, l.secrets)
}

// isSecret tells whether the values of a name in a file are kept out of its snippets.
func (l *loader) isSecret(s *source, name string) bool {
	if !s.vars {
		return isSecretName(name)
	}
	// What is not declared may be the misspelled name of a secret.
	v, ok := l.declared[name]
	return !ok || v.Sensitive || isSecretName(name)
}

func publish(diags hcl.Diagnostics, sources []*source, isSecret func(*source, string) bool, secrets []string) Diagnostics {
	files := map[string]*masked{}
	for _, s := range sources {
		m := maskSecrets(s, func(name string) bool { return isSecret(s, name) })
		files[s.name] = m
		secrets = append(secrets, m.texts()...)
	}
	hide := redactor(secrets)
	var out Diagnostics
	for _, d := range diags {
		p := Diagnostic{Severity: SeverityError, Summary: hide(d.Summary), Detail: hide(d.Detail)}
		if d.Severity == hcl.DiagWarning {
			p.Severity = SeverityWarning
		}
		if d.Subject != nil {
			p.Range = publicRange(*d.Subject)
			if m := files[d.Subject.Filename]; m != nil {
				p.Snippet = m.snippet(*d.Subject, d.Context)
				p.Snippet.Values = shownValues(d, hide)
			}
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, byPlace)
	return out
}

func publicRange(r hcl.Range) *Range {
	return &Range{Filename: r.Filename, Start: Location(r.Start), End: Location(r.End)}
}

// byPlace orders by file and line; what has no place comes last.
func byPlace(a, b Diagnostic) int {
	switch {
	case a.Range == nil && b.Range == nil:
		return 0
	case a.Range == nil:
		return 1
	case b.Range == nil:
		return -1
	}
	return cmp.Or(cmp.Compare(a.Range.Filename, b.Range.Filename), cmp.Compare(a.Range.Start.Byte, b.Range.Start.Byte))
}
