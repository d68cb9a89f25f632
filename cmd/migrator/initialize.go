package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"migrator/config"
)

// starterFile is what init writes.
const starterFile = "migration.hcl"

type initOptions struct{ fromURL bool }

func newInitCommand(a *app) *cobra.Command {
	var o initOptions
	c := &cobra.Command{
		Use: "init [options] [SOURCE-URL DESTINATION-URL]", Short: "Write a configuration to begin with", Args: arguments(cobra.MaximumNArgs(2)),
		Long: `Writes a commented migration.hcl, and a .gitignore for state and secrets. Files that are there are not changed,
but for lines missing in .gitignore. Passwords in the URLs are not written; the file has sensitive variables for them.`,
		RunE: func(c *cobra.Command, args []string) error { return runInit(a, c, o, args) },
	}
	c.Flags().BoolVar(&o.fromURL, "from-url", false, "Fill the addresses in from two URLs, of the source and of the destination")
	exits(c, exitDone, exitError)
	return c
}

func runInit(a *app, c *cobra.Command, o initOptions, args []string) error {
	if o.fromURL != (len(args) == 2) {
		return &usageError{command: c, err: errors.New("-from-url and two URLs go together: init -from-url SOURCE-URL DESTINATION-URL")}
	}
	text := config.Starter()
	if o.fromURL {
		var err error
		if text, err = config.StarterFrom(args[0], args[1]); err != nil {
			return &adviceError{summary: "The configuration cannot be made from these URLs", err: err}
		}
	}
	if there, err := filepath.Glob("*.hcl"); err != nil || len(there) > 0 {
		fmt.Fprintf(a.stdout, "There is a configuration here already (%s); it is not changed.\n", strings.Join(there, ", "))
	} else {
		if _, err := createFile(starterFile, text); err != nil {
			return err
		}
		fmt.Fprintf(a.stdout, "Wrote %s.\n", starterFile)
	}
	if err := ignore(a); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "\nEdit %s, then run \"migrator validate\" and \"migrator plan\".\n", starterFile)
	return nil
}

// ignore makes sure that git ignores the state and the secrets.
func ignore(a *app) error {
	const name = ".gitignore"
	created, err := createFile(name, config.Gitignore())
	if err != nil {
		return err
	}
	if created {
		fmt.Fprintf(a.stdout, "Wrote %s.\n", name)
		return nil
	}
	old, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	have := make(map[string]bool)
	for line := range strings.Lines(string(old)) {
		have[strings.TrimSpace(line)] = true
	}
	var missing []string
	for line := range strings.Lines(config.Gitignore()) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' && !have[line] {
			missing = append(missing, line)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	text := strings.TrimRight(string(old), "\n") + "\n\n# migrator\n" + strings.Join(missing, "\n") + "\n"
	if err := os.WriteFile(name, []byte(strings.TrimLeft(text, "\n")), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "Added lines to %s.\n", name)
	return nil
}
