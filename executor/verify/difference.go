package verify

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/executor/rowcopy"
	"migrator/planner"
)

const (
	// MaxDifferences is how many rows of one table are shown.
	MaxDifferences = 100
	// buckets is how finely the first pass tells where the differences are.
	buckets = 1 << 14
	// maxKept bounds what the second pass keeps in memory, in bytes of rows.
	maxKept = 64 << 20
)

// Difference is one row that is not the same on both sides.
type Difference struct {
	// What is "missing" (only in the source), "extra" (only in the destination) or "changed" (the same key, other values).
	What string `json:"what"`
	// Key names the row by its primary key: "id=42"; empty without one.
	Key string `json:"key,omitempty"`
	// Source and Destination are the rows as COPY prints them, cut to a length that can be read; Count how many equal ones there are.
	Source      string `json:"source,omitempty"`
	Destination string `json:"destination,omitempty"`
	Count       int    `json:"count"`
}

// String is the difference as one line for people.
func (d Difference) String() string {
	text := d.What
	if d.Key != "" {
		text += " " + d.Key
	}
	if d.Count > 1 {
		text += fmt.Sprintf(" (%d times)", d.Count)
	}
	switch d.What {
	case "changed":
		return text + ": source " + d.Source + " | destination " + d.Destination
	case "missing":
		return text + ": " + d.Source
	}
	return text + ": " + d.Destination
}

// explain finds the rows that differ. That it cannot is said in the message and is no error: that the table differs is
// certain.
func (r *reader) explain(ctx context.Context, g group, res Result) Result {
	differences, more, err := r.differences(ctx, g)
	if err != nil {
		res.Message += "; which rows could not be found out: " + err.Error()
		return res
	}
	res.Differences, res.More = differences, more
	if len(differences) == 0 {
		res.Message += "; the source, read again, has the rows that the destination has, so it was written since the copy"
	}
	return res
}

// sides reads a table's rows in text form on both sides and gives each row's hash to visit.
func (r *reader) sides(ctx context.Context, g group, visit func(source bool, row []byte, hash ledger.Digest) error) error {
	src, err := r.source(ctx)
	if err != nil {
		return err
	}
	read := func(conn *pgx.Conn, source bool, sql func(*planner.RowCopy) string, copies []*planner.RowCopy) error {
		for _, c := range copies {
			text := *c
			text.Format = "text"
			_, err := rowcopy.Read(ctx, conn, rowcopy.Reading{
				Address: g.addresses[0], SQL: sql(&text), Format: "text",
				Visit: func(row []byte, hash ledger.Digest) error { return visit(source, row, hash) },
			}, rowcopy.Options{})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := read(src, true, rowcopy.SourceSQL, g.copies); err != nil {
		return fmt.Errorf("source: %w", err)
	}
	if err := read(r.dst, false, rowcopy.VerifySQL, g.copies[:1]); err != nil {
		return fmt.Errorf("destination: %w", err)
	}
	return nil
}

// unequal is a row that one side has more often than the other.
type unequal struct {
	row    []byte
	source int // how often more in the source; negative for the destination
}

func (r *reader) differences(ctx context.Context, g group) (found []Difference, more bool, err error) {
	var sums [2][]rowcopy.Sum
	sums[0], sums[1] = make([]rowcopy.Sum, buckets), make([]rowcopy.Sum, buckets)
	err = r.sides(ctx, g, func(source bool, _ []byte, hash ledger.Digest) error {
		b := &sums[side(source)][hash.Lo%buckets]
		b.Rows++
		b.Digest = b.Digest.Add(hash)
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	rows := map[ledger.Digest]*unequal{}
	kept := 0
	err = r.sides(ctx, g, func(source bool, row []byte, hash ledger.Digest) error {
		if at := hash.Lo % buckets; sums[0][at] == sums[1][at] {
			return nil
		}
		u := rows[hash]
		if u == nil {
			if kept += len(row); kept > maxKept {
				more = true
				return nil
			}
			u = &unequal{row: bytes.Clone(row)}
			rows[hash] = u
		}
		if source {
			u.source++
		} else {
			u.source--
		}
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	found = pair(rows, g.copies[0])
	if len(found) > MaxDifferences {
		found, more = found[:MaxDifferences], true
	}
	return found, more, nil
}

func side(source bool) int {
	if source {
		return 0
	}
	return 1
}

// pair turns rows of one side alone into differences, two with one key into a change.
func pair(rows map[ledger.Digest]*unequal, c *planner.RowCopy) []Difference {
	var found []Difference
	byKey := map[string][2]*unequal{}
	for _, u := range rows {
		if u.source == 0 {
			continue
		}
		key := keyOf(u.row, c)
		if key == "" {
			found = append(found, difference("", u, nil))
			continue
		}
		both := byKey[key]
		both[side(u.source > 0)] = u
		byKey[key] = both
	}
	for key, both := range byKey {
		switch {
		case both[0] == nil || both[1] == nil:
			u := both[0]
			if u == nil {
				u = both[1]
			}
			found = append(found, difference(key, u, nil))
		default:
			found = append(found, difference(key, both[0], both[1]))
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if found[i].Key != found[j].Key {
			return found[i].Key < found[j].Key
		}
		return found[i].Source+found[i].Destination < found[j].Source+found[j].Destination
	})
	return found
}

func difference(key string, one, other *unequal) Difference {
	switch {
	case other != nil:
		return Difference{What: "changed", Key: key, Source: shown(one.row), Destination: shown(other.row), Count: 1}
	case one.source > 0:
		return Difference{What: "missing", Key: key, Source: shown(one.row), Count: one.source}
	}
	return Difference{What: "extra", Key: key, Destination: shown(one.row), Count: -one.source}
}

// keyOf names a row by its key's columns, as COPY's text has them.
func keyOf(row []byte, c *planner.RowCopy) string {
	if len(c.Key) == 0 {
		return ""
	}
	fields := bytes.Split(row, []byte("\t"))
	names := make([]string, len(c.Key))
	for i, at := range c.Key {
		if at >= len(fields) {
			return ""
		}
		names[i] = fmt.Sprintf("%s=%s", c.FinalColumns[at], fields[at])
	}
	return strings.Join(names, ", ")
}

// shown cuts a row to what fits a report.
func shown(row []byte) string {
	const most = 500
	if len(row) > most {
		return strings.ToValidUTF8(string(row[:most]), "") + fmt.Sprintf("... (%d bytes)", len(row))
	}
	return string(row)
}
