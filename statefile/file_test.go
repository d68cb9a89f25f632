package statefile_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"migrator/statefile"
)

func TestMain(m *testing.M) {
	if os.Getenv(limitedHelper) != "" {
		saveUnderLimit()
		return
	}
	goleak.VerifyTestMain(m)
}

func sample() *statefile.State {
	return &statefile.State{
		FormatVersion: statefile.FormatVersion, ToolVersion: "1.0.0",
		Lineage: "3f2a1b2c-0000-4000-8000-000000000001", PlanID: strings.Repeat("ab", 32),
		Status:       statefile.Running,
		Source:       statefile.Place{Host: "source.example", Port: 5432, Database: "shop", SystemID: "7123456789012345678"},
		Destination:  statefile.Place{Host: "destination.example", Port: 5432, Database: "shop"},
		LedgerSchema: "migrator_ledger", Fence: 9007199254740993,
		StartedAt: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC), Total: 3,
		Done: map[string]statefile.Done{
			"rows.public.orders": {Parts: 1, Of: 2, Rows: 10, Bytes: 1000, Digest: strings.Repeat("0f", 16)},
			`table."Ünï"."a<b>"`: {At: time.Date(2026, 3, 4, 5, 6, 8, 9, time.UTC)},
		},
		Failures: map[string]string{"index.public.x": "could not create unique index"},
	}
}

func open(t *testing.T, path string) *statefile.File {
	t.Helper()
	file, err := statefile.Open(t.Context(), path, statefile.Options{Operation: "apply"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := file.Close(); err != nil {
			t.Errorf("closing the state file: %v", err)
		}
	})
	return file
}

func TestSaveAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shop.migrator.json")
	file := open(t, path)
	if _, err := file.Read(); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("reading a file that does not exist: got %v, want fs.ErrNotExist", err)
	}
	state := sample()
	for want := int64(1); want <= 3; want++ {
		if err := file.Save(state); err != nil {
			t.Fatal(err)
		}
		if state.Serial != want {
			t.Errorf("serial after save %d is %d", want, state.Serial)
		}
		got, err := statefile.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(state, got); diff != "" {
			t.Errorf("the state read differs from the one saved (-saved +read):\n%s", diff)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, want 0600", info.Mode())
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(names) != 2 {
		t.Errorf("the folder holds %v (%v), want the state and its lock only", names, err)
	}
}

func TestSaveRefusesAnotherCopy(t *testing.T) {
	for _, test := range []struct {
		name   string
		there  func(*statefile.State)
		refuse func(error) bool
	}{
		{"another lineage", func(s *statefile.State) { s.Lineage = statefile.NewLineage() }, func(err error) bool {
			_, ok := errors.AsType[*statefile.LineageError](err)
			return ok
		}},
		{"a higher serial", func(s *statefile.State) { s.Serial = 7 }, isSerialError},
		{"the same serial, another content", func(s *statefile.State) { s.PlanID = "other" }, isSerialError},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.json")
			file := open(t, path)
			state := sample()
			if err := file.Save(state); err != nil {
				t.Fatal(err)
			}
			there := *state
			test.there(&there)
			text, err := statefile.Encode(&there)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := file.Save(state); !test.refuse(err) {
				t.Errorf("Save over it: got %v, want a refusal", err)
			}
			if state.Serial != 1 {
				t.Errorf("the refused save changed the serial to %d", state.Serial)
			}
			if now, err := os.ReadFile(path); err != nil || string(now) != string(text) {
				t.Errorf("the refused save changed the file (%v)", err)
			}
			if err := file.Overwrite(state); err != nil {
				t.Fatal(err)
			}
			backup, err := os.ReadFile(path + statefile.BackupSuffix)
			if err != nil || string(backup) != string(text) {
				t.Errorf("Overwrite did not keep what was there (%v)", err)
			}
			if err := file.Save(state); err != nil {
				t.Errorf("saving after Overwrite: %v", err)
			}
		})
	}
}

