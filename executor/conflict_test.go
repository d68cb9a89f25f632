package executor_test

import (
	"testing"

	"migrator/executor"
)

const copyAlone = "parallelism {\n  copy = 2\n}\n"

// TestConflictIgnore fills tables that have rows: rows that collide on a key stay as they are, and are counted.
func TestConflictIgnore(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"migrate = [\"schema\"]\n")
	s.apply()
	s.exec(s.dst, s.dstDB, `DROP SCHEMA migrator_ledger CASCADE;
		INSERT INTO customers (id, name) OVERRIDING SYSTEM VALUE VALUES (7, 'was here'), (1007, 'too');
		INSERT INTO audit VALUES ('was here')`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"conflict = \"ignore\"\nselect {\n  include = [\"public.customers\", \"public.audit\", \"public.empty\"]\n}\n")
	r := s.apply()
	if d := r.State.Done["rows.public.customers"]; d.Kept != 1 || d.Before != 2 || d.Rows != 400 {
		t.Errorf("the state says %+v", d)
	}
	if d := r.State.Done["rows.public.audit"]; d.Kept != 0 || d.Before != 1 || d.Rows != 2 {
		t.Errorf("the state says %+v", d)
	}
	for sql, want := range map[string]string{
		`SELECT count(*) FROM customers`: "401", `SELECT name FROM customers WHERE id = 7`: "was here",
		`SELECT name FROM customers WHERE id = 8`: "customer 8", `SELECT count(*) FROM audit`: "3",
	} {
		if have := s.value(s.dst, s.dstDB, sql); have != want {
			t.Errorf("%s: %s, want %s", sql, have, want)
		}
	}
}

// TestConflictIgnoreKeepsWhatIsAhead has a sequence that is ahead of the source's, and rows in a table that others inherit from.
func TestConflictIgnoreKeepsWhatIsAhead(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.load(`CREATE TABLE par (id serial, a text); INSERT INTO par (a) VALUES ('x'); CREATE TABLE chi () INHERITS (par); INSERT INTO chi VALUES (7, 'child');
		CREATE TABLE other (id serial); INSERT INTO other DEFAULT VALUES`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"migrate = [\"schema\"]\n")
	s.apply()
	s.exec(s.dst, s.dstDB, `DROP SCHEMA migrator_ledger CASCADE; INSERT INTO par VALUES (1000, 'there'); INSERT INTO chi VALUES (8, 'there'); SELECT setval('par_id_seq', 1000)`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"conflict = \"ignore\"\nselect {\n  include = [\"public.par\", \"public.chi\", \"public.other\"]\n}\n")
	r := s.apply()
	if d := r.State.Done["rows.public.par"]; d.Before != 1 || d.Rows != 1 {
		t.Errorf("the state says %+v", d)
	}
	if v, err := executor.Verify(t.Context(), executor.VerifyOptions{Config: s.cfg, Version: "test", Sink: s.events}); err != nil || len(v.Sequences) > 0 {
		t.Errorf("verify: %v, %+v", err, v)
	}
	for sql, want := range map[string]string{
		`SELECT count(*) FROM par`: "4", `SELECT last_value FROM par_id_seq`: "1000", `SELECT last_value || is_called::text FROM other_id_seq`: "1true",
	} {
		if have := s.value(s.dst, s.dstDB, sql); have != want {
			t.Errorf("%s: %s, want %s", sql, have, want)
		}
	}
}

// TestTableWithoutItsRows makes a table and leaves its rows behind.
func TestTableWithoutItsRows(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"mapping {\n  table \"public.visits\" {\n    data = false\n  }\n}\n")
	s.apply()
	for sql, want := range map[string]string{
		`SELECT count(*) FROM visits`: "0", `SELECT count(*) FROM orders`: "6002",
		`SELECT count(*) FROM pg_indexes WHERE indexname = 'visits_page'`: "1",
	} {
		if have := s.value(s.dst, s.dstDB, sql); have != want {
			t.Errorf("%s: %s, want %s", sql, have, want)
		}
	}
}

// TestSchemaFirstThenData moves the schema, and in a second migration the rows.
func TestSchemaFirstThenData(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"migrate = [\"schema\"]\n")
	s.apply()
	if n := s.value(s.dst, s.dstDB, `SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM audit) + (SELECT count(*) FROM pg_largeobject_metadata)`); n != "0" {
		t.Errorf("%s rows came with the schema", n)
	}
	s.exec(s.dst, s.dstDB, `DROP SCHEMA migrator_ledger CASCADE`)
	s.configure(s.src.URL(s.srcDB), s.dst.URL(s.dstDB), copyAlone+"migrate = [\"data\"]\n")
	s.apply()
	s.arrived()
}

// TestSettingsOfTheServersDoNotMatter has databases whose settings read and print values in their own ways.
func TestSettingsOfTheServersDoNotMatter(t *testing.T) {
	t.Parallel()
	s := newScene(t, ownNone)
	s.load(`CREATE TYPE mood AS ENUM ('a', 'NULL'); CREATE TABLE moods (m mood[], i interval, d date, b bytea, f float8);
		INSERT INTO moods VALUES ('{a,NULL,"NULL"}', '1 mon -1 day', '2020-02-01', '\x00ff', 0.1)`)
	for name, value := range map[string]string{
		"array_nulls": "off", "DateStyle": "SQL, DMY", "IntervalStyle": "sql_standard", "bytea_output": "escape", "extra_float_digits": "-5",
	} {
		s.exec(s.dst, "postgres", `ALTER DATABASE `+s.dstDB+` SET `+name+` = '`+value+`'`)
	}
	s.apply()
	const sql = `SET array_nulls = on; SET DateStyle = ISO; SET IntervalStyle = postgres; SET bytea_output = hex; SET extra_float_digits = 3; SELECT string_agg(t::text, ',') FROM moods t`
	if have, want := s.value(s.dst, s.dstDB, sql), s.value(s.src, s.srcDB, sql); have != want {
		t.Errorf("the destination has %s, the source %s", have, want)
	}
}
