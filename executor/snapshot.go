package executor

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/planner/postgres"
)

// snapshot holds the source's snapshot that every reader adopts. When the session that holds it is lost a new one is taken, and the
// tables' change counters tell whether the source was written in between.
type snapshot struct {
	cfg     *config.Config
	version string
	sink    report.Sink
	// before are the counters at the run's first snapshot, from the ledger.
	before ledger.Counters

	mu   sync.Mutex
	conn *pgx.Conn
	id   string
	// taken counts the snapshots so far, the last one at.
	taken int
	at    time.Time
}

// SourceChangedError says that the source was written while the migration ran, or between its runs.
type SourceChangedError struct{ Tables []string }

func (e *SourceChangedError) Error() string {
	return "the source was written since the first snapshot of this migration: " + someTables(e.Tables)
}

// someTables names the first of many.
func someTables(tables []string) string {
	const most = 10
	if len(tables) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(tables[:most], ", "), len(tables)-most)
	}
	return strings.Join(tables, ", ")
}

// connectSource opens a read-only session in the source. Whoever reads its catalog and not its rows has no use for bytes that are no text.
func connectSource(ctx context.Context, cfg *config.Config, version, role string) (*pgx.Conn, error) {
	return postgres.Connect(ctx, cfg.Source, postgres.Options{Side: "source", Role: role, Version: version, ReadOnly: true, Bytes: role != "plan"})
}

// connectDestination opens a session in the destination that may write.
func connectDestination(ctx context.Context, cfg *config.Config, version, role string) (*pgx.Conn, error) {
	return postgres.Connect(ctx, cfg.Destination.Endpoint, postgres.Options{Side: "destination", Role: role, Version: version, Bytes: true})
}

// adopt opens a session in the source that sees the run's snapshot.
func (s *snapshot) adopt(ctx context.Context) (*pgx.Conn, error) {
	conn, err := connectSource(ctx, s.cfg, s.version, "copy")
	if err != nil {
		return nil, err
	}
	id, err := s.current(ctx)
	if err == nil {
		err = rowcopy.AdoptSnapshot(ctx, conn, id)
	}
	if err != nil {
		closeConn(conn)
		return nil, fmt.Errorf("adopting the source's snapshot: %w", err)
	}
	return conn, nil
}

// current is the snapshot's name, of a new snapshot when the session that held the last one is gone.
func (s *snapshot) current(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		if err := s.conn.Ping(ctx); err == nil {
			return s.id, nil
		}
		closeConn(s.conn)
		s.conn = nil
	}
	conn, err := connectSource(ctx, s.cfg, s.version, "snapshot")
	if err != nil {
		return "", err
	}
	if err := s.take(ctx, conn); err != nil {
		closeConn(conn)
		return "", err
	}
	return s.id, nil
}

// take exports a snapshot from conn and makes sure that nothing was written between the first one and this. The counters are
// read after the snapshot is taken, so that no write can slip in between.
func (s *snapshot) take(ctx context.Context, conn *pgx.Conn) error {
	id, err := rowcopy.ExportSnapshot(ctx, conn)
	if err != nil {
		return fmt.Errorf("exporting a snapshot of the source: %w", err)
	}
	now, err := ledger.ReadCounters(ctx, conn)
	if err != nil {
		return fmt.Errorf("reading the source's change counters: %w", err)
	}
	changes := s.before.Changed(now)
	if changes.CannotTell != "" {
		s.sink.Send(report.Event{Type: report.Warning, Message: "whether the source was written since this migration began cannot be told: " +
			changes.CannotTell + "; \"migrator verify -independent\" compares every row"})
	} else if len(changes.Written) > 0 {
		return &SourceChangedError{Tables: changes.Written}
	}
	s.conn, s.id = conn, id
	s.taken++
	s.at = time.Now()
	return nil
}

func (s *snapshot) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	closeConn(s.conn)
	s.conn = nil
}
