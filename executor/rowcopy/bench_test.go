package rowcopy

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"migrator/planner"
)

// cpuTime is what this process has used so far.
func cpuTime(tb testing.TB) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkRun(b *testing.B) {
	for _, one := range []struct{ name, columns, query string }{
		{"keyless", "a int, b int", "SELECT i, i * 7 FROM generate_series(1, 5000000) i"},
		{"wide", "a int, b bigint, c text, d timestamptz, e numeric, f uuid, g float8, h jsonb",
			`SELECT i, i * 1000, 'row number ' || i, '2020-01-01'::timestamptz + i * interval '1 s', i / 7.0, md5(i::text)::uuid, sqrt(i),
			jsonb_build_object('id', i, 'tags', array['a', 'b']) FROM generate_series(1, 500000) i`},
		{"toast", "a int, b text", "SELECT i, (SELECT string_agg(md5((i * 1000 + j)::text), '') FROM generate_series(1, 880) j) FROM generate_series(1, 5000) i"},
	} {
		src, dst := sides(b)
		exec(b, src, "CREATE TABLE public.t ("+one.columns+"); INSERT INTO public.t "+one.query)
		exec(b, src, "VACUUM ANALYZE public.t")
		exec(b, dst, "CREATE TABLE public.t ("+one.columns+")")
		names := columnNames(b, src, "public.t")
		for _, format := range []string{"text", "binary"} {
			table := planner.Relation{Schema: "public", Name: "t"}
			c := &planner.RowCopy{From: table, Into: table, Final: table, Select: names, Columns: names, FinalColumns: names, Format: format, Fresh: true}
			b.Run(one.name+"/"+format, func(b *testing.B) {
				cpu, bytes, rows := cpuTime(b), int64(0), int64(0)
				for b.Loop() {
					results, err := Run(b.Context(), src, dst, []Item{{Address: "rows.public.t", Copy: c, First: true}}, nil, Options{})
					if err != nil {
						b.Fatal(err)
					}
					bytes, rows = bytes+results[0].Bytes, rows+results[0].Rows
				}
				b.ReportMetric(float64(bytes)/1e6/b.Elapsed().Seconds(), "MB/s")
				b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(rows)*5e6, "cpu-s/5Mrows")
				b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(bytes)*1e9, "cpu-s/GB")
			})
			b.Run("read/"+one.name+"/"+format, func(b *testing.B) {
				cpu, bytes, rows := cpuTime(b), int64(0), int64(0)
				for b.Loop() {
					sum, err := Read(b.Context(), src, Reading{SQL: SourceSQL(c), Format: format}, Options{})
					if err != nil {
						b.Fatal(err)
					}
					bytes, rows = bytes+sum.Bytes, rows+sum.Rows
				}
				b.ReportMetric(float64(bytes)/1e6/b.Elapsed().Seconds(), "MB/s")
				b.ReportMetric((cpuTime(b)-cpu).Seconds()/float64(rows)*5e6, "cpu-s/5Mrows")
			})
		}
	}
}

// BenchmarkBundle moves many small tables.
func BenchmarkBundle(b *testing.B) {
	src, dst := sides(b)
	const tables = 200
	for _, first := range []bool{false, true} {
		var items []Item
		for i := range tables {
			name := fmt.Sprintf("t%d", i)
			sql := "CREATE TABLE IF NOT EXISTS public." + name + " (a int, b text);"
			exec(b, dst, sql)
			exec(b, src, sql+"TRUNCATE public."+name+"; INSERT INTO public."+name+" SELECT i, 'x' FROM generate_series(1, 10) i")
			items = append(items, Item{Address: name, Copy: tableCopy(b, src, "public", name, "binary"), First: first})
			items[i].Copy.Fresh = true
		}
		b.Run(fmt.Sprintf("truncate=%v", first), func(b *testing.B) {
			for b.Loop() {
				for i := 0; i < tables; i += 100 {
					if _, err := Run(b.Context(), src, dst, items[i:i+100], nil, Options{}); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/tables*1e6, "µs/table")
		})
	}
}
