package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"migrator/executor/ledger"
)

// old is the application name of a session of fence 1.
var old = "migrator/dev/" + ledger.SessionRole("another lineage", 1)

func TestExplainLeavesOtherErrorsAlone(t *testing.T) {
	conn := connect(t, database(t), "test")
	create(t, conn)
	exec(t, conn, `CREATE TABLE public.done (address int PRIMARY KEY, fence int NOT NULL); INSERT INTO public.done VALUES (1, 1)`)
	recordSQL := ledger.RecordSQL(schema, 1, []ledger.Entry{{Address: "x"}})
	for _, sql := range []string{
		`INSERT INTO public.done VALUES (1, 1)`, `INSERT INTO public.done VALUES (2, NULL)`,
		`SELECT 'é' FROM public.missing`, `SELECT * FROM "Ledger of é".donee`,
	} {
		err := send(t, conn, sql+";"+recordSQL)
		if _, ok := errors.AsType[*pgconn.PgError](err); !ok || explained(err) {
			t.Errorf("%s: explained as %v", sql, err)
		}
	}
	if n := len(entries(t, conn)); n != 0 {
		t.Errorf("%d entries were recorded with work that failed", n)
	}
}

func TestReleasedIsToldFromTheMiddleOfAMessage(t *testing.T) {
	conn := connect(t, database(t), "test")
	exec(t, conn, `CREATE TABLE t (x text)`)
	sql := `INSERT INTO t VALUES ('ééé 漢字 𝄞');` + ledger.RecordSQL(schema, 1, []ledger.Entry{{Address: "x"}})
	want[*ledger.ReleasedError](t, send(t, conn, sql))
	if n := scan[int](t, conn, `SELECT count(*) FROM t`); n != 0 {
		t.Error("the work was committed without its record")
	}
}

// A transaction of the old fence that has not recorded yet is not waited for, and commits nothing after.
func TestPausedTransactionCommitsNothing(t *testing.T) {
	url := database(t)
	conn, paused := connect(t, url, "test"), connect(t, url, old)
	create(t, conn)
	exec(t, conn, `CREATE TABLE t (x int)`)
	exec(t, paused, `BEGIN; INSERT INTO t VALUES (1)`)
	if fence := takeOver(t, acquire(t, url, "second@host"), time.Minute); fence != 2 {
		t.Errorf("the fence is %d, want 2", fence)
	}
	if run := find(t, conn); run.Fence != 2 || run.Holder != "second@host" {
		t.Errorf("the run is %+v", run)
	}
	want[*ledger.FencedError](t, record(t, paused, 1, "rows.t", 0))
	exec(t, paused, `COMMIT`)
	if n := scan[int](t, conn, `SELECT count(*) FROM t`); n != 0 {
		t.Error("a fenced transaction was committed")
	}
	want[*ledger.FencedError](t, ledger.Complete(t.Context(), conn, schema, 1, 0))
}

// A transaction that has recorded holds the run's row until it ends, and TakeOver waits for it.
func TestTakeOverWaitsForRecordedTransaction(t *testing.T) {
	url := database(t)
	conn, paused := connect(t, url, "test"), connect(t, url, old)
	create(t, conn)
	exec(t, paused, `BEGIN`)
	if err := record(t, paused, 1, "rows.t", 0); err != nil {
		t.Fatal(err)
	}
	lease := acquire(t, url, "second@host")
	taken := make(chan error, 1)
	go func() {
		_, err := lease.TakeOver(t.Context(), time.Minute)
		taken <- err
	}()
	waitFor(t, conn, "SET fence = fence + 1")
	select {
	case err := <-taken:
		t.Fatalf("taken over (%v) while a transaction of the old fence was about to commit", err)
	default:
	}
	exec(t, paused, `COMMIT`)
	if err := <-taken; err != nil {
		t.Fatal(err)
	}
	if list := entries(t, conn); len(list) != 1 {
		t.Errorf("the entries are %+v", list)
	}
	want[*ledger.FencedError](t, record(t, paused, 1, "rows.t", 1))
}

// A record that has to wait for TakeOver's own transaction sees the new fence, not the one of its snapshot.
func TestRecordDuringTakeOver(t *testing.T) {
	url := database(t)
	conn, taker, late := connect(t, url, "test"), connect(t, url, "test"), connect(t, url, old)
	create(t, conn)
	for _, end := range []string{"ROLLBACK", "COMMIT"} {
		exec(t, taker, `BEGIN; UPDATE "Ledger of é".run SET fence = fence + 1`)
		recorded := make(chan error, 1)
		go func() { recorded <- record(t, late, 1, "rows.t", 0) }()
		waitFor(t, conn, "INSERT INTO")
		exec(t, taker, end)
		err := <-recorded
		if end == "COMMIT" {
			want[*ledger.FencedError](t, err)
		} else if err != nil {
			t.Errorf("after a takeover that was rolled back: %v", err)
		}
		exec(t, conn, `TRUNCATE "Ledger of é".done`)
	}
}

