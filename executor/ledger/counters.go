package ledger

import (
	"slices"
	"strconv"
	"time"

	"migrator/planner/postgres"
)

// Counters are what a source's statistics say about writes, so that a run that had to take a new snapshot can
// tell whether the source was written in between.
type Counters struct {
	// Epoch numbers the snapshots of a run, from 1.
	Epoch int
	// Snapshot is the server's text of which transactions are visible.
	Snapshot string
	// Timeline changes when a standby is promoted; 0 where it cannot be read.
	Timeline int32
	// InRecovery says that the source is a standby, which does not count the writes that it replays.
	InRecovery bool
	// TrackCounts is the setting without which nothing is counted.
	TrackCounts bool
	// StatsReset is when the statistics were last reset; zero for never. A crash of the server resets them all, and dates only
	// those of the whole server (pg_stat_bgwriter), so that the later of the two dates counts.
	StatsReset time.Time
	TakenAt    time.Time
	// Tables are the user's tables and materialized views, and the system's tables of large objects.
	Tables []TableCounters
}

// TableCounters are the counters of one table: rows written since its statistics began, also by transactions
// that were rolled back.
type TableCounters struct {
	Schema, Name               string
	Inserted, Updated, Deleted int64
	// Filenode changes when the table is truncated or rewritten; 0 for what has no storage.
	Filenode int64
}

// Changes are what two readings of the counters say about the time between them.
type Changes struct {
	// Written are the tables that were written, made, dropped or rewritten, quoted and sorted. They may have been written
	// by transactions that were rolled back.
	Written []string
	// CannotTell says why the tables that are not in Written may have been written all the same; empty if the answer holds.
	CannotTell string
}

// None says that surely nothing was written.
func (c Changes) None() bool { return len(c.Written) == 0 && c.CannotTell == "" }

// Changed compares two readings, the receiver being the earlier one.
func (c Counters) Changed(later Counters) Changes {
	// The same set of visible transactions is the same data, whatever was counted; but for unlogged tables, which a crash empties.
	if c.Snapshot == later.Snapshot && c.Timeline == later.Timeline && c.StatsReset.Equal(later.StatsReset) && c.Snapshot != "" {
		return Changes{}
	}
	changes := Changes{CannotTell: c.unreliable(later)}
	before := make(map[[2]string]TableCounters, len(c.Tables))
	for _, table := range c.Tables {
		before[[2]string{table.Schema, table.Name}] = table
	}
	for _, now := range later.Tables {
		key := [2]string{now.Schema, now.Name}
		then, known := before[key]
		delete(before, key)
		if known && then == now {
			continue
		}
		if changes.CannotTell == "" && (now.Inserted < then.Inserted || now.Updated < then.Updated || now.Deleted < then.Deleted) {
			changes.CannotTell = "the counters of " + postgres.QuoteIdent(now.Schema, now.Name) + " went down, so statistics were reset"
		}
		changes.Written = append(changes.Written, postgres.QuoteIdent(now.Schema, now.Name))
	}
	for key := range before {
		changes.Written = append(changes.Written, postgres.QuoteIdent(key[0], key[1]))
	}
	slices.Sort(changes.Written)
	return changes
}

// unreliable says why counters that are equal would prove nothing.
func (c Counters) unreliable(later Counters) string {
	switch {
	case c.InRecovery || later.InRecovery:
		return "the source is a standby, which does not count writes"
	case c.Timeline != later.Timeline:
		return "the source failed over (timeline " + strconv.Itoa(int(c.Timeline)) + " to " + strconv.Itoa(int(later.Timeline)) + ")"
	case !c.TrackCounts || !later.TrackCounts:
		return "the source does not count writes (track_counts is off)"
	case !c.StatsReset.Equal(later.StatsReset):
		return "the source's statistics were reset at " + later.StatsReset.UTC().Format(time.RFC3339)
	}
	return ""
}
