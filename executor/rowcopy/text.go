package rowcopy

import "bytes"

// textScanner finds rows in the text format: a row is a line without its end. A line feed within a value is written
// as \n, so that every one there is ends a row.
type textScanner struct {
	tally
	cut bool // a row has begun in an earlier piece
}

func (t *textScanner) scan(piece []byte) error {
	t.total.Bytes += int64(len(piece))
	for len(piece) > 0 {
		i := bytes.IndexByte(piece, '\n')
		if i < 0 {
			t.piece(piece)
			t.cut = true
			return nil
		}
		line := piece[:i]
		piece = piece[i+1:]
		var err error
		if t.cut {
			t.piece(line)
			t.cut = false
			err = t.whole()
		} else {
			err = t.row(line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *textScanner) end() error {
	if t.cut {
		return &FormatError{What: "it ends within a row"}
	}
	return nil
}
