package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"migrator/config"
)

// asks says whether there is somebody to ask.
func (a *app) asks() bool { return a.globals.input && terminal(a.stdin) }

// askVariable asks for the value of a variable, without showing what is typed when it is sensitive.
func (a *app) askVariable(ctx context.Context, v config.Variable) (string, error) {
	fmt.Fprintf(a.stderr, "var.%s\n", v.Name)
	if v.Description != "" {
		fmt.Fprintf(a.stderr, "  %s\n", v.Description)
	}
	fmt.Fprint(a.stderr, "\n  Enter a value: ")
	f, ok := a.stdin.(*os.File)
	if !v.Sensitive || !ok {
		return a.readLine(ctx)
	}
	defer fmt.Fprintln(a.stderr)
	// A terminal without echo must not stay so after Ctrl-C.
	state, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", err
	}
	return await(ctx, func() (string, error) {
		secret, err := term.ReadPassword(int(f.Fd()))
		return string(secret), err
	}, func() { _ = term.Restore(int(f.Fd()), state) })
}

// approve asks for the word yes. No other word will do.
func (a *app) approve(ctx context.Context, question, explanation string) (bool, error) {
	if !a.globals.input {
		return false, &adviceError{summary: "Nobody can be asked", err: errors.New("-input=false forbids asking for the approval"), advice: "Apply a saved plan, or use -auto-approve."}
	}
	fmt.Fprintf(a.stdout, "\n%s\n  %s\n  Only \"yes\" will be accepted to approve.\n\n  Enter a value: ", question, explanation)
	answer, err := a.readLine(ctx)
	fmt.Fprintln(a.stdout)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return answer == "yes", err
}

// readLine reads one line of stdin, or returns when ctx ends.
func (a *app) readLine(ctx context.Context) (string, error) {
	return await(ctx, func() (string, error) {
		// One reader for all questions: it may hold the next answer already.
		if a.lines == nil {
			a.lines = bufio.NewReader(a.stdin)
		}
		line, err := a.lines.ReadString('\n')
		if line != "" && errors.Is(err, io.EOF) {
			err = nil
		}
		return strings.TrimSpace(line), err
	}, func() {})
}

// await runs a read that cannot be interrupted in a goroutine that the end of ctx leaves behind; the program ends then.
func await(ctx context.Context, read func() (string, error), abandoned func()) (string, error) {
	type result struct {
		text string
		err  error
	}
	results := make(chan result, 1)
	go func() {
		text, err := read()
		results <- result{text, err}
	}()
	select {
	case r := <-results:
		return r.text, r.err
	case <-ctx.Done():
		abandoned()
		return "", context.Cause(ctx)
	}
}
