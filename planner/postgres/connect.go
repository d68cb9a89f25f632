package postgres

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/config"
)

// Options say what a session is for.
type Options struct {
	// Side is "source" or "destination", for errors.
	Side string
	// Role is what the session does ("plan", "copy", ...); application_name becomes migrator/Version/Role.
	Role string
	// Version is this program's; empty means "dev".
	Version string
	// ReadOnly makes every transaction read only by default. Source sessions and planning sessions always are.
	ReadOnly bool
	// EmptySearchPath leaves search_path empty, as pg_dump does, instead of pg_catalog.
	EmptySearchPath bool
	// Bytes lets the texts of a SQL_ASCII database pass as the bytes they are. Otherwise, as from all others, they are UTF-8, and the server
	// refuses to send and to take what is not.
	Bytes bool
	// OnNotice receives the server's warnings, which are dropped otherwise.
	OnNotice func(*pgconn.Notice)
}

func (o Options) searchPath() string {
	if o.EmptySearchPath {
		return "''"
	}
	return "pg_catalog"
}

func (o Options) applicationName() string {
	version := o.Version
	if version == "" {
		version = "dev"
	}
	return "migrator/" + version + "/" + o.Role
}

// keepAlive notices a vanished server, and keeps a NAT's entry alive, with 60 probes 10 s apart.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 10 * time.Second, Count: 60}

// Connect opens a session and gives it the settings that all sessions of the project have. An error is a
// *ConnectError. A pooler that hands the server to others between transactions is refused.
func Connect(ctx context.Context, ep config.Endpoint, opts Options) (*pgx.Conn, error) {
	conn, _, err := open(ctx, ep, opts)
	return conn, err
}

// open is Connect, with the steps that were taken.
func open(ctx context.Context, ep config.Endpoint, opts Options) (*pgx.Conn, *trace, error) {
	t := &trace{}
	cfg, err := connConfig(ep)
	if err != nil {
		return nil, t, configError(opts.Side, err)
	}
	conn, err := dial(ctx, cfg, opts, t)
	if err != nil {
		return nil, t, connectError(ctx, opts.Side, cfg, t.address, err)
	}
	if err := prepare(ctx, conn, cfg, opts, ep.Settings); err != nil {
		closeSoon(ctx, conn)
		return nil, t, connectError(ctx, opts.Side, cfg, t.address, err)
	}
	return conn, t, nil
}

// dial opens the bare session.
func dial(ctx context.Context, cfg *pgx.ConnConfig, opts Options, t *trace) (*pgx.Conn, error) {
	cfg = cfg.Copy()
	// The only two that every pooler accepts in the startup packet, so that others wait until it is known what answers.
	cfg.RuntimeParams["application_name"] = opts.applicationName()
	cfg.RuntimeParams["client_encoding"] = "UTF8"
	if opts.OnNotice != nil {
		cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { opts.OnNotice(n) }
	}
	dialer := &net.Dialer{KeepAliveConfig: keepAlive}
	cfg.LookupFunc = t.lookup(cfg.LookupFunc)
	cfg.DialFunc = t.dial(dialer.DialContext)
	cfg.AfterNetConnect = t.connected
	conn, err := pgx.ConnectConfig(context.WithValue(ctx, traceKey{}, t), cfg)
	if err != nil {
		return nil, err
	}
	t.authenticated(conn.PgConn())
	return conn, nil
}

// SQLASCII is the encoding of a database that has none: its texts are bytes which the server has not looked at.
const SQLASCII = "SQL_ASCII"

// prepare sends the settings in one round trip, and in a second one, which is a transaction of its own, looks
// whether they are still there.
func prepare(ctx context.Context, conn *pgx.Conn, cfg *pgx.ConnConfig, opts Options, user map[string]string) error {
	if opts.Bytes && conn.PgConn().ParameterStatus("server_encoding") == SQLASCII {
		if _, err := conn.PgConn().Exec(ctx, "SET client_encoding = 'SQL_ASCII'").ReadAll(); err != nil {
			return err
		}
	}
	first, err := lastRow(ctx, conn, settingsSQL(opts, user))
	if err != nil {
		return &settingsError{err}
	}
	second, err := lastRow(ctx, conn, "SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery()")
	if err != nil {
		return err
	}
	if err := refusePooler(ctx, conn, cfg, opts, first[0], second[0]); err != nil {
		return err
	}
	if !opts.ReadOnly && second[1] == "t" {
		return errInRecovery
	}
	return nil
}

// errInRecovery is the answer to a session that is to write on a standby.
var errInRecovery = errors.New("it is a standby, or still recovering, and takes no writes")

// settingsError marks an error of the settings, which are the user's business where the server refuses one.
type settingsError struct{ err error }

func (e *settingsError) Error() string { return "session settings: " + e.err.Error() }
func (e *settingsError) Unwrap() error { return e.err }

// lastRow runs statements in one message and returns the last one's row as text.
func lastRow(ctx context.Context, conn *pgx.Conn, sql string) ([]string, error) {
	results, err := conn.PgConn().Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	last := results[len(results)-1]
	if last.Err != nil {
		return nil, last.Err
	}
	if len(last.Rows) != 1 {
		return nil, errors.New("the server did not answer with one row")
	}
	row := make([]string, len(last.Rows[0]))
	for i, v := range last.Rows[0] {
		row[i] = string(v)
	}
	return row, nil
}

// closeSoon closes a session that is not wanted; a caller's canceled context must not keep it open.
func closeSoon(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // its error would say nothing new
}
