// Package ledger is the destination's own record of what has been committed: a small schema
// with one row for the run, and one row for each finished action or part, written in the same
// transaction as the DDL or COPY that it records. At every instant the destination holds an action's effect together
// with its record, or neither.
//
// Invariants:
//   - A record is committed only by a process whose fence is the run's; TakeOver raises it, and waits for or ends
//     what was begun under the old one.
//   - One address and part is recorded at most once, whoever tries: the table's key sees to it.
//   - Who works on the destination is told by a session's advisory lock, never by a row.
//   - A schema that is not a ledger is never written to, and nothing but our own tables is ever dropped.
package ledger

import "time"

// DefaultSchema is the ledger's schema unless the configuration names another.
const DefaultSchema = "migrator_ledger"

// Run is the ledger's row about the run.
type Run struct {
	Lineage string
	PlanID  string
	// Fence rises by one each time a process takes the run over; a record of an older fence cannot be committed.
	Fence int64
	// Holder says who runs it, or ran it last: user@host, process id. HeldSince is when it took over.
	Holder      string
	HeldSince   time.Time // set by the server
	ToolVersion string
	StartedAt   time.Time // set by the server
	CompletedAt time.Time // zero while unfinished
	// BackendPID is the server process that had the lock when Holder took over.
	BackendPID int32
}

// Key names one finished action or part.
type Key struct {
	Address string
	Part    int // 0 for what has no parts
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

// Key returns the entry's key.
func (e Entry) Key() Key { return Key{Address: e.Address, Part: e.Part} }
