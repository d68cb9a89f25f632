package rowcopy

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// savepoint is what a failing COPY falls back to, so that the reader keeps its transaction and with it the snapshot.
const savepoint = "migrator_copy"

// outlet reads COPY ... TO STDOUT.
type outlet struct {
	*session
	inTransaction bool
}

func newOutlet(s *session) *outlet {
	return &outlet{session: s, inTransaction: s.pg.TxStatus() == 'T'}
}

// start sends COPY statements as one message.
func (o *outlet) start(statements []string) error {
	sql := strings.Join(statements, ";\n")
	if o.inTransaction {
		sql = "SAVEPOINT " + savepoint + ";\n" + sql + ";\nRELEASE SAVEPOINT " + savepoint
	}
	return o.query(sql)
}

// copy gives the pieces of the next statement's stream to take, and returns the number of rows in its tag. An error of take ends it.
func (o *outlet) copy(take func(piece []byte) error) (int64, error) {
	begun := false
	for {
		message, err := o.receive()
		if err != nil {
			return 0, err
		}
		switch m := message.(type) {
		case *pgproto3.CopyData:
			if err := take(m.Data); err != nil {
				return 0, err
			}
		case *pgproto3.CopyOutResponse:
			begun = true
		case *pgproto3.CommandComplete:
			if begun {
				return tagRows(m.CommandTag), nil
			}
		case *pgproto3.ErrorResponse:
			return 0, pgconn.ErrorResponseToPgError(m)
		case *pgproto3.ReadyForQuery:
			return 0, &FormatError{What: "a COPY has no answer"}
		}
	}
}

// finish reads what comes after the last statement.
func (o *outlet) finish() error {
	var failure error
	for !o.synced {
		message, err := o.receive()
		if err != nil {
			return err
		}
		if m, ok := message.(*pgproto3.ErrorResponse); ok && failure == nil {
			failure = pgconn.ErrorResponseToPgError(m)
		}
	}
	return failure
}

// abandon makes the connection usable after a stream that was not read to its end, in the transaction it was in. If even the
// savepoint has failed, for a syntax error in a table's condition perhaps, the connection is closed.
func (o *outlet) abandon(ctx context.Context) {
	failed := ""
	if o.inTransaction {
		failed = "E"
	}
	o.settle(ctx, failed, "ROLLBACK TO SAVEPOINT "+savepoint+"; RELEASE SAVEPOINT "+savepoint)
}

// tagRows is the number at the end of a command tag: "COPY 12", "INSERT 0 12".
func tagRows(tag []byte) int64 {
	text := string(tag)
	n, err := strconv.ParseInt(text[strings.LastIndexByte(text, ' ')+1:], 10, 64)
	if err != nil {
		return -1
	}
	return n
}
