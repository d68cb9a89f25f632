package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// SaveCounters keeps counters in the ledger under their epoch, in place of what was there, and only
// while the run's fence is the given one.
func SaveCounters(ctx context.Context, conn *pgx.Conn, schema string, fence int64, c Counters) error {
	return Guarded(ctx, conn, schema, fence, func(tx pgx.Tx) error {
		for _, sql := range []string{`DELETE FROM {snapshot} WHERE epoch = $1`, `DELETE FROM {source} WHERE epoch = $1`} {
			if _, err := tx.Exec(ctx, expand(schema, sql), c.Epoch); err != nil {
				return fmt.Errorf("keeping the source's counters: %w", err)
			}
		}
		var reset *time.Time
		if !c.StatsReset.IsZero() {
			reset = &c.StatsReset
		}
		_, err := tx.Exec(ctx, expand(schema, `
			INSERT INTO {snapshot} (epoch, snapshot, timeline, in_recovery, track_counts, stats_reset, taken_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`),
			c.Epoch, c.Snapshot, c.Timeline, c.InRecovery, c.TrackCounts, reset, c.TakenAt)
		if err != nil {
			return fmt.Errorf("keeping the source's counters: %w", err)
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{schema, tableSource},
			[]string{"epoch", "schema", "name", "inserted", "updated", "deleted", "filenode"},
			pgx.CopyFromSlice(len(c.Tables), func(i int) ([]any, error) {
				t := c.Tables[i]
				return []any{c.Epoch, t.Schema, t.Name, t.Inserted, t.Updated, t.Deleted, t.Filenode}, nil
			}))
		if err != nil {
			return fmt.Errorf("keeping the source's counters: %w", err)
		}
		return nil
	})
}

// LoadCounters returns the counters that were saved under an epoch, nil if there are none.
func LoadCounters(ctx context.Context, conn *pgx.Conn, schema string, epoch int) (*Counters, error) {
	c := Counters{Epoch: epoch}
	var reset *time.Time
	err := conn.QueryRow(ctx, expand(schema, `
		SELECT snapshot, timeline, in_recovery, track_counts, stats_reset, taken_at FROM {snapshot} WHERE epoch = $1`), epoch).
		Scan(&c.Snapshot, &c.Timeline, &c.InRecovery, &c.TrackCounts, &reset, &c.TakenAt)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, readError(schema, err)
	}
	c.TakenAt = c.TakenAt.UTC()
	if reset != nil {
		c.StatsReset = reset.UTC()
	}
	rows, err := conn.Query(ctx, expand(schema, `
		SELECT schema, name, inserted, updated, deleted, filenode FROM {source} WHERE epoch = $1 ORDER BY schema, name`), epoch)
	if err != nil {
		return nil, readError(schema, err)
	}
	if c.Tables, err = pgx.CollectRows(rows, pgx.RowToStructByPos[TableCounters]); err != nil {
		return nil, readError(schema, err)
	}
	return &c, nil
}

// LastEpoch returns the highest epoch whose counters were saved, 0 if there are none.
func LastEpoch(ctx context.Context, conn *pgx.Conn, schema string) (epoch int, err error) {
	err = conn.QueryRow(ctx, expand(schema, `SELECT coalesce(pg_catalog.max(epoch), 0) FROM {snapshot}`)).Scan(&epoch)
	return epoch, readError(schema, err)
}
