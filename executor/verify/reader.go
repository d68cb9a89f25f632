package verify

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/executor/rowcopy"
	"migrator/planner"
	"migrator/planner/count"
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
	if err := mark(ctx, r.dst); err != nil {
		r.close()
		return nil, fmt.Errorf("destination: %w", err)
	}
	return r, nil
}

// marked is the savepoint to which a session returns after each group of tables, which gives back its locks and keeps its snapshot: no
// server has room for the locks of all tables.
const marked = "migrator_verify"

func mark(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SAVEPOINT "+marked)
	return err
}

func (r *reader) forget(ctx context.Context) error {
	for _, conn := range []*pgx.Conn{r.dst, r.src} {
		if conn == nil || conn.IsClosed() {
			continue
		}
		if _, err := conn.PgConn().Exec(ctx, "ROLLBACK TO SAVEPOINT "+marked).ReadAll(); err != nil {
			return err
		}
	}
	return nil
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
	if err == nil {
		err = mark(ctx, conn)
	}
	if err != nil {
		closeConn(conn)
		return nil, fmt.Errorf("source: %w", err)
	}
	r.src = conn
	return conn, nil
}

// verify compares tables, all at once. If a server refuses that, it is done one by one, to know which of them it refuses.
func (r *reader) verify(ctx context.Context, groups []group) ([]Result, error) {
	results, err := r.compare(ctx, groups)
	switch {
	case !isServerError(err):
		return results, err
	case len(groups) == 1:
		res := newResult(groups[0])
		return []Result{res}, r.refused(ctx, &groups[0], &res, err)
	}
	results = make([]Result, 0, len(groups))
	for i := range groups {
		one, err := r.verify(ctx, groups[i:i+1])
		if err != nil {
			return nil, err
		}
		results = append(results, one...)
	}
	return results, nil
}

func newResult(g group) Result {
	return Result{Address: g.addresses[0], Relation: g.copies[0].Final.Schema + "." + g.copies[0].Final.Name, Method: "digest"}
}

func (r *reader) compare(ctx context.Context, groups []group) ([]Result, error) {
	results := make([]Result, len(groups))
	wants := make([]want, len(groups))
	var digested, counted []int
	for i, g := range groups {
		results[i] = newResult(g)
		var err error
		if wants[i], err = r.v.expected(g); err != nil {
			return nil, err
		}
		if r.v.Mode == Count || g.copies[0].KeepExisting || !g.comparable() {
			counted = append(counted, i)
		} else {
			digested = append(digested, i)
		}
	}
	if r.v.Independent {
		if err := r.readSource(ctx, groups, wants); err != nil {
			return nil, err
		}
		for i := range results {
			results[i].Method = "both sides"
		}
	}
	if err := r.countAll(ctx, groups, counted, wants, results); err != nil {
		return nil, err
	}
	if err := r.digestAll(ctx, groups, digested, wants, results); err != nil {
		return nil, err
	}
	return results, r.forget(ctx)
}

// readSource puts what the source has now in the place of what is written down.
func (r *reader) readSource(ctx context.Context, groups []group, wants []want) error {
	src, err := r.source(ctx)
	if err != nil {
		return err
	}
	var readings []rowcopy.Reading
	for _, g := range groups {
		for i, c := range g.copies {
			readings = append(readings, rowcopy.Reading{Address: g.addresses[i], SQL: rowcopy.SourceSQL(c), Format: c.Format})
		}
	}
	sums, err := rowcopy.ReadAll(ctx, src, readings, rowcopy.Options{})
	if err != nil {
		return &sourceError{err}
	}
	at := 0
	for i, g := range groups {
		wants[i].Sum = rowcopy.Sum{}
		for range g.copies {
			wants[i].Sum = wants[i].Add(sums[at])
			at++
		}
	}
	return nil
}

// digestAll compares the rows of some of the groups by their hashes.
func (r *reader) digestAll(ctx context.Context, groups []group, which []int, wants []want, results []Result) error {
	if len(which) == 0 {
		return nil
	}
	readings := make([]rowcopy.Reading, len(which))
	for n, i := range which {
		c := groups[i].copies[0]
		readings[n] = rowcopy.Reading{Address: results[i].Address, SQL: rowcopy.VerifySQL(c), Format: c.Format}
	}
	sums, err := rowcopy.ReadAll(ctx, r.dst, readings, rowcopy.Options{})
	if err != nil {
		return err
	}
	for n, i := range which {
		res, want, have := &results[i], wants[i].Sum, sums[n]
		res.RowsSource, res.RowsDestination = want.Rows, have.Rows
		res.Equal = want.Rows == have.Rows && want.Digest == have.Digest
		if res.Equal {
			continue
		}
		res.Message = "rows differ"
		if want.Rows != have.Rows {
			res.Message = instead(have.Rows, want.Rows)
		}
		*res = r.explain(ctx, groups[i], *res)
	}
	return nil
}

// countAll compares the numbers of rows alone.
func (r *reader) countAll(ctx context.Context, groups []group, which []int, wants []want, results []Result) error {
	if len(which) == 0 {
		return nil
	}
	copies := make([]*planner.RowCopy, len(which))
	for n, i := range which {
		copies[n] = groups[i].copies[0]
	}
	rows, err := r.rows(ctx, copies)
	if err != nil {
		return fmt.Errorf("counting rows: %w", err)
	}
	for n, i := range which {
		res, want := &results[i], wants[i]
		res.Method, res.RowsDestination, res.RowsSource = "count", rows[n], want.Rows
		if copies[n].KeepExisting {
			res.RowsSource += want.before - want.kept
		}
		res.Equal = res.RowsDestination == res.RowsSource
		switch {
		case !res.Equal:
			res.Message = instead(res.RowsDestination, res.RowsSource)
		case copies[n].KeepExisting:
			res.Message = "counted only; not compared: " + count.Of(want.before, "row") + " from before"
		case r.v.Mode == Full:
			res.Message = "counted only: the partitions have their columns in different orders, so that their digests cannot be added up"
		}
	}
	return nil
}

func instead(have, want int64) string {
	return count.Of(have, "row") + " instead of " + count.Number(want)
}

// rows counts tables in one round trip, in a savepoint so that an error does not end the transaction and with it the snapshot.
func (r *reader) rows(ctx context.Context, copies []*planner.RowCopy) ([]int64, error) {
	sql := "SAVEPOINT migrator_count"
	for _, c := range copies {
		sql += "; SELECT pg_catalog.count(*) FROM " + rowcopy.FinalTable(c)
	}
	results, err := r.dst.PgConn().Exec(ctx, sql+"; RELEASE SAVEPOINT migrator_count").ReadAll()
	if err != nil {
		if isServerError(err) {
			_, _ = r.dst.Exec(ctx, "ROLLBACK TO SAVEPOINT migrator_count") // a session that cannot do it fails with the next table
		}
		return nil, err
	}
	counts := make([]int64, len(copies))
	for i := range counts {
		if counts[i], err = strconv.ParseInt(string(results[1+i].Rows[0][0]), 10, 64); err != nil {
			return nil, err
		}
	}
	return counts, nil
}
