package rowcopy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner"
	"migrator/planner/postgres"
)

// noLeaks fails a test that leaves a goroutine behind. It is to be called before connections are opened.
func noLeaks(t *testing.T) {
	t.Helper()
	sandboxtest.Pair(t)
	t.Cleanup(func() { goleak.VerifyNone(t, sandboxtest.IgnoreServers()) })
}

// both runs SQL on both sides.
func both(t *testing.T, src, dst *pgx.Conn, sql string) {
	t.Helper()
	exec(t, src, sql)
	exec(t, dst, sql)
}

// readBack digests what the destination holds.
func readBack(t *testing.T, dst *pgx.Conn, c *planner.RowCopy) Sum {
	t.Helper()
	sum, err := Read(t.Context(), dst, Reading{Address: "test", SQL: VerifySQL(c), Format: c.Format}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func resultSum(r Result) Sum { return Sum{Rows: r.Rows, Bytes: r.Bytes, Digest: r.Digest} }

// usable runs a query, and fails the test if the connection is closed or in a transaction it was not in.
func usable(t *testing.T, conn *pgx.Conn, state byte) {
	t.Helper()
	if conn.IsClosed() {
		t.Fatal("the connection is closed")
	}
	if got := value(t, conn, "SELECT 1"); got != "1" {
		t.Fatalf("SELECT 1 is %s", got)
	}
	if got := conn.PgConn().TxStatus(); got != state {
		t.Fatalf("the connection is in state %c, want %c", got, state)
	}
}

// everything are tables with every kind of value that is easily lost.
const everything = `
CREATE SCHEMA "Weird ""schema";
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'it''s \ fine');
CREATE TABLE public.types (
	i2 int2, i4 int4, i8 int8, n numeric, f4 float4, f8 float8, m money, t text, v varchar(30), c char(7), b bytea,
	ts timestamp, tz timestamptz, d date, tm time, tmz timetz, iv interval, bo bool, pt point, cir circle, pg polygon,
	ci cidr, ine inet, ma macaddr, bi bit(5), vb varbit, tv tsvector, tq tsquery, u uuid, x xml, j json, jb jsonb,
	ia int[], ta text[], r int4range, mr int4multirange, lsn pg_lsn, chr "char", na name);
INSERT INTO public.types (i4) SELECT NULL FROM generate_series(1, 3);
INSERT INTO public.types VALUES
	(-32768, -2147483648, -9223372036854775808, 'NaN', 'NaN', 'NaN', '-92233720368547758.08', '', '', '', '',
	 '-infinity', 'infinity', '-infinity', '24:00', '00:00+15:59', '-178000000 years', true, '(1e300,-0)', '<(1,2),3>', '((0,0),(1,1))',
	 '10/8', '::1/128', '08:00:2b:01:02:03', B'10101', B'', '', 'y', '00000000-0000-0000-0000-000000000000', '<a/>', '{"a": [1,  2]}', '{}',
	 '{}', '{NULL,"NULL","a,b","\"\\"}', 'empty', '{}', '0/0', '', ''),
	(32767, 2147483647, 9223372036854775807, 'Infinity', 'Infinity', '-Infinity', '0', E'a\tb\nc\\N\r\\.', 'é漢😀', 'x', '\x00ff0a0d5c',
	 '4713-01-01 BC', '294276-12-31 23:59:59.999999Z', '5874897-12-31', '00:00', '12:00-08', '1 mon -1 day 00:00:00.000001', false, '(NaN,Infinity)', '<(0,0),0>', '((0,0))',
	 '::/0', '192.168.1.5/24', 'ff:ff:ff:ff:ff:ff', B'00000', B'1', 'a:1A b:2', 'a & !b', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'text', '"x"', '{"b": null, "a": 1e400}',
	 '{{1,2},{3,NULL}}', '[0:1]={a,b}', '[1,10)', '{[1,2),[5,)}', 'FFFFFFFF/FFFFFFFF', 'z', 'n'),
	(0, 0, 0, '-0.00000000000000000000000000000000000001', 1e-45, 5e-324, '0.01', E'\\.', E'\\N', '', '\x',
	 'epoch', 'epoch', '0001-01-01 BC', '23:59:59.999999', '00:00+00', '0', NULL, '(0,0)', '<(0,0),1>', '((1,2),(3,4))',
	 '0.0.0.0/32', '0.0.0.0', '00:00:00:00:00:00', B'11111', B'0000000000', 'x', 'x', gen_random_uuid(), '', '[]', '[]',
	 '{NULL}', '{""}', '(,)', '{(,)}', '1/1', '\001', 'x');
CREATE TABLE "Weird ""schema"."Table; --" ("select" int, "A ""b" text, dropped int, g int GENERATED ALWAYS AS ("select" * 2) STORED, id int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE "Weird ""schema"."Table; --" DROP COLUMN dropped;
INSERT INTO "Weird ""schema"."Table; --" ("select", "A ""b") VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, NULL);
CREATE TABLE public.none ();
INSERT INTO public.none SELECT FROM generate_series(1, 7);
CREATE TABLE public.only_generated (g int GENERATED ALWAYS AS (42) STORED);
INSERT INTO public.only_generated SELECT FROM generate_series(1, 3);
CREATE TABLE public.empty (a int, b text);
CREATE TABLE public.parent (a int);
CREATE TABLE public.child (b int) INHERITS (public.parent);
INSERT INTO public.parent VALUES (1);
INSERT INTO public.child VALUES (2, 3);
CREATE TABLE public.moods (m public.mood);
INSERT INTO public.moods SELECT unnest(enum_range(NULL::public.mood)) FROM generate_series(1, 2);
CREATE TABLE public.dups (a int, b int);
INSERT INTO public.dups SELECT i % 3, 0 FROM generate_series(1, 30000) i;`

func TestRunMovesEverythingInABundle(t *testing.T) {
	noLeaks(t)
	src, dst := sides(t)
	both(t, src, dst, strings.ReplaceAll(everything, "\t", " "))
	tables := [][2]string{
		{"public", "types"}, {`Weird "schema`, "Table; --"}, {"public", "none"}, {"public", "only_generated"}, {"public", "empty"},
		{"public", "parent"}, {"public", "child"}, {"public", "moods"}, {"public", "dups"},
	}
	for _, format := range []string{"text", "binary"} {
		for _, first := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s first=%v", format, first), func(t *testing.T) {
				var items []Item
				for _, table := range tables {
					if !first {
						exec(t, dst, "TRUNCATE ONLY "+postgres.QuoteIdent(table[:]...))
					}
					item := Item{Address: table[1], Copy: tableCopy(t, src, table[0], table[1], format), First: first}
					item.Copy.Fresh = true
					items = append(items, item)
				}
				exec(t, src, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
				results, err := Run(t.Context(), src, dst, items, nil, Options{})
				if err != nil {
					t.Fatal(err)
				}
				usable(t, src, 'T')
				usable(t, dst, 'I')
				for i, r := range results {
					if want := value(t, src, "SELECT count(*) FROM ONLY "+quote(items[i].Copy.From)); fmt.Sprint(r.Rows) != want {
						t.Errorf("%s: %d rows were copied, want %s", r.Address, r.Rows, want)
					}
					if got := readBack(t, dst, items[i].Copy); got != resultSum(r) {
						t.Errorf("%s: the destination has %+v, want %+v", r.Address, got, r)
					}
				}
				exec(t, src, "COMMIT")
			})
		}
	}
}

