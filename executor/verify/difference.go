package verify

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

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
	// maxRows is how many rows the second pass looks at, so long as one bucket has not more: whole buckets, so that what
	// it finds in them is all there is.
	maxRows = 50_000
	// maxKept bounds what the second pass keeps in memory, and entrySize is what it keeps of a row beside its text.
	maxKept   = 64 << 20
	entrySize = 200
	// maxShown is how much of a row is shown.
	maxShown = 500
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
	key, text string
	source    int // how often more in the source; negative for the destination
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
	chosen, more := choose(sums)
	rows := map[ledger.Digest]*unequal{}
	kept := 0
	// The source comes first. Once there is no room nothing is added any more, so that what is left out of the source is
	// not missed in the destination.
	err = r.sides(ctx, g, func(source bool, row []byte, hash ledger.Digest) error {
		if !chosen[hash.Lo%buckets] {
			return nil
		}
		u := rows[hash]
		if u == nil {
			if kept > maxKept {
				more = true
				return nil
			}
			u = &unequal{key: keyOf(row, g.copies[0]), text: shown(row)}
			kept += len(u.key) + len(u.text) + entrySize
			rows[hash] = u
		}
		if source {
			u.source++
		} else {
			u.source--
		}
		if u.source == 0 && !source {
			delete(rows, hash) // its room is not given to others, see above
		}
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	found = pair(rows)
	if len(found) > MaxDifferences {
		found, more = found[:MaxDifferences], true
	}
	return found, more, nil
}

// choose returns the buckets that the second pass looks at: those that differ, or as many of them as have not too many rows.
func choose(sums [2][]rowcopy.Sum) (chosen []bool, more bool) {
	chosen = make([]bool, buckets)
	rows := int64(0)
	for at := range chosen {
		if sums[0][at] == sums[1][at] {
			continue
		}
		if rows >= maxRows {
			return chosen, true
		}
		chosen[at] = true
		rows += max(sums[0][at].Rows, sums[1][at].Rows)
	}
	return chosen, false
}

func side(source bool) int {
	if source {
		return 0
	}
	return 1
}

// pair turns rows of one side alone into differences, two with one key into a change.
func pair(rows map[ledger.Digest]*unequal) []Difference {
	var found []Difference
	byKey := map[string]*[2][]*unequal{}
	for _, u := range rows {
		switch {
		case u.source == 0:
		case u.key == "":
			found = append(found, difference(u))
		default:
			if byKey[u.key] == nil {
				byKey[u.key] = &[2][]*unequal{}
			}
			at := side(u.source > 0)
			byKey[u.key][at] = append(byKey[u.key][at], u)
		}
	}
	for key, both := range byKey {
		if len(both[0]) == 1 && len(both[1]) == 1 {
			found = append(found, Difference{What: "changed", Key: key, Source: both[0][0].text, Destination: both[1][0].text, Count: 1})
			continue
		}
		for _, u := range slices.Concat(both[0], both[1]) {
			found = append(found, difference(u))
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

func difference(u *unequal) Difference {
	if u.source > 0 {
		return Difference{What: "missing", Key: u.key, Source: u.text, Count: u.source}
	}
	return Difference{What: "extra", Key: u.key, Destination: u.text, Count: -u.source}
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
		names[i] = fmt.Sprintf("%s=%s", c.FinalColumns[at], readable(fields[at]))
	}
	return strings.Join(names, ", ")
}

// shown cuts a row to what fits a report.
func shown(row []byte) string {
	if len(row) > maxShown {
		cut := maxShown
		for cut > maxShown-utf8.UTFMax && !utf8.RuneStart(row[cut]) {
			cut--
		}
		return readable(row[:cut]) + fmt.Sprintf("... (%d bytes)", len(row))
	}
	return readable(row)
}

// readable writes bytes that are no UTF-8 as COPY may: \xe9. Reports are UTF-8, and rows in whatever encoding the databases have.
func readable(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	var out strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			fmt.Fprintf(&out, `\x%02x`, text[0])
		} else {
			out.Write(text[:n])
		}
		text = text[n:]
	}
	return out.String()
}
