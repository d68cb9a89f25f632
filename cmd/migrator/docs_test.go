package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"migrator/config"
	"migrator/planner/precheck"
)

// The manual, seen from this package's directory.
const (
	repository = "../.."
	manual     = repository + "/docs"
)

func TestManualHasEveryCommandAndFlag(t *testing.T) {
	t.Parallel()
	documented := map[string][]string{}
	exitLines := map[string]string{}
	section := ""
	for _, line := range manualLines(t, "commands.md") {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = strings.Trim(heading, "`")
			documented[section] = nil
		}
		if cells := tableRow(line); cells != nil && strings.HasPrefix(cells[0], "`-") {
			name, _, _ := strings.Cut(strings.Trim(cells[0], "`-"), "=")
			documented[section] = append(documented[section], name)
		}
		if codes, ok := strings.CutPrefix(line, "Exit status: "); ok {
			exitLines[section] = strings.ReplaceAll(strings.TrimSuffix(codes, "."), ",", "")
		}
	}

	want := map[string][]string{}
	root := newRootCommand(&app{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}, version: "dev"})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	flags := func(set *pflag.FlagSet) []string {
		var names []string
		set.VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" { // of every command, and listed with the global options
				names = append(names, f.Name)
			}
		})
		return names
	}
	want["Global options"] = append(flags(root.PersistentFlags()), "help")
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		c.InitDefaultVersionFlag()
		want[c.CommandPath()] = flags(c.LocalNonPersistentFlags())
		if codes := c.Annotations[exitsAnnotation]; codes != "" && exitLines[c.CommandPath()] != codes {
			t.Errorf("docs/commands.md, %s: \"Exit status: %s\", but the command has %s", c.CommandPath(), exitLines[c.CommandPath()], codes)
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(root)
	sameKeys(t, "docs/commands.md", "command", documented, want)
	for command, names := range want {
		sameSet(t, "docs/commands.md, "+command, "flag", documented[command], names)
	}
}

func TestManualHasTheWholeConfiguration(t *testing.T) {
	t.Parallel()
	const root = "Outside of any block"
	documented := map[string][]string{}
	section := ""
	for _, line := range manualLines(t, "configuration.md") {
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = ""
			if heading == root || strings.HasPrefix(heading, "`") {
				section = strings.Trim(heading, "`")
				documented[section] = nil
			}
		}
		if cells := tableRow(line); section != "" && cells != nil && strings.HasPrefix(cells[0], "`") {
			documented[section] = append(documented[section], strings.Join(cells[:3], " | "))
		}
	}
	want := map[string][]string{}
	for _, b := range config.Schema() {
		path := b.Path
		if path == "" {
			path = root
		}
		want[path] = nil
		for _, a := range b.Attributes {
			kind, value := strings.ReplaceAll(a.Type, "`", ""), ""
			switch {
			case a.Required:
				value = "required"
			case a.Default != "":
				value = a.Default
			}
			want[path] = append(want[path], a.Name+" | "+kind+" | "+value)
		}
	}
	for _, rows := range documented {
		for i := range rows {
			rows[i] = strings.ReplaceAll(rows[i], "`", "")
		}
	}
	sameKeys(t, "docs/configuration.md", "block", documented, want)
	for path, rows := range want {
		sameSet(t, "docs/configuration.md, "+path, "attribute (name | type | default)", documented[path], rows)
	}
}

func TestManualHasEveryExitCode(t *testing.T) {
	t.Parallel()
	var documented, want []string
	for _, line := range manualLines(t, "exit-codes.md") {
		if cells := tableRow(line); cells != nil {
			if _, err := strconv.Atoi(cells[0]); err == nil {
				documented = append(documented, cells[0])
			}
		}
	}
	for code := range 256 {
		if exitMeaning(code) != "" {
			want = append(want, strconv.Itoa(code))
		}
	}
	sameSet(t, "docs/exit-codes.md", "exit code", documented, want)
}

func TestManualHasEveryPrecheck(t *testing.T) {
	t.Parallel()
	var documented, want []string
	for _, line := range manualLines(t, "prechecks.md") {
		if cells := tableRow(line); cells != nil && strings.HasPrefix(cells[0], "`") {
			documented = append(documented, strings.Trim(cells[0], "`")+" | "+cells[1])
		}
	}
	for _, c := range precheck.All() {
		want = append(want, c.Name+" | "+string(c.Severity))
	}
	sameSet(t, "docs/prechecks.md", "precheck (name | severity)", documented, want)
}

