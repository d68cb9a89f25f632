package statefile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"
)

// BackupSuffix is appended to a state file's path to name the copy that Overwrite keeps of what was there.
const BackupSuffix = ".backup"

// fileMode keeps the state from others: host names and table names are nobody else's business.
const fileMode fs.FileMode = 0o600

// Options are how a state file is opened.
type Options struct {
	// Operation is what the lock is taken for ("apply"), for the message of whoever is refused.
	Operation string
	// LockTimeout is how long to wait for the lock; 0 is not at all.
	LockTimeout time.Duration
	// Waiting, unless nil, is called once when the lock is held by another process and will be waited for.
	Waiting func(*LockedError)
}

// File is a state file that this process has locked. Its methods may be called from several goroutines.
type File struct {
	path string

	mu   sync.Mutex
	lock *flock.Flock // nil once closed
	// seen is the text last read or written, nil before; it tells whether somebody else wrote in spite of the lock.
	seen []byte
}

// SaveError is a state that could not be written. The file on disk is the version from before,
// unless Replaced says that the new one is there but may not survive a power cut.
type SaveError struct {
	Path     string
	Replaced bool
	Err      error
}

func (e *SaveError) Error() string {
	if e.Replaced {
		return fmt.Sprintf("%s: the state was written, but its directory could not be flushed to disk: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: writing the state: %v; the file is unchanged, and what is committed stands in the destination's ledger", e.Path, e.Err)
}

// Unwrap returns the reason, such as syscall.ENOSPC.
func (e *SaveError) Unwrap() error { return e.Err }

// OpenError is a state whose file, or the lock beside it, cannot be made or opened for writing.
type OpenError struct {
	Op   string // "find" or "lock"
	Path string
	Err  error
}

func (e *OpenError) Error() string { return "cannot " + e.Op + " " + e.Path + ": " + e.Err.Error() }

// Unwrap returns the reason, such as fs.ErrPermission.
func (e *OpenError) Unwrap() error { return e.Err }

// Read returns the state in a file without locking it, for commands that only look. Writes are atomic, so it is always a whole one.
// For a file that does not exist the error is fs.ErrNotExist.
func Read(path string) (*State, error) {
	state, _, err := read(path)
	return state, err
}

// Open locks a state file, which need not exist, for reading and writing. When another process holds
// the lock for longer than the options allow, or ctx ends first, the error is a *LockedError.
func Open(ctx context.Context, path string, options Options) (*File, error) {
	given := path
	path, err := resolve(path)
	if err != nil {
		return nil, &OpenError{Op: "find", Path: given, Err: err}
	}
	lock, err := takeLock(ctx, path+LockSuffix, options)
	if err != nil {
		return nil, err
	}
	if err := writeHolder(lock.Path(), NewHolder(options.Operation)); err != nil {
		return nil, errors.Join(&OpenError{Op: "lock", Path: lock.Path(), Err: err}, lock.Unlock())
	}
	return &File{path: path, lock: lock}, nil
}

// Path is the file's path, with symbolic links followed.
func (f *File) Path() string { return f.path }

// Read returns the state in the file; for a file that does not exist the error is fs.ErrNotExist.
func (f *File) Read() (*State, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	state, text, err := read(f.path)
	if err == nil {
		f.seen = text
	}
	return state, err
}

// Save writes the state: atomically, with its serial raised by one and UpdatedAt set. It refuses, with the errors of
// CheckSerial, when the file there belongs to another lineage or was written from another copy. When it
// fails the state's fields are as before; see SaveError for the file.
func (f *File) Save(state *State) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	current, text, err := read(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := checkAge(current, state); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
		if f.seen != nil && !bytes.Equal(f.seen, text) {
			return fmt.Errorf("%s: %w", f.path, &SerialError{Have: current.Serial, Want: state.Serial})
		}
	}
	return f.write(state)
}

// Overwrite is Save without its refusals, for an operator who insists and for a state rebuilt over a damaged one.
// What was there is kept beside it, see BackupSuffix.
func (f *File) Overwrite(state *State) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	text, err := os.ReadFile(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		if err := replace(f.path+BackupSuffix, text); err != nil {
			return err
		}
	}
	return f.write(state)
}

// Close gives the lock back. Closing twice does nothing.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.lock == nil {
		return nil
	}
	err := giveBack(f.lock)
	f.lock = nil
	return err
}

func (f *File) write(state *State) error {
	if f.lock == nil {
		return fmt.Errorf("%s: %w", f.path, fs.ErrClosed)
	}
	if !holdsLock(f.lock) {
		return &LockLostError{Path: f.lock.Path()}
	}
	next := *state
	next.FormatVersion = FormatVersion
	next.Serial++
	next.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	text, err := Encode(&next)
	if err != nil {
		return err
	}
	if err := replace(f.path, text); err != nil {
		// After a rename that could not be flushed the file is the new one all the same.
		if saveErr := (*SaveError)(nil); !errors.As(err, &saveErr) || !saveErr.Replaced {
			return err
		}
		f.seen, *state = text, next
		return err
	}
	f.seen, *state = text, next
	return nil
}

func read(path string) (*State, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	state, err := Decode(path, text)
	return state, text, err
}

// replace puts text in the place of a file, durably: the temporary file is in the same folder, flushed
// before the rename, and the folder is flushed after it.
func replace(path string, text []byte) error {
	pending, err := renameio.NewPendingFile(path,
		renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(fileMode))
	if err != nil {
		return &SaveError{Path: path, Err: err}
	}
	if _, err = pending.Write(text); err == nil {
		err = pending.CloseAtomicallyReplace()
	}
	if err != nil {
		return &SaveError{Path: path, Err: errors.Join(err, pending.Cleanup())}
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return &SaveError{Path: path, Replaced: true, Err: err}
	}
	return nil
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// resolve follows symbolic links, so that two names of one state share one lock, and a rename replaces the file
// rather than the link to it.
func resolve(path string) (string, error) {
	resolved, err := filepath.EvalSymlinks(path)
	if err == nil {
		return resolved, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return "", fmt.Errorf("the state file's directory: %w", err)
	}
	return filepath.Join(dir, filepath.Base(path)), nil
}
