// Package statefile is the operator's own record of a run: its format, atomic writes, a lock
// beside it, and its lineage. The truth about what is committed is the ledger in the
// destination; the state file is brought up to it.
//
// Invariants:
//   - At every instant the file is absent or one whole version, whatever dies while it is written.
//   - Only the holder of the lock writes, and never over another lineage or a later serial.
//   - A file that was cut off or edited by hand is refused, not guessed at.
package statefile

import "time"

// FormatVersion is the version of the format that this release writes.
const FormatVersion = 1

// Status is where a run stands.
type Status string

// The statuses of a run.
const (
	Running     Status = "running" // or killed: the ledger's lock tells
	Interrupted Status = "interrupted"
	Failed      Status = "failed"
	Complete    Status = "complete"
	Released    Status = "released"
)

// State is one migration's record.
type State struct {
	FormatVersion int    `json:"format_version"`
	ToolVersion   string `json:"tool_version"`
	// Lineage is a random UUID made at the first apply; Serial rises with every write.
	Lineage string `json:"lineage"`
	Serial  int64  `json:"serial"`
	PlanID  string `json:"plan_id"`
	Status  Status `json:"status"`
	Source  Place  `json:"source"`
	// Destination is where the ledger is, in LedgerSchema.
	Destination  Place     `json:"destination"`
	LedgerSchema string    `json:"ledger_schema"`
	Fence        int64     `json:"fence"`
	StartedAt    time.Time `json:"started_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	FinishedAt   time.Time `json:"finished_at,omitzero"`
	ReleasedAt   time.Time `json:"released_at,omitzero"`
	ReleasedBy   string    `json:"released_by,omitempty"`
	// Total is the number of actions of the plan.
	Total int `json:"total"`
	// Done maps the address of each finished action to what it did.
	Done map[string]Done `json:"done"`
	// Failures are the errors of the last run, by address.
	Failures map[string]string `json:"failures,omitempty"`
	// Verified is the last successful verification, nil without one.
	Verified *Verified `json:"verified,omitempty"`
}

// Place is the identity of a database, without credentials.
type Place struct {
	Host     string `json:"host"`
	Port     uint16 `json:"port"`
	Database string `json:"database"`
	SystemID string `json:"system_id,omitempty"`
}

// Done is a finished action, or the finished parts of one that is under way.
type Done struct {
	Parts  int    `json:"parts,omitempty"` // finished parts, for rows
	Of     int    `json:"of,omitempty"`    // all parts
	Rows   int64  `json:"rows,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`  // of the COPY stream
	Digest string `json:"digest,omitempty"` // 32 hex digits: the sum of the rows' hashes
	// Kept counts rows that were left out because of conflict = "ignore"; Before the rows that were there.
	Kept   int64     `json:"kept,omitempty"`
	Before int64     `json:"before,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// Verified is the last successful verification.
type Verified struct {
	At   time.Time `json:"at"`
	Mode string    `json:"mode"`
	Rows int64     `json:"rows"`
}
