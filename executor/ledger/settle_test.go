package ledger_test

import (
	"testing"
	"time"

	"migrator/executor/ledger"
)

func TestSettle(t *testing.T) {
	url := database(t)
	conn, worker := connect(t, url, "test"), connect(t, url, old)
	create(t, conn)
	settle := func(parts ...int) (bool, error) {
		keys := make([]ledger.Key, len(parts))
		for i, part := range parts {
			keys[i] = ledger.Key{Address: "rows.t", Part: part}
		}
		return ledger.Settle(t.Context(), conn, schema, 1, keys)
	}
	if done, err := settle(0, 1); done || err != nil {
		t.Errorf("before anything was sent: %v, %v", done, err)
	}
	both := ledger.RecordSQL(schema, 1, []ledger.Entry{{Address: "rows.t", Part: 0}, {Address: "rows.t", Part: 1}})
	if err := send(t, worker, both); err != nil {
		t.Fatal(err)
	}
	if done, err := settle(0, 1); !done || err != nil {
		t.Errorf("after a commit: %v, %v", done, err)
	}
	if _, err := settle(1, 2); err == nil {
		t.Error("keys of which one transaction cannot have written a part were settled")
	}

	watcher := connect(t, url, "test")
	for part, test := range map[int]struct {
		end  string
		done bool
	}{10: {"COMMIT", true}, 11: {"ROLLBACK", false}} {
		exec(t, worker, `BEGIN`)
		if err := record(t, worker, 1, "rows.t", part); err != nil {
			t.Fatal(err)
		}
		type answer struct {
			done bool
			err  error
		}
		answers := make(chan answer, 1)
		go func() {
			done, err := settle(part)
			answers <- answer{done, err}
		}()
		waitFor(t, watcher, "INSERT INTO")
		exec(t, worker, test.end)
		if got := <-answers; got.done != test.done || got.err != nil {
			t.Errorf("while the old backend was about to %s: %+v", test.end, got)
		}
	}
	if n := len(entries(t, conn)); n != 3 {
		t.Errorf("settling left %d entries, want 3", n)
	}

	takeOver(t, acquire(t, url, "second@host"), time.Minute)
	_, err := settle(12)
	want[*ledger.FencedError](t, err)
	exec(t, watcher, `DROP SCHEMA "Ledger of é" CASCADE`)
	_, err = settle(12)
	want[*ledger.ReleasedError](t, err)
}
