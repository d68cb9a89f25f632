package ledger_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/executor/ledger"
)

func TestOneOfTenAcquires(t *testing.T) {
	url := database(t)
	conns := make([]*pgx.Conn, 10)
	for i := range conns {
		conns[i] = connect(t, url, "migrator/dev/lock")
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var won []*ledger.Lease
	for i, conn := range conns {
		group.Go(func() {
			lease, err := ledger.Acquire(t.Context(), conn, schema, fmt.Sprintf("holder-%d@host", i), ledger.LockOptions{})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won = append(won, lease)
			} else if _, held := errors.AsType[*ledger.HeldError](err); !held {
				t.Errorf("got %v, want a HeldError", err)
			}
		})
	}
	group.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of 10 have the lock, want 1", len(won))
	}
	if err := won[0].Release(); err != nil {
		t.Error(err)
	}
	if err := won[0].Release(); err != nil || won[0].Context().Err() == nil {
		t.Errorf("after Release: %v, %v", err, won[0].Context().Err())
	}
	acquire(t, url, "next@host")
	// Another ledger of the same database is another lock.
	other, err := ledger.Acquire(t.Context(), connect(t, url, "test"), "another", "x", ledger.LockOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Release(); err != nil {
		t.Error(err)
	}
}

func TestHeldNamesTheHolder(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	lease := acquire(t, url, "deploy@runner-7, process 4711")
	try := func() *ledger.HeldError {
		_, err := ledger.Acquire(t.Context(), conn, schema, "me", ledger.LockOptions{})
		return wantAs[*ledger.HeldError](t, err)
	}
	held := try()
	if held.Holder != "" || held.ApplicationName != "migrator/dev/lock deploy@runner-7, process 4711" ||
		held.ClientAddr != "127.0.0.1" || held.User != "postgres" || held.Since.IsZero() {
		t.Errorf("before there is a ledger the holder is %+v", held.Session)
	}
	create(t, conn)
	if held := try(); held.Holder != "first@host" {
		t.Errorf("the run's own holder is %+v", held.Session)
	}
	takeOver(t, lease, 0)
	held = try()
	if text := held.Error(); held.Holder != "deploy@runner-7, process 4711" ||
		!strings.HasPrefix(text, "the destination is being migrated by deploy@runner-7, process 4711 (server process ") {
		t.Errorf("the refusal is %q", text)
	}
	if err := lease.Release(); err != nil {
		t.Fatal(err)
	}
	if session, err := ledger.LockHolder(t.Context(), conn, schema); session != nil || err != nil {
		t.Errorf("a lock that was given back is held by %v (%v)", session, err)
	}
}

func TestAcquireWaits(t *testing.T) {
	url := database(t)
	first := acquire(t, url, "first@host")
	waiting := make(chan *ledger.HeldError, 1)
	acquired := make(chan error, 1)
	conn := connect(t, url, "test")
	go func() {
		lease, err := ledger.Acquire(t.Context(), conn, schema, "second@host", ledger.LockOptions{
			Timeout: time.Minute, Waiting: func(e *ledger.HeldError) { waiting <- e },
		})
		if err == nil {
			err = lease.Release()
		}
		acquired <- err
	}()
	if told := <-waiting; !strings.Contains(told.ApplicationName, "first@host") {
		t.Errorf("the one that waits is told %v", told)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if err := <-acquired; err != nil {
		t.Error(err)
	}

	acquire(t, url, "third@host")
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupted")
	_, err := ledger.Acquire(ctx, connect(t, url, "test"), schema, "fourth@host", ledger.LockOptions{
		Timeout: time.Minute, Waiting: func(*ledger.HeldError) { cancel(stop) },
	})
	if want[*ledger.HeldError](t, err); !errors.Is(err, stop) {
		t.Errorf("a wait that was interrupted: %v", err)
	}
}

func TestLostLockCancels(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	lease := acquire(t, url, "first@host")
	ended, err := ledger.ForceUnlock(t.Context(), conn, schema)
	if err != nil || ended == nil || !strings.Contains(ended.ApplicationName, "first@host") {
		t.Fatalf("ForceUnlock ended %v (%v)", ended, err)
	}
	select {
	case <-lease.Context().Done():
		want[*ledger.LostError](t, context.Cause(lease.Context()))
	case <-time.After(time.Minute):
		t.Fatal("the lease's context outlived its lock")
	}
	acquire(t, url, "second@host")
	if err := lease.Release(); err != nil {
		t.Errorf("releasing a lost lease: %v", err)
	}
	if _, err := lease.TakeOver(t.Context(), 0); err == nil {
		t.Error("a lost lease can take a run over")
	}
}

func TestInterruptedRunKeepsTheLock(t *testing.T) {
	url := database(t)
	conn := connect(t, url, "test")
	ctx, cancel := context.WithCancel(t.Context())
	lease, err := ledger.Acquire(ctx, connect(t, url, "test"), schema, "first@host", ledger.LockOptions{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-lease.Context().Done()
	if holder, err := ledger.LockHolder(t.Context(), conn, schema); holder == nil {
		t.Errorf("the lock was given back while work may still be rolling back (%v)", err)
	}
	if err := lease.Release(); err != nil {
		t.Error(err)
	}
	if ended, err := ledger.ForceUnlock(t.Context(), conn, schema); ended != nil || err != nil {
		t.Errorf("ForceUnlock of a free lock ended %v (%v)", ended, err)
	}
}

func TestForceUnlockNeedsTheRight(t *testing.T) {
	_, dst := sandboxtest.Pair(t)
	name := sandboxtest.Database(t, dst)
	admin := connect(t, dst.URL(name), "test")
	acquire(t, dst.URL(name), "first@host")
	exec(t, admin, `CREATE ROLE "weak" LOGIN PASSWORD 'weak'`)
	config, err := pgx.ParseConfig(dst.URL(name))
	if err != nil {
		t.Fatal(err)
	}
	config.User, config.Password = "weak", "weak"
	weak, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ledger.ForceUnlock(t.Context(), weak, schema)
	if refused := wantAs[*ledger.UnlockError](t, err); refused.PID == 0 || !strings.Contains(refused.ApplicationName, "first@host") {
		t.Errorf("the refusal names %+v", refused.Session)
	}
	if err := weak.Close(t.Context()); err != nil {
		t.Error(err)
	}
	exec(t, admin, `DROP ROLE weak`)
}
