package rowcopy

import (
	"errors"
	"fmt"
	"strings"
)

// The two sides of a copy, as errors name them.
const (
	Source      = "source"
	Destination = "destination"
)

// TableError is the failure of one table's copy. Nothing of its transaction has been committed, so that the other
// tables of the bundle can be copied without it.
type TableError struct {
	Address string
	Part    int
	Side    string // Source or Destination
	Err     error
}

func (e *TableError) Error() string {
	return fmt.Sprintf("copying %s (part %d), %s: %v", e.Address, e.Part, e.Side, e.Err)
}

// Unwrap gives the reason: a *pgconn.PgError, a *CountError, a *FormatError, an error of the network.
func (e *TableError) Unwrap() error { return e.Err }

// SideError is a failure of one side that no table is to blame for.
type SideError struct {
	Side string
	Err  error
}

func (e *SideError) Error() string { return e.Side + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *SideError) Unwrap() error { return e.Err }

// CountError says that the two servers and the client do not agree on how many rows were copied.
type CountError struct {
	Source      int64 // by the source's command tag
	Stream      int64 // counted on the way
	Destination int64 // by the destination's command tag; -1 before it has answered
}

func (e *CountError) Error() string {
	text := fmt.Sprintf("row counts differ: the source says it sent %d, %d passed", e.Source, e.Stream)
	if e.Destination >= 0 {
		text += fmt.Sprintf(", the destination says it stored %d", e.Destination)
	}
	return text
}

// FormatError says that a stream is not what COPY writes.
type FormatError struct{ What string }

func (e *FormatError) Error() string { return "malformed COPY stream: " + e.What }

// CommitUnknownError says that the connection was lost after COMMIT was sent and before its answer came. Only
// the destination's ledger can tell whether the parts are committed.
type CommitUnknownError struct {
	Addresses []string
	Err       error
}

func (e *CommitUnknownError) Error() string {
	return fmt.Sprintf("the answer to COMMIT was lost, it is not known whether it took place (%s): %v",
		strings.Join(e.Addresses, ", "), e.Err)
}

// Unwrap gives the reason.
func (e *CommitUnknownError) Unwrap() error { return e.Err }

// errStopped ends a stream whose other side has already failed; it is never returned to callers.
var errStopped = errors.New("the other side has failed")
