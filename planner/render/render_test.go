package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"migrator/planner"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

func TestGolden(t *testing.T) {
	saved := Options{PlanFile: "shop.plan", PlanID: "0123abcd"}
	colored, compact := saved, saved
	colored.Color, compact.Compact = true, true
	statements := saved
	statements.CopySQL = func(a *planner.Action) (source, destination []string) {
		return []string{"COPY 1 OF " + a.Address, "COPY 2\nOF " + a.Address + "\x1b"}, []string{"TRUNCATE " + a.Address, "COPY FROM STDIN"}
	}
	for name, c := range map[string]struct {
		render  func(io.Writer, *planner.Plan, Options) error
		plan    *planner.Plan
		options Options
	}{
		"shop.txt":         {Text, shop(), saved},
		"shop_color.txt":   {Text, shop(), colored},
		"shop_compact.txt": {Text, shop(), compact},
		"done.txt":         {Text, done(), Options{}},
		"refused.txt":      {Text, refused(), Options{}},
		"hostile.txt":      {Text, hostile(), Options{}},
		"large.txt":        {Text, large(120), Options{}},
		"shop.md":          {Markdown, shop(), saved},
		"done.md":          {Markdown, done(), Options{}},
		"refused.md":       {Markdown, refused(), Options{}},
		"hostile.md":       {Markdown, hostile(), Options{}},
		"large_compact.md": {Markdown, large(120), compact},
		"shop.json":        {JSON, shop(), saved},
		"shop.sql":         {SQL, shop(), statements},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := c.render(&b, c.plan, c.options); err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, ".json") {
				b = indented(t, b.Bytes())
			}
			golden(t, name, b.String())
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("differs from %s (run with -update if it should); -want +got:\n%s", path, diff)
	}
}

func indented(t *testing.T, doc []byte) bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, doc, "", "  "); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMarkdownStaysBelowTheLimit(t *testing.T) {
	for _, n := range []int{1, 99, 300, 2000} {
		var b bytes.Buffer
		if err := Markdown(&b, large(n), Options{PlanFile: "big.plan"}); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		if utf8.RuneCountInString(text) >= markdownLimit {
			t.Errorf("%d tables: %d characters", n, utf8.RuneCountInString(text))
		}
		if n == 2000 {
			for _, want := range []string{"migrator show big.plan", "#### pre-data: 2,000 actions", "#### data: 2,000 actions", "and 1,", "#### Totals by kind"} {
				if !strings.Contains(text, want) {
					t.Errorf("2,000 tables: no %q", want)
				}
			}
		}
		if opened, closed := strings.Count(text, "<details>"), strings.Count(text, "</details>"); opened != closed {
			t.Errorf("%d tables: %d <details> and %d </details>", n, opened, closed)
		}
	}
}

func TestLargePlanStartsWithTotalsAndLeavesColumnsOut(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, large(2000), Options{}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	totals, actions := strings.Index(text, "Totals by kind"), strings.Index(text, "pre-data\n")
	if totals < 0 || actions < totals {
		t.Errorf("totals at %d, actions at %d", totals, actions)
	}
	if strings.Contains(text, "bigint") || !strings.Contains(text, "4,000 lines below the tables are not listed") {
		t.Error("columns are listed, or it is not said that they are not")
	}
	for _, want := range []string{"~1.9e9 rows", "and 1,980 more table_without_key"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestNoNameStartsALineOrMovesTheCursor(t *testing.T) {
	for name, render := range map[string]func(io.Writer, *planner.Plan, Options) error{
		"text": Text, "markdown": Markdown, "sql": SQL,
	} {
		var b bytes.Buffer
		if err := render(&b, hostile(), Options{}); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(b.String(), "\n  + table  forged") || strings.ContainsAny(b.String(), "\x1b\u202e") {
			t.Errorf("%s lets a name through:\n%s", name, b.String())
		}
	}
}

// TestSummaryCountsTheLines adds the numbers of a plan's last lines up to the lines above them, by their signs.
func TestSummaryCountsTheLines(t *testing.T) {
	for name, p := range map[string]*planner.Plan{"shop": shop(), "refused": refused(), "large": large(5), "existing": existing()} {
		var b bytes.Buffer
		if err := Text(&b, p, Options{}); err != nil {
			t.Fatal(err)
		}
		lines := map[string]int{}
		for line := range strings.Lines(b.String()) {
			if before, _, hazards := strings.Cut(line, " hazard"); hazards && !strings.HasPrefix(before, " ") {
				break
			}
			if strings.HasPrefix(line, "  ") && line[2] != ' ' {
				lines[line[2:3]]++
			}
		}
		batches := 0
		for _, a := range p.Actions {
			if a.Objects != nil {
				batches++
			}
		}
		s := Summarize(p)
		want := map[string]int{"+": s.Create, ">": s.Copy + batches, "~": s.Steps + s.Sequences + s.Rename + s.Change, "-": s.Skip, "!": s.Conflict}
		for sign, n := range want {
			if lines[sign] != n {
				t.Errorf("%s: %d lines with %s, but the numbers say %d: %s", name, lines[sign], sign, n, s)
			}
		}
		for n, text := range map[int]string{s.Steps: "completed by", s.Change: "to change", s.Skip: "to skip"} {
			if n > 0 && !strings.Contains(s.String(), text) {
				t.Errorf("%s: %q does not say what is %s", name, s, text)
			}
		}
	}
}

func TestSummary(t *testing.T) {
	got := Summarize(shop())
	want := Summary{
		Create: 6, Copy: 1, Rows: 81_400_000, Bytes: 38 * gib, LargeObjects: 40, Sequences: 1, Rename: 1, Steps: 1, Skip: 1,
		LeavesSource: 38*gib - 81_400_000*18,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Summarize(done()).HasChanges() || !Summarize(refused()).HasChanges() {
		t.Error("HasChanges")
	}
}