func TestRunRecordsInTheSameTransaction(t *testing.T) {
	noLeaks(t)
	src, dst := sides(t)
	both(t, src, dst, "CREATE TABLE public.a (i int); CREATE TABLE public.log (rows int, digest text)")
	exec(t, src, "INSERT INTO public.a SELECT generate_series(1, 1000)")
	item := Item{Address: "rows.public.a", Copy: tableCopy(t, src, "public", "a", "binary")}
	record := func(sql string) func([]Result) string {
		return func(results []Result) string {
			return fmt.Sprintf(sql, results[0].Rows, results[0].Digest)
		}
	}
	_, err := Run(t.Context(), src, dst, []Item{item}, record("INSERT INTO public.log VALUES (%d / 0, '%s');"), Options{})
	var server *pgconn.PgError
	if !errors.As(err, &server) || server.Code != "22012" {
		t.Fatalf("got error %v, want the record's", err)
	}
	usable(t, dst, 'I')
	if got := value(t, dst, "SELECT count(*) FROM public.a"); got != "0" {
		t.Fatalf("%s rows were committed without their record", got)
	}
	results, err := Run(t.Context(), src, dst, []Item{item}, record("INSERT INTO public.log VALUES (%d, '%s');"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := value(t, dst, "SELECT rows || ' ' || digest FROM public.log"); got != "1000 "+results[0].Digest.String() {
		t.Fatalf("the record is %s", got)
	}
}

func TestPartsAddUpToTheWhole(t *testing.T) {
	src, dst := sides(t)
	both(t, src, dst, "CREATE TABLE public.a (i int, t text)")
	exec(t, src, "INSERT INTO public.a SELECT i, repeat('x', 50) FROM generate_series(1, 20000) i; DELETE FROM public.a WHERE i % 7 = 0")
	c := tableCopy(t, src, "public", "a", "binary")
	c.Where = "i <> 5"
	c.Parts = []planner.BlockRange{{From: 0, To: 40}, {From: 40, To: 41}, {From: 41, To: 0}}
	c.Fresh = true
	var total Sum
	for part := range c.Parts {
		results, err := Run(t.Context(), src, dst, []Item{{Address: "a", Copy: c, Part: part, First: part == 0}}, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		total = total.Add(resultSum(results[0]))
	}
	whole, err := Read(t.Context(), src, Reading{SQL: SourceSQL(c), Format: c.Format}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := readBack(t, dst, c)
	if got.Rows != whole.Rows || got.Digest != whole.Digest || total.Digest != whole.Digest {
		t.Fatalf("the parts are %+v, the destination %+v, the source %+v", total, got, whole)
	}
}

func TestFrozenRows(t *testing.T) {
	src, dst := sides(t)
	both(t, src, dst, "CREATE TABLE public.a (i int)")
	exec(t, src, "INSERT INTO public.a SELECT generate_series(1, 10)")
	exec(t, dst, "INSERT INTO public.a VALUES (99)")
	c := tableCopy(t, src, "public", "a", "binary")
	c.Fresh = true
	if _, err := Run(t.Context(), src, dst, []Item{{Address: "a", Copy: c, First: true}}, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	// PD_ALL_VISIBLE is what COPY FREEZE leaves, and no other statement but VACUUM.
	exec(t, dst, "CREATE EXTENSION IF NOT EXISTS pg_visibility SCHEMA public")
	if got := value(t, dst, "SELECT count(*) || ' ' || (SELECT bool_and(all_frozen) FROM public.pg_visibility('public.a')) FROM public.a"); got != "10 true" {
		t.Fatalf("got %s rows and frozen", got)
	}
}

func TestLongRow(t *testing.T) {
	noLeaks(t)
	src, dst := sides(t)
	both(t, src, dst, "CREATE TABLE public.a (i int, b bytea); ALTER TABLE public.a ALTER b SET STORAGE EXTERNAL")
	const size = 100 << 20
	exec(t, src, fmt.Sprintf("INSERT INTO public.a VALUES (1, 'x'), (2, convert_to(repeat('0123456789', %d / 10), 'UTF8')), (3, NULL)", size))
	for _, format := range []string{"binary", "text"} {
		c := tableCopy(t, src, "public", "a", format)
		c.Fresh = true
		var told int64
		progress := func(_ string, _ int, _, bytes int64) { told = bytes }
		results, err := Run(t.Context(), src, dst, []Item{{Address: "a", Copy: c, First: true}}, nil, Options{Progress: progress})
		if err != nil {
			t.Fatal(err)
		}
		if results[0].Bytes < size || told != results[0].Bytes {
			t.Errorf("%d bytes were copied, and %d told", results[0].Bytes, told)
		}
		if got := readBack(t, dst, c); got != resultSum(results[0]) {
			t.Errorf("the destination has %+v, want %+v", got, results[0])
		}
	}
}

func TestKeepExisting(t *testing.T) {
	for _, format := range []string{"text", "binary"} {
		src, dst := sides(t)
		both(t, src, dst, "CREATE TABLE public.a (i int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text NOT NULL, g text GENERATED ALWAYS AS (t || '!') STORED); CREATE TABLE public.none ()")
		exec(t, src, "INSERT INTO public.a OVERRIDING SYSTEM VALUE SELECT i, 'new' FROM generate_series(1, 10) i; INSERT INTO public.none DEFAULT VALUES")
		exec(t, dst, "INSERT INTO public.a OVERRIDING SYSTEM VALUE SELECT i, 'old' FROM generate_series(8, 12) i; INSERT INTO public.none DEFAULT VALUES")
		var items []Item
		for _, name := range []string{"a", "none"} {
			c := tableCopy(t, src, "public", name, format)
			c.KeepExisting = true
			items = append(items, Item{Address: name, Copy: c, First: true})
		}
		results, err := Run(t.Context(), src, dst, items, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r := results[0]; r.Rows != 10 || r.Kept != 3 || r.Before != 5 {
			t.Errorf("got %+v, want 10 rows, 3 of them kept out, 5 before", r)
		}
		if r := results[1]; r.Rows != 1 || r.Kept != 0 || r.Before != 1 {
			t.Errorf("got %+v, want 1 row, none kept out, 1 before", r)
		}
		if got := value(t, dst, "SELECT string_agg(i || g, ',' ORDER BY i) FROM public.a"); got != "1new!,2new!,3new!,4new!,5new!,6new!,7new!,8old!,9old!,10old!,11old!,12old!" {
			t.Error(got)
		}
	}
}

func TestSnapshotIsShared(t *testing.T) {
	srcURL, _ := sandboxtest.Databases(t)
	leader, reader, writer := connect(t, srcURL), connect(t, srcURL), connect(t, srcURL)
	exec(t, writer, "CREATE TABLE public.a (i int)")
	id, err := ExportSnapshot(t.Context(), leader)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, writer, "INSERT INTO public.a VALUES (1)")
	if err := AdoptSnapshot(t.Context(), reader, id); err != nil {
		t.Fatal(err)
	}
	if got := value(t, reader, "SELECT count(*) FROM public.a"); got != "0" {
		t.Fatalf("the reader sees %s rows that came after the snapshot", got)
	}
	exec(t, leader, "COMMIT")
	if err := AdoptSnapshot(t.Context(), writer, id); err == nil {
		t.Fatal("a snapshot that is gone was adopted")
	}
}
