package rowcopy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// commitGrace is how long the answer to a COMMIT is waited for when the context ends meanwhile: to know is worth more than to be quick.
const commitGrace = 5 * time.Second

// commit runs SQL and COMMIT in one message, in the transaction that is open.
func commit(ctx context.Context, s *session, items []Item, sql string) error {
	if err := ctx.Err(); err != nil {
		return errors.Join(fmt.Errorf("before COMMIT: %w", err), s.settle(ctx, "TE", "ROLLBACK"))
	}
	if sql = strings.TrimRight(strings.TrimSpace(sql), ";"); sql != "" {
		sql += ";\n"
	}
	patient, stop := withGrace(ctx, commitGrace)
	defer stop()
	results, err := s.pg.Exec(patient, sql+"COMMIT").ReadAll()
	if len(results) > 0 {
		switch last := results[len(results)-1].CommandTag.String(); {
		case last == "COMMIT":
			return nil // even if the connection was lost right after that
		case err == nil:
			return s.error(fmt.Errorf("COMMIT was answered with %s", last))
		}
	}
	var server *pgconn.PgError
	switch {
	case errors.As(err, &server) && (server.SeverityUnlocalized == "ERROR" || server.Severity == "ERROR"):
		// The server itself says that it has undone everything.
		return errors.Join(s.error(fmt.Errorf("recording the rows: %w", err)), s.settle(ctx, "TE", "ROLLBACK"))
	case pgconn.SafeToRetry(err):
		return errors.Join(s.error(fmt.Errorf("recording the rows: %w", err)), s.settle(ctx, "TE", "ROLLBACK"))
	}
	s.close(patient)
	unknown := &CommitUnknownError{Err: err}
	for _, item := range items {
		unknown.Addresses = append(unknown.Addresses, item.Address)
	}
	return unknown
}

// withGrace is a context that ends a while after ctx does.
func withGrace(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	patient, cancel := context.WithCancel(context.WithoutCancel(ctx))
	timer := time.AfterFunc(grace, cancel)
	timer.Stop()
	unwatch := context.AfterFunc(ctx, func() { timer.Reset(grace) })
	return patient, func() {
		unwatch()
		timer.Stop()
		cancel()
	}
}
