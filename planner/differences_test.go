package planner

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner/catalog"
)

func TestDifferingLines(t *testing.T) {
	t.Parallel()
	renamed := &config.Config{Mapping: config.Mapping{Tables: []config.TableMapping{{Schema: "s", Name: "old", Rename: "new", Data: true}}}}
	src := &catalog.Database{Tables: []*catalog.Table{{Item: catalog.Item{Kind: catalog.KindTable, Schema: "s", Name: "old"}}}}
	for name, test := range map[string]struct {
		cfg                     *config.Config
		source, destination     string
		onlySource, onlyDestine string
	}{
		"one line":        {nil, "CREATE TABLE s.t (\n    a int,\n    b text\n)", "CREATE TABLE s.t (\n    a bigint,\n    b text\n)", "a int", "a bigint"},
		"one more":        {nil, "a,\nb", "a,\nb,\nc", "", "c"},
		"the last comma":  {nil, "a,\nb,\nc", "a,\nb", "c", ""},
		"far apart":       {nil, "a\nb\nc\nd\ne", "x\nb\nc\nd\ny", "a|e", "x|y"},
		"white space":     {nil, "a  b", "a b", "a  b", "a b"},
		"line breaks":     {nil, "a;\n  b", "  a\nb", "a|b", "a|b"},
		"a renamed table": {renamed, "SELECT a\nFROM s.old\nWHERE a > 1", "SELECT a\nFROM s.new\nWHERE a > 2", "WHERE a > 1", "WHERE a > 2"},
	} {
		if test.cfg == nil {
			test.cfg = &config.Config{}
		}
		source, destination := differingLines(test.source, test.destination, newMapping(test.cfg, src))
		if diff := cmp.Diff([]string{test.onlySource, test.onlyDestine}, []string{strings.Join(source, "|"), strings.Join(destination, "|")}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDifferenceInWords(t *testing.T) {
	t.Parallel()
	d := Difference{Kind: "materialized_view", Name: "s.v", What: Changed, Properties: []string{"owner", "comment"}, Source: make([]string, 20), Mend: []string{"X"}}
	if got := d.String(); got != "materialized view s.v: different owner and comment" {
		t.Errorf("got %q", got)
	}
	if lines := d.Lines(); len(lines) != mostLines+2 || lines[mostLines] != "source:      and 8 more" || lines[mostLines+1] != "to mend it:  X" {
		t.Errorf("got %q", lines)
	}
}
