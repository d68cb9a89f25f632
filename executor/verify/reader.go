package verify

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/executor/rowcopy"
	"migrator/planner"
)

// shared are the sessions that hold the snapshots which all readers see.
type shared struct {
	source, destination             *pgx.Conn
	sourceSnapshot, destinationSnap string
}

func (s *shared) close() {
	closeConn(s.source)
	closeConn(s.destination)
}

// share takes a snapshot of the destination, and of the source when it is read too.
func (v *verification) share(ctx context.Context) (_ *shared, err error) {
	s := &shared{}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.destination, err = v.Destination(ctx); err != nil {
		return nil, err
	}
	if s.destinationSnap, err = rowcopy.ExportSnapshot(ctx, s.destination); err != nil {
		return nil, fmt.Errorf("destination: %w", err)
	}
	if !v.Independent {
		return s, nil
	}
	if s.source, err = v.Source(ctx); err != nil {
		return nil, err
	}
	if s.sourceSnapshot, err = rowcopy.ExportSnapshot(ctx, s.source); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	return s, nil
}

// reader verifies one table after another on sessions of its own.
type reader struct {
	v        *verification
	shared   *shared
	src, dst *pgx.Conn
}

func (v *verification) reader(ctx context.Context, s *shared) (_ *reader, err error) {
	r := &reader{v: v, shared: s}
	if r.dst, err = v.Destination(ctx); err != nil {
		return nil, err
	}
	if err := rowcopy.AdoptSnapshot(ctx, r.dst, s.destinationSnap); err != nil {
		r.close()
		return nil, fmt.Errorf("destination: %w", err)
	}
	return r, nil
}

func (r *reader) close() {
	closeConn(r.src)
	closeConn(r.dst)
}

// closeConn says goodbye for at most a moment.
func closeConn(conn *pgx.Conn) {
	if conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	_ = conn.Close(ctx) // there is nothing to be lost any more
}

// source is the reader's session in the source, opened when it is first needed.
func (r *reader) source(ctx context.Context) (*pgx.Conn, error) {
	// An error may have cost the session.
	if r.src != nil && !r.src.IsClosed() {
		return r.src, nil
	}
	conn, err := r.v.Source(ctx)
	if err != nil {
		return nil, err
	}
	if r.shared.sourceSnapshot != "" {
		err = rowcopy.AdoptSnapshot(ctx, conn, r.shared.sourceSnapshot)
	} else {
		// Differences are found in two passes, which must see the same rows.
		_, err = rowcopy.ExportSnapshot(ctx, conn)
	}
	if err != nil {
		closeConn(conn)
		return nil, fmt.Errorf("source: %w", err)
	}
	r.src = conn
	return conn, nil
}

// verify compares one table. A table that cannot be read, because it is missing for example, differs.
func (r *reader) verify(ctx context.Context, g group) (Result, error) {
	res := Result{Address: g.addresses[0], Relation: g.copies[0].Final.Schema + "." + g.copies[0].Final.Name, Method: "digest"}
	res, err := r.compare(ctx, g, res)
	if isServerError(err) {
		res.Equal, res.Message, err = false, err.Error(), nil
	}
	return res, err
}

// isServerError says whether a server refused something, and the session goes on.
func isServerError(err error) bool {
	var server *pgconn.PgError
	return errors.As(err, &server) && server.Severity != "FATAL" && server.SeverityUnlocalized != "FATAL"
}

func (r *reader) compare(ctx context.Context, g group, res Result) (Result, error) {
	c := g.copies[0]
	want, done, err := r.v.expected(g)
	if err != nil {
		return res, err
	}
	if r.v.Independent {
		res.Method = "both sides"
		if want, err = r.readSource(ctx, g); err != nil {
			return res, err
		}
	}
	res.RowsSource = want.Rows
	switch {
	case r.v.Mode == Count || c.KeepExisting:
		res.Method = "count"
		return r.count(ctx, c, res, want.Rows+done.Before-done.Kept, done.Before)
	case !g.comparable():
		res.Method = "count"
		res, err = r.count(ctx, c, res, want.Rows, 0)
		if res.Equal {
			res.Message = "counted only: the partitions have their columns in different orders, so that their digests cannot be added up"
		}
		return res, err
	}
	have, err := rowcopy.Read(ctx, r.dst, rowcopy.Reading{Address: res.Address, SQL: rowcopy.VerifySQL(c), Format: c.Format}, rowcopy.Options{})
	if err != nil {
		return res, err
	}
	res.RowsDestination = have.Rows
	res.Equal = want.Rows == have.Rows && want.Digest == have.Digest
	if res.Equal {
		return res, nil
	}
	res.Message = "rows differ"
	if want.Rows != have.Rows {
		res.Message = fmt.Sprintf("%d rows instead of %d", have.Rows, want.Rows)
	}
	return r.explain(ctx, g, res), nil
}

func (r *reader) readSource(ctx context.Context, g group) (sum rowcopy.Sum, err error) {
	src, err := r.source(ctx)
	if err != nil {
		return sum, err
	}
	for i, c := range g.copies {
		one, err := rowcopy.Read(ctx, src, rowcopy.Reading{Address: g.addresses[i], SQL: rowcopy.SourceSQL(c), Format: c.Format}, rowcopy.Options{})
		if err != nil {
			return sum, fmt.Errorf("source: %w", err)
		}
		sum = sum.Add(one)
	}
	return sum, nil
}

// count compares the number of rows alone.
func (r *reader) count(ctx context.Context, c *planner.RowCopy, res Result, want, before int64) (Result, error) {
	res.RowsSource = want
	var err error
	if res.RowsDestination, err = r.rows(ctx, c); err != nil {
		return res, fmt.Errorf("counting rows: %w", err)
	}
	res.Equal = res.RowsDestination == want
	switch {
	case !res.Equal:
		res.Message = fmt.Sprintf("%d rows instead of %d", res.RowsDestination, want)
	case c.KeepExisting:
		res.Message = fmt.Sprintf("counted only: %d rows were there before and are not compared", before)
	}
	return res, nil
}

// rows counts a table, in a savepoint so that an error does not end the transaction and with it the snapshot.
func (r *reader) rows(ctx context.Context, c *planner.RowCopy) (int64, error) {
	results, err := r.dst.PgConn().Exec(ctx, "SAVEPOINT migrator_count; SELECT count(*) FROM "+rowcopy.FinalTable(c)+
		"; RELEASE SAVEPOINT migrator_count").ReadAll()
	if err != nil {
		if isServerError(err) {
			_, _ = r.dst.Exec(ctx, "ROLLBACK TO SAVEPOINT migrator_count") // a session that cannot do it fails with the next table
		}
		return 0, err
	}
	return strconv.ParseInt(string(results[1].Rows[0][0]), 10, 64)
}
