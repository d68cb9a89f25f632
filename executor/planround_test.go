package executor_test

import (
	"fmt"
	"testing"

	"migrator/executor"
)

// TestRoundTripsOfPlan plans a small and a larger database: what grows with the database is the answers, not how often they are waited for.
func TestRoundTripsOfPlan(t *testing.T) {
	t.Parallel()
	plan := func(tables int) (src, dst int64) {
		s := newScene(t, 0)
		s.load(fmt.Sprintf(`DO $$ BEGIN FOR i IN 1..%d LOOP
			EXECUTE format('CREATE TABLE t%%s (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, up bigint REFERENCES t%%s)', i, greatest(i - 1, 1));
			EXECUTE format('CREATE INDEX ON t%%s (name)', i);
			EXECUTE format('CREATE FUNCTION f%%s() RETURNS int LANGUAGE sql AS ''SELECT 1''', i);
		END LOOP; END $$`, tables))
		source, srcURL := newProxy(t, s.src.URL(s.srcDB))
		destination, dstURL := newProxy(t, s.dst.URL(s.dstDB))
		s.configure(srcURL, dstURL, "")
		p, err := executor.Plan(t.Context(), s.cfg, "test")
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Actions) < 6*tables {
			t.Errorf("%d actions for %d tables", len(p.Actions), tables)
		}
		return source.turns.Load(), destination.turns.Load()
	}
	srcFew, dstFew := plan(10)
	srcMany, dstMany := plan(300)
	// A long answer may overlap the end of what was asked, which looks like another round trip.
	const overlap = 5
	if srcMany > srcFew+overlap || dstMany > dstFew+overlap {
		t.Errorf("300 tables take %d and %d round trips, 10 tables %d and %d", srcMany, dstMany, srcFew, dstFew)
	}
}
