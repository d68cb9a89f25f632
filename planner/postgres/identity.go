package postgres

import (
	"context"
	"errors"
	"math/rand/v2"

	"github.com/jackc/pgx/v5"
)

// SameDatabase says whether two sessions are in one and the same database of one running server, by whatever
// route each came: a takes an advisory lock with a random key, and b looks for it. It works in sessions that
// are read only. (A standby has locks of its own, so it is not the same as its primary.)
func SameDatabase(ctx context.Context, a, b *pgx.Conn) (same bool, err error) {
	high, low := rand.Uint32(), rand.Uint32()
	key := int64(uint64(high)<<32 | uint64(low))
	var locked bool
	if err := a.QueryRow(ctx, "SELECT pg_catalog.pg_try_advisory_lock($1)", key).Scan(&locked); err != nil {
		return false, err
	}
	if !locked {
		return false, errors.New("a random advisory lock is taken already")
	}
	defer func() {
		var released bool
		unlock := a.QueryRow(context.WithoutCancel(ctx), "SELECT pg_catalog.pg_advisory_unlock($1)", key)
		if e := unlock.Scan(&released); err == nil {
			err = e
		}
	}()
	// A key of one bigint shows as two halves with objsubid 1 (manual, "pg_locks").
	err = b.QueryRow(ctx, `SELECT EXISTS (
		SELECT FROM pg_catalog.pg_locks l
		JOIN pg_catalog.pg_database d ON d.oid = l.database
		WHERE d.datname = pg_catalog.current_database() AND l.locktype = 'advisory'
		AND l.classid = $1 AND l.objid = $2 AND l.objsubid = 1 AND l.granted)`, high, low).Scan(&same)
	return same, err
}
