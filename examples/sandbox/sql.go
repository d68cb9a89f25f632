package sandbox

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Null is how Query returns an SQL NULL, the way COPY's text format writes it.
const Null = `\N`

// URL returns the connection string of a database, over TCP as the superuser. With TLS it
// verifies the server, and shows the client certificate if one is required.
func (s *Server) URL(database string) string {
	query := url.Values{"sslmode": {"disable"}}
	if s.TLS != nil {
		query = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {s.TLS.CACert}}
		if s.options.RequireClientCert {
			query.Set("sslcert", s.TLS.ClientCert)
			query.Set("sslkey", s.TLS.ClientKey)
		}
	}
	return s.url(database, s.Host+":"+strconv.Itoa(s.Port), query)
}

// SocketURL returns the connection string of a database through the Unix socket.
func (s *Server) SocketURL(database string) string {
	return s.url(database, "", url.Values{
		"host": {s.SocketDir}, "port": {strconv.Itoa(s.Port)}, "sslmode": {"disable"},
	})
}

func (s *Server) url(database, host string, query url.Values) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(s.User, s.Password), Host: host,
		Path: "/" + database, RawQuery: query.Encode(),
	}
	return u.String()
}

// connect is how this package itself reaches the server: the socket works whatever TLS settings say.
func (s *Server) connect(ctx context.Context, database string) (*pgconn.PgConn, error) {
	return pgconn.Connect(ctx, s.SocketURL(database))
}

// Exec runs one or several statements in a database, over a connection made for it. They
// are one message of the simple protocol, and so one transaction unless they say otherwise.
func (s *Server) Exec(ctx context.Context, database, sql string) error {
	_, err := s.results(ctx, database, sql)
	return err
}

// Query returns the rows of a statement, every value as text. Of several statements it
// returns the last one's rows.
func (s *Server) Query(ctx context.Context, database, sql string) ([][]string, error) {
	results, err := s.results(ctx, database, sql)
	if err != nil || len(results) == 0 {
		return nil, err
	}
	var rows [][]string
	for _, values := range results[len(results)-1].Rows {
		row := make([]string, len(values))
		for i, value := range values {
			row[i] = Null
			if value != nil {
				row[i] = string(value)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// QueryValue returns the one value of a statement's one row.
func (s *Server) QueryValue(ctx context.Context, database, sql string) (string, error) {
	rows, err := s.Query(ctx, database, sql)
	if err != nil {
		return "", err
	}
	if len(rows) != 1 || len(rows[0]) != 1 {
		return "", fmt.Errorf("expected one value, got %d rows, from: %s", len(rows), sql)
	}
	return rows[0][0], nil
}

func (s *Server) results(ctx context.Context, database, sql string) ([]*pgconn.Result, error) {
	conn, err := s.connect(ctx, database)
	if err != nil {
		return nil, fmt.Errorf("connecting to the sandbox: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // everything has been answered by then
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("running SQL in the sandbox's database %q: %w", database, err)
	}
	return results, nil
}

// CreateDatabase makes an empty database. Clauses are put after its name as they are:
// "TEMPLATE template0 ENCODING 'LATIN1'".
func (s *Server) CreateDatabase(ctx context.Context, name string, clauses ...string) error {
	sql := "CREATE DATABASE " + pgx.Identifier{name}.Sanitize()
	for _, clause := range clauses {
		sql += " " + clause
	}
	return s.Exec(ctx, superuser, sql)
}

// DropDatabase drops a database if it exists, together with the connections to it.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	sql := "DROP DATABASE IF EXISTS " + pgx.Identifier{name}.Sanitize()
	if s.version >= 130000 {
		return s.Exec(ctx, superuser, sql+" WITH (FORCE)")
	}
	end := "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = " + quoteLiteral(name)
	if err := s.Exec(ctx, superuser, end); err != nil {
		return err
	}
	return s.Exec(ctx, superuser, sql)
}
