package planner

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"migrator/planner/count"
)

// FileError is a plan file that cannot be used.
type FileError struct {
	Reason string // in words: "is cut off", ...
	Err    error
}

func (e *FileError) Error() string {
	if e.Err != nil {
		return "plan file " + e.Reason + ": " + e.Err.Error()
	}
	return "plan file " + e.Reason
}

func (e *FileError) Unwrap() error { return e.Err }

// document is the plan file: the plan and the SHA-256 of its canonical JSON, so that a file cut off or edited by hand is noticed.
type document[P any] struct {
	FormatVersion int    `json:"format_version"`
	ID            string `json:"id"`
	Plan          P      `json:"plan"`
}

// Encode is the plan as its file's bytes. Equal plans give equal bytes.
func Encode(p *Plan) ([]byte, error) {
	var out bytes.Buffer
	err := Write(&out, p)
	return out.Bytes(), err
}

// Write writes the plan's file.
func Write(w io.Writer, p *Plan) error {
	id, err := ID(p)
	if err != nil {
		return err
	}
	if err := writePlan(w, p, "  ", "    ", func(p *Plan) any { return document[*Plan]{FormatVersion, id, p} }); err != nil {
		return fmt.Errorf("encoding the plan: %w", err)
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// Decode reads a plan file and checks that it is whole; its errors are *FileError.
func Decode(data []byte) (*Plan, error) {
	var d document[view]
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, notADocument(data, err)
	}
	if d.FormatVersion > FormatVersion {
		return nil, &FileError{Reason: fmt.Sprintf("has format version %d; this release reads up to %d", d.FormatVersion, FormatVersion)}
	}
	if d.FormatVersion < 1 || len(d.Plan) == 0 {
		return nil, &FileError{Reason: "is no plan of migrator"}
	}
	if compactDigest(d.Plan) != d.ID {
		return nil, &FileError{Reason: "was changed after it was made: its id does not fit its content"}
	}
	p, err := decodePlan(d.Plan)
	if err != nil {
		return nil, &FileError{Reason: "cannot be read", Err: err}
	}
	if err := p.check(); err != nil {
		return nil, &FileError{Reason: "contradicts itself", Err: err}
	}
	return p, nil
}

// notADocument says why a file's bytes are no document.
func notADocument(data []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		dec := json.NewDecoder(bytes.NewReader(data))
		var whole view
		switch err := dec.Decode(&whole); {
		case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
			return &FileError{Reason: "is cut off after " + count.Of(len(data), "byte")}
		case err == nil:
			return &FileError{Reason: "has something behind its end"}
		}
	}
	return &FileError{Reason: "is no plan of migrator", Err: err}
}

// view is a value's JSON inside of the text that it is read from: a plan's actions can be large, and need not be copied.
type view []byte

// UnmarshalJSON implements json.Unmarshaler.
func (v *view) UnmarshalJSON(data []byte) error {
	*v = data
	return nil
}

// decodePlan reads one action after the other, so that a list of empty ones, which take little space in a file and much in memory,
// ends at the first.
func decodePlan(data []byte) (*Plan, error) {
	type plain Plan
	var wire struct {
		plain

		Actions []view `json:"actions"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return nil, err
	}
	p := Plan(wire.plain)
	for i, raw := range wire.Actions {
		var a Action
		if err := json.Unmarshal(raw, &a); err != nil {
			return nil, fmt.Errorf("action %d: %w", i, err)
		}
		if a.Address == "" {
			return nil, fmt.Errorf("action %d has no address", i)
		}
		if p.Actions == nil {
			p.Actions = make([]Action, 0, len(wire.Actions))
		}
		p.Actions = append(p.Actions, a)
	}
	return &p, nil
}

// ID is the SHA-256 of the plan's canonical content.
func ID(p *Plan) (string, error) {
	sum := sha256.New()
	if err := writePlan(sum, p, "", "", func(p *Plan) any { return p }); err != nil {
		return "", fmt.Errorf("identifying the plan: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// check makes sure that what the executor relies on holds, also for a plan that was not made by Build.
func (p *Plan) check() error {
	seen := make(map[string]bool, len(p.Actions))
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Address == "" || seen[a.Address] {
			return fmt.Errorf("action %d: address %q is empty or stands twice", i, a.Address)
		}
		for _, d := range a.DependsOn {
			if !seen[d] {
				return fmt.Errorf("%s depends on %s, which does not stand before it", a.Address, d)
			}
		}
		seen[a.Address] = true
		switch {
		case a.Kind == ActionRows && a.Change == Copy && a.Copy == nil,
			a.Kind == ActionLargeObjects && a.Change == Copy && a.Objects == nil,
			a.Kind == ActionSequenceValue && a.Change == Alter && a.Sequence == nil:
			return fmt.Errorf("%s does not say what to copy", a.Address)
		case a.Stage < StageSchema || a.Stage > StageLast:
			return fmt.Errorf("%s has stage %d", a.Address, a.Stage)
		case !knownChanges[a.Change]:
			return fmt.Errorf("%s has the unknown change %q", a.Address, a.Change)
		}
		if a.Copy != nil {
			if err := a.Copy.check(); err != nil {
				return fmt.Errorf("%s has %w", a.Address, err)
			}
		}
	}
	return nil
}

var knownChanges = map[Change]bool{Create: true, Alter: true, Copy: true, Skip: true, Conflict: true}

func (c *RowCopy) check() error {
	if len(c.Select) != len(c.Columns) || len(c.Columns) != len(c.FinalColumns) {
		return errors.New("lists of columns of different lengths")
	}
	if c.Format != "binary" && c.Format != "text" {
		return fmt.Errorf("the unknown format %q", c.Format)
	}
	for _, k := range c.Key {
		if k < 0 || k >= len(c.Columns) {
			return fmt.Errorf("a key at column %d of %d", k, len(c.Columns))
		}
	}
	for _, p := range c.Parts {
		if p.From < 0 || p.To != 0 && p.To <= p.From {
			return fmt.Errorf("a part from block %d to %d", p.From, p.To)
		}
	}
	return nil
}
