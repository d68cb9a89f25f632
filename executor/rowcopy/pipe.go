package rowcopy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// pipe moves the rows of a run's items from one side to the other. The caller's goroutine reads the
// source, a second one writes to the destination, and a third one reads its answers, which may come, as errors, at any time.
type pipe struct {
	items    []Item
	steps    []step
	src, dst *session
	opts     Options
	frames   *frames
	answers  answers
	writeErr error
	sent     int  // items whose COPY has been ended with CopyDone
	paced    bool // the source gets one statement at a time
}

// move carries out the script. Its transaction is left open if there is no error, and has been rolled back otherwise.
func (p *pipe) move(ctx context.Context) ([]Result, error) {
	p.frames = newFrames()
	p.paced = p.opts.Throttle.Limits().Statements > 0
	out := newOutlet(p.src)

	// The stream's context ends with the caller's, and when the destination fails.
	stream, stop := context.WithCancel(ctx)
	defer stop()
	endSource := onCancel(stream, p.src.interruptRead)
	// The destination is given the time to take a CopyFail, so that its connection stays usable.
	endDestination := onCancel(ctx, func() { _ = p.dst.pg.Conn().SetDeadline(time.Now().Add(settleTime)) })

	var results []Result
	err := p.dst.query(joinSteps(p.steps))
	if err != nil {
		err = p.dst.error(err)
	} else {
		var tasks sync.WaitGroup
		tasks.Go(func() { p.answers.read(p.dst, p.steps, stop) })
		tasks.Go(func() { p.write(stop) })
		results, err = p.read(stream, out)
		if err != nil && p.sent < len(p.items) {
			p.frames.full <- failFrame("the copy has been stopped") // the writer always takes it
		}
		close(p.frames.full)
		tasks.Wait()
	}
	endSource()
	endDestination()

	if err = p.verdict(ctx, results, err); err == nil {
		// A context that ended just now has left deadlines behind; commit looks at it again.
		_ = p.src.pg.Conn().SetDeadline(time.Time{})
		_ = p.dst.pg.Conn().SetDeadline(time.Time{})
		return results, nil
	}
	// Both at once: each of them may have to wait for its server.
	var tasks sync.WaitGroup
	tasks.Go(func() { out.abandon(ctx) })
	tasks.Go(func() { p.dst.settle(ctx, "TE", "ROLLBACK") })
	tasks.Wait()
	return nil, err
}

// write sends the frames. When that fails the destination may still have said why, so that its answers are read a little longer.
func (p *pipe) write(failed func()) {
	p.writeErr = p.frames.write(func(frame []byte) error {
		err := p.dst.pg.Frontend().SendUnbufferedEncodedCopyData(frame)
		if err != nil {
			_ = p.dst.pg.Conn().SetReadDeadline(time.Now().Add(settleTime))
			failed()
		}
		return err
	})
}

// read takes all items' streams from the source.
func (p *pipe) read(ctx context.Context, out *outlet) ([]Result, error) {
	statements := make([]string, len(p.items))
	for i, item := range p.items {
		statements[i] = SelectSQL(item.Copy, item.Part)
	}
	results := make([]Result, len(p.items))
	for i := range p.items {
		if err := p.start(ctx, out, statements, i); err != nil {
			return nil, p.tableError(i, Source, err)
		}
		m := newMeter(ctx, &p.items[i], p.items[i].Copy.Format, p.frames, p.opts)
		n, err := out.copy(m.take)
		if err == nil {
			results[i], err = m.end(n)
		}
		if err != nil {
			return nil, p.tableError(i, Source, err)
		}
		p.sent++
		if p.paced {
			if err := out.finish(); err != nil {
				return nil, p.tableError(i, Source, err)
			}
		}
	}
	if err := out.finish(); err != nil {
		return nil, p.src.error(err)
	}
	if err := p.frames.flush(ctx); err != nil {
		return nil, err
	}
	return results, nil
}

// start sends the source its statements: all of them at once, or one by one as the throttle lets them pass.
func (p *pipe) start(ctx context.Context, out *outlet, statements []string, i int) error {
	switch {
	case p.paced:
		if err := p.opts.Throttle.Statement(ctx); err != nil {
			return err
		}
		return out.start(statements[i : i+1])
	case i == 0:
		return out.start(statements)
	}
	return nil
}

func (p *pipe) tableError(i int, side string, err error) error {
	return &TableError{Address: p.items[i].Address, Part: p.items[i].Part, Side: side, Err: err}
}

// verdict finds what went wrong first, and compares the counts of both ends if nothing did.
func (p *pipe) verdict(ctx context.Context, results []Result, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("copying rows: %w", context.Cause(ctx))
	}
	// An error of the source that is not the answer to being stopped came first: the destination's is its echo.
	stopped := p.answers.failure != nil || p.answers.lost != nil || p.writeErr != nil
	if err != nil && !(stopped && isStop(err)) {
		return err
	}
	switch {
	case p.answers.failure != nil:
		return p.destinationError(p.answers.failure)
	case p.answers.lost != nil:
		return p.destinationError(p.answers.lost)
	case p.writeErr != nil:
		return p.destinationError(p.writeErr)
	case err != nil:
		return err
	}
	for i, n := range p.answers.collect(p.steps, results) {
		if n != results[i].Rows {
			return p.tableError(i, Destination, &CountError{Source: results[i].Rows, Stream: results[i].Rows, Destination: n})
		}
	}
	return nil
}

// isStop says whether an error of reading may be no more than the answer to being stopped.
func isStop(err error) bool {
	return errors.Is(err, errStopped) || errors.Is(err, context.Canceled) || errors.Is(err, os.ErrDeadlineExceeded)
}

// destinationError blames the item whose statement was not done.
func (p *pipe) destinationError(err error) error {
	if n := len(p.answers.numbers); n < len(p.steps) && p.steps[n].item >= 0 {
		return p.tableError(p.steps[n].item, Destination, err)
	}
	return p.dst.error(err)
}
