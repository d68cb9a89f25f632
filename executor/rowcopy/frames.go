package rowcopy

import (
	"context"
	"encoding/binary"
)

const (
	// frameSize is as good as larger ones, and keeps memory low.
	frameSize = 64 << 10
	// ringSize is how many frames may be on their way between reading and writing.
	ringSize = 4
	// frameHeader is a message's type and length.
	frameHeader = 5
	noMessage   = -1
)

// frames cuts a stream into CopyData messages of another size. Small ones, the ends of COPYs among them, share a buffer, so that they
// also share a system call.
type frames struct {
	buffer []byte
	open   int // where the CopyData that is being filled begins
	made   int
	// The ring: full buffers go to the writer, and come back empty.
	full  chan []byte
	empty chan []byte
}

func newFrames() *frames {
	return &frames{open: noMessage, full: make(chan []byte, ringSize), empty: make(chan []byte, ringSize)}
}

// data adds bytes to the stream.
func (f *frames) data(ctx context.Context, piece []byte) error {
	for {
		if f.open == noMessage {
			if err := f.begin(ctx); err != nil {
				return err
			}
		}
		n := min(len(piece), cap(f.buffer)-len(f.buffer))
		f.buffer = append(f.buffer, piece[:n]...)
		if piece = piece[n:]; len(piece) == 0 {
			return nil
		}
		if err := f.flush(ctx); err != nil {
			return err
		}
	}
}

// begin opens a CopyData message.
func (f *frames) begin(ctx context.Context) error {
	if err := f.room(ctx, frameHeader+1); err != nil {
		return err
	}
	f.open = len(f.buffer)
	f.buffer = append(f.buffer, 'd', 0, 0, 0, 0)
	return nil
}

// finish closes the message that is open.
func (f *frames) finish() {
	if f.open != noMessage {
		binary.BigEndian.PutUint32(f.buffer[f.open+1:], uint32(len(f.buffer)-f.open-1))
		f.open = noMessage
	}
}

// done ends a COPY well.
func (f *frames) done(ctx context.Context) error {
	f.finish()
	if err := f.room(ctx, frameHeader); err != nil {
		return err
	}
	f.buffer = append(f.buffer, 'c', 0, 0, 0, 4)
	return nil
}

// failFrame is a message that ends a COPY so that the server drops it. It needs no buffer of the ring, because it must also work
// when the stream's context has ended.
func failFrame(reason string) []byte {
	frame := make([]byte, frameHeader, frameHeader+len(reason)+1)
	frame[0] = 'f'
	frame = append(append(frame, reason...), 0)
	binary.BigEndian.PutUint32(frame[1:], uint32(len(frame)-1))
	return frame
}

// room makes sure that n bytes fit into the buffer.
func (f *frames) room(ctx context.Context, n int) error {
	if cap(f.buffer)-len(f.buffer) >= n {
		return nil
	}
	if err := f.flush(ctx); err != nil {
		return err
	}
	return f.next(ctx)
}

// next takes an empty buffer, and makes one only while the ring is not complete: most bundles need but one.
func (f *frames) next(ctx context.Context) error {
	select {
	case f.buffer = <-f.empty:
		return nil
	default:
	}
	if f.made < ringSize {
		f.made++
		f.buffer = make([]byte, 0, frameSize)
		return nil
	}
	select {
	case f.buffer = <-f.empty:
		return nil
	case <-ctx.Done():
		return errStopped
	}
}

// flush hands what there is to the writer.
func (f *frames) flush(ctx context.Context) error {
	f.finish()
	if len(f.buffer) == 0 {
		return nil
	}
	select {
	case f.full <- f.buffer:
		f.buffer = nil
		return nil
	case <-ctx.Done():
		return errStopped
	}
}

// write sends full buffers until there are no more. After an error it only gives the buffers back.
func (f *frames) write(send func(frame []byte) error) error {
	var failed error
	for frame := range f.full {
		if failed == nil {
			failed = send(frame)
		}
		select {
		case f.empty <- frame[:0]:
		default: // not one of the ring
		}
	}
	return failed
}
