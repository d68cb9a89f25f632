package executor

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/planner/postgres"
)

// A session of the source reports what it has written when it ends, or once it has been idle for ten seconds (PGSTAT_IDLE_INTERVAL); below
// version 15 with its next transaction. Its reports are waited for this long.
const (
	reportsAfter  = 12 * time.Second
	reportsPoll   = 250 * time.Millisecond
	reportsByTime = 150000
)

// lookBack asks, when all is done, whether the source was written since the first snapshot. Rows that came from one snapshot are one
// consistent state all the same, and the user is told. Rows that came from several are no state that the source ever had: then the run
// has failed.
func (a *application) lookBack(ctx context.Context, snap *snapshot) error {
	mixed, err := ledger.Mixed(ctx, a.control, a.Plan.LedgerSchema)
	if err != nil {
		return err
	}
	mixed = mixed || snap.taken > 1
	warn := func(message string, err error) {
		a.Sink.Send(report.Event{Type: report.Warning, Message: message, Err: err})
	}
	conn, err := connectSource(ctx, a.Config, a.Version, "counters")
	if err != nil {
		if mixed {
			return err
		}
		warn("whether the source was written during the migration is not known", err)
		return nil
	}
	defer closeConn(conn)
	silent := 0
	if mixed {
		if silent, err = awaitReports(ctx, conn, snap.at.Add(reportsAfter)); err != nil {
			return err
		}
	}
	now, err := ledger.ReadCounters(ctx, conn)
	if err != nil {
		return err
	}
	const compare = "\"migrator verify -independent\" compares every row as it is now"
	switch changes := snap.before.Changed(now); {
	case len(changes.Written) > 0 && mixed && changes.CannotTell == "":
		return &SourceChangedError{Tables: changes.Written}
	case len(changes.Written) > 0:
		warn("the source was written during the migration: "+someTables(changes.Written)+"; what was committed after the snapshot is not in the destination. "+compare, nil)
	case changes.CannotTell != "":
		warn("whether the source was written during the migration cannot be told: "+changes.CannotTell+"; "+compare, nil)
	case silent > 0 && snap.before.Snapshot != now.Snapshot:
		warn("whether the source was written during the migration cannot be told: other sessions are connected to it, and servers below 15 hear of their writes late; "+
			compare, nil)
	}
	return nil
}

// awaitReports waits until every other session of the source's database is gone, or has had the time to report what it wrote. It
// returns how many may keep it to themselves.
func awaitReports(ctx context.Context, conn *pgx.Conn, until time.Time) (silent int, err error) {
	for {
		err := conn.QueryRow(ctx, `SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity
			WHERE datname = pg_catalog.current_database() AND application_name NOT LIKE 'migrator/%'`).Scan(&silent)
		if err != nil || silent == 0 {
			return 0, err
		}
		if !time.Now().Before(until) {
			break
		}
		if pause(ctx, reportsPoll); ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
	}
	if postgres.VersionNumber(conn) >= reportsByTime {
		return 0, nil
	}
	return silent, nil
}
