// Package ledger is the destination's own record of what has been committed: a small schema
// with one row for the run, and one row for each finished action or part, written in the same
// transaction as the DDL or COPY that it records. At every instant the destination holds an action's effect together
// with its record, or neither.
package ledger

import "time"

// Run is the ledger's row about the run.
type Run struct {
	Lineage string
	PlanID  string
	// Fence rises by one each time a process takes the run over; a record of an older fence cannot be committed.
	Fence int64
	// Holder says who runs it: user@host, process id.
	Holder      string
	ToolVersion string
	StartedAt   time.Time
	CompletedAt time.Time // zero while unfinished
}

// Entry is one finished action or part.
type Entry struct {
	Address string
	Part    int // 0 for what has no parts
	Rows    int64
	Bytes   int64
	// Digest is the 128-bit sum of the rows' hashes, 32 hex digits; empty for what has no rows.
	Digest string
	// Kept and Before are those of conflict = "ignore"; see statefile.Done.
	Kept, Before int64
	At           time.Time // set by the server
}
