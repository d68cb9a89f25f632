package rowcopy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/executor/ledger"
	"migrator/planner"
)

// Item is one part of one table's rows.
type Item struct {
	Address string
	Copy    *planner.RowCopy
	Part    int
	// First says that nothing of the table has been committed, so that a fresh table that is a single part is truncated and its rows
	// stored frozen. That saves the next VACUUM most of its work and costs a new file, which is not worth it for a small table.
	First bool
}

// freezes says whether the item truncates its table and stores rows frozen.
func (i *Item) freezes() bool {
	c := i.Copy
	return i.First && c.Fresh && c.PartCount() == 1 && !c.ThroughRoot && !c.KeepExisting
}

// Result is what one item has moved.
type Result struct {
	Address string
	Part    int
	// Rows, Bytes and Digest are those of the source's stream.
	Rows   int64
	Bytes  int64
	Digest ledger.Digest
	// Kept counts rows of the stream that were left out because they collide with rows that were there before; Before counts
	// the latter. Both are zero without conflict = "ignore".
	Kept, Before int64
}

// Options are for all items of a run. The zero value is fine.
type Options struct {
	// Throttle may be nil.
	Throttle *Throttle
	// Progress may be nil. It is told the rows and bytes of a part so far, at most a few times a second, by the goroutine that
	// reads the source's stream, and must not block.
	Progress func(address string, part int, rows, bytes int64)
}

// Run moves items in one transaction of the destination: their rows, then the SQL that record makes of the results (the
// ledger's rows, and whatever else belongs to the items), and COMMIT. Neither side is waited for between items, so that a bundle of
// many small tables costs as many round trips as one table: one to the source, two to the destination.
//
// The destination's connection must be idle outside of a transaction; the source's may be in one, which it
// stays in. An error means that nothing is committed, with the exception of a *CommitUnknownError. A *TableError names the item that
// failed. Afterwards each connection is either usable or closed.
func Run(ctx context.Context, src, dst *pgx.Conn, items []Item, record func([]Result) string, opts Options) ([]Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("copying rows: %w", err)
	}
	p := &pipe{
		items: items,
		src:   newSession(Source, src),
		dst:   newSession(Destination, dst),
		opts:  opts,
		steps: script(items, majorVersion(dst)),
	}
	for _, s := range []*session{p.src, p.dst} {
		if err := s.idle(); err != nil {
			return nil, err
		}
	}
	if dst.PgConn().TxStatus() != 'I' {
		return nil, p.dst.error(errors.New("the connection is in a transaction"))
	}
	results, err := p.move(ctx)
	if err != nil {
		return nil, err
	}
	sql := ""
	if record != nil {
		sql = record(results)
	}
	addresses := make([]string, len(items))
	for i := range items {
		addresses[i] = items[i].Address
	}
	if err := commit(ctx, p.dst, addresses, sql); err != nil {
		return nil, err
	}
	return results, nil
}

// majorVersion is a server's first version number, 0 when it does not say.
func majorVersion(conn *pgx.Conn) int {
	text := conn.PgConn().ParameterStatus("server_version")
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		text = text[:end]
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
