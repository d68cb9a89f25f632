package planner_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner"
)

func script(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// migrate carries a plan out and expects that a second one has nothing to do.
func (d databases) migrate(t *testing.T, cfg *config.Config) *planner.Plan {
	t.Helper()
	first := build(t, d.input(t, cfg))
	carryOut(t, d.dst, first)
	in := d.input(t, cfg)
	in.Done = done(first)
	nothingLeft(t, build(t, in))
	return first
}

// names lists what a database's relations, columns, routines and types are called.
func names(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
		UNION ALL SELECT 'relation ' || relnamespace::regnamespace::text || '.' || relname FROM pg_class WHERE relkind <> 'i' AND relnamespace::regnamespace::text !~ '^(pg_|information)'
		UNION ALL SELECT 'column ' || c.relname || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
			WHERE attnum > 0 AND NOT attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace::regnamespace::text !~ '^(pg_|information)'
		UNION ALL SELECT 'routine ' || pronamespace::regnamespace::text || '.' || proname FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^(pg_|information)'
		UNION ALL SELECT 'type ' || typnamespace::regnamespace::text || '.' || typname FROM pg_type WHERE typtype IN ('e', 'd') AND typnamespace::regnamespace::text !~ '^(pg_|information)'
		UNION ALL SELECT 'operator ' || oprnamespace::regnamespace::text || '.' || oprname FROM pg_operator WHERE oprnamespace::regnamespace::text !~ '^(pg_|information)'
		ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func table(schema, name, rename string, columns ...config.ColumnMapping) config.TableMapping {
	return config.TableMapping{Schema: schema, Name: name, Rename: rename, Data: true, Columns: columns}
}

func TestRenames(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	load(t, d.srcURL, script(t, "renames.sql"))
	cfg := everything()
	cfg.Mapping.Schemas = []config.SchemaMapping{{Name: "legacy", Rename: "shop"}}
	cfg.Mapping.Tables = []config.TableMapping{
		table("legacy", "tbl_customers", "customers",
			config.ColumnMapping{Name: "EMAIL", Rename: "email"}, config.ColumnMapping{Name: "id", Rename: "customer_id"}),
		table("legacy", "tbl_orders", "orders", config.ColumnMapping{Name: "no", Rename: "order_no"}, config.ColumnMapping{Name: "amount", Rename: "cents"}),
		table("legacy", "v_both", "both"),
		table("legacy", "m_totals", "totals"),
		table("legacy", "events", "happenings", config.ColumnMapping{Name: "EMAIL", Rename: "email"}),
		table("legacy", "base", "", config.ColumnMapping{Name: "Note", Rename: "note"}),
		table("extra", "swap_a", "swap_b", config.ColumnMapping{Name: "a", Rename: "b"}, config.ColumnMapping{Name: "b", Rename: "a"}),
		table("extra", "swap_b", "swap_a"),
	}
	p := d.migrate(t, cfg)
	if diff := cmp.Diff(strings.Fields(script(t, "renames.names")), strings.Fields(strings.Join(names(t, d.dst), "\n"))); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	mustExec(t, d.dst, "using it", `
		INSERT INTO shop.customers (email, name) VALUES ('a@b', 'ann');
		INSERT INTO shop.orders (customer, cents) VALUES (1, 20), (1, 30);
		INSERT INTO shop.happenings VALUES ('2024-02-02', 'a@b', 1), ('2025-02-02', 'a@b', 2);
		UPDATE shop.customers SET email = 'c@d', name = 'bob';
		REFRESH MATERIALIZED VIEW shop.totals`)
	for query, want := range map[string]string{
		`SELECT string_agg("EMAIL" || ' ' || total, ',') FROM shop.both`:        "c@d 50,c@d 50",
		`SELECT mail || ' ' || n FROM public.v_outside`:                         "c@d 2",
		`SELECT loud FROM shop.customers`:                                       "C@D",
		`SELECT amount::text FROM shop.totals`:                                  "50",
		`SELECT count(*)::text FROM ONLY extra.events_2025`:                     "1",
		`SELECT last_value::text FROM shop.tickets`:                             "1",
		`SELECT ('new'::shop.state OPERATOR(shop.===) 'new'::shop.state)::text`: "true",
		`SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'extra.swap_b'::regclass AND attnum > 0`: "b,a",
	} {
		var got string
		if err := d.dst.QueryRow(t.Context(), query).Scan(&got); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", query, got, err, want)
		}
	}
	var bodies []string
	for _, h := range p.Hazards {
		if h.Name == "function_body_mentions_renamed" {
			bodies = append(bodies, h.Object+" "+h.What)
		}
	}
	if len(bodies) != 2 || !strings.Contains(bodies[0], "legacy.mail") || !strings.Contains(bodies[0], "EMAIL") ||
		!strings.Contains(bodies[1], "legacy, tbl_orders") {
		t.Errorf("hazards of function bodies: %q", bodies)
	}
}
