package ledger

import (
	"errors"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// Explain turns the failure of a message that held RecordSQL's statement into a *FencedError, a *ReleasedError or an
// *AlreadyDoneError if that is the reason, and returns any other error as it is. The text that was sent is needed for
// a table that does not exist: the server's error gives no name for it, only the position in the text.
func Explain(err error, schema, sent string) error {
	server, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	ours := server.SchemaName == schema && server.TableName == tableDone
	switch {
	case server.Code == pgerrcode.NotNullViolation && ours && server.ColumnName == "fence":
		return &FencedError{Schema: schema, Err: err}
	case server.Code == pgerrcode.UniqueViolation && ours:
		return &AlreadyDoneError{Schema: schema, Err: err}
	case server.Code == pgerrcode.UndefinedTable && names(sent, int(server.Position), schema):
		return &ReleasedError{Schema: schema, Err: err}
	}
	return err
}

// names says whether one of the tables that RecordSQL uses stands in sent at a position, which counts characters from 1.
func names(sent string, position int, schema string) bool {
	if position < 1 {
		return false
	}
	at := 0
	for i := range sent {
		if at++; at == position {
			rest := sent[i:]
			return strings.HasPrefix(rest, expand(schema, "{done} ")) || strings.HasPrefix(rest, expand(schema, "{run} "))
		}
	}
	return false
}
