package planner_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/planner"
)

// fidelity is one line of what a migration must carry, and what stands for it in the tests. One of the other fields is set.
type fidelity struct {
	words string
	// query gives the objects that have the property, one a row: some in the source, and the same in the destination.
	query string
	// planned and left begin the address of an action: of one that is carried out, and of one that is left behind with a reason.
	planned, left string
	// test names a test of its own, in any package.
	test string
	// newer is the first version that knows it; the tests of such servers cover it.
	newer int
	// none says why no object can stand for it.
	none string
}

func shows(words, query string) fidelity       { return fidelity{words: words, query: query} }
func plans(words, address string) fidelity     { return fidelity{words: words, planned: address} }
func leaves(words, address string) fidelity    { return fidelity{words: words, left: address} }
func tested(words, test string) fidelity       { return fidelity{words: words, test: test} }
func newer(words string, version int) fidelity { return fidelity{words: words, newer: version} }
func nothing(words, reason string) fidelity    { return fidelity{words: words, none: reason} }

// TestEveryKind migrates a database with something for every line of what a migration must carry, and has pg_dump judge; the lines are
// then looked for in both databases.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	needs(t, 150000)
	d := connectDatabases(t)
	loadEveryKind(t, d)
	p := d.migrate(t, everything())
	sameDump(t, d)

	behind := connectDatabases(t)
	loadLeftBehind(t, behind)
	left := build(t, behind.input(t, everything()))

	tests := testNames(t)
	for _, line := range slices.Concat(forgotten, relations, columnsAndConstraints, viewsAndRules, routinesAndTypes, furtherKinds, security) {
		switch {
		case line.query != "":
			source, destination := rowsOf(t, d.src, line), rowsOf(t, d.dst, line)
			if source == "" || source != destination {
				t.Errorf("%s: the source has\n%s\nand the destination\n%s", line.words, source, destination)
			}
		case line.planned != "":
			if !has(p, line.planned, func(a *planner.Action) bool { return a.Change != planner.Skip }) {
				t.Errorf("%s: the plan has no %s", line.words, line.planned)
			}
		case line.left != "":
			if !has(left, line.left, func(a *planner.Action) bool { return a.Change == planner.Skip && a.Reason != "" }) {
				t.Errorf("%s: the plan does not leave %s behind", line.words, line.left)
			}
		case line.test != "":
			if !tests[line.test] {
				t.Errorf("%s: there is no test %s", line.words, line.test)
			}
		case line.newer <= 150000 && line.none == "":
			t.Errorf("%s: nothing stands for it", line.words)
		}
	}
}

func has(p *planner.Plan, address string, is func(*planner.Action) bool) bool {
	for n := range p.Actions {
		if a := &p.Actions[n]; strings.HasPrefix(a.Address, address) && is(a) {
			return true
		}
	}
	return false
}

// rowsOf are the rows of a line's query in the order of their text.
func rowsOf(t *testing.T, conn *pgx.Conn, line fidelity) string {
	t.Helper()
	var text string
	if err := conn.QueryRow(t.Context(), `SELECT coalesce(string_agg(q::text, E'\n' ORDER BY q::text COLLATE "C"), '') FROM (SELECT `+line.query+`) q`).Scan(&text); err != nil {
		t.Errorf("%s: %v", line.words, err)
	}
	return text
}

// testNames are those of all packages.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	test := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	names := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, found := range test.FindAllSubmatch(text, -1) {
			names[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
