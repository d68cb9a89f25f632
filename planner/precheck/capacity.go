package precheck

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
)

var capacityChecks = []Check{
	{
		Name: "connection_budget", Severity: Error, Run: checkConnections,
		Doc: "Both servers have room for the sessions that the run opens.",
	},
	{
		Name: "lock_budget", Severity: Info, Run: checkLocks,
		Doc: "How many locks the servers' lock tables hold, against how many relations are selected.",
	},
}

func checkConnections(ctx context.Context, in *Input) ([]Finding, error) {
	var findings []Finding
	for _, side := range []struct {
		name   string
		conn   *pgx.Conn
		needed int
	}{{Source, in.SourceConn, in.SourceConnections}, {Destination, in.server(), in.DestinationConnections}} {
		if side.conn == nil {
			continue
		}
		f, err := connectionsOf(ctx, side.conn, side.needed, side.conn != in.Maintenance)
		if err != nil {
			return findings, err
		}
		f.Side = side.name
		findings = append(findings, f)
	}
	if findings == nil {
		return nil, errNoSource
	}
	return findings, nil
}

// connectionsOf takes the narrowest of the server's, the database's and the role's limit. The session that asks
// is one of those in use; it is not counted, since it goes before the run. A new database has no limit: own says whether the session is
// in the one that the run will use.
func connectionsOf(ctx context.Context, conn *pgx.Conn, needed int, own bool) (Finding, error) {
	var limit, reserved, used int
	var database, databaseUsed, role, roleUsed int
	err := conn.QueryRow(ctx, `
		SELECT current_setting('max_connections')::int,
			CASE WHEN r.rolsuper THEN 0 ELSE (SELECT sum(setting::int) FROM pg_settings
				WHERE name IN ('superuser_reserved_connections', 'reserved_connections')) END::int,
			(SELECT sum(numbackends) FROM pg_stat_database)::int - 1,
			d.datconnlimit, (SELECT numbackends FROM pg_stat_database s WHERE s.datid = d.oid)::int - 1,
			r.rolconnlimit, (SELECT count(*) FROM pg_stat_activity a WHERE a.usesysid = r.oid)::int - 1
		FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = session_user`).
		Scan(&limit, &reserved, &used, &database, &databaseUsed, &role, &roleUsed)
	if err != nil {
		return Finding{}, err
	}
	free := limit - reserved - used
	found := fmt.Sprintf("%d of %d connections in use, %d reserved", used, limit, reserved)
	if own && database >= 0 && database-databaseUsed < free {
		free = database - databaseUsed
		found = fmt.Sprintf("%d of the database's %d connections in use", databaseUsed, database)
	}
	if role >= 0 && role-roleUsed < free {
		free = role - roleUsed
		found = fmt.Sprintf("%d of the role's %d connections in use", roleUsed, role)
	}
	f := Finding{Found: fmt.Sprintf("%s; %d free, the run needs %d", found, max(0, free), needed)}
	if f.Fine = needed <= free; !f.Fine {
		f.Do = "lower parallelism, close other sessions, or raise the limit"
	}
	return f, nil
}

func checkLocks(ctx context.Context, in *Input) ([]Finding, error) {
	relations := 0
	for _, o := range in.Selected {
		switch o.(type) {
		case *catalog.Table, *catalog.View, *catalog.Sequence, *catalog.Index:
			relations++
		}
	}
	var findings []Finding
	for _, side := range []struct {
		name string
		conn *pgx.Conn
	}{{Source, in.SourceConn}, {Destination, in.server()}} {
		if side.conn == nil {
			continue
		}
		var slots int
		// The manual's rule, "max_locks_per_transaction".
		err := side.conn.QueryRow(ctx, `SELECT current_setting('max_locks_per_transaction')::int *
			(current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)`).Scan(&slots)
		if err != nil {
			return findings, err
		}
		f := Finding{Side: side.name, Found: fmt.Sprintf("room for about %d locks, %d relations are selected", slots, relations)}
		if f.Fine = relations <= slots; !f.Fine {
			f.Do = "raise max_locks_per_transaction if a statement fails with \"out of shared memory\""
		}
		findings = append(findings, f)
	}
	if findings == nil {
		return nil, errNoSource
	}
	return findings, nil
}
