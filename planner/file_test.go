package planner_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"migrator/planner"
)

func TestEncodeAndDecode(t *testing.T) {
	t.Parallel()
	in := shop().input(everything())
	in.Configuration = json.RawMessage("{ \"a\": \"<&>\",\n \"b\": [1, 2.50] }")
	p, err := planner.Build(in)
	if err != nil {
		t.Fatal(err)
	}
	data := encode(t, p)
	q, err := planner.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, encode(t, q)) {
		t.Error("a plan that was read is written otherwise")
	}
	q.Configuration, p.Configuration = nil, nil // spaces apart, they were compared above
	if diff := cmp.Diff(p, q, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
	if before, err := planner.ID(p); err != nil || before == "" {
		t.Error(err)
	} else if q.Actions[0].Detail += "."; true {
		if after, _ := planner.ID(q); after == before {
			t.Error("another plan has the same id")
		}
	}
}

// TestDecodeCutOff cuts a plan file off at every length.
func TestDecodeCutOff(t *testing.T) {
	t.Parallel()
	data := encode(t, one().plan(t, everything()))
	whole := len(bytes.TrimRight(data, "\n"))
	for n := range whole {
		_, err := planner.Decode(data[:n])
		var bad *planner.FileError
		if !errors.As(err, &bad) || !strings.Contains(bad.Reason, "is cut off") {
			t.Fatalf("at %d of %d bytes: %v", n, whole, err)
		}
	}
	if _, err := planner.Decode(data[:whole]); err != nil {
		t.Error(err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	data := string(encode(t, shop().plan(t, everything())))
	for name, test := range map[string]struct {
		data, reason string
	}{
		"nothing":            {"", "is cut off after 0 bytes"},
		"another file":       {"migrate = []", "is no plan of migrator"},
		"another document":   {"{}", "is no plan of migrator"},
		"a list":             {"[]", "is no plan of migrator"},
		"an edited byte":     {strings.Replace(data, "CREATE SCHEMA sales", "CREATE SCHEMA saleZ", 1), "was changed after it was made"},
		"an edited id":       {strings.Replace(data, `"id": "`, `"id": "0`, 1), "was changed after it was made"},
		"more behind it":     {data + "{}", "has something behind its end"},
		"an unknown field":   {strings.Replace(data, `"plan": {`, `"plan": {"extra": 1,`, 1), "was changed after it was made"},
		"a newer version":    {strings.Replace(data, `"format_version": 1`, `"format_version": 2`, 1), "has format version 2; this release reads up to 1"},
		"a wrong type":       {document(`{"actions": [1]}`), "cannot be read"},
		"no address":         {document(`{"actions": [{}]}`), "cannot be read"},
		"a negative version": {strings.Replace(data, `"format_version": 1`, `"format_version": -1`, 1), "is no plan of migrator"},
	} {
		_, err := planner.Decode([]byte(test.data))
		var bad *planner.FileError
		if !errors.As(err, &bad) || !strings.HasPrefix(bad.Reason, test.reason) {
			t.Errorf("%s: %v, want %q", name, err, test.reason)
		}
	}
}

// document is a plan file with a content that its id fits.
func document(plan string) string {
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(plan)); err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"format_version": 1, "id": "%x", "plan": %s}`, sha256.Sum256(compact.Bytes()), plan)
}

// TestDecodeAllocates bounds the memory that files take, also those that were made to take much.
func TestDecodeAllocates(t *testing.T) {
	repeat := func(before, item, after string) string {
		return document(before + strings.TrimSuffix(strings.Repeat(item+",", 1<<20/len(item)), ",") + after)
	}
	big := newHandmade("public")
	for n := range 300 {
		big.table("public", fmt.Sprintf("t%d", n), "a integer", "b text")
	}
	for name, data := range map[string]string{
		"a real plan":   string(encode(t, big.plan(t, everything()))),
		"empty actions": repeat(`{"actions": [`, `{}`, `]}`),
		"empty strings": repeat(`{"warnings": [`, `""`, `]}`),
		"empty parts":   repeat(`{"actions": [{"address": "a", "copy": {"parts": [`, `{}`, `]}}]}`),
		"numbers":       repeat(`{"actions": [{"address": "a", "copy": {"key": [`, `0`, `]}}]}`),
		"deep":          document(`{"configuration": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _ = planner.Decode([]byte(data)) // most are refused
		runtime.ReadMemStats(&after)
		if times := (after.TotalAlloc - before.TotalAlloc) / uint64(len(data)); times > 100 || name == "a real plan" && times > 20 {
			t.Errorf("%s of %d bytes allocates %d times that", name, len(data), times)
		}
	}
}

