package verify

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/executor/ledger"
	"migrator/executor/report"
	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/statefile"
)

func TestMain(m *testing.M) { sandboxtest.Main(m) }

// migration is two databases and the copies between them.
type migration struct {
	t        *testing.T
	urls     [2]string
	src, dst *pgx.Conn
	plan     planner.Plan
	done     map[string]statefile.Done

	mu     sync.Mutex
	events []report.Event
}

func newMigration(t *testing.T) *migration {
	t.Helper()
	sandboxtest.Pair(t)
	t.Cleanup(func() { goleak.VerifyNone(t, sandboxtest.IgnoreServers()) })
	m := &migration{t: t, done: map[string]statefile.Done{}}
	m.urls[0], m.urls[1] = sandboxtest.Databases(t)
	m.src, m.dst = m.connect(0), m.connect(1)
	t.Cleanup(func() {
		closeConn(m.src)
		closeConn(m.dst)
	})
	return m
}

func (m *migration) connect(side int) *pgx.Conn {
	m.t.Helper()
	conn, err := m.open(m.t.Context(), side)
	if err != nil {
		m.t.Fatal(err)
	}
	return conn
}

func (m *migration) open(ctx context.Context, side int) (*pgx.Conn, error) {
	conn, err := pgx.Connect(ctx, m.urls[side])
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "SET search_path = pg_catalog")
	return conn, err
}

// Send implements report.Sink.
func (m *migration) Send(e report.Event) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, e)
}

func (m *migration) exec(conn *pgx.Conn, sql string) {
	m.t.Helper()
	if _, err := conn.PgConn().Exec(m.t.Context(), sql).ReadAll(); err != nil {
		m.t.Fatalf("%s: %v", sql, err)
	}
}

// both runs SQL on both sides.
func (m *migration) both(sql string) {
	m.t.Helper()
	m.exec(m.src, sql)
	m.exec(m.dst, sql)
}

// table adds a copy to the plan, of columns that are called the same on both sides.
func (m *migration) table(name string, key []int, columns ...string) *planner.RowCopy {
	table := planner.Relation{Schema: "public", Name: name}
	c := &planner.RowCopy{
		From: table, Into: table, Final: table, Select: columns, Columns: columns, FinalColumns: columns, Format: "binary", Key: key,
	}
	m.plan.Actions = append(m.plan.Actions, planner.Action{
		Address: "rows.public." + name, Kind: planner.ActionRows, Change: planner.Copy, Copy: c,
	})
	return c
}

// copy carries out all copies and records them as the ledger would.
func (m *migration) copy() {
	m.t.Helper()
	for _, a := range m.plan.Actions {
		d := statefile.Done{Of: a.Copy.PartCount()}
		var digest ledger.Digest
		for part := range d.Of {
			results, err := rowcopy.Run(m.t.Context(), m.src, m.dst, []rowcopy.Item{{Address: a.Address, Copy: a.Copy, Part: part}}, nil, rowcopy.Options{})
			if err != nil {
				m.t.Fatal(err)
			}
			r := results[0]
			digest = digest.Add(r.Digest)
			if part == 0 {
				d.Before = r.Before
			}
			d.Parts, d.Rows, d.Bytes, d.Kept = d.Parts+1, d.Rows+r.Rows, d.Bytes+r.Bytes, d.Kept+r.Kept
		}
		d.Digest = digest.String()
		m.done[a.Address] = d
	}
}

func (m *migration) options(mode Mode, independent bool) Options {
	return Options{
		Plan: &m.plan, Done: m.done, Mode: mode, Independent: independent, Connections: 2, Sink: m,
		Source:      func(ctx context.Context) (*pgx.Conn, error) { return m.open(ctx, 0) },
		Destination: func(ctx context.Context) (*pgx.Conn, error) { return m.open(ctx, 1) },
	}
}

func (m *migration) verify(mode Mode, independent bool) []Result {
	m.t.Helper()
	results, err := Run(m.t.Context(), m.options(mode, independent))
	if err != nil {
		m.t.Fatal(err)
	}
	return results
}

// names lists the tables that are equal and those that differ.
func names(results []Result) (equal, differing string) {
	for _, r := range results {
		if r.Equal {
			equal += " " + r.Relation
		} else {
			differing += " " + r.Relation
		}
	}
	return equal, differing
}

func (m *migration) wantEqual(mode Mode, independent bool) {
	m.t.Helper()
	for _, r := range m.verify(mode, independent) {
		if !r.Equal {
			m.t.Errorf("%s, independent %v: %s", mode, independent, fmt.Sprintf("%+v", r))
		}
	}
}
