package rowcopy

import (
	"encoding/binary"
	"fmt"
)

const (
	// signature begins every binary stream.
	signature = "PGCOPY\n\xff\r\n\x00"
	// headerSize is the signature, 32 bits of flags and the length of the header's extension.
	headerSize = len(signature) + 4 + 4
	// criticalFlags are those that a reader must know; of these only bit 16 was ever used, for OIDs before version 12, and never for
	// COPY of a query.
	criticalFlags = 0xffff0000
)

// binaryScanner finds rows in the binary format: header, tuples, and the trailer, which is a tuple of -1 fields. A row is
// a tuple's bytes, the number of fields and each field's length among them.
type binaryScanner struct {
	tally
	state state
	// A word is a number, or the header, of which small has come so far.
	word  int
	small []byte
	// fields are left in a tuple that is cut; skip bytes are left of a field or of the header's extension.
	fields int
	skip   int
}

type state int

const (
	inHeader state = iota // first, so that it is the zero value
	inExtension
	atTuple
	inTuple
	ended
)

func (b *binaryScanner) scan(piece []byte) (err error) {
	b.total.Bytes += int64(len(piece))
	for len(piece) > 0 && err == nil {
		switch b.state {
		case inHeader:
			piece, err = b.header(piece)
		case inExtension:
			n := min(len(piece), b.skip)
			piece, b.skip = piece[n:], b.skip-n
			if b.skip == 0 {
				b.state = atTuple
			}
		case atTuple:
			piece, err = b.tuple(piece)
		case inTuple:
			piece, err = b.cutTuple(piece)
		case ended:
			return &FormatError{What: "there is more after its trailer"}
		}
	}
	return err
}

func (b *binaryScanner) end() error {
	if b.state != ended {
		return &FormatError{What: "it ends before its trailer"}
	}
	return nil
}

// take collects a word, and says whether it is complete.
func (b *binaryScanner) take(piece []byte) (rest []byte, ok bool) {
	n := min(len(piece), b.word-len(b.small))
	b.small = append(b.small, piece[:n]...)
	return piece[n:], len(b.small) == b.word
}

func (b *binaryScanner) header(piece []byte) ([]byte, error) {
	rest, ok := b.take(piece)
	if !ok {
		return rest, nil
	}
	if string(b.small[:len(signature)]) != signature {
		return nil, &FormatError{What: "it has not the signature of the binary format"}
	}
	if flags := binary.BigEndian.Uint32(b.small[len(signature):]); flags&criticalFlags != 0 {
		return nil, &FormatError{What: fmt.Sprintf("it has unknown flags %#x", flags)}
	}
	b.skip = int(int32(binary.BigEndian.Uint32(b.small[len(signature)+4:])))
	if b.skip < 0 {
		return nil, &FormatError{What: "the length of its header is negative"}
	}
	b.small = b.small[:0]
	b.state = atTuple
	if b.skip > 0 {
		b.state = inExtension
	}
	return rest, nil
}

// tuple takes a tuple that is whole, as a server sends them, or turns to cutTuple.
func (b *binaryScanner) tuple(piece []byte) ([]byte, error) {
	if len(piece) >= 2 {
		fields := int(int16(binary.BigEndian.Uint16(piece)))
		if fields < 0 {
			return piece[2:], b.trailer(fields)
		}
		at := 2
		for ; fields > 0 && len(piece)-at >= 4; fields-- {
			size := int(int32(binary.BigEndian.Uint32(piece[at:])))
			at += 4
			if size < 0 {
				if size != -1 {
					return nil, errFieldSize(size)
				}
				continue
			}
			if size > len(piece)-at {
				fields = -1 // cut
				break
			}
			at += size
		}
		if fields == 0 {
			return piece[at:], b.row(piece[:at])
		}
	}
	b.state, b.word, b.fields, b.skip = inTuple, 2, 0, 0
	return piece, nil
}

// cutTuple takes a tuple piece by piece.
func (b *binaryScanner) cutTuple(piece []byte) ([]byte, error) {
	if b.skip > 0 {
		n := min(len(piece), b.skip)
		b.piece(piece[:n])
		b.skip -= n
		return piece[n:], b.endOfField()
	}
	rest, ok := b.take(piece)
	if !ok {
		return rest, nil
	}
	word := b.small
	b.small = b.small[:0]
	if b.word == 2 {
		if b.fields = int(int16(binary.BigEndian.Uint16(word))); b.fields < 0 {
			return rest, b.trailer(b.fields)
		}
		b.word = 4
		b.piece(word)
		if b.fields == 0 {
			b.state = atTuple
			return rest, b.whole()
		}
		return rest, nil
	}
	b.piece(word)
	b.fields--
	b.skip = int(int32(binary.BigEndian.Uint32(word)))
	if b.skip < -1 {
		return nil, errFieldSize(b.skip)
	}
	b.skip = max(b.skip, 0)
	return rest, b.endOfField()
}

func (b *binaryScanner) endOfField() error {
	if b.fields > 0 || b.skip > 0 {
		return nil
	}
	b.state = atTuple
	return b.whole()
}

func (b *binaryScanner) trailer(fields int) error {
	if fields != -1 {
		return &FormatError{What: fmt.Sprintf("a row has %d fields", fields)}
	}
	b.state = ended
	return nil
}

func errFieldSize(size int) error {
	return &FormatError{What: fmt.Sprintf("a field has %d bytes", size)}
}
