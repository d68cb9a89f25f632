package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"migrator/examples/sandbox/sandboxtest"
)

// estimates are what a plan's lines say that statistics decide, and the width of the columns.
var estimates = regexp.MustCompile(`never analyzed|~?[\d,.]+ (rows|[KMG]iB)| {2,}`)

// TestReadmeShowsARealPlan plans the example shop with the configuration of README.md and looks for the lines that are shown there.
func TestReadmeShowsARealPlan(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(repository + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(text)
	_, configuration, _ := strings.Cut(readme, "\nselect {\n")
	configuration, _, _ = strings.Cut("select {\n"+configuration, "```")
	_, shown, _ := strings.Cut(readme, "$ migrator plan -out=shop.plan\n")
	_, shown, _ = strings.Cut(shown, "migrator will perform")
	shown, _, _ = strings.Cut("migrator will perform"+shown, "```")

	s := newSite(t, twoURLs+configuration)
	sandboxtest.LoadShop(t, s.src, 0.1)
	sandboxtest.ShopRoles(t, s.dst)
	has := map[string]bool{}
	for line := range strings.Lines(s.run(exitDone, "plan", "-out=shop.plan")) {
		has[estimates.ReplaceAllString(strings.TrimSpace(line), " ")] = true
	}
	looked := 0
	for line := range strings.Lines(shown) {
		line = strings.TrimSpace(line)
		if line == "..." || line == "" {
			continue
		}
		looked++
		if !has[estimates.ReplaceAllString(line, " ")] {
			t.Errorf("README.md shows a line that the plan does not have: %s", line)
		}
	}
	if looked < 20 {
		t.Errorf("only %d lines were looked at", looked)
	}
}
