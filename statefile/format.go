package statefile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// rebuild is what to do about a file that cannot be used.
const rebuild = `"migrator state pull" rebuilds it from the destination's ledger`

// checksumPrefix names the algorithm, so that a later release can choose another.
const checksumPrefix = "sha256:"

// NewerVersionError is a state file of a format that this release does not know.
type NewerVersionError struct {
	Path string
	// Version is the file's, Supported the newest one that this release reads.
	Version, Supported int
	// ToolVersion is the release that wrote the file, empty if it does not say.
	ToolVersion string
}

func (e *NewerVersionError) Error() string {
	needed := "a newer release of migrator"
	if e.ToolVersion != "" {
		needed = "migrator " + e.ToolVersion + " or later, which wrote it"
	}
	return fmt.Sprintf("%s: state format %d needs %s; this release reads formats up to %d",
		e.Path, e.Version, needed, e.Supported)
}

// DamagedError is a state file that was cut off, garbled, or edited by hand.
type DamagedError struct {
	Path string
	// Line and Column, from 1, are where reading failed; 0 when the damage has no place.
	Line, Column int
	// Reason says what is wrong, Err is the decoder's error if it was the one that noticed.
	Reason string
	Err    error
}

func (e *DamagedError) Error() string {
	place := e.Path
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", e.Path, e.Line, e.Column)
	}
	return fmt.Sprintf("%s: the state file is damaged: %s; %s", place, e.Reason, rebuild)
}

// Unwrap returns the decoder's error.
func (e *DamagedError) Unwrap() error { return e.Err }

// wire is the document of format 1: the state with a checksum among its fields.
type wire struct {
	*State

	Checksum string `json:"checksum,omitempty"`
}

// Encode returns the document that a state file holds. The state's FormatVersion is not
// looked at: what is written is always the format of this release.
func Encode(state *State) ([]byte, error) {
	copied := *state
	copied.FormatVersion = FormatVersion
	if copied.Done == nil {
		copied.Done = map[string]Done{}
	}
	plain, err := json.Marshal(wire{State: &copied})
	if err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	sum, err := checksum(plain)
	if err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	// People diff and read it: hence the indentation, and an operator's name as it is instead of "\u003c".
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(wire{State: &copied, Checksum: sum}); err != nil {
		return nil, fmt.Errorf("encoding the state: %w", err)
	}
	return text.Bytes(), nil
}

// Decode reads a document that Encode wrote, now or in an earlier release. The path is for messages only.
// A document without a checksum, or with another one than its content has, is damaged;
// fields that this release does not know are covered by the checksum and otherwise passed over.
func Decode(path string, text []byte) (*State, error) {
	var head struct {
		FormatVersion int    `json:"format_version"`
		ToolVersion   string `json:"tool_version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, damaged(path, text, err)
	}
	switch {
	case head.FormatVersion < 1:
		return nil, &DamagedError{Path: path, Reason: `it has no "format_version"`}
	case head.FormatVersion > FormatVersion:
		return nil, &NewerVersionError{
			Path: path, Version: head.FormatVersion, Supported: FormatVersion, ToolVersion: head.ToolVersion,
		}
	}
	return decodeV1(path, text)
}

func decodeV1(path string, text []byte) (*State, error) {
	document := wire{State: &State{}}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, damaged(path, text, err)
	}
	sum, err := checksum(text)
	switch {
	case err != nil:
		return nil, damaged(path, text, err)
	case document.Checksum == "":
		return nil, &DamagedError{Path: path, Reason: "it has no checksum"}
	case document.Checksum != sum:
		return nil, &DamagedError{Path: path, Reason: "its content does not match its checksum, so it was edited or mixed up"}
	}
	return document.State, nil
}

// checksum is taken over the document without its checksum in a canonical form (sorted keys, no white space), so that
// it covers fields of later releases and does not depend on indentation.
func checksum(text []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // a float64 would not keep every digit of an int64
	var body map[string]any
	if err := decoder.Decode(&body); err != nil {
		return "", err
	}
	delete(body, "checksum")
	canonical, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(canonical)
	return checksumPrefix + hex.EncodeToString(sum[:]), nil
}

// damaged turns a decoder's error into one that says where the file is damaged.
func damaged(path string, text []byte, err error) *DamagedError {
	e := &DamagedError{Path: path, Reason: err.Error(), Err: err}
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	var date *time.ParseError
	offset := int64(-1)
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		e.Reason = "it is empty"
	case errors.As(err, &syntax):
		offset = syntax.Offset
		if offset >= int64(len(text)) {
			e.Reason = "it ends in the middle"
		}
	case errors.As(err, &wrongType):
		offset = wrongType.Offset
		e.Reason = fmt.Sprintf("a %s where %q should not have one", wrongType.Value, wrongType.Field)
	case errors.As(err, &date):
		e.Reason = fmt.Sprintf("%s is no time", date.Value)
	}
	if offset >= 0 {
		before := string(text[:min(offset, int64(len(text)))])
		e.Line = 1 + strings.Count(before, "\n")
		e.Column = max(1, len(before)-1-strings.LastIndex(before, "\n"))
	}
	return e
}