// TestDecodeChecks refuses plans that the executor could not carry out, however they were made.
func TestDecodeChecks(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*planner.Plan){
		"an address twice":       func(p *planner.Plan) { p.Actions[1].Address = p.Actions[0].Address },
		"an action before needs": func(p *planner.Plan) { p.Actions[0].DependsOn = []string{p.Actions[1].Address} },
		"a need that is not":     func(p *planner.Plan) { p.Actions[1].DependsOn = []string{"nothing"} },
		"rows without a copy": func(p *planner.Plan) {
			p.Actions = append(p.Actions, planner.Action{Address: "x", Kind: planner.ActionRows, Change: planner.Copy})
		},
		"a stage that is none": func(p *planner.Plan) { p.Actions[0].Stage = 9 },
		"columns of two lengths": func(p *planner.Plan) {
			p.Actions = append(p.Actions, planner.Action{Address: "x", Kind: planner.ActionRows, Change: planner.Copy, Copy: &planner.RowCopy{Select: []string{"a"}}})
		},
		"a key out of range": func(p *planner.Plan) {
			p.Actions = append(p.Actions, planner.Action{Address: "x", Kind: planner.ActionRows, Change: planner.Copy, Copy: &planner.RowCopy{
				Select: []string{"a"}, Columns: []string{"a"}, FinalColumns: []string{"a"}, Format: "text", Key: []int{1}}})
		},
		"an unknown format": func(p *planner.Plan) {
			p.Actions = append(p.Actions, planner.Action{Address: "x", Kind: planner.ActionRows, Change: planner.Copy, Copy: &planner.RowCopy{Format: "csv"}})
		},
		"an unknown change": func(p *planner.Plan) { p.Actions[0].Change = "*" },
	} {
		p := shop().plan(t, everything())
		change(p)
		_, err := planner.Decode(encode(t, p))
		var bad *planner.FileError
		if !errors.As(err, &bad) || bad.Reason != "contradicts itself" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	h := shop()
	p, err := planner.Build(h.input(everything()))
	if err != nil {
		f.Fatal(err)
	}
	data, err := planner.Encode(p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format_version":1,"id":"x","plan":{"actions":[{"address":"a"}]}}`))
	f.Add([]byte(strings.Repeat("[", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := planner.Decode(data)
		var bad *planner.FileError
		switch {
		case err != nil && !errors.As(err, &bad):
			t.Errorf("%T: %v", err, err)
		case err == nil:
			again, err := planner.Encode(p)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := planner.Decode(again); err != nil {
				t.Errorf("what was read cannot be read again: %v", err)
			}
		}
	})
}

func FuzzMatchGlob(f *testing.F) {
	f.Add("a*.?b*c", "abc", "xbyc")
	f.Add("*", "", "")
	f.Add("ä.*\xff", "ä", "\xff")
	f.Fuzz(func(t *testing.T, glob, schema, name string) {
		planner.MatchGlob(glob, schema, name)
		if !planner.MatchGlob("*.*", schema, name) || !planner.MatchGlob("*", schema, name) {
			t.Errorf("%q.%q is not everything", schema, name)
		}
		if !strings.ContainsAny(schema, "*?.") && !strings.ContainsAny(name, "*?") && !planner.MatchGlob(schema+"."+name, schema, name) {
			t.Errorf("%q.%q does not match itself", schema, name)
		}
	})
}
