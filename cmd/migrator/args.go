package main

import (
	"errors"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
)

// argsVariable holds arguments for every command, as Terraform's TF_CLI_ARGS.
const argsVariable = "MIGRATOR_CLI_ARGS"

// longFlags rewrites -out=p to --out=p, since pflag takes what has one dash for a row of one-letter flags.
// -h, a lone dash and negative numbers stay, and so does everything behind "--".
func longFlags(args []string) []string {
	out := make([]string, len(args))
	copy(out, args)
	for i, arg := range args {
		if arg == "--" {
			break
		}
		if len(arg) > 2 && arg[0] == '-' && arg[1] != '-' && !unicode.IsDigit(rune(arg[1])) {
			out[i] = "-" + arg
		}
	}
	return out
}

// withEnvironment puts the arguments of the environment between the command and its own, which win over them.
func withEnvironment(root *cobra.Command, args []string, variable string) ([]string, error) {
	extra, err := splitWords(variable)
	if err != nil {
		return nil, &usageError{command: root, err: err}
	}
	command, rest, err := root.Find(args)
	if err != nil {
		return nil, &usageError{command: root, err: err}
	}
	if len(extra) == 0 || command == root {
		return args, nil
	}
	path := strings.Fields(command.CommandPath())[1:]
	return append(append(path, longFlags(extra)...), rest...), nil
}

// splitWords splits a text the way a shell does, with quotes and backslashes.
func splitWords(text string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	quote := rune(0)
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped, inWord = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case unicode.IsSpace(r):
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New(argsVariable + " ends inside of a quotation")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
