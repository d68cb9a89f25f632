package rowcopy

import (
	"context"
	"time"
)

const (
	// progressEvery is how often a stream tells its progress.
	progressEvery = 300 * time.Millisecond
	// lookEvery is after how many messages, and lookBytes after how many bytes, a stream looks at the clock and the limits.
	lookEvery = 64
	lookBytes = frameSize
)

// meter sees one item's stream on its way from the source to the frames: it digests and counts, pays
// the throttle and tells the progress.
type meter struct {
	ctx      context.Context
	item     *Item
	scanner  scanner
	frames   *frames // nil if the stream goes nowhere
	throttle *Throttle
	progress func(address string, part int, rows, bytes int64)

	paid     Sum   // what the throttle has been paid for
	rows     int64 // the quantum that may pass before paying, 0 without a limit
	bytes    int64
	messages int       // until the next look
	upTo     int64     // bytes of the stream until the next look
	next     time.Time // when progress is told again
}

func newMeter(ctx context.Context, item *Item, format string, to *frames, opts Options) *meter {
	m := &meter{
		ctx: ctx, item: item, scanner: newScanner(format, nil), frames: to,
		throttle: opts.Throttle, progress: opts.Progress,
	}
	m.rows, m.bytes = m.throttle.Limits().quantum()
	if m.progress != nil {
		m.next = time.Now().Add(progressEvery)
	}
	return m
}

// take takes a piece of the stream.
func (m *meter) take(piece []byte) error {
	if err := m.scanner.scan(piece); err != nil {
		return err
	}
	if m.frames != nil {
		if err := m.frames.data(m.ctx, piece); err != nil {
			return err
		}
	}
	m.messages++
	if m.throttle == nil && m.progress == nil {
		return nil
	}
	if m.messages >= lookEvery || m.rows > 0 || m.bytes > 0 || len(piece) >= lookBytes {
		return m.look()
	}
	return nil
}

// look does what need not be done for every row.
func (m *meter) look() error {
	sum := m.scanner.sum()
	if m.rows > 0 && sum.Rows-m.paid.Rows >= m.rows || m.bytes > 0 && sum.Bytes-m.paid.Bytes >= m.bytes {
		// What waits here may as well wait at the destination.
		if m.frames != nil {
			if err := m.frames.flush(m.ctx); err != nil {
				return err
			}
		}
		if err := m.pay(sum); err != nil {
			return err
		}
	}
	if m.messages < lookEvery && sum.Bytes < m.upTo {
		return nil
	}
	m.messages, m.upTo = 0, sum.Bytes+lookBytes
	if m.rows == 0 && m.bytes == 0 {
		m.paid = sum // nothing is owed for what passed without a limit
	}
	m.rows, m.bytes = m.throttle.Limits().quantum()
	if m.progress != nil {
		if now := time.Now(); now.After(m.next) {
			m.next = now.Add(progressEvery)
			m.progress(m.item.Address, m.item.Part, sum.Rows, sum.Bytes)
		}
	}
	return nil
}

func (m *meter) pay(sum Sum) error {
	owed := Sum{Rows: sum.Rows - m.paid.Rows, Bytes: sum.Bytes - m.paid.Bytes}
	m.paid = sum
	return m.throttle.Pay(m.ctx, owed.Rows, owed.Bytes)
}

// end compares the stream with the source's tag, and only then ends the destination's COPY.
func (m *meter) end(tag int64) (Result, error) {
	if err := m.scanner.end(); err != nil {
		return Result{}, err
	}
	sum := m.scanner.sum()
	if tag != sum.Rows {
		return Result{}, &CountError{Source: tag, Stream: sum.Rows, Destination: -1}
	}
	if m.frames != nil {
		if err := m.frames.done(m.ctx); err != nil {
			return Result{}, err
		}
	}
	if m.rows > 0 || m.bytes > 0 {
		if err := m.pay(sum); err != nil {
			return Result{}, err
		}
	}
	if m.progress != nil {
		m.progress(m.item.Address, m.item.Part, sum.Rows, sum.Bytes)
	}
	return Result{
		Address: m.item.Address, Part: m.item.Part,
		Rows: sum.Rows, Bytes: sum.Bytes, Digest: sum.Digest,
	}, nil
}
