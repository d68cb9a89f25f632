package ledger

import (
	"fmt"

	"migrator/statefile"
)

// Facts are what a state holds and the ledger does not, because the plan has it.
type Facts struct {
	ToolVersion  string
	Source       statefile.Place
	Destination  statefile.Place
	LedgerSchema string
	// Total is the number of the plan's actions.
	Total int
	// Parts is the number of parts of each action that moves rows, by address.
	Parts map[string]int
}

// BuildState makes the state of a run out of its ledger, for "state pull". Its status is Complete, or else
// Running, which the lock alone tells from a run that was killed. Its serial is 0; the first save makes it 1.
func BuildState(run Run, entries []Entry, facts Facts) (*statefile.State, error) {
	done, err := Summarize(entries, facts.Parts)
	if err != nil {
		return nil, err
	}
	state := &statefile.State{
		FormatVersion: statefile.FormatVersion, ToolVersion: facts.ToolVersion,
		Lineage: run.Lineage, PlanID: run.PlanID, Status: statefile.Running,
		Source: facts.Source, Destination: facts.Destination, LedgerSchema: facts.LedgerSchema,
		Fence: run.Fence, StartedAt: run.StartedAt, Total: facts.Total, Done: done,
	}
	if !run.CompletedAt.IsZero() {
		state.Status, state.FinishedAt = statefile.Complete, run.CompletedAt
	}
	return state, nil
}

// Summarize adds up the parts of each address. The number of parts of each action that moves rows is given, all
// other actions have none.
func Summarize(entries []Entry, parts map[string]int) (map[string]statefile.Done, error) {
	done := make(map[string]statefile.Done)
	digests := make(map[string]Digest)
	for _, e := range entries {
		sum := done[e.Address]
		sum.Rows += e.Rows
		sum.Bytes += e.Bytes
		sum.Kept += e.Kept
		// Counted once for the table, whichever of its parts say it.
		sum.Before = max(sum.Before, e.Before)
		if e.At.After(sum.At) {
			sum.At = e.At
		}
		if of, ok := parts[e.Address]; ok {
			sum.Parts++
			sum.Of = of
		}
		if e.Digest != "" {
			digest, err := ParseDigest(e.Digest)
			if err != nil {
				return nil, fmt.Errorf("the ledger's record of %s, part %d: %w", e.Address, e.Part, err)
			}
			digests[e.Address] = digests[e.Address].Add(digest)
			sum.Digest = digests[e.Address].String()
		}
		done[e.Address] = sum
	}
	return done, nil
}
