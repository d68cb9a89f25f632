package main

import (
	"errors"
	"fmt"
	"strings"

	"migrator/executor"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
	"migrator/planner/precheck"
	"migrator/planner/render"
	"migrator/statefile"
)

// explainWork finds the words for the errors of the packages that do the work; the summary is empty for one that it does not know.
func explainWork(err error) (summary, detail, advice string) {
	for _, find := range []func(error) (string, string, string){explainRefusal, explainLedger, explainRun, explainInput} {
		if summary, detail, advice := find(err); summary != "" {
			return summary, detail, advice
		}
	}
	return "", "", ""
}

const anotherMigration = "To begin another migration into this destination, use another state file and make a new plan."

// explainRefusal is about what must not be written to.
func explainRefusal(err error) (summary, detail, advice string) {
	var digests *executor.NoDigestsError
	var released *executor.ReleasedError
	var gone *ledger.ReleasedError
	var fenced *ledger.FencedError
	var locked *statefile.LockedError
	var held *ledger.HeldError
	var lineage *executor.LineageError
	var stale *executor.StaleError
	var wrong *executor.WrongDatabaseError
	var same *executor.SameDatabaseError
	var unfinished *executor.UnfinishedError
	var complete *executor.CompleteError
	var moved *executor.MovedError
	switch {
	case errors.As(err, &digests) && errors.As(err, &released):
		return "Released", sentence(digests), `"migrator verify -independent" needs no ledger: it reads both databases as they are now and compares them by the configuration.`
	case errors.As(err, &released) && len(released.Present) > 0:
		return "Released", sentence(released), `If nobody has applied this plan, run "migrator plan" again: it compares what is there. ` + anotherMigration
	case errors.As(err, &released):
		return "Released", sentence(released), anotherMigration
	case errors.As(err, &gone):
		return "Released", sentence(gone), ""
	case errors.As(err, &fenced):
		return "Taken over", sentence(fenced), `"migrator status" says who runs it now.`
	case errors.As(err, &locked):
		return "Locked by another run", sentence(locked), "Wait for it, or give -lock-timeout=10m to do so. A process that is gone holds no lock."
	case errors.As(err, &held):
		return "Locked by another run", sentence(held), `Wait for it, or give -lock-timeout=10m to do so. "migrator status" shows what it does; "migrator force-unlock" ends the session of a host that is gone.`
	case errors.As(err, &lineage):
		return "Another migration's ledger", sentence(lineage), `Use that migration's state ("migrator state pull" rebuilds it), or name another ledger with destination.ledger_schema.`
	case errors.As(err, &stale):
		if stale.Resume {
			return "The source has changed", sentence(stale), "The run of this plan is not finished. " + startOver("Undo the change in the source and run \"migrator apply\" again")
		}
		return "Saved plan is stale", sentence(stale), `Run "migrator plan" again and review the difference.`
	case errors.As(err, &wrong):
		return "Plan for another database", sentence(wrong), "Use the configuration that the plan was made with, or make a new plan."
	case errors.As(err, &same):
		return "Source and destination are one", sentence(same), "Check the two addresses in the configuration."
	case errors.As(err, &unfinished):
		return "Unfinished run", sentence(unfinished), `Run "migrator apply" to finish it, or "migrator release -abandon" to give it up.`
	}
	switch {
	case errors.As(err, &complete):
		return "The run is complete", sentence(complete), `"migrator verify" proves it, "migrator release" ends it. A further plan needs another state file (-state=FILE).`
	case errors.As(err, &moved):
		return "Another process was here", sentence(moved), ""
	}
	return "", "", ""
}

// explainLedger is about the ledger itself and its lock.
func explainLedger(err error) (summary, detail, advice string) {
	var lost *ledger.LostError
	var blocked *ledger.BlockedError
	var unlock *ledger.UnlockError
	var notLedger *ledger.NotLedgerError
	var newer *ledger.NewerLedgerError
	var foreign *ledger.ForeignObjectsError
	var triggers *ledger.EventTriggersError
	switch {
	case errors.As(err, &lost):
		return "The lock was lost", sentence(lost), `What is committed stays. Run "migrator apply" to go on.`
	case errors.As(err, &blocked):
		return "Another process still writes", sentence(blocked), `Wait for it and run "migrator apply" again; "migrator status" shows what it does.`
	case errors.As(err, &unlock):
		return "The lock could not be taken away", sentence(unlock), ""
	case errors.As(err, &triggers):
		return "An event trigger keeps the ledger", sentence(triggers),
			"Disable what refuses DROP (ALTER EVENT TRIGGER ... DISABLE), release, and enable it again (ENABLE, or ENABLE ALWAYS where it was)."
	case errors.As(err, &notLedger):
		return "The ledger's schema is something else", sentence(notLedger), ""
	case errors.As(err, &newer):
		return "The ledger is of a newer release", sentence(newer), ""
	case errors.As(err, &foreign):
		return "The ledger cannot be dropped", sentence(foreign), ""
	}
	return "", "", ""
}

