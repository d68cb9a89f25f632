package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

type versionOptions struct{ json bool }

func newVersionCommand(a *app) *cobra.Command {
	var o versionOptions
	c := &cobra.Command{
		Use: "version [options]", Short: "Show the version", Args: arguments(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return runVersion(a, o) },
	}
	c.Flags().BoolVar(&o.json, "json", false, "Print an object")
	exits(c, exitDone)
	return c
}

func runVersion(a *app, o versionOptions) error {
	platform := runtime.GOOS + "_" + runtime.GOARCH
	if !o.json {
		_, err := fmt.Fprintf(a.stdout, "migrator %s\non %s\n", a.version, platform)
		return err
	}
	return a.writeJSON(struct {
		Version  string `json:"migrator_version"`
		Platform string `json:"platform"`
		Go       string `json:"go_version"`
	}{a.version, platform, runtime.Version()})
}