func isSerialError(err error) bool {
	_, ok := errors.AsType[*statefile.SerialError](err)
	return ok
}

func TestSaveRefusesADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(path, []byte(`{"format_version": 1,`), 0o600); err != nil {
		t.Fatal(err)
	}
	file := open(t, path)
	if _, ok := errors.AsType[*statefile.DamagedError](file.Save(sample())); !ok {
		t.Error("a damaged file was overwritten by Save")
	}
	if err := file.Overwrite(sample()); err != nil {
		t.Errorf("rebuilding a damaged file: %v", err)
	}
}

func TestSymbolicLinkSharesTheLock(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "state.json"), filepath.Join(t.TempDir(), "link.json")
	if err := open(t, path).Save(sample()); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	_, err := statefile.Open(t.Context(), link, statefile.Options{})
	if _, ok := errors.AsType[*statefile.LockedError](err); !ok {
		t.Errorf("opening through a link: got %v, want a LockedError", err)
	}
}

func TestOpenOneWins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	var group sync.WaitGroup
	var mu sync.Mutex
	var winners []*statefile.File
	for range 10 {
		group.Go(func() {
			file, err := statefile.Open(t.Context(), path, statefile.Options{Operation: "apply"})
			mu.Lock()
			defer mu.Unlock()
			locked, refused := errors.AsType[*statefile.LockedError](err)
			switch {
			case err == nil:
				winners = append(winners, file)
			case !refused:
				t.Errorf("got %v, want a LockedError", err)
			case locked.Holder.PID != 0 && (locked.Holder.PID != os.Getpid() || locked.Holder.Operation != "apply"):
				t.Errorf("the refusal names %+v as holder", locked.Holder)
			}
		})
	}
	group.Wait()
	if len(winners) != 1 {
		t.Fatalf("%d of 10 got the lock, want 1", len(winners))
	}
	_, err := statefile.Open(t.Context(), path, statefile.Options{})
	if locked, ok := errors.AsType[*statefile.LockedError](err); !ok || !strings.Contains(locked.Error(), locked.Holder.Who+"@") || locked.Holder.PID != os.Getpid() {
		t.Errorf("the refusal does not name the holder: %v", err)
	}
	if err := winners[0].Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestOpenWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	first := open(t, path)
	waiting := make(chan *statefile.LockedError, 1)
	opened := make(chan error, 1)
	go func() {
		second, err := statefile.Open(t.Context(), path, statefile.Options{
			LockTimeout: time.Minute, Waiting: func(e *statefile.LockedError) { waiting <- e },
		})
		if err == nil {
			err = second.Close()
		}
		opened <- err
	}()
	if told := <-waiting; told.Holder.Operation != "apply" {
		t.Errorf("the one that waits is told %v", told)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-opened; err != nil {
		t.Errorf("waiting for the lock: %v", err)
	}

	open(t, path)
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupted")
	_, err := statefile.Open(ctx, path, statefile.Options{
		LockTimeout: time.Minute, Waiting: func(*statefile.LockedError) { cancel(stop) },
	})
	if _, ok := errors.AsType[*statefile.LockedError](err); !ok || !errors.Is(err, stop) {
		t.Errorf("a wait that was interrupted: got %v", err)
	}
}

func TestRemovedLockFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	file := open(t, path)
	if err := os.Remove(path + statefile.LockSuffix); err != nil {
		t.Fatal(err)
	}
	other := open(t, path)
	if _, ok := errors.AsType[*statefile.LockLostError](file.Save(sample())); !ok {
		t.Error("two holders of a lock can write")
	}
	if err := other.Save(sample()); err != nil {
		t.Errorf("the one that holds the lock that is there: %v", err)
	}
}

func TestClosedFile(t *testing.T) {
	file := open(t, filepath.Join(t.TempDir(), "state.json"))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Save(sample()); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("saving to a closed file: got %v, want fs.ErrClosed", err)
	}
}
