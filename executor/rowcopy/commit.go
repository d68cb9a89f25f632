package rowcopy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// commitGrace is how long the answer to a COMMIT is waited for when the context ends meanwhile: to know is worth more than to be quick.
const commitGrace = 5 * time.Second

// commit runs SQL and COMMIT in one message, in the transaction that is open.
//
// It does so by hand as well: when the connection is lost, pgconn's Exec returns an error of which pgconn.SafeToRetry
// says that nothing was sent.
func commit(ctx context.Context, s *session, addresses []string, sql string) error {
	if err := ctx.Err(); err != nil {
		s.settle(ctx, "TE", "ROLLBACK")
		return fmt.Errorf("before COMMIT: %w", context.Cause(ctx))
	}
	if sql = strings.TrimRight(strings.TrimSpace(sql), ";"); sql != "" {
		sql += ";\n"
	}
	stop := onCancel(ctx, func() { _ = s.pg.Conn().SetDeadline(time.Now().Add(commitGrace)) })
	tag, err := s.last(sql + "COMMIT")
	stop()
	var server *pgconn.PgError
	switch {
	case tag == "COMMIT":
		// Whatever comes after that does not undo it.
		s.settle(ctx, "TE", "ROLLBACK")
		s.tellIdle(ctx)
		return nil
	case errors.As(err, &server) && server.Severity != "FATAL" && server.SeverityUnlocalized != "FATAL":
		// The server itself says that it undoes everything.
		s.settle(ctx, "TE", "ROLLBACK")
		return s.error(fmt.Errorf("recording the rows: %w", err))
	case err == nil:
		s.settle(ctx, "TE", "ROLLBACK")
		return s.error(fmt.Errorf("COMMIT was answered with %s", tag))
	}
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	s.close(patient)
	return &CommitUnknownError{Addresses: addresses, Err: err}
}

// tellIdle lets pgconn see that the transaction is over, if it was pgconn that began it: of what is done by hand it knows nothing.
func (s *session) tellIdle(ctx context.Context) {
	if s.pg.IsClosed() || s.pg.TxStatus() == 'I' {
		return
	}
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if s.run(patient, "") != nil {
		s.close(patient)
	}
}

// last runs SQL and returns the last statement's command tag, also when an error comes after it.
func (s *session) last(sql string) (tag string, err error) {
	if err := s.query(sql); err != nil {
		return "", err
	}
	for !s.synced {
		message, receiveErr := s.receive()
		if receiveErr != nil {
			// What the server said before it closed the connection tells more.
			if err == nil {
				err = receiveErr
			}
			return tag, err
		}
		switch m := message.(type) {
		case *pgproto3.CommandComplete:
			tag = string(m.CommandTag)
		case *pgproto3.ErrorResponse:
			if err == nil {
				err = pgconn.ErrorResponseToPgError(m)
			}
		}
	}
	return tag, err
}
