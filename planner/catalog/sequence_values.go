package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/planner/postgres"
)

// SequenceValue is where a sequence stands: what setval takes.
type SequenceValue struct {
	Last   int64
	Called bool
}

// ReadSequenceValues reads last_value and is_called from the sequences themselves, the only place that tells setval(s, 1, false) from
// a sequence never touched. It needs SELECT on each. The queries are pipelined; outside of a transaction each is one of its own, so
// that no more than a few hundred locks are held at a time.
func ReadSequenceValues(ctx context.Context, conn *pgx.Conn, names []Name) (map[Name]SequenceValue, error) {
	values := make(map[Name]SequenceValue, len(names))
	if len(names) == 0 {
		return values, nil
	}
	pipeline := conn.PgConn().StartPipeline(ctx)
	chunks := slices.Collect(slices.Chunk(names, sequencesPerQuery))
	for _, chunk := range chunks {
		pipeline.SendQueryParams(sequenceValuesSQL(chunk), nil, nil, nil, nil)
		pipeline.SendPipelineSync()
	}
	err := pipeline.Flush()
	for at := 0; err == nil && at < len(chunks); {
		var results any
		if results, err = pipeline.GetResults(); err != nil {
			break
		}
		switch results := results.(type) {
		case *pgconn.ResultReader:
			err = takeSequenceValues(pgx.RowsFromResultReader(conn.TypeMap(), results), chunks[at], values)
		case *pgconn.PipelineSync:
			at++
		}
	}
	if closed := pipeline.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, fmt.Errorf("read values of sequences: %w", err)
	}
	return values, nil
}

func sequenceValuesSQL(names []Name) string {
	sql := make([]string, len(names))
	for i, n := range names {
		sql[i] = fmt.Sprintf("SELECT %d, last_value, is_called FROM %s", i, postgres.QuoteIdent(n.Schema, n.Name))
	}
	return strings.Join(sql, " UNION ALL ")
}

func takeSequenceValues(rows pgx.Rows, names []Name, values map[Name]SequenceValue) error {
	defer rows.Close()
	for rows.Next() {
		var i int
		var v SequenceValue
		if err := rows.Scan(&i, &v.Last, &v.Called); err != nil {
			return err
		}
		values[names[i]] = v
	}
	return rows.Err()
}
