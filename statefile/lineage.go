package statefile

import (
	"bytes"
	"crypto/rand"
	"fmt"
)

// NewLineage returns a random UUID (version 4, RFC 9562 section 5.4), which names a migration
// from its first apply to its release.
func NewLineage() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: the program ends when the system has no randomness
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// LineageError is an attempt to replace one migration's state by another's.
type LineageError struct {
	// Have is the lineage of the state that is there, Want that of the one to be written.
	Have, Want string
}

func (e *LineageError) Error() string {
	return fmt.Sprintf("the state there belongs to another migration (lineage %s, not %s)", e.Have, e.Want)
}

// SerialError is an attempt to replace a state by an older one, or by another one of the
// same age: two copies of one state were both written to.
type SerialError struct {
	// Have is the serial of the state that is there, Want that of the one to be written.
	Have, Want int64
}

func (e *SerialError) Error() string {
	if e.Have == e.Want {
		return fmt.Sprintf("the state there has the same serial %d but another content: it was written from another copy", e.Have)
	}
	return fmt.Sprintf("the state there is newer (serial %d, not %d): it was written from another copy", e.Have, e.Want)
}

// CheckSerial says whether next may replace current: it must be of the same lineage, not
// older, and not another version of the same serial. A nil current may always be replaced.
// The errors are *LineageError and *SerialError.
func CheckSerial(current, next *State) error {
	if err := checkAge(current, next); err != nil || current == nil || current.Serial < next.Serial {
		return err
	}
	same, err := equal(current, next)
	if err == nil && !same {
		err = &SerialError{Have: current.Serial, Want: next.Serial}
	}
	return err
}

// checkAge is CheckSerial without a look at the content.
func checkAge(current, next *State) error {
	switch {
	case current == nil:
		return nil
	case current.Lineage != next.Lineage:
		return &LineageError{Have: current.Lineage, Want: next.Lineage}
	case current.Serial > next.Serial:
		return &SerialError{Have: current.Serial, Want: next.Serial}
	}
	return nil
}

func equal(a, b *State) (bool, error) {
	left, err := Encode(a)
	if err != nil {
		return false, err
	}
	right, err := Encode(b)
	return bytes.Equal(left, right), err
}
