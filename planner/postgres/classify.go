package postgres

import (
	"context"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
)

// Class says what can be done about an error.
type Class int

const (
	// Permanent errors come again: syntax, privileges, constraints, and whatever is not known.
	Permanent Class = iota
	// Transient errors of a statement can pass by themselves: a deadlock, a full disk. The transaction is lost, the session
	// may be.
	Transient
	// ConnectionLost means that the session is gone, or could not be opened, and that what its open transaction did
	// is not known until the server is asked.
	ConnectionLost
	// Canceled means that our own context ended.
	Canceled
)

// String implements fmt.Stringer.
func (c Class) String() string {
	switch c {
	case Transient:
		return "transient"
	case ConnectionLost:
		return "connection lost"
	case Canceled:
		return "canceled"
	default:
		return "permanent"
	}
}

// Classify sorts an error of opening a session or of running a statement. A nil error is no concern of its.
func Classify(err error) Class {
	var connect *ConnectError
	if errors.As(err, &connect) {
		return classifyConnect(connect)
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return classifyServer(server.Code)
	}
	// pgx wraps a deadline that it set on the socket in the context's error, if that was the reason.
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Canceled
	}
	var network net.Error
	if pgconn.SafeToRetry(err) || errors.Is(err, pgconn.ErrConnClosed) || errors.As(err, &network) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ConnectionLost
	}
	return Permanent
}

func classifyConnect(err *ConnectError) Class {
	switch err.Kind {
	case KindCanceled:
		return Canceled
	case KindTooMany:
		return Transient
	// A name that does not resolve and a name server that is gone for a moment look alike.
	case KindDNS, KindTimeout, KindRefused, KindLost, KindStarting, KindRecovery:
		return ConnectionLost
	}
	var server *pgconn.PgError
	switch {
	case err.Kind != KindOther:
		return Permanent
	case errors.As(err.Err, &server):
		return classifyServer(server.Code)
	}
	// A server that goes away while the session is being set up leaves no more than a closed connection.
	return Classify(err.Err)
}

func classifyServer(code string) Class {
	switch code {
	case pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected,
		pgerrcode.LockNotAvailable, pgerrcode.ObjectInUse,
		pgerrcode.AdminShutdown, pgerrcode.CrashShutdown, pgerrcode.CannotConnectNow, pgerrcode.IdleSessionTimeout,
		// Our own cancellations never come as this: pgx closes the session and returns the context's error.
		pgerrcode.QueryCanceled,
		pgerrcode.IdleInTransactionSessionTimeout, transactionTimeout,
		pgerrcode.SystemError, pgerrcode.IOError:
		return Transient
	case pgerrcode.StatementCompletionUnknown:
		return ConnectionLost
	}
	switch {
	case pgerrcode.IsInsufficientResources(code):
		return Transient
	case pgerrcode.IsConnectionException(code) && code != pgerrcode.ProtocolViolation:
		return ConnectionLost
	}
	return Permanent
}

// transactionTimeout is transaction_timeout of 17, which pgerrcode does not have.
const transactionTimeout = "25P04"
