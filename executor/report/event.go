// Package report is how a run talks: the executor sends events to a Sink, and the
// implementations of Sink write them as lines of text or JSON. The executor itself never prints.
package report

import (
	"time"

	"migrator/planner"
)

// Type says what an event is about. The values are those of Terraform's JSON stream where it has one.
type Type string

// The types of events.
const (
	RunStart       Type = "run_start"       // Message; Plan; Total: actions; TotalRows, TotalBytes estimates
	RunResume      Type = "run_resume"      // the same; Done: actions done before; Committed
	ActionStart    Type = "apply_start"     // Address, Part, Parts, Batch, Together
	ActionProgress Type = "apply_progress"  // Address, Part, Rows, Bytes so far; Message: the phase of an index build
	ActionComplete Type = "apply_complete"  // Address, Part, Rows, Bytes, Elapsed, Batch, Together
	ActionErrored  Type = "apply_errored"   // Address, Part, Err; Details: the values of a key that is violated
	ActionSkipped  Type = "apply_skipped"   // Address, Message: what it needed
	LockWait       Type = "lock_wait"       // Address, Part, Message: what for and who holds it; Elapsed: since when
	LockFree       Type = "lock_free"       // Address, Elapsed: a LockWait is over
	Pulse          Type = "pulse"           // now and then while a run works, so that listeners need no clock; written nowhere
	Retrying       Type = "retry"           // Address (may be empty), Err, Message: when it is tried again
	Warning        Type = "warning"         // Message
	VerifyTable    Type = "verify_complete" // Address, Rows, Message; Err when it differs
	VerifyObject   Type = "verify_object"   // Address, Err, Details: something beside rows that differs
	VerifyEnd      Type = "verify_end"      // Message: what has been proven; Err when something differs; Details: what to do; Rows, Elapsed
	RunComplete    Type = "run_complete"    // Message, Rows, Bytes, Elapsed
	RunFailed      Type = "run_failed"      // Err, Message: how to go on
	RunInterrupted Type = "run_interrupted" // Message: how to resume
)

// Event is one thing that happened. Fields that do not apply are zero.
type Event struct {
	Type    Type
	Time    time.Time
	Address string
	// Part counts from 0; Parts is how many the action has.
	Part, Parts int
	// Actions that share a transaction share its time as well: Batch is the address of the first, Together how many they are.
	// They are zero for one that has a transaction of its own.
	Batch       string
	Together    int
	Rows, Bytes int64
	Done, Total int
	TotalRows   int64
	TotalBytes  int64
	Elapsed     time.Duration
	// Plan is what is carried out; Committed are the parts that earlier runs have done, by address.
	Plan      *planner.Plan
	Committed map[string]int
	Message   string
	// Details are lines that belong to the event: the rows that differ, what to do. They can hold values of rows, and go to who reads the
	// output, not to logs.
	Details []string
	Err     error
}

// Sink receives events. Implementations are safe for concurrent use and never block for long.
type Sink interface{ Send(Event) }
