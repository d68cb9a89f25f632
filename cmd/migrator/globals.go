package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"migrator/config"
	"migrator/planner/render"
)

// globalOptions are the flags of every command.
type globalOptions struct {
	chdir    string
	state    string
	vars     []string
	varFiles []string
	noColor  bool
	input    bool
	log      string
}

func (o *globalOptions) register(f *pflag.FlagSet) {
	f.StringVar(&o.chdir, "chdir", "", "Change to `DIR` before doing anything")
	f.StringVar(&o.state, "state", "", "Use the state `FILE` instead of the one that the configuration names")
	f.StringArrayVar(&o.vars, "var", nil, "Set a variable of the configuration: `NAME=VALUE`; can be repeated")
	f.StringArrayVar(&o.varFiles, "var-file", nil, "Read variables from `FILE`, beside migrator.vars and *.auto.vars; can be repeated")
	f.BoolVar(&o.noColor, "no-color", false, "No colours, as with the environment variable NO_COLOR")
	f.BoolVar(&o.input, "input", true, "Do not ask for what is missing; it is an error then")
	f.StringVar(&o.log, "log", "", "Write a log to stderr: `debug|info|warn`, as with the environment variable MIGRATOR_LOG")
}

// enter is what happens before every command.
func (a *app) enter(c *cobra.Command) error {
	if f := c.Flags().Lookup("json"); f != nil {
		a.json = f.Value.String() == "true"
	}
	if err := refuseEmpty(c.Flags()); err != nil {
		return &usageError{command: c, err: err}
	}
	if a.globals.log == "" {
		a.globals.log = a.getenv("MIGRATOR_LOG")
	}
	if _, err := a.logLevel(); err != nil {
		return &usageError{command: c, err: err}
	}
	if a.globals.chdir == "" {
		return nil
	}
	if err := os.Chdir(a.globals.chdir); err != nil {
		return &adviceError{summary: "Cannot change to " + a.globals.chdir, err: reason(err)}
	}
	return nil
}

// refuseEmpty refuses a flag that is given without a value: -out="$PLAN" would save nothing where PLAN is not set, and say nothing.
func refuseEmpty(f *pflag.FlagSet) (err error) {
	f.Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" {
			err = fmt.Errorf("-%s needs a value, and has an empty one", f.Name)
		}
	})
	return err
}

// logLevel is the level of -log; nothing is logged without it.
func (a *app) logLevel() (slog.Level, error) {
	var level slog.Level
	if a.globals.log == "" {
		return slog.LevelError + 1, nil
	}
	if err := level.UnmarshalText([]byte(a.globals.log)); err != nil {
		return 0, fmt.Errorf("-log (or MIGRATOR_LOG) is %q, and must be debug, info or warn", a.globals.log)
	}
	return level, nil
}

// logger writes what -log asks for. Secrets are taken out of all texts.
func (a *app) logger() *slog.Logger {
	level, err := a.logLevel()
	if err != nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
			switch attr.Value.Kind() {
			case slog.KindString, slog.KindAny:
				attr.Value = slog.StringValue(a.clean(attr.Value.String()))
			}
			return attr
		},
	}))
}

// getenv looks a variable up in the environment that the program was given.
func (a *app) getenv(name string) string {
	value := ""
	for _, line := range a.environ {
		if v, ok := strings.CutPrefix(line, name+"="); ok {
			value = v
		}
	}
	return value
}

// clean takes the configuration's secrets out of a text.
func (a *app) clean(text string) string {
	if a.redact == nil {
		return text
	}
	return a.redact(text)
}

// load reads the configuration of the current directory, prints its warnings, and applies -state.
func (a *app) load(ctx context.Context) (*config.Config, error) {
	cfg, diags := config.Load(".", a.configOptions(ctx))
	if cfg == nil {
		return nil, &diagnosticsError{diags}
	}
	a.redact = cfg.Redact
	a.print(diags)
	if a.globals.state != "" {
		path, err := filepath.Abs(a.globals.state)
		if err != nil {
			return nil, err
		}
		cfg.StatePath = path
	}
	a.logger().Debug("configuration loaded", "directory", cfg.Dir, "state", cfg.StatePath)
	return cfg, nil
}

func (a *app) configOptions(ctx context.Context) config.Options {
	o := config.Options{Vars: a.globals.vars, VarFiles: a.globals.varFiles, Environ: a.environ}
	if a.asks() {
		o.Ask = func(v config.Variable) (string, error) { return a.askVariable(ctx, v) }
	}
	return o
}

// terminal says whether a stream is one.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// interactive says whether the cursor of stdout can be moved.
func (a *app) interactive() bool { return terminal(a.stdout) && a.getenv("TERM") != "dumb" }

// colors says whether to write colours to a stream.
func (a *app) colors(stream any) bool {
	return terminal(stream) && !a.globals.noColor && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// renderOptions are those of a plan on stdout.
func (a *app) renderOptions() render.Options { return render.Options{Color: a.colors(a.stdout)} }
