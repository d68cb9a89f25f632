package executor

import (
	"fmt"
	"strings"
	"time"

	"migrator/config"
	"migrator/executor/report"
	"migrator/planner"
	"migrator/planner/count"
)

// mostTold is how many differences of one kind are told; the report has all.
const mostTold = 100

func (v *verifier) warn(message string) {
	v.Sink.Send(report.Event{Type: report.Warning, Message: message})
}

// tell says what differs beside rows.
func (v *verifier) tell(differences []planner.Difference) {
	for _, d := range differences[:min(len(differences), mostTold)] {
		v.Sink.Send(report.Event{Type: report.VerifyObject, Address: d.Address, Details: d.Lines(), Err: &ObjectError{Difference: d}})
	}
	if more := len(differences) - mostTold; more > 0 {
		v.warn(fmt.Sprintf("and %s like these, which -report=FILE has", count.Of(more, "difference")))
	}
}

// ObjectError says that something differs beside rows.
type ObjectError struct{ planner.Difference }

func (e *ObjectError) Error() string { return e.String() }

func (v *verifier) conclude() {
	out := v.out
	out.Equal = !out.Differs() && len(out.Unproven) == 0 && out.tables(notCompared) == 0
	for i := range out.Tables {
		out.Rows += out.Tables[i].RowsDestination
	}
	out.Elapsed = time.Since(out.At)
}

// DifferentError says that verification found differences; the events before it name them.
type DifferentError struct{ Tables, Schema, Sequences, Objects int }

func (e *DifferentError) Error() string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, count.Of(n, what))
		}
	}
	add(e.Tables, "table")
	add(e.Schema, "definition")
	add(e.Sequences, "sequence value")
	add(e.Objects, "large object")
	return "the destination differs from the source: " + strings.Join(parts, ", ")
}

// UnprovenError says that nothing was found to differ, but not everything that should could be compared.
type UnprovenError struct{ Tables, Others int }

func (e *UnprovenError) Error() string {
	what := count.Of(e.Tables, "table")
	if e.Tables == 0 {
		what = count.Of(e.Others, "other thing")
	} else if e.Others > 0 {
		what += " and " + count.Of(e.Others, "other thing")
	}
	return "nothing was found to differ, but " + what + " could not be compared: equality is not proven"
}

func (v *verifier) announce() {
	out := v.out
	for _, what := range append(out.Unproven[:len(out.Unproven):len(out.Unproven)], out.Unchecked...) {
		v.warn("not compared: " + what)
	}
	e := report.Event{Type: report.VerifyEnd, Rows: out.Rows, Elapsed: out.Elapsed, Done: len(out.Tables), Total: len(out.Tables)}
	switch {
	case out.Equal:
		e.Message = v.verdict()
		if v.run != nil {
			e.Details = []string{`Next: "migrator release" removes the ledger from the destination.`}
		}
	case out.Differs():
		e.Err = &DifferentError{Tables: out.tables(differs), Schema: len(out.Schema), Sequences: len(out.Sequences), Objects: len(out.Objects)}
		e.Details = v.advice()
	default:
		e.Err = &UnprovenError{Tables: out.tables(notCompared), Others: len(out.Unproven)}
		e.Details = v.advice()
	}
	v.Sink.Send(e)
}

// advice is what to do now, for each kind of difference that was found.
func (v *verifier) advice() []string {
	var lines []string
	out := v.out
	if out.tables(differs) > 0 {
		lines = append(lines, "Rows: find out who wrote to the destination (a job, a trigger, an application) or to the source since the copy, and stop it. "+
			"Mend the few rows named above by hand; if they are many, copy anew: "+v.anew())
	}
	var missing, extra, changed bool
	for i := range out.Schema {
		switch out.Schema[i].What {
		case planner.Missing:
			missing = true
		case planner.Extra:
			extra = true
		default:
			changed = true
		}
	}
	if changed {
		lines = append(lines, "Changed definitions: run the statement behind \"to mend it\" in the destination where there is one; else alter the object, or drop it "+
			"there and create it as the source has it.")
	}
	if missing {
		lines = append(lines, "Missing in the destination: create it there as the source has it (pg_dump --schema-only of the source has its statements), "+
			"and copy a missing table's rows with it; or copy anew: "+v.anew())
	}
	if extra {
		lines = append(lines, "Only in the destination: drop what nobody wants. What is wanted stays a difference, and harms nothing that was copied.")
	}
	if len(out.Sequences) > 0 {
		lines = append(lines, "Sequence values: run the statements behind \"to mend it\" in the destination.")
	}
	if len(out.Objects) > 0 {
		lines = append(lines, "Large objects: write those named above anew (lo_get in the source, lo_put in the destination), or copy anew: "+v.anew())
	}
	if out.tables(notCompared)+len(out.Unproven) > 0 {
		lines = append(lines, "Not compared: give the role of the configuration what the warnings above name.")
	}
	return append(lines, `Then run "migrator verify" again. docs/troubleshooting.md, "verify found differences", says more.`)
}

// anew is how everything is copied once more.
func (v *verifier) anew() string {
	if v.run == nil {
		return "empty the destination, and plan with another state file."
	}
	return `"migrator release", empty the destination, and plan with another state file.`
}

// verdict says what exactly has been proven.
func (v *verifier) verdict() string {
	how := "every row has the digest that it had when it was copied"
	switch {
	case v.Mode == config.VerifyCount:
		how = "the numbers of rows are the same"
	case v.Independent:
		how = "every row was read on both sides"
	}
	others := ", and so are schema, sequences and large objects"
	if counted := v.out.tables(countedOnly); counted > 0 && v.Mode == config.VerifyFull {
		how = strings.Replace(how, "every row", "every row of the others", 1)
		how = "of " + count.Of(counted, "table") + " the numbers of rows are the same, which is all that could be compared; " + how
	}
	if len(v.out.Unchecked) > 0 {
		others = "; not all of the rest was compared"
	}
	return count.Are(len(v.out.Tables), "table") + " equal: " + how + others
}
