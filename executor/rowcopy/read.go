package rowcopy

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
)

// Reading is a COPY ... TO STDOUT that is read without being stored anywhere.
type Reading struct {
	Address string // for errors and progress
	SQL     string // SourceSQL, SelectSQL or VerifySQL
	Format  string // that of the SQL: "text" or "binary"
	// Visit, which may be nil, is given each row as it is in the stream, without a line's end, and its hash. The row is only valid during
	// the call. An error ends the reading and is returned.
	Visit func(row []byte, hash ledger.Digest) error
}

// Read reads rows and returns what they amount to. The connection may be in a transaction, which it stays in.
func Read(ctx context.Context, conn *pgx.Conn, r Reading, opts Options) (Sum, error) {
	s := newSession("", conn)
	if err := s.idle(); err != nil {
		return Sum{}, err
	}
	if err := opts.Throttle.Statement(ctx); err != nil {
		return Sum{}, fmt.Errorf("reading %s: %w", r.Address, err)
	}
	out := newOutlet(s)
	stop := onCancel(ctx, s.interruptRead)
	sum, err := out.readAll(ctx, r, opts)
	stop()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		out.abandon(ctx)
		return Sum{}, fmt.Errorf("reading %s: %w", r.Address, err)
	}
	return sum, nil
}

func (o *outlet) readAll(ctx context.Context, r Reading, opts Options) (Sum, error) {
	if err := o.start([]string{r.SQL}); err != nil {
		return Sum{}, err
	}
	m := newMeter(ctx, &Item{Address: r.Address}, r.Format, nil, opts)
	m.scanner = newScanner(r.Format, r.Visit)
	n, err := o.copy(m.take)
	if err != nil {
		return Sum{}, err
	}
	if _, err := m.end(n); err != nil {
		return Sum{}, err
	}
	return m.scanner.sum(), o.finish()
}
