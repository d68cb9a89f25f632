// Command migrator moves one PostgreSQL database into another, exactly, and is used the way Terraform is used.
//
// This package has one file for each command: its flags, one call of the packages that do the work, its output.
package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"slices"

	"github.com/spf13/cobra"
)

// version is set by the linker (see the Makefile); it is the one thing that a linker can only set in a variable.
var version = "dev"

func main() { os.Exit(program()) }

// program is main with its exit code, also for the tests' scripts.
func program() int {
	if os.Getenv("GOMEMLIMIT") == "" {
		// A plan of 10,000 tables is 200 MB while it is made: collect before as much again is thrown away.
		debug.SetMemoryLimit(380 << 20)
	}
	ctx, stop := signals(context.Background(), os.Stderr)
	defer stop()
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), version: version}
	return a.run(ctx, os.Args[1:])
}

// app is one run of the program: where it reads and writes, and what all commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	version        string
	lines          *bufio.Reader // over stdin, once something was asked
	globals        globalOptions
	// json says that the command was asked for objects, so that errors are objects as well.
	json bool
	// printed says that diagnostics were printed on stderr, so that the next ones keep a distance.
	printed bool
	// redact takes the configuration's secrets out of a text; nil before one is loaded.
	redact func(string) string
}

// run carries out a command line and returns the exit code.
func (a *app) run(ctx context.Context, args []string) int {
	root := newRootCommand(a)
	args = longFlags(args)
	// Even a command line that cannot be understood is answered with an object if it asks for one.
	a.json = slices.Contains(args, "--json")
	args, err := withEnvironment(root, args, a.getenv(argsVariable))
	if err == nil {
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}
	if err != nil && ctx.Err() != nil {
		// What fails after Ctrl-C fails because of it.
		err = errors.Join(err, context.Cause(ctx))
	}
	a.report(err)
	return exitCode(err)
}

func newRootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "migrator",
		Short: "Move one PostgreSQL database into another, exactly",
		Long: `migrator moves one PostgreSQL database into another: schema, rows, sequences, constraints, triggers.
"migrator plan" says what would be done, "migrator apply" does exactly that, "migrator verify" proves it row for row.`,
		SilenceErrors: true,
		// A letter wrong or two letters swapped.
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		Args:                       arguments(cobra.NoArgs),
		Version:                    a.version,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetVersionTemplate("migrator {{.Version}}\n")
	root.SetHelpFunc(help)
	root.SetUsageFunc(func(*cobra.Command) error { return nil })
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return &usageError{command: c, err: err} })
	a.globals.register(root.PersistentFlags())
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return a.enter(c) }
	root.AddCommand(
		newInitCommand(a), newValidateCommand(a), newPlanCommand(a), newApplyCommand(a), newVerifyCommand(a), newReleaseCommand(a),
		newFmtCommand(a), newPrecheckCommand(a), newShowCommand(a), newStatusCommand(a), newStateCommand(a), newForceUnlockCommand(a), newVersionCommand(a),
	)
	exits(root, 0, 1)
	return root
}
