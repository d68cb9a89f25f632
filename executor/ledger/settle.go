package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// errRollback ends a transaction that was only meant to wait.
var errRollback = errors.New("roll back")

// Settle finds out whether a COMMIT whose answer was lost took place: the transaction that recorded keys. It
// waits for a backend that is still at it, by inserting the same keys, which blocks on an open transaction that
// inserted them. If the answer is no, the work may be done again even if the old backend has yet to read
// our last message: of two transactions with one key the second fails with an *AlreadyDoneError.
// Use it on a new connection. The errors are *FencedError and *ReleasedError, beside those of a connection.
func Settle(ctx context.Context, conn *pgx.Conn, schema string, fence int64, keys []Key) (bool, error) {
	entries := make([]Entry, len(keys))
	addresses, parts := make([]string, len(keys)), make([]int32, len(keys))
	for i, key := range keys {
		entries[i] = Entry{Address: key.Address, Part: key.Part}
		addresses[i], parts[i] = keyAddress(key.Address), int32(key.Part)
	}
	sql := RecordSQL(schema, fence, entries)
	err := pgx.BeginTxFunc(ctx, conn, writeOptions, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
		return errRollback
	})
	err = Explain(err, schema, sql)
	if _, already := errors.AsType[*AlreadyDoneError](err); !already && !errors.Is(err, errRollback) {
		return false, err
	}
	var have int
	err = conn.QueryRow(ctx, expand(schema, `
		SELECT pg_catalog.count(*) FROM {done} JOIN (SELECT pg_catalog.unnest($1::text[]) AS address, pg_catalog.unnest($2::int[]) AS part) k
		USING (address, part)`), addresses, parts).Scan(&have)
	switch {
	case err != nil:
		return false, readError(schema, err)
	case have != 0 && have != len(keys):
		return false, fmt.Errorf("the ledger has %d of %d records that one transaction wrote", have, len(keys))
	}
	return have > 0, nil
}
