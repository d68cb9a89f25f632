package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"migrator/config"
)

// diagnosticsError is a configuration with errors.
type diagnosticsError struct{ diags config.Diagnostics }

func (e *diagnosticsError) Error() string { return e.diags.Err().Error() }

// usageError is a command line that cannot be understood.
type usageError struct {
	command *cobra.Command
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// arguments makes what a validator of cobra says a usageError.
func arguments(validate cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := validate(c, args); err != nil {
			if near := c.SuggestionsFor(strings.Join(args, " ")); len(near) > 0 {
				err = fmt.Errorf("%w; did you mean %q?", err, near[0])
			}
			return &usageError{command: c, err: err}
		}
		return nil
	}
}

// adviceError is an error with a headline and something to do about it.
type adviceError struct {
	summary string
	err     error
	advice  string
}

func (e *adviceError) Error() string { return e.summary + ": " + e.err.Error() }
func (e *adviceError) Unwrap() error { return e.err }

// report tells a command's error, in the form that its output has.
func (a *app) report(err error) {
	var code codeError
	if err == nil || errors.As(err, &code) {
		return
	}
	a.print(a.diagnose(err))
}

// print writes diagnostics: to stderr for people, to stdout as objects with -json.
func (a *app) print(diags config.Diagnostics) {
	if len(diags) == 0 {
		return
	}
	if a.json {
		for _, d := range diags {
			a.printJSON(d)
		}
		return
	}
	if a.printed {
		fmt.Fprintln(a.stderr)
	}
	a.printed = true
	width := 0
	if f, ok := a.stderr.(*os.File); ok && terminal(f) {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			width = w
		}
	}
	// Nobody can be told that stderr is closed.
	_ = config.WriteDiagnostics(a.stderr, diags, width, a.colors(a.stderr))
}

// printJSON writes a diagnostic as a line of Terraform's stream.
func (a *app) printJSON(d config.Diagnostic) {
	line := struct {
		Level      string            `json:"@level"`
		Message    string            `json:"@message"`
		Module     string            `json:"@module"`
		Timestamp  string            `json:"@timestamp"`
		Type       string            `json:"type"`
		Diagnostic config.Diagnostic `json:"diagnostic"`
	}{Level: "error", Message: "Error: " + d.Summary, Module: "migrator.ui", Type: "diagnostic", Diagnostic: d}
	if d.Severity == config.SeverityWarning {
		line.Level, line.Message = "warn", "Warning: "+d.Summary
	}
	line.Timestamp = time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
	_ = json.NewEncoder(a.stdout).Encode(line)
}

// diagnose turns an error into what people read: what is wrong, why, and what to do.
func (a *app) diagnose(err error) config.Diagnostics {
	var withPlaces *diagnosticsError
	if errors.As(err, &withPlaces) {
		return withPlaces.diags
	}
	summary, detail, advice := explain(err)
	if advice != "" {
		detail = strings.TrimSpace(detail + "\n\n" + advice)
	}
	return config.Diagnostics{{Severity: config.SeverityError, Summary: a.clean(summary), Detail: a.clean(detail)}}
}

// explain finds the words for an error of this package or of the file system; the packages' own are in explain.go.
func explain(err error) (summary, detail, advice string) {
	var usage *usageError
	var advised *adviceError
	var path *fs.PathError
	switch {
	case errors.As(err, &usage):
		return "Wrong usage", sentence(usage), fmt.Sprintf("Run \"%s -help\" for the usage.", usage.command.CommandPath())
	case errors.As(err, &advised):
		return advised.summary, sentence(advised.err), advised.advice
	}
	if summary, detail, advice := explainWork(err); summary != "" {
		return summary, detail, advice
	}
	if errors.Is(err, context.Canceled) {
		return "Interrupted", "", "Nothing was left half done; run the command again."
	}
	if errors.As(err, &path) {
		return "Cannot " + path.Op + " " + path.Path, sentence(path.Err), ""
	}
	return "The command failed", sentence(err), ""
}

// reason is what the operating system said, without the operation and the path, which the headline has.
func reason(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// sentence is an error's text as a sentence.
func sentence(err error) string {
	text := capital(strings.TrimSpace(err.Error()))
	if text == "" || strings.ContainsAny(text[len(text)-1:], ".!?:") {
		return text
	}
	return text + "."
}

// capital begins a text with a capital letter, unless it begins with a name, such as a file's, which must stay as it is.
func capital(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || strings.ContainsAny(first, "./_") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
