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
func Read(ctx context.Context, conn *pgx.Conn, reading Reading, opts Options) (Sum, error) {
	sums, err := ReadAll(ctx, conn, []Reading{reading}, opts)
	if err != nil {
		return Sum{}, err
	}
	return sums[0], nil
}

// ReadAll is Read for many tables in one round trip. Its error names the one that failed.
func ReadAll(ctx context.Context, conn *pgx.Conn, readings []Reading, opts Options) ([]Sum, error) {
	s := newSession(Source, conn)
	if err := s.idle(); err != nil {
		return nil, err
	}
	statements := make([]string, len(readings))
	for i, r := range readings {
		statements[i] = r.SQL
		if err := opts.Throttle.Statement(ctx); err != nil {
			return nil, fmt.Errorf("reading %s: %w", r.Address, err)
		}
	}
	out := newOutlet(s)
	stop := onCancel(ctx, s.interruptRead)
	sums, at, err := out.readAll(ctx, readings, statements, opts)
	stop()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		out.abandon(ctx)
		return nil, fmt.Errorf("reading %s: %w", readings[at].Address, err)
	}
	return sums, nil
}

// readAll returns the index of the reading that it was at when it failed.
func (o *outlet) readAll(ctx context.Context, readings []Reading, statements []string, opts Options) (sums []Sum, at int, err error) {
	if err := o.start(statements); err != nil {
		return nil, 0, err
	}
	for i, r := range readings {
		m := newMeter(ctx, &Item{Address: r.Address}, r.Format, nil, opts)
		m.scanner = newScanner(r.Format, r.Visit)
		n, err := o.copy(m.take)
		if err == nil {
			_, err = m.end(n)
		}
		if err != nil {
			return nil, i, err
		}
		sums = append(sums, m.scanner.sum())
	}
	return sums, len(readings) - 1, o.finish()
}
