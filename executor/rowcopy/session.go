package rowcopy

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// settleTime is how long a connection may take to become usable again after a failure, before it is closed.
const settleTime = 2 * time.Second

// past is a deadline that ends a read or write at once.
var past = time.Unix(1, 0)

// session is a connection whose messages are sent and received by hand, since pgconn's own functions for COPY cost a goroutine
// switch per row and cannot do several COPYs at once. pgconn believes it idle meanwhile; whoever uses
// session leaves it idle indeed, or closes it. One goroutine may receive while another one sends.
type session struct {
	side   string
	pg     *pgconn.PgConn
	notice pgconn.NoticeHandler
	// synced says that the server waits for a query and that there is nothing more to read.
	synced bool
	status byte // of the transaction, when the server was last ready: I, T or E
}

func newSession(side string, conn *pgx.Conn) *session {
	return &session{side: side, pg: conn.PgConn(), notice: conn.Config().OnNotice, synced: true, status: conn.PgConn().TxStatus()}
}

func (s *session) error(err error) error { return &SideError{Side: s.side, Err: err} }

// idle is an error if the connection cannot be given a query now.
func (s *session) idle() error {
	switch {
	case s.pg.IsClosed():
		return s.error(pgconn.ErrConnClosed)
	case s.pg.IsBusy():
		return s.error(errors.New("the connection is busy"))
	}
	return nil
}

// query sends a message of the simple protocol.
func (s *session) query(sql string) error {
	s.synced = false
	frontend := s.pg.Frontend()
	frontend.SendQuery(&pgproto3.Query{String: sql})
	return frontend.Flush()
}

// receive returns the next message that is an answer, valid until the next call. An error message of the server is returned as
// message and not as error.
func (s *session) receive() (pgproto3.BackendMessage, error) {
	for {
		message, err := s.pg.Frontend().Receive()
		if err != nil {
			return nil, err
		}
		switch m := message.(type) {
		case *pgproto3.CopyData:
			return m, nil
		case *pgproto3.NoticeResponse:
			if s.notice != nil {
				n := pgconn.Notice(*pgconn.ErrorResponseToPgError((*pgproto3.ErrorResponse)(m)))
				s.notice(s.pg, &n)
			}
			continue
		case *pgproto3.ParameterStatus, *pgproto3.NotificationResponse:
			continue
		case *pgproto3.ReadyForQuery:
			s.synced, s.status = true, m.TxStatus
		}
		return message, nil
	}
}

// interruptRead makes a receive that waits fail. What was received so far is not lost: the next receive goes on.
func (s *session) interruptRead() { _ = s.pg.Conn().SetReadDeadline(past) }

// settle makes a connection usable again in the midst of whatever it does: the statement is cancelled and its answers are
// read to their end. Then, if there is a transaction of one of the states, it runs the SQL that leaves it. A connection for
// which that does not work is closed, which callers see from it; why they were called is the error that matters to them.
func (s *session) settle(ctx context.Context, states, leave string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if s.pg.IsClosed() {
		s.close(ctx) // pgconn may still be at it
		return
	}
	err := s.resync(ctx)
	if err == nil && strings.IndexByte(states, s.status) >= 0 {
		err = s.run(ctx, leave)
	}
	if err != nil {
		s.close(ctx)
	}
}

func (s *session) resync(ctx context.Context) error {
	conn := s.pg.Conn()
	if s.synced {
		return conn.SetDeadline(time.Time{})
	}
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	// The request is answered when the signal has been sent, and a backend that waits for a query ignores it, so that it
	// can hit nothing that comes later.
	if err := s.pg.CancelRequest(ctx); err != nil {
		return err
	}
	for !s.synced {
		if _, err := s.receive(); err != nil {
			return err
		}
	}
	return conn.SetDeadline(time.Time{})
}

// run executes SQL the usual way, which also tells pgconn the state of the transaction.
func (s *session) run(ctx context.Context, sql string) error {
	_, err := s.pg.Exec(ctx, sql).ReadAll()
	return err
}

// close closes the connection and waits for what pgconn may have started to close it.
func (s *session) close(ctx context.Context) {
	if !s.pg.IsClosed() {
		// A statement that is not looking at its connection would go on for long, and hold its locks.
		if !s.synced {
			_ = s.pg.CancelRequest(ctx)
		}
		_ = s.pg.Conn().SetDeadline(past)
		_ = s.pg.Close(ctx)
	}
	select {
	case <-s.pg.CleanupDone():
	case <-ctx.Done():
	}
}

// onCancel calls do when ctx ends. The function returned stops that, and waits for a call that has begun.
func onCancel(ctx context.Context, do func()) (stop func()) {
	done := make(chan struct{})
	unwatch := context.AfterFunc(ctx, func() {
		defer close(done)
		do()
	})
	return func() {
		if !unwatch() {
			<-done
		}
	}
}
