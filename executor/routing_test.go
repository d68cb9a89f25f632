package executor_test

import (
	"slices"
	"testing"

	"migrator/config"
	"migrator/executor"
	"migrator/planner"
)

// TestTextsThatChooseTheirPartition moves partitioned tables between databases in which a text belongs in another partition.
func TestTextsThatChooseTheirPartition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, source, destination, sql, rows, root string }{
		{"hashed_texts", "ENCODING 'LATIN1' LOCALE 'C'", "ENCODING 'UTF8' LOCALE 'C'", `
			CREATE TABLE hashed (t text PRIMARY KEY) PARTITION BY HASH (t);
			CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
			CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
			INSERT INTO hashed SELECT chr(228) || n FROM generate_series(1, 200) n`, "SELECT tableoid::regclass::text || t FROM hashed ORDER BY 1", "hashed"},
		{"sorted_texts", "ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en-US'", "ENCODING 'UTF8' LOCALE 'C'", `
			CREATE TABLE sorted (t text) PARTITION BY RANGE (t);
			CREATE TABLE sorted_low PARTITION OF sorted FOR VALUES FROM ('a') TO ('m') PARTITION BY LIST (lower(t));
			CREATE TABLE sorted_b PARTITION OF sorted_low FOR VALUES IN ('b');
			CREATE TABLE sorted_rest PARTITION OF sorted_low DEFAULT;
			CREATE TABLE sorted_high PARTITION OF sorted DEFAULT;
			INSERT INTO sorted VALUES ('a'), ('B'), ('b'), ('Z'), ('z')`, "SELECT tableoid::regclass::text || t FROM sorted ORDER BY 1", "sorted"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, ownNone)
			s.srcDB, s.dstDB = c.name, c.name
			s.exec(s.src, "postgres", "CREATE DATABASE "+c.name+" TEMPLATE template0 "+c.source)
			s.exec(s.dst, "postgres", "CREATE DATABASE "+c.name+" TEMPLATE template0 "+c.destination)
			s.load(c.sql)
			s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), "")
			p, err := executor.Plan(t.Context(), s.cfg, "test")
			if err != nil || !slices.ContainsFunc(p.Hazards, func(h planner.Hazard) bool { return h.Name == "partitions_by_text" && h.Object == "public."+c.root }) {
				t.Fatalf("%+v %v", p.Hazards, err)
			}
			s.apply()
			all := "SELECT string_agg(x, ',' ORDER BY x) FROM (SELECT encode(convert_to(t, 'UTF8'), 'hex') FROM " + c.root + ") r (x)"
			if want, have := s.value(s.src, s.srcDB, all), s.value(s.dst, s.dstDB, all); want != have {
				t.Errorf("%s became %s", want, have)
			}
			where := "SELECT string_agg(x, ',') FROM (" + c.rows + ") r (x)"
			if s.value(s.src, s.srcDB, where) == s.value(s.dst, s.dstDB, where) {
				t.Error("every row is in the source's partition, which proves nothing")
			}
			for _, independent := range []bool{false, true} {
				v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: config.VerifyFull, Independent: independent})
				if err != nil || !v.Equal {
					t.Errorf("independent %t: %+v %v", independent, v, err)
				}
			}
			if _, err := executor.Release(t.Context(), executor.ReleaseOptions{Config: s.cfg, Version: "test"}); err != nil {
				t.Fatal(err)
			}
			v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events, Mode: config.VerifyFull, Independent: true})
			if err != nil || !v.Equal {
				t.Errorf("without a ledger: %+v %v", v, err)
			}
		})
	}
}
