package rowcopy

import (
	"github.com/zeebo/xxh3"

	"migrator/executor/ledger"
)

// Sum is what a set of rows amounts to. Two equal sets have equal sums, in whatever order they were read.
type Sum struct {
	Rows   int64
	Bytes  int64 // of the stream, with what is around the rows
	Digest ledger.Digest
}

// Add returns the sum of two sets of rows taken together.
func (s Sum) Add(other Sum) Sum {
	return Sum{Rows: s.Rows + other.Rows, Bytes: s.Bytes + other.Bytes, Digest: s.Digest.Add(other.Digest)}
}

// scanner finds the rows in a COPY stream. Pieces of the stream may be cut anywhere; a server's messages, one row
// each, take the fast way.
type scanner interface {
	// scan takes the next piece.
	scan(piece []byte) error
	// end takes the end of the stream, which must not come within a row.
	end() error
	// sum is what has been scanned so far.
	sum() Sum
}

// newScanner returns a scanner for a format. The visitor, which may be nil, is given each row and its hash; the row is only valid
// during the call.
func newScanner(format string, visit func(row []byte, hash ledger.Digest) error) scanner {
	if format == textFormat {
		return &textScanner{tally: tally{visit: visit}}
	}
	return &binaryScanner{tally: tally{visit: visit}, word: headerSize}
}

// tally adds up rows.
type tally struct {
	total Sum
	visit func(row []byte, hash ledger.Digest) error
	// A row that is cut is hashed piece by piece, and kept only if there is somebody to show it to.
	hasher *xxh3.Hasher
	kept   []byte
}

func (t *tally) sum() Sum { return t.total }

// row takes a whole row.
func (t *tally) row(row []byte) error { return t.add(row, xxh3.Hash128(row)) }

func (t *tally) add(row []byte, h xxh3.Uint128) error {
	hash := ledger.Digest{Hi: h.Hi, Lo: h.Lo}
	t.total.Rows++
	t.total.Digest = t.total.Digest.Add(hash)
	if t.visit != nil {
		return t.visit(row, hash)
	}
	return nil
}

// piece takes a piece of a row.
func (t *tally) piece(piece []byte) {
	if t.hasher == nil {
		t.hasher = xxh3.New()
	}
	_, _ = t.hasher.Write(piece) // never fails
	if t.visit != nil {
		t.kept = append(t.kept, piece...)
	}
}

// whole ends the row that was taken piece by piece.
func (t *tally) whole() error {
	if t.hasher == nil {
		t.hasher = xxh3.New()
	}
	err := t.add(t.kept, t.hasher.Sum128())
	t.forget()
	return err
}

func (t *tally) forget() {
	if t.hasher != nil {
		t.hasher.Reset()
	}
	t.kept = t.kept[:0]
}
