package rowcopy

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"testing"

	"github.com/zeebo/xxh3"
	"pgregory.net/rapid"

	"migrator/executor/ledger"
)

// binaryStream writes rows as a server does; nil is NULL.
func binaryStream(extension []byte, rows [][][]byte) (stream []byte, tuples [][]byte) {
	stream = append([]byte(signature), 0, 0, 0, 0)
	stream = binary.BigEndian.AppendUint32(stream, uint32(len(extension)))
	stream = append(stream, extension...)
	for _, row := range rows {
		tuple := binary.BigEndian.AppendUint16(nil, uint16(len(row)))
		for _, field := range row {
			if field == nil {
				tuple = append(tuple, 0xff, 0xff, 0xff, 0xff)
				continue
			}
			tuple = binary.BigEndian.AppendUint32(tuple, uint32(len(field)))
			tuple = append(tuple, field...)
		}
		stream, tuples = append(stream, tuple...), append(tuples, tuple)
	}
	return append(stream, 0xff, 0xff), tuples
}

func digestOf(rows [][]byte) (d ledger.Digest) {
	for _, row := range rows {
		h := xxh3.Hash128(row)
		d = d.Add(ledger.Digest{Hi: h.Hi, Lo: h.Lo})
	}
	return d
}

// cuts draws pieces that make up the stream.
func cuts(t *rapid.T, stream []byte) (pieces [][]byte) {
	for len(stream) > 0 {
		n := rapid.OneOf(rapid.IntRange(0, 5), rapid.IntRange(0, len(stream))).Draw(t, "piece")
		n = min(n, len(stream))
		pieces, stream = append(pieces, stream[:n]), stream[n:]
	}
	return pieces
}

// drawStream draws a stream and what it holds.
func drawStream(t *rapid.T) (format string, stream []byte, rows [][]byte) {
	if rapid.Bool().Draw(t, "text") {
		rows = rapid.SliceOf(rapid.SliceOf(rapid.Byte().Filter(func(b byte) bool { return b != '\n' }))).Draw(t, "lines")
		for _, row := range rows {
			stream = append(append(stream, row...), '\n')
		}
		return textFormat, stream, rows
	}
	field := rapid.OneOf(rapid.Just([]byte(nil)), rapid.SliceOfN(rapid.Byte(), 0, 20),
		rapid.Map(rapid.IntRange(0, 3*frameSize), func(n int) []byte { return bytes.Repeat([]byte{7}, n) }))
	extension := rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "extension")
	stream, rows = binaryStream(extension, rapid.SliceOfN(rapid.SliceOfN(field, 0, 4), 0, 12).Draw(t, "rows"))
	return "binary", stream, rows
}

// unframe undoes what frames does.
func unframe(t interface{ Fatalf(string, ...any) }, sent []byte) (streams [][]byte) {
	stream := []byte{}
	for len(sent) > 0 {
		if len(sent) < frameHeader {
			t.Fatalf("there are %d bytes after the last message", len(sent))
		}
		size := int(binary.BigEndian.Uint32(sent[1:]))
		switch sent[0] {
		case 'd':
			stream = append(stream, sent[frameHeader:size+1]...)
		case 'c':
			streams, stream = append(streams, stream), []byte{}
		default:
			t.Fatalf("unexpected message %c", sent[0])
		}
		sent = sent[size+1:]
	}
	return streams
}

func TestAnyCutGivesTheSameBytesAndDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFrames()
		var sent []byte
		written := make(chan struct{})
		go func() {
			defer close(written)
			_ = f.write(func(frame []byte) error {
				if len(frame) > frameSize {
					t.Errorf("a frame has %d bytes", len(frame))
				}
				sent = append(sent, frame...)
				return nil
			})
		}()
		var want [][]byte
		for range rapid.IntRange(1, 4).Draw(t, "streams") {
			format, stream, rows := drawStream(t)
			want = append(want, stream)
			var seen [][]byte
			visit := func(row []byte, _ ledger.Digest) error {
				seen = append(seen, slices.Clone(row))
				return nil
			}
			s, silent := newScanner(format, visit), newScanner(format, nil)
			for _, piece := range cuts(t, stream) {
				if err := errors.Join(s.scan(piece), silent.scan(piece), f.data(context.Background(), piece)); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(s.end(), silent.end(), f.done(context.Background())); err != nil {
				t.Fatal(err)
			}
			wanted := Sum{Rows: int64(len(rows)), Bytes: int64(len(stream)), Digest: digestOf(rows)}
			if s.sum() != wanted || silent.sum() != wanted {
				t.Fatalf("got %+v and %+v, want %+v", s.sum(), silent.sum(), wanted)
			}
			if !slices.EqualFunc(seen, rows, bytes.Equal) {
				t.Fatalf("got rows %q, want %q", seen, rows)
			}
		}
		if err := f.flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		close(f.full)
		<-written
		if got := unframe(t, sent); !slices.EqualFunc(got, want, bytes.Equal) {
			t.Fatalf("got streams %q, want %q", got, want)
		}
	})
}

func TestMalformedStreams(t *testing.T) {
	whole, _ := binaryStream(nil, [][][]byte{{[]byte("abc"), nil}, {}})
	header := whole[:headerSize]
	with := func(tail ...byte) []byte { return append(slices.Clone(header), tail...) }
	flags := slices.Clone(whole)
	flags[len(signature)+1] = 1
	negative := slices.Clone(whole)
	negative[len(signature)+4] = 0xff
	for name, one := range map[string]struct {
		format string
		stream []byte
	}{
		"nothing":         {"binary", nil},
		"no trailer":      {"binary", whole[:len(whole)-2]},
		"half a trailer":  {"binary", whole[:len(whole)-1]},
		"half a row":      {"binary", whole[:headerSize+7]},
		"other signature": {"binary", bytes.Replace(whole, []byte("PG"), []byte("XX"), 1)},
		"critical flags":  {"binary", flags},
		"header length":   {"binary", negative},
		"field count":     {"binary", with(0xff, 0xfe)},
		"field size":      {"binary", with(0, 1, 0xff, 0xff, 0xff, 0xfe)},
		"after the end":   {"binary", with(0xff, 0xff, 0)},
		"half a line":     {"text", []byte("a\nb")},
	} {
		for _, size := range []int{1, len(one.stream) + 1} {
			s := newScanner(one.format, nil)
			var err error
			for piece := range slices.Chunk(one.stream, size) {
				err = errors.Join(err, s.scan(piece))
			}
			err = errors.Join(err, s.end())
			var format *FormatError
			if !errors.As(err, &format) {
				t.Errorf("%s in pieces of %d: got error %v, want a FormatError", name, size, err)
			}
		}
	}
}

// FuzzScanner gives the same stream whole and cut, which must make no difference.
func FuzzScanner(f *testing.F) {
	whole, _ := binaryStream([]byte("ext"), [][][]byte{{[]byte("abc"), nil}, {}, {{}}})
	f.Add(whole, uint8(1), true)
	f.Add([]byte("a\tb\n\n\\N\n"), uint8(2), false)
	f.Fuzz(func(t *testing.T, stream []byte, size uint8, isBinary bool) {
		format := textFormat
		if isBinary {
			format = "binary"
		}
		result := func(size int) (Sum, bool) {
			s := newScanner(format, nil)
			for piece := range slices.Chunk(stream, size) {
				if s.scan(piece) != nil {
					return Sum{}, false
				}
			}
			return s.sum(), s.end() == nil
		}
		sum, ok := result(len(stream) + 1)
		cutSum, cutOK := result(int(size) + 1)
		if ok != cutOK || ok && sum != cutSum {
			t.Fatalf("whole %+v %v, cut %+v %v", sum, ok, cutSum, cutOK)
		}
	})
}
