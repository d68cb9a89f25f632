package rowcopy

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/zeebo/xxh3"

	"migrator/executor/ledger"
	"migrator/planner"
)

const (
	// chunkSize is how much of a large object one lo_get returns.
	chunkSize = 256 << 10
	// chunksAtOnce of one long object are asked for in one query.
	chunksAtOnce = 16
	// objectsAtOnce are begun in one query: most objects are smaller than a chunk, and so done with it.
	objectsAtOnce = 256
	binaryResults = 1
)

// chunk is a piece of a large object, valid until the next one.
type chunk struct {
	oid    uint32
	offset int64
	data   []byte
}

// objectReader reads large objects in the order of their OIDs, the beginnings of many before the rest of the long ones.
type objectReader struct {
	conn  *pgconn.PgConn
	opts  Options
	item  Item
	take  func(chunk) error
	visit func(oid uint32, object Sum)
	// total is of the objects; a row is an object.
	total Sum
	long  []longObject // of which only the beginning has been read
}

type longObject struct {
	oid    uint32
	hasher *xxh3.Hasher
	size   int64
}

// DigestObjects reads large objects and returns what they amount to: a row is an object, and its hash is that of its
// OID and its content. visit, which may be nil, is given them one by one.
func DigestObjects(ctx context.Context, conn *pgx.Conn, address string, objects planner.ObjectRange, visit func(oid uint32, object Sum), opts Options) (Sum, error) {
	r := &objectReader{conn: conn.PgConn(), opts: opts, item: Item{Address: address}, take: func(chunk) error { return nil }, visit: visit}
	if err := r.read(ctx, objects); err != nil {
		return Sum{}, fmt.Errorf("reading %s: %w", address, err)
	}
	return r.total, nil
}

// read reads all objects of the range. In a transaction it leaves that usable after an error of the server.
func (r *objectReader) read(ctx context.Context, objects planner.ObjectRange) error {
	if r.conn.TxStatus() != 'T' {
		return r.readAll(ctx, objects)
	}
	if _, err := r.conn.Exec(ctx, "SAVEPOINT "+savepoint).ReadAll(); err != nil {
		return err
	}
	err := r.readAll(ctx, objects)
	leave := "RELEASE SAVEPOINT " + savepoint
	if err != nil {
		leave = "ROLLBACK TO SAVEPOINT " + savepoint + "; " + leave
	}
	_, leaveErr := r.conn.Exec(ctx, leave).ReadAll()
	if err == nil {
		err = leaveErr
	}
	return err
}

func (r *objectReader) readAll(ctx context.Context, objects planner.ObjectRange) error {
	oids, err := r.list(ctx, objects)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(oids, objectsAtOnce) {
		if err := r.begin(ctx, some); err != nil {
			return err
		}
		for _, o := range r.long {
			if err := r.rest(ctx, o); err != nil {
				return err
			}
		}
		r.long = r.long[:0]
		if r.opts.Progress != nil {
			r.opts.Progress(r.item.Address, r.item.Part, r.total.Rows, r.total.Bytes)
		}
	}
	return nil
}

// list is by the catalog of the snapshot: an object without content has no row in pg_largeobject.
func (r *objectReader) list(ctx context.Context, objects planner.ObjectRange) (oids []uint32, err error) {
	sql := fmt.Sprintf("SELECT oid FROM pg_catalog.pg_largeobject_metadata WHERE oid BETWEEN %d AND %d ORDER BY oid", objects.From, objects.To)
	err = r.query(ctx, sql, 1, func(values [][]byte) error {
		oids = append(oids, binary.BigEndian.Uint32(values[0]))
		return nil
	})
	return oids, err
}

// begin reads the first chunk of each object, which is all of most.
func (r *objectReader) begin(ctx context.Context, oids []uint32) error {
	list := make([]string, len(oids))
	for i, oid := range oids {
		list[i] = strconv.FormatUint(uint64(oid), 10)
	}
	sql := fmt.Sprintf("SELECT o, pg_catalog.lo_get(o, 0, %d) FROM pg_catalog.unnest('{%s}'::oid[]) o", chunkSize, strings.Join(list, ","))
	return r.query(ctx, sql, 2, func(values [][]byte) error {
		c := chunk{oid: binary.BigEndian.Uint32(values[0]), data: values[1]}
		if len(c.data) < chunkSize {
			r.whole(c.oid, xxh3.Hash128(c.data), int64(len(c.data)))
		} else {
			o := longObject{oid: c.oid, hasher: xxh3.New(), size: chunkSize}
			_, _ = o.hasher.Write(c.data)
			r.long = append(r.long, o)
		}
		return r.give(ctx, c, 1)
	})
}

// rest reads what comes after the first chunk.
func (r *objectReader) rest(ctx context.Context, o longObject) error {
	for ended := false; !ended; {
		sql := fmt.Sprintf("SELECT pg_catalog.lo_get(%d::oid, %d + i::int8 * %d, %d) FROM pg_catalog.generate_series(0, %d) i",
			o.oid, o.size, chunkSize, chunkSize, chunksAtOnce-1)
		err := r.query(ctx, sql, 1, func(values [][]byte) error {
			c := chunk{oid: o.oid, offset: o.size, data: values[0]}
			if ended || len(c.data) == 0 {
				ended = true
				return nil
			}
			ended = len(c.data) < chunkSize
			o.size += int64(len(c.data))
			_, _ = o.hasher.Write(c.data)
			return r.give(ctx, c, 0)
		})
		if err != nil {
			return err
		}
	}
	r.whole(o.oid, o.hasher.Sum128(), o.size)
	return nil
}

func (r *objectReader) give(ctx context.Context, c chunk, objects int64) error {
	if err := r.take(c); err != nil {
		return err
	}
	return r.opts.Throttle.Pay(ctx, objects, int64(len(c.data)))
}

// whole adds an object to the sum.
func (r *objectReader) whole(oid uint32, content xxh3.Uint128, size int64) {
	identity := binary.BigEndian.AppendUint32(nil, oid)
	identity = binary.BigEndian.AppendUint64(identity, content.Hi)
	identity = binary.BigEndian.AppendUint64(identity, content.Lo)
	hash := xxh3.Hash128(identity)
	object := Sum{Rows: 1, Bytes: size, Digest: ledger.Digest{Hi: hash.Hi, Lo: hash.Lo}}
	r.total = r.total.Add(object)
	if r.visit != nil {
		r.visit(oid, object)
	}
}

// query streams a query's rows of so many columns, none of them NULL.
func (r *objectReader) query(ctx context.Context, sql string, columns int, row func(values [][]byte) error) error {
	if err := r.opts.Throttle.Statement(ctx); err != nil {
		return err
	}
	result := r.conn.ExecParams(ctx, sql, nil, nil, nil, []int16{binaryResults})
	var failed error
	for failed == nil && result.NextRow() {
		values := result.Values()
		if len(values) != columns || slices.ContainsFunc(values, func(v []byte) bool { return v == nil }) {
			failed = errors.New("the server returned something else than large objects")
			break
		}
		failed = row(values)
	}
	if _, err := result.Close(); failed == nil {
		failed = err
	}
	return failed
}
