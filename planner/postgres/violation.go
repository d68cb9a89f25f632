package postgres

import (
	"errors"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// ViolatedKey is what a server says of the row that a key refuses, such as `Key (a)=(5) is duplicated.`; empty for all other errors,
// whose details can be whole rows. It is the user's data: whoever reads a run's output sees it, and it is stored nowhere.
func ViolatedKey(err error) string {
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch server.Code {
		case pgerrcode.UniqueViolation, pgerrcode.ForeignKeyViolation, pgerrcode.ExclusionViolation:
			return server.Detail
		}
	}
	return ""
}
