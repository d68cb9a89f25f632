package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"migrator/executor/ledger"
	"migrator/statefile"
)

func TestBuildState(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	run := ledger.Run{Lineage: lineage, PlanID: "p", Fence: 3, StartedAt: at, CompletedAt: at.Add(time.Hour)}
	list := []ledger.Entry{
		{Address: "rows.public.t", Part: 0, Rows: 10, Bytes: 100, Digest: "0000000000000000ffffffffffffffff", Kept: 1, Before: 7, At: at.Add(time.Minute)},
		{Address: "rows.public.t", Part: 2, Rows: 20, Bytes: 200, Digest: "00000000000000000000000000000001", Kept: 2, Before: 7, At: at},
		{Address: "table.public.t", At: at},
	}
	facts := ledger.Facts{
		ToolVersion: "1.0.0", LedgerSchema: schema, Total: 4, Parts: map[string]int{"rows.public.t": 3},
		Source: statefile.Place{Host: "s"}, Destination: statefile.Place{Host: "d"},
	}
	want := &statefile.State{
		FormatVersion: statefile.FormatVersion, ToolVersion: "1.0.0", Lineage: lineage, PlanID: "p", Status: statefile.Complete,
		Source: facts.Source, Destination: facts.Destination, LedgerSchema: schema, Fence: 3,
		StartedAt: at, FinishedAt: at.Add(time.Hour), Total: 4,
		Done: map[string]statefile.Done{
			"rows.public.t": {
				Parts: 2, Of: 3, Rows: 30, Bytes: 300, Digest: "00000000000000010000000000000000", Kept: 3, Before: 7, At: at.Add(time.Minute),
			},
			"table.public.t": {At: at},
		},
	}
	got, err := ledger.BuildState(run, list, facts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the state differs (-want +got):\n%s", diff)
	}
	run.CompletedAt = time.Time{}
	if got, err := ledger.BuildState(run, nil, facts); err != nil || got.Status != statefile.Running || !got.FinishedAt.IsZero() {
		t.Errorf("an unfinished run makes %+v (%v)", got, err)
	}
	list[1].Digest = "zz"
	_, err = ledger.BuildState(run, list, facts)
	if _, ok := errors.AsType[*ledger.DigestError](err); !ok || !strings.Contains(err.Error(), "rows.public.t, part 2") {
		t.Errorf("a record with a damaged digest: %v", err)
	}
}
