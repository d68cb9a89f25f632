package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"migrator/planner/postgres"
)

// RecordSQL returns the one statement that records entries. It is sent in the same transaction as the work, best as
// the last statement before COMMIT and in one message with it. It fails by itself, and the work with it, when it must not be
// committed; see Explain. Without entries it returns nothing.
//
// The fence is read by a subquery that locks the run's row against TakeOver until the transaction ends. When the fence
// has moved on, the subquery finds no row, also if it had to wait for TakeOver's commit, and a column that
// must not be null gets a null.
func RecordSQL(schema string, fence int64, entries []Entry) string {
	if len(entries) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(expand(schema, `INSERT INTO {done} (address, part, rows, bytes, digest, kept, before, full_address, fence) `+
		`SELECT v.*, (SELECT r.fence FROM {run} r WHERE r.fence = `))
	b.WriteString(strconv.FormatInt(fence, 10))
	b.WriteString(` FOR SHARE) FROM (VALUES `)
	for i, e := range entries {
		if i > 0 {
			b.WriteString(", ")
		}
		address, full := keyAddress(e.Address), "NULL::text"
		if address != e.Address {
			full = postgres.QuoteLiteral(e.Address)
		}
		b.WriteString("(" + postgres.QuoteLiteral(address))
		for _, number := range []int64{int64(e.Part), e.Rows, e.Bytes} {
			b.WriteString(", " + strconv.FormatInt(number, 10))
		}
		b.WriteString(", " + postgres.QuoteLiteral(e.Digest))
		for _, number := range []int64{e.Kept, e.Before} {
			b.WriteString(", " + strconv.FormatInt(number, 10))
		}
		b.WriteString(", " + full + ")")
	}
	b.WriteString(") v")
	return b.String()
}

// maxKey is how long an address in the key may be. An index row holds about 2,700 bytes, and the address of a function
// with a hundred arguments is longer.
const maxKey = 1000

// keyAddress shortens an address that does not fit into an index: its beginning and its hash.
func keyAddress(address string) string {
	if len(address) <= maxKey {
		return address
	}
	sum := sha256.Sum256([]byte(address))
	cut := maxKey - 2*len(sum) - 1
	for !utf8.RuneStart(address[cut]) {
		cut--
	}
	return address[:cut] + "#" + hex.EncodeToString(sum[:])
}
