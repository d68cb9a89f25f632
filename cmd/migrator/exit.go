package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"migrator/executor"
	"migrator/executor/ledger"
	"migrator/statefile"
)

// The exit codes of all commands.
const (
	exitDone         = 0
	exitError        = 1
	exitChanges      = 2
	exitUnformatted  = 3
	exitPrecheck     = 4
	exitDifferent    = 5
	exitRefused      = 6
	exitLocked       = 7
	exitStale        = 8
	exitInterrupted  = 130
	exitsAnnotation  = "exits"
	exitsDescription = "EXIT STATUS"
)

// exitMeaning is what help says of an exit code.
func exitMeaning(code int) string {
	return map[int]string{
		exitDone:        "done, or nothing to do",
		exitError:       "error",
		exitChanges:     "-detailed-exitcode was given and there are changes",
		exitUnformatted: "-check was given and files are not in the canonical format",
		exitPrecheck:    "a precheck failed",
		exitDifferent:   "verification found a difference",
		exitRefused:     "released, or taken over by another process: refused, nothing was written",
		exitLocked:      "locked by another run",
		exitStale:       "the saved plan is stale",
		exitInterrupted: "interrupted; can be resumed",
	}[code]
}

// codeError ends a command with a code after it has said all there is to say.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// exitCode is the code for a command's error.
func exitCode(err error) int {
	var code codeError
	var released *executor.ReleasedError
	var gone *ledger.ReleasedError
	var fenced *ledger.FencedError
	var stateLocked *statefile.LockedError
	var held *ledger.HeldError
	var stale *executor.StaleError
	var precheck *executor.PrecheckError
	var interrupted *executor.InterruptedError
	var lost *ledger.LostError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &released), errors.As(err, &gone), errors.As(err, &fenced):
		return exitRefused
	case errors.As(err, &lost):
		return exitError // it ends the run by cancelling its context, but nobody asked for that
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &stateLocked), errors.As(err, &held):
		return exitLocked
	case errors.As(err, &stale):
		return exitStale
	case errors.As(err, &precheck):
		return exitPrecheck
	}
	return exitError
}

// exits notes the codes that a command uses, for the end of its help.
func exits(c *cobra.Command, codes ...int) {
	texts := make([]string, len(codes))
	for i, code := range codes {
		texts[i] = strconv.Itoa(code)
	}
	if c.Annotations == nil {
		c.Annotations = map[string]string{}
	}
	c.Annotations[exitsAnnotation] = strings.Join(texts, " ")
}
