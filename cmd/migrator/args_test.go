package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLongFlags(t *testing.T) {
	got := longFlags([]string{"-chdir=x", "plan", "-out", "p", "--json", "-h", "-", "-10", "--", "-out"})
	want := []string{"--chdir=x", "plan", "--out", "p", "--json", "-h", "-", "-10", "--", "-out"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSplitWords(t *testing.T) {
	for text, want := range map[string][]string{
		"":                            nil,
		"  -a  -b=c ":                 {"-a", "-b=c"},
		`-var 'x=a b' "y\"z" '' a\ b`: {"-var", "x=a b", `y"z`, "", "a b"},
		`a'b'c`:                       {"abc"},
	} {
		got, err := splitWords(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for _, text := range []string{`'a`, `a\`, `"`} {
		if _, err := splitWords(text); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

func TestEnvironmentsArgumentsStandBehindTheCommand(t *testing.T) {
	for _, c := range []struct {
		args, want []string
	}{
		{[]string{"plan", "--out=p"}, []string{"plan", "--no-color", "--out=p"}},
		{[]string{"--chdir", "d", "state", "list"}, []string{"state", "list", "--no-color", "--chdir", "d"}},
		{nil, nil},
	} {
		got, err := withEnvironment(newRootCommand(&app{}), c.args, "-no-color")
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func FuzzSplitWords(f *testing.F) {
	f.Add(`-var 'x=a b' "y\"z"`)
	f.Fuzz(func(t *testing.T, text string) {
		words, err := splitWords(text)
		if err != nil && words != nil {
			t.Error("words and an error")
		}
	})
}
