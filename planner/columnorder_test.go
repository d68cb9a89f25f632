package planner_test

import (
	"slices"
	"testing"
)

// TestColumnOrder has children with their columns in another order than CREATE TABLE ... INHERITS would give them: where the
// order can be kept it is, elsewhere the plan says so.
func TestColumnOrder(t *testing.T) {
	t.Parallel()
	d, p := migrates(t, `
		CREATE TABLE parent (a int NOT NULL, b text DEFAULT 'x', c numeric, g int GENERATED ALWAYS AS (a * 2) STORED, CONSTRAINT positive CHECK (a > 0));
		CREATE TABLE apart (c numeric, y int, b text DEFAULT 'y', g int GENERATED ALWAYS AS (a * 2) STORED, a int NOT NULL, CONSTRAINT positive CHECK (a > 0));
		ALTER TABLE apart INHERIT parent; COMMENT ON COLUMN apart.y IS 'own';
		CREATE TABLE first (x int); CREATE TABLE late (own int) INHERITS (first); ALTER TABLE first ADD z text;`)
	const order = `SELECT attname::text FROM pg_attribute WHERE attrelid = 'public.apart'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`
	if src, dst := column(t, connect(t, d.srcURL, true), order), column(t, connect(t, d.dstURL, true), order); !slices.Equal(src, dst) || src[0] != "c" {
		t.Errorf("the columns are in the order %v, in the source %v", dst, src)
	}
	var named []string
	for _, h := range p.Hazards {
		if h.Name == "column_order_differs" {
			named = append(named, h.Object)
		}
	}
	if want := []string{"public.late"}; !slices.Equal(named, want) {
		t.Errorf("the plan names %v, want %v", named, want)
	}
}

// TestRefreshWithTheSourcesFormats fills a view whose query prints a time.
func TestRefreshWithTheSourcesFormats(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, `DO $$ BEGIN
			EXECUTE format('ALTER DATABASE %I SET TimeZone = %L', current_database(), 'Asia/Kathmandu');
			EXECUTE format('ALTER DATABASE %I SET DateStyle = %L', current_database(), 'SQL, DMY');
		END $$;
		SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'SQL, DMY';
		CREATE MATERIALIZED VIEW printed AS SELECT '2020-01-31 00:30+00'::timestamptz::text AS at;`)
	d.src = connect(t, d.srcURL, true) // whose settings are the database's
	carryOut(t, d.dst, build(t, d.input(t, everything())))
	const query = `SELECT at FROM public.printed`
	if src, dst := column(t, connect(t, d.srcURL, true), query), column(t, connect(t, d.dstURL, true), query); !slices.Equal(src, dst) || len(dst) != 1 {
		t.Errorf("the view has %q, in the source %q", dst, src)
	}
}
