package executor_test

import (
	"fmt"
	"strings"
	"testing"

	"migrator/executor/report"
)

// manyTables is how many small tables TestRoundTripsOfManyTables moves.
const manyTables = 2000

// TestRoundTripsOfManyTables counts how often the run waits for an answer of either server. Each table is created, filled, indexed twice,
// given a key, a comment and a grant, and analyzed: what is done one by one needs thousands of round trips, and an hour on a slow network.
func TestRoundTripsOfManyTables(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownSource|ownDestination)
	s.srcDB, s.dstDB = "many", "many_moved"
	s.exec(s.src, "postgres", `CREATE DATABASE many`)
	s.exec(s.dst, "postgres", `CREATE DATABASE many_moved`)
	const each = 250 // what one transaction of the fixture locks
	for from := 0; from < manyTables; from += each {
		var sql strings.Builder
		for n := from; n < from+each; n++ {
			fmt.Fprintf(&sql, `CREATE TABLE t%[1]d (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
				INSERT INTO t%[1]d (name) SELECT 'row ' || n FROM generate_series(1, 10) n; CREATE INDEX ON t%[1]d (name);
				COMMENT ON TABLE t%[1]d IS 'table %[1]d'; GRANT SELECT ON t%[1]d TO pg_monitor;`, n)
		}
		s.load(sql.String())
	}
	src, srcURL := newProxy(t, s.src.URL(s.srcDB))
	dst, dstURL := newProxy(t, s.dst.URL(s.dstDB))
	s.configure(srcURL, dstURL, "")
	var srcBefore, dstBefore int64
	s.events.hook = func(_ int, e report.Event) {
		if e.Type == report.RunStart {
			srcBefore, dstBefore = src.turns.Load(), dst.turns.Load()
		}
	}
	r := s.apply()
	if r.Rows != 10*manyTables {
		t.Errorf("%d rows were copied", r.Rows)
	}
	t.Logf("planning: %d round trips to the source, %d to the destination; carrying out: %d and %d, in %s", srcBefore, dstBefore,
		src.turns.Load()-srcBefore, dst.turns.Load()-dstBefore, r.Elapsed)
	// Tables with their sequences, sequences' values, rows, two indexes, keys, statistics and privileges, a hundred in a transaction.
	if n := s.value(s.dst, s.dstDB, `SELECT count(DISTINCT xmin::text) FROM migrator_ledger.done`); n != fmt.Sprint(9*manyTables/100) {
		t.Errorf("%s transactions, want %d", n, 9*manyTables/100)
	}
	// Each is one round trip, that of rows two. A stream of many small tables may look like one for every table, when the server has
	// time to answer in between; done one by one, the whole would take nine.
	const most = manyTables * 3 / 2
	if n := dst.turns.Load(); n > most {
		t.Errorf("%d round trips to the destination, want at most %d", n, most)
	}
	if n := src.turns.Load(); n > most {
		t.Errorf("%d round trips to the source, want at most %d", n, most)
	}
	const verified = manyTables / 10 // a hundred at once, and what a stream looks like
	for _, independent := range []bool{false, true} {
		srcBefore, dstBefore = src.turns.Load(), dst.turns.Load()
		if v, said := s.verify(independent); !v.Equal || len(v.Tables) != manyTables {
			t.Errorf("independent %v: %d tables, %s", independent, len(v.Tables), said)
		}
		srcTurns, dstTurns := src.turns.Load()-srcBefore, dst.turns.Load()-dstBefore
		t.Logf("verifying, independent %v: %d round trips to the source, %d to the destination", independent, srcTurns, dstTurns)
		if srcTurns > verified || dstTurns > verified {
			t.Errorf("independent %v: %d round trips to the source and %d to the destination, want at most %d", independent, srcTurns, dstTurns, verified)
		}
	}
}