// explainRun is about a run that did not reach its end.
func explainRun(err error) (summary, detail, advice string) {
	var incomplete *executor.IncompleteError
	var interrupted *executor.InterruptedError
	var gaveUp *executor.GaveUpError
	var changed *executor.SourceChangedError
	var conflict *executor.ConflictError
	var checks *executor.PrecheckError
	var missing *executor.NotCompleteError
	var records *ledger.MissingRecordsError
	switch {
	case errors.As(err, &interrupted):
		return "Interrupted", sentence(interrupted), `What is committed stays. Run "migrator apply" to go on.`
	case errors.As(err, &incomplete):
		return "Not everything could be done", sentence(incomplete), `What is committed stays. Mend the cause and run "migrator apply" to do the rest.`
	case errors.As(err, &gaveUp):
		return "Gave up", sentence(gaveUp), `What is committed stays. Run "migrator apply" to go on; retry {} in the configuration sets how long errors are retried.`
	case errors.As(err, &changed):
		return "The source was written to", sentence(changed), "What was copied from these tables can be older than what is there now. " + startOver("")
	case errors.As(err, &conflict):
		summary, detail := render.ConflictError(conflict.Plan)
		return summary, detail, ""
	case errors.As(err, &checks):
		return explainPrechecks(&checks.Report)
	case errors.As(err, &missing):
		return "Not complete", sentence(missing) + "\n" + listed(missing.Missing), `Run "migrator apply" to finish, or release with -abandon to give it up.`
	case errors.As(err, &records):
		return "The ledger lacks records", sentence(records), `Run "migrator apply" again: it does what is not recorded.`
	case errors.Is(err, executor.ErrDeclined):
		return "Not approved", "Nothing was written.", ""
	case errors.Is(err, executor.ErrNoRun):
		var digests *executor.NoDigestsError
		if errors.As(err, &digests) {
			return "No migration", sentence(err), `"migrator verify -independent" compares the two databases without one.`
		}
		return "No migration", sentence(err), `"migrator plan" shows what would be done, and "migrator apply" begins. If one was begun: are destination and its ledger_schema, and -state, those that it was begun with?`
	case errors.Is(err, executor.ErrNoState):
		return "No state", sentence(err), ""
	}
	return "", "", ""
}

// startOver is the way out when what is committed can no longer be completed; or is what else could be done.
func startOver(or string) string {
	out := "give this run up with \"migrator release -abandon\", empty the destination, and plan again with the application stopped on the source."
	if or == "" {
		return capital(out)
	}
	return or + ", or " + out
}

// explainPrechecks names what failed, with the SQL that mends it.
func explainPrechecks(r *precheck.Report) (summary, detail, advice string) {
	var found []string
	for _, row := range r.Table() {
		status, severity, name, side, what := row[0], row[1], row[2], row[3], row[4]
		if status == string(precheck.Failed) && severity == string(precheck.Error) {
			found = append(found, strings.TrimSpace(name+" "+side)+": "+oneLine(what))
		}
	}
	advice = `"migrator precheck" lists all checks, with what to do.`
	if script := r.GrantScript(); script != "" {
		advice += " This SQL mends what can be mended:\n\n" + strings.TrimSpace(script)
	}
	return "A precheck failed", strings.Join(found, "\n"), advice
}

// explainInput is about files, configuration and connections.
func explainInput(err error) (summary, detail, advice string) {
	var connect *postgres.ConnectError
	var unreadable *catalog.EncodingError
	var file *planner.FileError
	var cfg *planner.ConfigError
	var damaged *statefile.DamagedError
	var newer *statefile.NewerVersionError
	var open *statefile.OpenError
	switch {
	case errors.As(err, &open):
		return "Cannot " + open.Op + " " + open.Path, sentence(reason(open.Err)), "Whoever runs migrator must be able to make and write files in the directory of the state (state { path } in the configuration, or -state)."
	case errors.As(err, &connect):
		return "Cannot connect to the " + strings.TrimSpace(connect.Side+" database"), sentence(connect), capital(connect.Hint)
	case errors.As(err, &unreadable):
		return "The catalog has text that is not UTF-8", sentence(err), fmt.Sprintf(
			"Names, comments, defaults, bodies of functions and all else in the catalog go as UTF-8, whatever rows do. "+
				"Change this text in a session of that database with SET client_encoding = '%s' (COMMENT ON, ALTER ... RENAME, CREATE OR REPLACE).", unreadable.Encoding)
	case errors.As(err, &file):
		return "The plan cannot be used", sentence(err), `Make a new one with "migrator plan -out=FILE".`
	case errors.As(err, &cfg):
		detail := cfg.Detail
		if cfg.File != "" {
			detail = fmt.Sprintf("On %s line %d: %s", cfg.File, cfg.Line, detail)
		}
		return cfg.Summary, detail, ""
	case errors.As(err, &damaged):
		return "The state file is damaged", sentence(damaged), ""
	case errors.As(err, &newer):
		return "The state file is of a newer release", sentence(newer), ""
	}
	return "", "", ""
}

// listed are the first of many addresses, a line each.
func listed(addresses []string) string {
	const most = 10
	text := strings.Join(addresses[:min(len(addresses), most)], "\n")
	if more := len(addresses) - most; more > 0 {
		text += fmt.Sprintf("\nand %d more", more)
	}
	return text
}