func TestTakeOverEndsWhatDoesNotEnd(t *testing.T) {
	url := database(t)
	conn, paused := connect(t, url, "test"), connect(t, url, old)
	create(t, conn)
	exec(t, paused, `BEGIN`)
	if err := record(t, paused, 1, "rows.t", 0); err != nil {
		t.Fatal(err)
	}
	takeOver(t, acquire(t, url, "second@host"), 100*time.Millisecond)
	if _, err := paused.Exec(t.Context(), `COMMIT`); err == nil {
		t.Error("the old transaction was committed after the takeover")
	}
	if list := entries(t, conn); len(list) != 0 {
		t.Errorf("the entries are %+v", list)
	}
}

func TestTakeOverNamesWhoBlocks(t *testing.T) {
	url := database(t)
	conn, stranger := connect(t, url, "test"), connect(t, url, "somebody's psql")
	create(t, conn)
	exec(t, stranger, `BEGIN; SELECT * FROM "Ledger of é".run FOR SHARE`)
	_, err := acquire(t, url, "second@host").TakeOver(t.Context(), 100*time.Millisecond)
	blocked := wantAs[*ledger.BlockedError](t, err)
	if len(blocked.Sessions) != 1 || blocked.Sessions[0].PID != int32(stranger.PgConn().PID()) ||
		!strings.Contains(blocked.Error(), "somebody's psql (server process ") {
		t.Errorf("the blockers are %+v", blocked.Sessions)
	}
	exec(t, stranger, `COMMIT`)
}

func TestTakeOverEndsSessionsLeftBehind(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	create(t, conn)
	left := connect(t, url, "migrator/1.0/"+ledger.SessionRole(lineage, 1))
	exec(t, left, `BEGIN; CREATE TABLE t (x int)`)
	others := []string{
		"migrator/1.0/" + ledger.SessionRole(lineage, 2), "migrator/1.0/" + ledger.SessionRole("11111111-", 1),
		"migrator/1.0/status", "psql/1.0/" + ledger.SessionRole(lineage, 1),
	}
	for i, name := range others {
		others[i] = fmt.Sprint(connect(t, url, name).PgConn().PID())
	}
	takeOver(t, acquire(t, url, "second@host"), time.Minute)
	if err := left.Ping(t.Context()); err == nil {
		t.Error("the session that was left behind is still there")
	}
	if n := scan[int](t, conn, `SELECT count(*) FROM pg_stat_activity WHERE pid = ANY ($1::text[]::int[])`, others); n != len(others) {
		t.Errorf("%d of %d other sessions are left", n, len(others))
	}
}

// Two processes work on the same parts, the second takes over in the middle, and connections die all the time:
// every part's row is there once.
func TestExactlyOnce(t *testing.T) {
	const parts = 60
	url := database(t)
	conn := connect(t, url, "test")
	create(t, conn)
	exec(t, conn, `CREATE TABLE t (part int)`)
	var group sync.WaitGroup
	runner := func(fence int64) {
		for part := range parts {
			sql := fmt.Sprintf(`INSERT INTO t VALUES (%d);`, part) +
				ledger.RecordSQL(schema, fence, []ledger.Entry{{Address: "rows.t", Part: part, Rows: 1}})
			for {
				err := once(t.Context(), url, fmt.Sprintf("migrator/dev/apply x.%d", fence), sql)
				_, already := errors.AsType[*ledger.AlreadyDoneError](err)
				if err == nil || already {
					break
				}
				if _, fenced := errors.AsType[*ledger.FencedError](err); fenced && fence == 1 {
					return
				}
				if server, ok := errors.AsType[*pgconn.PgError](err); ok && server.Code != "57P01" {
					t.Errorf("part %d under fence %d: %v", part, fence, err)
					return
				}
			}
		}
	}
	group.Go(func() { runner(1) })
	killing, stop := context.WithCancel(t.Context())
	killer := connect(t, url, "test")
	var killed sync.WaitGroup
	killed.Go(func() {
		for killing.Err() == nil {
			_, _ = killer.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE datname = current_database() AND application_name LIKE 'migrator/dev/apply%' AND random() < 0.3`)
			time.Sleep(20 * time.Millisecond)
		}
	})
	for len(entries(t, conn)) < parts/4 {
		time.Sleep(5 * time.Millisecond)
	}
	fence := takeOver(t, acquire(t, url, "second@host"), time.Second)
	group.Go(func() { runner(fence) })
	group.Wait()
	stop()
	killed.Wait()
	if rows, distinct := scan[int](t, conn, `SELECT count(*) FROM t`), scan[int](t, conn, `SELECT count(DISTINCT part) FROM t`); rows != parts || distinct != parts {
		t.Errorf("%d rows of %d parts, want %d of %d", rows, distinct, parts, parts)
	}
}

// once sends one message over a connection of its own, so that a lost one is simply replaced.
func once(ctx context.Context, url, application, sql string) error {
	config, err := pgconn.ParseConfig(url)
	if err != nil {
		return err
	}
	config.RuntimeParams["application_name"] = application
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql).ReadAll()
	return ledger.Explain(err, schema, sql)
}

// explained says whether Explain gave an error a meaning of ours.
func explained(err error) bool {
	return errors.As(err, new(*ledger.FencedError)) || errors.As(err, new(*ledger.ReleasedError)) || errors.As(err, new(*ledger.AlreadyDoneError))
}
