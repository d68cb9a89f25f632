package rowcopy

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"migrator/planner"
)

const (
	// batchBytes and batchChunks are how much is written to the destination at once.
	batchBytes  = 1 << 20
	batchChunks = 500
)

// Objects is a batch of large objects.
type Objects struct {
	Address string
	Range   planner.ObjectRange
}

// objectBatch is chunks on their way to the destination.
type objectBatch struct {
	statements pgconn.Batch
	bytes      int
	chunks     int
}

// CopyObjects moves large objects, which keep their OIDs, in one transaction of the destination together with the SQL that
// record makes of the result. As with Run, an error means that nothing is committed, with the exception of a
// *CommitUnknownError; connections are usable or closed afterwards.
//
// A row of the result is an object, and its bytes are those of the contents. An object with holes arrives
// without them. Memory is bounded by a few batches of about 1 MB, whatever the size of an object.
func CopyObjects(ctx context.Context, src, dst *pgx.Conn, objects Objects, record func(Result) string, opts Options) (Result, error) {
	from, to := newSession(Source, src), newSession(Destination, dst)
	if err := errors.Join(from.idle(), to.idle()); err != nil {
		return Result{}, err
	}
	if dst.PgConn().TxStatus() != 'I' {
		return Result{}, to.error(errors.New("the connection is in a transaction"))
	}
	sum, err := moveObjects(ctx, src.PgConn(), dst.PgConn(), objects, opts)
	to.status = dst.PgConn().TxStatus()
	if err != nil {
		from.settle(ctx, "", "")
		to.settle(ctx, "TE", "ROLLBACK")
		return Result{}, err
	}
	result := Result{Address: objects.Address, Rows: sum.Rows, Bytes: sum.Bytes, Digest: sum.Digest}
	sql := ""
	if record != nil {
		sql = record(result)
	}
	if err := commit(ctx, to, []string{objects.Address}, sql); err != nil {
		return Result{}, err
	}
	return result, nil
}

// moveObjects reads in the caller's goroutine and writes in a second one. It leaves the destination's transaction open.
func moveObjects(ctx context.Context, src, dst *pgconn.PgConn, objects Objects, opts Options) (Sum, error) {
	fail := func(side string, err error) error { return &TableError{Address: objects.Address, Side: side, Err: err} }
	if _, err := dst.Exec(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").ReadAll(); err != nil {
		return Sum{}, fail(Destination, err)
	}
	batches := make(chan *objectBatch, 1)
	failed := make(chan struct{})
	var writeErr error
	var writer sync.WaitGroup
	writer.Go(func() {
		for b := range batches {
			if writeErr == nil {
				if writeErr = dst.ExecBatch(ctx, &b.statements).Close(); writeErr != nil {
					close(failed)
				}
			}
		}
	})
	send := func(b *objectBatch) error {
		select {
		case batches <- b:
			return nil
		case <-failed:
			return errStopped
		}
	}
	batch := &objectBatch{}
	r := &objectReader{conn: src, opts: opts, item: Item{Address: objects.Address}}
	r.take = func(c chunk) error {
		batch.add(c)
		if batch.bytes < batchBytes && batch.chunks < batchChunks {
			return nil
		}
		full := batch
		batch = &objectBatch{}
		return send(full)
	}
	err := r.read(ctx, objects.Range)
	if err == nil && batch.chunks > 0 {
		err = send(batch)
	}
	close(batches)
	writer.Wait()
	switch {
	case ctx.Err() != nil:
		return Sum{}, fmt.Errorf("copying %s: %w", objects.Address, context.Cause(ctx))
	case writeErr != nil:
		return Sum{}, fail(Destination, writeErr)
	case err != nil:
		return Sum{}, fail(Source, err)
	}
	return r.total, nil
}

// add writes the statement that stores a chunk. The first one makes the object, and fails if there is one with its OID.
func (b *objectBatch) add(c chunk) {
	oid := binary.BigEndian.AppendUint32(nil, c.oid)
	if c.offset == 0 {
		b.statements.ExecParams("SELECT pg_catalog.lo_from_bytea($1, $2)", [][]byte{oid, c.data},
			[]uint32{pgtype.OIDOID, pgtype.ByteaOID}, []int16{1, 1}, nil)
	} else {
		b.statements.ExecParams("SELECT pg_catalog.lo_put($1, $2, $3)", [][]byte{oid, binary.BigEndian.AppendUint64(nil, uint64(c.offset)), c.data},
			[]uint32{pgtype.OIDOID, pgtype.Int8OID, pgtype.ByteaOID}, []int16{1, 1, 1}, nil)
	}
	b.bytes += len(c.data)
	b.chunks++
}
