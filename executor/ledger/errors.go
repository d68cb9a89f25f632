package ledger

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// NotLedgerError is a schema of the ledger's name that is something else, or half a ledger. It is never touched.
type NotLedgerError struct {
	Schema string
	Reason string
}

func (e *NotLedgerError) Error() string {
	return fmt.Sprintf("the destination's schema %q is not a ledger of migrator (%s); name another one as destination.ledger_schema", e.Schema, e.Reason)
}

// NewerLedgerError is a ledger made by a later release.
type NewerLedgerError struct {
	Schema            string
	Format, Supported int
}

func (e *NewerLedgerError) Error() string {
	return fmt.Sprintf("the ledger %q has format %d, made by a newer release of migrator; this release reads formats up to %d",
		e.Schema, e.Format, e.Supported)
}

// ExistsError is an attempt to make a ledger where the schema is already there.
type ExistsError struct {
	Schema string
	Err    error
}

func (e *ExistsError) Error() string {
	return fmt.Sprintf("the destination already has a schema %q", e.Schema)
}

// Unwrap returns the server's error.
func (e *ExistsError) Unwrap() error { return e.Err }

// FencedError means that another process has taken the run over: this one can commit nothing any more.
type FencedError struct {
	Schema string
	// Now is the run's fence, 0 when it is not known.
	Now int64
	Err error
}

func (e *FencedError) Error() string {
	return "another process has taken this run over, so nothing was written"
}

// Unwrap returns the server's error, nil if the ledger was read.
func (e *FencedError) Unwrap() error { return e.Err }

// ReleasedError means that the ledger is gone: the migration was released and the destination may be live.
type ReleasedError struct {
	Schema string
	Err    error
}

func (e *ReleasedError) Error() string {
	return fmt.Sprintf("the ledger %q is gone: the migration was released; the destination may be live, so nothing was written", e.Schema)
}

// Unwrap returns the server's error.
func (e *ReleasedError) Unwrap() error { return e.Err }

// AlreadyDoneError means that what was to be recorded is recorded already, so that its effect is there too and the
// transaction that tried again was rolled back.
type AlreadyDoneError struct {
	Schema string
	Err    error
}

func (e *AlreadyDoneError) Error() string { return "the action was already committed" }

// Unwrap returns the server's error.
func (e *AlreadyDoneError) Unwrap() error { return e.Err }

// MissingRecordsError means that the ledger holds less than the run has done: the server crashed and lost commits that it
// had not flushed, effect and record together. Reading the entries again tells which.
type MissingRecordsError struct {
	Schema     string
	Want, Have int64
}

func (e *MissingRecordsError) Error() string {
	return fmt.Sprintf("the ledger %q has %d records where %d are expected: the server lost its last commits in a crash", e.Schema, e.Have, e.Want)
}

// hasCode says whether err is the server's error of a code.
func hasCode(err error, code string) bool {
	server, ok := errors.AsType[*pgconn.PgError](err)
	return ok && server.Code == code
}
