package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// help prints a command's help in Terraform's look: flags with one dash, and at the end the exit codes.
func help(c *cobra.Command, _ []string) {
	w := c.OutOrStdout()
	usage := strings.ReplaceAll(c.UseLine(), " [flags]", "")
	fmt.Fprintf(w, "Usage: %s\n", usage)
	text := c.Long
	if text == "" {
		text = c.Short + "."
	}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		fmt.Fprintf(w, "\n  %s", line)
	}
	fmt.Fprintln(w)
	commands(w, c)
	flags(w, "Options", c.LocalNonPersistentFlags())
	if c.HasParent() {
		flags(w, "Global options", c.InheritedFlags())
	} else {
		flags(w, "Global options", c.PersistentFlags())
	}
	exitStatus(w, c)
}

// mainCommands come first in the list of commands, in the order of their use.
func mainCommands() []string {
	return []string{"init", "validate", "plan", "apply", "verify", "release"}
}

// commands lists what is below a command.
func commands(w io.Writer, c *cobra.Command) {
	var first, rest []*cobra.Command
	for _, sub := range c.Commands() {
		switch {
		case !sub.IsAvailableCommand() && sub.Name() != "help":
		case c.HasParent() || slices.Contains(mainCommands(), sub.Name()):
			first = append(first, sub)
		default:
			rest = append(rest, sub)
		}
	}
	if !c.HasParent() {
		slices.SortStableFunc(first, func(a, b *cobra.Command) int {
			return slices.Index(mainCommands(), a.Name()) - slices.Index(mainCommands(), b.Name())
		})
	}
	for _, group := range []struct {
		title string
		list  []*cobra.Command
	}{{"Main commands", first}, {"All other commands", rest}} {
		if len(group.list) == 0 {
			continue
		}
		if c.HasParent() {
			group.title = "Commands"
		}
		fmt.Fprintf(w, "\n%s:\n", group.title)
		for _, sub := range group.list {
			fmt.Fprintf(w, "  %-14s%s\n", sub.Name(), sub.Short)
		}
	}
}

// flags lists flags with one dash and the names of their values.
func flags(w io.Writer, title string, set *pflag.FlagSet) {
	var names, texts []string
	width := 0
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		value, text := pflag.UnquoteUsage(f)
		switch f.Name {
		case "help":
			text = "Show this help"
		case "version":
			text = "Show the version"
		}
		name := "-" + f.Name
		if f.Value.Type() != "bool" {
			name += "=" + value
		} else if f.DefValue == "true" {
			name += "=false"
		}
		names, texts = append(names, name), append(texts, strings.ToUpper(text[:1])+text[1:])
		width = max(width, len(name))
	})
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for i, name := range names {
		fmt.Fprintf(w, "  %-*s  %s\n", width, name, texts[i])
	}
}

// exitStatus lists the codes that the command was registered with.
func exitStatus(w io.Writer, c *cobra.Command) {
	codes := strings.Fields(c.Annotations[exitsAnnotation])
	if len(codes) == 0 {
		codes = []string{strconv.Itoa(exitDone), strconv.Itoa(exitError)}
	}
	fmt.Fprintf(w, "\n%s\n", exitsDescription)
	for _, text := range codes {
		if code, err := strconv.Atoi(text); err == nil {
			fmt.Fprintf(w, "  %-4d %s\n", code, exitMeaning(code))
		}
	}
}
