package statefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"github.com/gofrs/flock"
)

// LockSuffix is appended to a state file's path to name the file that is locked. A file of
// its own, because the state file is replaced at every write and a lock belongs to the file, not
// to its name. It stays when the lock is given back: removing it would let two processes lock two files of one name.
const LockSuffix = ".lock"

// lockPoll is how often a lock that is held by another process is tried again.
const lockPoll = 200 * time.Millisecond

// Holder says who holds a lock. It is written into the lock file for people to read; whether the lock is
// held is told by the lock alone.
type Holder struct {
	Who       string    `json:"who"`
	Host      string    `json:"host"`
	PID       int       `json:"pid"`
	Operation string    `json:"operation"`
	Since     time.Time `json:"since"`
}

// NewHolder describes this process, which is about to do operation.
func NewHolder(operation string) Holder {
	h := Holder{PID: os.Getpid(), Operation: operation, Since: time.Now().UTC().Truncate(time.Second)}
	h.Host, _ = os.Hostname()
	if u, err := user.Current(); err == nil {
		h.Who = u.Username
	}
	return h
}

// String is the holder as it stands in messages: "deploy@runner-7, process 4711".
func (h Holder) String() string { return fmt.Sprintf("%s@%s, process %d", h.Who, h.Host, h.PID) }

// LockedError is a state that another process works on.
type LockedError struct {
	Path string
	// Holder is zero when the other process has not yet said who it is.
	Holder Holder
	// Err is the context's error when waiting was ended by it.
	Err error
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return e.Path + ": the state is locked by another process"
	}
	return fmt.Sprintf("%s: the state is locked by %s, for %q since %s",
		e.Path, e.Holder, e.Holder.Operation, e.Holder.Since.Format(time.RFC3339))
}

// Unwrap returns the context's error, if that ended the waiting.
func (e *LockedError) Unwrap() error { return e.Err }

// LockLostError is a lock file that was removed or replaced while it was locked, so that
// another process may hold a lock of the same name.
type LockLostError struct{ Path string }

func (e *LockLostError) Error() string {
	return e.Path + ": the lock file was removed or replaced while this process held it, so nothing is written any more"
}

// takeLock locks the file at path, waiting at most timeout.
func takeLock(ctx context.Context, path string, options Options) (*flock.Flock, error) {
	// Read and write, because network file systems turn the lock into one that needs it.
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	deadline := time.Now().Add(options.LockTimeout)
	for told := false; ; {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		ok, err := lock.TryLock()
		if err != nil {
			return nil, &OpenError{Op: "lock", Path: path, Err: err}
		}
		if ok {
			// The file may have been removed between opening and locking it.
			if holdsLock(lock) {
				return lock, nil
			}
			if err := lock.Unlock(); err != nil {
				return nil, fmt.Errorf("unlocking %s: %w", path, err)
			}
			continue
		}
		locked := &LockedError{Path: path, Holder: readHolder(path)}
		if !time.Now().Before(deadline) {
			return nil, locked
		}
		if !told && options.Waiting != nil {
			options.Waiting(locked)
			told = true
		}
		select {
		case <-ctx.Done():
			locked.Err = context.Cause(ctx)
			return nil, locked
		case <-time.After(min(lockPoll, time.Until(deadline))):
		}
	}
}

// holdsLock says whether the locked file is still the one that its name leads to.
func holdsLock(lock *flock.Flock) bool {
	ours, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(ours, named)
}

// writeHolder writes in place: a rename would take the name away from the locked file.
func writeHolder(path string, holder Holder) error {
	text, err := json.Marshal(holder)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}

// readHolder returns the zero Holder for a file that is empty or half written.
func readHolder(path string) Holder {
	var holder Holder
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &holder) != nil {
		return Holder{}
	}
	return holder
}

// giveBack empties the lock file, so that nobody is named as holder any more, and unlocks it.
func giveBack(lock *flock.Flock) error {
	var err error
	if holdsLock(lock) {
		err = os.Truncate(lock.Path(), 0)
	}
	return errors.Join(err, lock.Unlock())
}
