//go:build linux

package statefile_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"migrator/statefile"
)

// limitedHelper makes this test program save a state under a limit on the size of files, which
// can be set for a whole process only.
const limitedHelper = "STATEFILE_TEST_LIMITED"

// large is a state that needs more room than the tests leave.
func large(state *statefile.State) *statefile.State {
	copied := *state
	copied.Failures = map[string]string{"x": strings.Repeat("x", 1<<20)}
	return &copied
}

func saveUnderLimit() {
	err := func() error {
		file, err := statefile.Open(context.Background(), os.Getenv(limitedHelper), statefile.Options{})
		if err != nil {
			return err
		}
		state, err := file.Read()
		if err != nil {
			return err
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
			return err
		}
		err = file.Save(large(state))
		if saveErr, ok := errors.AsType[*statefile.SaveError](err); !ok || saveErr.Replaced || !errors.Is(err, syscall.EFBIG) {
			return fmt.Errorf("got %w, want a SaveError with EFBIG", err)
		}
		return file.Close()
	}()
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func TestLimitedFileStaysWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	file := open(t, path)
	if err := file.Save(sample()); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	helper := exec.CommandContext(t.Context(), os.Args[0])
	helper.Env = append(os.Environ(), limitedHelper+"="+path)
	if out, err := helper.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	assertUntouched(t, path, string(before))
}

func TestFullDiskLeavesTheFileWhole(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mounting a small file system: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	path := filepath.Join(dir, "state.json")
	file := open(t, path)
	state := sample()
	if err := file.Save(state); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = file.Save(large(state))
	if saveErr, ok := errors.AsType[*statefile.SaveError](err); !ok || saveErr.Replaced || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v, want a SaveError with ENOSPC", err)
	}
	assertUntouched(t, path, string(before))
	if err := file.Save(state); err != nil {
		t.Errorf("saving when there is room again: %v", err)
	}
}

func assertUntouched(t *testing.T, path, before string) {
	t.Helper()
	after, err := os.ReadFile(path)
	if err != nil || string(after) != before {
		t.Errorf("the file changed (%v)", err)
	}
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 2 {
		t.Errorf("the folder holds %v (%v), want the state and its lock only", names, err)
	}
}
