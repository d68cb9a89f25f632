package executor

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/planner"
	"migrator/planner/postgres"
	"migrator/statefile"
)

// Standing is where a run stands, seen from any host.
type Standing struct {
	Status  statefile.Status `json:"status"`
	Lineage string           `json:"lineage"`
	PlanID  string           `json:"plan_id"`
	// Alive says that a process holds the destination's lock; Holder who.
	Alive     bool      `json:"alive"`
	Holder    string    `json:"holder,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	// EndedAt is when the run was complete, ReleasedAt and ReleasedBy tell of the release.
	EndedAt    time.Time `json:"ended_at,omitzero"`
	ReleasedAt time.Time `json:"released_at,omitzero"`
	ReleasedBy string    `json:"released_by,omitempty"`
	// Verified is the last verification that found all equal, as far as the state file knows.
	Verified *statefile.Verified `json:"verified,omitempty"`
	// Failures are the errors of the last run, as far as the state file knows.
	Failures map[string]string `json:"failures,omitempty"`
	// Done of Total actions are committed; Rows and Bytes are those of the copies among them.
	Done  int   `json:"done"`
	Total int   `json:"total"`
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// TotalRows is the plan's estimate.
	TotalRows int64      `json:"total_rows"`
	Sections  []Section  `json:"sections"`
	Sessions  []Activity `json:"sessions,omitempty"`
}

// Section is how far one section of the plan is.
type Section struct {
	Name  planner.Section `json:"name"`
	Done  int             `json:"done"`
	Total int             `json:"total"`
}

// Activity is what one of migrator's sessions in the destination does at the moment.
type Activity struct {
	PID      int     `json:"pid"`
	Role     string  `json:"role"` // application_name
	State    string  `json:"state"`
	Seconds  float64 `json:"seconds"` // since its transaction began
	Query    string  `json:"query,omitempty"`
	WaitsFor string  `json:"waits_for,omitempty"` // type and name of what the server waits for: "IO: DataFileRead"
	// Lock is the lock that it waits for, with the sessions that hold it.
	Lock *LockWait `json:"lock,omitempty"`
	// Tuples and Bytes are those of pg_stat_progress_copy (14) while it copies.
	Tuples int64 `json:"tuples,omitempty"`
	Bytes  int64 `json:"bytes,omitempty"`
	// Phase is that of pg_stat_progress_create_index (12) while it builds an index.
	Phase string `json:"phase,omitempty"`
}

// Status tells where the run stands, out of the ledger; after the release, out of the state.
func Status(ctx context.Context, cfg *config.Config, version string) (*Standing, error) {
	state, err := readState(cfg.StatePath)
	if err != nil {
		return nil, err
	}
	if state != nil && state.Status == statefile.Released {
		return ofReleased(state), nil
	}
	conn, err := postgres.Connect(ctx, cfg.Destination.Endpoint,
		postgres.Options{Side: "destination", Role: "status", Version: version, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer closeConn(conn)
	schema := ledgerSchema(cfg, state)
	run, err := ledger.Find(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	if run == nil {
		return nil, noLedger(state)
	}
	plan, entries, err := kept(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	s := standing(run, plan, entries)
	held, err := ledger.LockHolder(ctx, conn, schema)
	if err != nil {
		return nil, err
	}
	s.Alive = held != nil
	if !s.Alive && s.Status == statefile.Running {
		s.Status = statefile.Interrupted
	}
	if state != nil && state.Lineage == run.Lineage {
		s.Verified = state.Verified
		if s.Status == statefile.Interrupted && state.Status == statefile.Failed {
			s.Status, s.Failures = statefile.Failed, state.Failures
		}
	}
	s.Sessions, err = activity(ctx, conn)
	return s, err
}

// ofReleased is what the state says after the release, when nothing is left to be asked.
func ofReleased(state *statefile.State) *Standing {
	s := &Standing{
		Status: state.Status, Lineage: state.Lineage, PlanID: state.PlanID, StartedAt: state.StartedAt, EndedAt: state.FinishedAt,
		ReleasedAt: state.ReleasedAt, ReleasedBy: state.ReleasedBy, Verified: state.Verified, Done: countDone(state), Total: state.Total,
	}
	for _, d := range state.Done {
		s.Rows += d.Rows
		s.Bytes += d.Bytes
	}
	return s
}

func standing(run *ledger.Run, plan *planner.Plan, entries []ledger.Entry) *Standing {
	s := &Standing{
		Status: statefile.Running, Lineage: run.Lineage, PlanID: run.PlanID, Holder: run.Holder, StartedAt: run.StartedAt, EndedAt: run.CompletedAt,
	}
	if !run.CompletedAt.IsZero() {
		s.Status = statefile.Complete
	}
	have := map[string]int{}
	for _, e := range entries {
		have[e.Address]++
		s.Rows += e.Rows
		s.Bytes += e.Bytes
	}
	sections := map[planner.Section]*Section{}
	for _, name := range []planner.Section{planner.PreData, planner.Data, planner.PostData} {
		s.Sections = append(s.Sections, Section{Name: name})
	}
	for i := range s.Sections {
		sections[s.Sections[i].Name] = &s.Sections[i]
	}
	for i := range plan.Actions {
		a := &plan.Actions[i]
		if a.Change == planner.Skip || a.Change == planner.Conflict {
			continue
		}
		s.Total++
		section := sections[a.Section]
		if section != nil {
			section.Total++
		}
		if a.Copy != nil {
			s.TotalRows += a.Estimate.Rows
		}
		if have[a.Address] >= parts(a) {
			s.Done++
			if section != nil {
				section.Done++
			}
		}
	}
	return s
}

// The first version of a server that has what activity reads.
const (
	blockingPIDs  = 90600
	indexProgress = 120000
	copyProgress  = 140000
)

// activity lists migrator's sessions in this database, with what each waits for.
func activity(ctx context.Context, conn *pgx.Conn) ([]Activity, error) {
	version := postgres.VersionNumber(conn)
	gate := func(since int, expression, otherwise string) string {
		if version >= since {
			return expression
		}
		return otherwise
	}
	sql := fmt.Sprintf(`
SELECT a.pid, a.application_name, coalesce(a.state, ''),
       coalesce(extract(epoch FROM clock_timestamp() - a.xact_start), 0)::float8,
       left(regexp_replace(coalesce(a.query, ''), '\s+', ' ', 'g'), 120),
       %s, %s, %s, %s
  FROM pg_stat_activity a %s %s
 WHERE a.datname = current_database() AND a.application_name LIKE 'migrator/%%' AND a.pid <> pg_backend_pid()
 ORDER BY a.application_name, a.pid`,
		gate(blockingPIDs, "coalesce(a.wait_event_type || ': ' || a.wait_event, '')", "CASE WHEN a.waiting THEN 'Lock' ELSE '' END"),
		gate(copyProgress, "coalesce(c.tuples_processed, 0)", "0::bigint"),
		gate(copyProgress, "coalesce(c.bytes_processed, 0)", "0::bigint"),
		gate(indexProgress, "coalesce(i.phase, '')", "''"),
		gate(copyProgress, "LEFT JOIN pg_stat_progress_copy c ON c.pid = a.pid", ""),
		gate(indexProgress, "LEFT JOIN pg_stat_progress_create_index i ON i.pid = a.pid", ""))
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("reading the destination's sessions: %w", err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (Activity, error) {
		var a Activity
		err := row.Scan(&a.PID, &a.Role, &a.State, &a.Seconds, &a.Query, &a.WaitsFor, &a.Tuples, &a.Bytes, &a.Phase)
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the destination's sessions: %w", err)
	}
	return list, locksOf(ctx, conn, list)
}

// locksOf adds the locks that sessions wait for.
func locksOf(ctx context.Context, conn *pgx.Conn, list []Activity) error {
	pids := make([]int32, len(list))
	for i := range list {
		pids[i] = int32(list[i].PID)
	}
	waits, err := lockWaits(ctx, conn, pids)
	if err != nil {
		return err
	}
	for i := range list {
		for n := range waits {
			if waits[n].PID == list[i].PID {
				list[i].Lock = &waits[n]
			}
		}
	}
	return nil
}
