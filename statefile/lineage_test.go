package statefile_test

import (
	"errors"
	"regexp"
	"testing"

	"migrator/statefile"
)

func TestNewLineage(t *testing.T) {
	version4 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		id := statefile.NewLineage()
		if !version4.MatchString(id) || seen[id] {
			t.Fatalf("%q is no new UUID of version 4", id)
		}
		seen[id] = true
	}
}

func TestCheckSerial(t *testing.T) {
	at := func(lineage string, serial int64, plan string) *statefile.State {
		return &statefile.State{Lineage: lineage, Serial: serial, PlanID: plan}
	}
	for _, test := range []struct {
		name          string
		current, next *statefile.State
		lineage       bool
		serial        bool
	}{
		{name: "nothing there", next: at("a", 1, "p")},
		{name: "newer", current: at("a", 1, "p"), next: at("a", 2, "q")},
		{name: "the same", current: at("a", 2, "p"), next: at("a", 2, "p")},
		{name: "the same serial, another content", current: at("a", 2, "p"), next: at("a", 2, "q"), serial: true},
		{name: "older", current: at("a", 3, "p"), next: at("a", 2, "p"), serial: true},
		{name: "another lineage", current: at("a", 1, "p"), next: at("b", 2, "p"), lineage: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := statefile.CheckSerial(test.current, test.next)
			_, lineage := errors.AsType[*statefile.LineageError](err)
			_, serial := errors.AsType[*statefile.SerialError](err)
			if lineage != test.lineage || serial != test.serial || (err != nil) != (lineage || serial) {
				t.Errorf("got %v", err)
			}
		})
	}
}
