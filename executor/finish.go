package executor

import (
	"context"
	"errors"
	"time"

	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/planner"
	"migrator/statefile"
)

// announce tells what is begun or gone on with.
func (a *application) announce(entries []ledger.Entry) {
	var rows, bytes int64
	for i := range a.Plan.Actions {
		if c := a.Plan.Actions[i]; c.Kind == planner.ActionRows && c.Change == planner.Copy {
			rows += c.Estimate.Rows
			bytes += c.Estimate.Bytes
		}
	}
	e := report.Event{Type: report.RunStart, Plan: a.Plan, Total: a.state.Total, TotalRows: rows, TotalBytes: bytes}
	if a.resumed {
		e.Type, e.Done, e.Committed = report.RunResume, countDone(a.state), map[string]int{}
		for _, entry := range entries {
			e.Committed[entry.Address]++
		}
		e.Message = "run resumed: what is committed is not done again"
	}
	a.Sink.Send(e)
}

// finish settles what the run came to: complete, failed or interrupted.
func (a *application) finish(r *run, err error) (*Result, error) {
	if r == nil {
		return nil, err
	}
	res := &Result{Plan: a.Plan, State: a.state, Resumed: a.resumed, Rows: r.rows.Load(), Bytes: r.bytes.Load(), Elapsed: time.Since(a.began)}
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		a.state.Status, a.state.FinishedAt, a.state.Failures = statefile.Complete, time.Now().UTC(), nil
	case errors.Is(err, context.Canceled) && !lost(err):
		a.state.Status = statefile.Interrupted
		err = &InterruptedError{Done: int(r.done.Load()), Total: a.state.Total, Err: err}
	default:
		a.state.Status, a.state.Failures = statefile.Failed, map[string]string{}
		for address, e := range r.failed {
			a.state.Failures[address] = a.Config.Redact(e.Error())
		}
	}
	if saveErr := a.file.Save(a.state); saveErr != nil {
		a.Sink.Send(report.Event{Type: report.Warning, Message: "the state file could not be written; \"migrator state pull\" rebuilds it from the ledger", Err: saveErr})
	}
	e := report.Event{Type: report.RunComplete, Rows: res.Rows, Bytes: res.Bytes, Elapsed: res.Elapsed, Done: int(r.done.Load()), Total: a.state.Total, Err: err}
	var interrupted *InterruptedError
	switch {
	case errors.As(err, &interrupted):
		e.Type, e.Message = report.RunInterrupted, "what is committed stays; run \"migrator apply\" again to go on"
	case err != nil:
		e.Type, e.Message = report.RunFailed, "what is committed stays; run \"migrator apply\" again to go on"
	}
	a.Sink.Send(e)
	return res, err
}

// bringUp makes a complete run's state what any other host would rebuild from the ledger.
func (a *application) bringUp(ctx context.Context) {
	schema := a.Plan.LedgerSchema
	run, err := ledger.Find(ctx, a.control, schema)
	if err != nil || run == nil {
		return // the state has the same facts, but for the server's clock
	}
	entries, err := ledger.Entries(ctx, a.control, schema)
	if err != nil {
		return
	}
	if s, err := stateOf(run, entries, a.Plan); err == nil {
		s.Serial = a.state.Serial
		*a.state = *s
	}
}

// records is how many rows the ledger has when a plan is carried out.
func records(p *planner.Plan) int64 {
	var n int64
	for i := range p.Actions {
		if a := &p.Actions[i]; a.Change != planner.Skip && a.Change != planner.Conflict {
			n += int64(parts(a))
		}
	}
	return n
}

// lost says whether the run's context ended because the lease was lost, and not because somebody asked.
func lost(err error) bool {
	var l *ledger.LostError
	return errors.As(err, &l)
}

func countDone(s *statefile.State) int {
	n := 0
	for _, d := range s.Done {
		if d.Parts >= d.Of {
			n++
		}
	}
	return n
}
