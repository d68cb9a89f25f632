package planner_test

import (
	"maps"
	"testing"

	"migrator/planner"
	"migrator/planner/catalog"
)

// TestExtensionRows gives an extension a table whose rows are partly the database's.
func TestExtensionRows(t *testing.T) {
	t.Parallel()
	const made = `CREATE EXTENSION hstore; CREATE TABLE "Cfg" (id int, own boolean, next serial); ALTER EXTENSION hstore ADD TABLE "Cfg";
		ALTER EXTENSION hstore ADD SEQUENCE "Cfg_next_seq";
		UPDATE pg_extension SET extconfig = ARRAY['"Cfg"'::regclass::oid, '"Cfg_next_seq"'::regclass::oid], extcondition = ARRAY['WHERE NOT own', ''] WHERE extname = 'hstore';
		INSERT INTO "Cfg" VALUES (1, true);`
	d := connectDatabases(t)
	load(t, d.srcURL, made+`INSERT INTO "Cfg" VALUES (2, false)`)
	load(t, d.dstURL, made)
	p := build(t, extensionInput(t, d))
	rows := p.Actions[position(t, p, "rows.public.Cfg")]
	position(t, p, "sequence_value.public.Cfg_next_seq")
	if rows.Change != planner.Copy || rows.Copy.Where != "NOT own" || rows.Copy.FinalWhere != rows.Copy.Where || rows.Copy.Fresh || len(rows.Copy.Columns) != 3 {
		t.Errorf("planned %s %+v", rows.Change, rows.Copy)
	}
	load(t, d.dstURL, `INSERT INTO "Cfg" VALUES (3, false)`)
	p = build(t, extensionInput(t, d))
	if rows := p.Actions[position(t, p, "rows.public.Cfg")]; rows.Change != planner.Conflict {
		t.Errorf("planned %s although the destination has such a row", rows.Change)
	}
}

func extensionInput(t *testing.T, d databases) planner.Input {
	t.Helper()
	in := d.input(t, everything())
	some, err := catalog.NonEmptyConfig(t.Context(), d.dst, in.Destination.Extensions)
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(in.NonEmpty, some)
	return in
}