// TestManualHasEveryError holds the headlines of troubleshooting.md against those that the program prints. Of a headline that is put
// together only the beginning can be known here.
func TestManualHasEveryError(t *testing.T) {
	t.Parallel()
	var documented []string
	for _, line := range manualLines(t, "troubleshooting.md") {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			documented = append(documented, heading)
		}
	}
	// The planner's words for a plan with conflicts, which begin with a number.
	want := map[string]bool{"Conflicts with what is in the destination": true}
	for _, name := range []string{"explain.go", "problem.go", "state.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ReturnStmt: // of a function that finds the words: summary, detail, advice
				if len(n.Results) == 3 {
					addHeadline(want, n.Results[0])
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "summary" {
					addHeadline(want, n.Value)
				}
			}
			return true
		})
	}
	sameSet(t, "docs/troubleshooting.md", "headline", documented, slices.Sorted(maps.Keys(want)))
}

// addHeadline notes the text with which an expression begins, if it begins with one.
func addHeadline(headlines map[string]bool, e ast.Expr) {
	for {
		sum, ok := e.(*ast.BinaryExpr)
		if !ok {
			break
		}
		e = sum.X
	}
	if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
		if text, err := strconv.Unquote(literal.Value); err == nil && text != "" {
			headlines[strings.TrimSpace(text)] = true
		}
	}
}

var (
	fencedHCL = regexp.MustCompile("(?ms)^```hcl([^\n]*)\n(.*?)^```$")
	envCall   = regexp.MustCompile(`\benv\("([^"]+)"\)`)
	fileCall  = regexp.MustCompile(`\bfile\("([^"]+)"\)`)
)

// TestManualsExamplesLoad loads every example of a configuration, without a warning. One that is marked as a fragment gets the blocks
// that a configuration cannot do without.
func TestManualsExamplesLoad(t *testing.T) {
	t.Parallel()
	examples := 0
	for _, path := range manualFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range fencedHCL.FindAllSubmatchIndex(text, -1) {
			examples++
			mark, body := strings.TrimSpace(string(text[at[2]:at[3]])), string(text[at[4]:at[5]])
			name := fmt.Sprintf("%s:%d", path, 1+bytes.Count(text[:at[0]], []byte("\n")))
			if string(config.Format([]byte(body))) != body {
				t.Errorf("%s: not in the canonical format", name)
			}
			switch mark {
			case "":
			case "fragment":
				body += "\nsource {\n  host = \"old.example.com\"\n}\n\ndestination {\n  host = \"new.example.com\"\n}\n"
			default:
				t.Errorf("%s: \"%s\" is no mark; there is only \"fragment\"", name, mark)
			}
			dir := t.TempDir()
			files := map[string]string{"migration.hcl": body}
			for _, call := range fileCall.FindAllStringSubmatch(body, -1) {
				files[call[1]] = "text\n"
			}
			var environ []string
			for _, call := range envCall.FindAllStringSubmatch(body, -1) {
				environ = append(environ, call[1]+"=postgres://migrator@new.example.com/shop")
			}
			for name, content := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, diags := config.Load(dir, config.Options{Environ: environ, Ask: func(config.Variable) (string, error) { return "1", nil }})
			if len(diags) > 0 {
				var out bytes.Buffer
				_ = config.WriteDiagnostics(&out, diags, 0, false)
				t.Errorf("%s:\n%s", name, out.String())
			}
		}
	}
	if examples < 10 {
		t.Errorf("found %d examples: does the pattern still fit?", examples)
	}
}

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestManualsLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	for _, path := range manualFiles(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range markdownLink.FindAllStringSubmatch(string(text), -1) {
			target, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			file := filepath.Join(filepath.Dir(path), target)
			if target == "" {
				file = path
			}
			linked, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s: %s: %v", path, link[1], err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(string(linked)), anchor) {
				t.Errorf("%s: %s: no such heading", path, link[1])
			}
		}
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchors are the names that headings can be linked to by.
func anchors(text string) []string {
	var names []string
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); heading != line {
			name := notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(heading)), "")
			names = append(names, strings.ReplaceAll(name, " ", "-"))
		}
	}
	return names
}

func manualFiles(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(manual + "/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal("no pages in docs: ", err)
	}
	return append(pages, repository+"/README.md")
}

func manualLines(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(manual, page))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}

// tableRow are the cells of a line of a table, at least three, or nil.
func tableRow(line string) []string {
	if !strings.HasPrefix(line, "| ") {
		return nil
	}
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	for len(cells) < 3 {
		cells = append(cells, "")
	}
	return cells
}

func sameKeys[V any](t *testing.T, where, what string, documented, want map[string]V) {
	t.Helper()
	sameSet(t, where, what, slices.Collect(maps.Keys(documented)), slices.Collect(maps.Keys(want)))
}

// sameSet complains of what the program has and the manual does not, of the reverse, and of what stands twice.
func sameSet(t *testing.T, where, what string, documented, want []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, d := range documented {
		if seen[d] {
			t.Errorf("%s: %s %q stands twice", where, what, d)
		}
		seen[d] = true
		if !slices.Contains(want, d) {
			t.Errorf("%s: the program has no %s %q", where, what, d)
		}
	}
	for _, w := range want {
		if !seen[w] {
			t.Errorf("%s: %s %q is missing", where, what, w)
		}
	}
}
