package ledger

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// ReadCounters reads the counters of a source. As the first reading of a run, do it before its snapshot is taken, so that a
// write between the two is noticed later; as a later one, after the new snapshot is taken, which may be in
// that transaction. Compare with the first reading, always.
//
// Sessions report what they wrote with a delay: up to ten seconds after they went idle from version 15 on, with their next
// transaction or their end below that. A write just before the first reading may so be taken for one after it,
// and one by an idle session of an old server may be missed.
func ReadCounters(ctx context.Context, conn *pgx.Conn) (Counters, error) {
	var c Counters
	var reset *time.Time
	current := "pg_catalog.txid_current_snapshot()"
	if postgres.VersionNumber(conn) >= 130000 {
		current = "pg_catalog.pg_current_snapshot()"
	}
	// Inside a transaction the statistics are those of the first look at them, unless they are cleared.
	if _, err := conn.Exec(ctx, `SELECT pg_catalog.pg_stat_clear_snapshot()`); err != nil {
		return c, fmt.Errorf("reading the source's counters: %w", err)
	}
	err := conn.QueryRow(ctx, `
		SELECT `+current+`::text, pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('track_counts')::boolean,
		       greatest(d.stats_reset, (SELECT stats_reset FROM pg_catalog.pg_stat_bgwriter)), pg_catalog.clock_timestamp()
		FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()`).
		Scan(&c.Snapshot, &c.InRecovery, &c.TrackCounts, &reset, &c.TakenAt)
	if err != nil {
		return c, fmt.Errorf("reading the source's counters: %w", err)
	}
	c.TakenAt = c.TakenAt.UTC()
	if reset != nil {
		c.StatsReset = reset.UTC()
	}
	if c.Timeline, err = readTimeline(ctx, conn); err != nil {
		return c, err
	}
	c.Tables, err = readTables(ctx, conn)
	return c, err
}

// readTimeline asks for the right first: a function that may not be called would end the caller's transaction.
func readTimeline(ctx context.Context, conn *pgx.Conn) (timeline int32, err error) {
	if postgres.VersionNumber(conn) < 90600 {
		return 0, nil
	}
	var may bool
	err = conn.QueryRow(ctx, `SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_checkpoint()', 'EXECUTE')`).Scan(&may)
	if err == nil && may {
		err = conn.QueryRow(ctx, `SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()`).Scan(&timeline)
	}
	if err != nil {
		return 0, fmt.Errorf("reading the source's timeline: %w", err)
	}
	return timeline, nil
}

func readTables(ctx context.Context, conn *pgx.Conn) ([]TableCounters, error) {
	rows, err := conn.Query(ctx, `
		SELECT n.nspname::text, c.relname::text, pg_catalog.pg_stat_get_tuples_inserted(c.oid),
		       pg_catalog.pg_stat_get_tuples_updated(c.oid), pg_catalog.pg_stat_get_tuples_deleted(c.oid),
		       coalesce(pg_catalog.pg_relation_filenode(c.oid)::bigint, 0)
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
		  AND (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
		       OR n.nspname = 'pg_catalog' AND c.relname IN ('pg_largeobject', 'pg_largeobject_metadata'))`)
	if err != nil {
		return nil, fmt.Errorf("reading the source's counters: %w", err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[TableCounters])
	if err != nil {
		return nil, fmt.Errorf("reading the source's counters: %w", err)
	}
	return tables, nil
}
