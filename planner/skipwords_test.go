package planner_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"migrator/config"
	"migrator/planner"
	"migrator/planner/catalog"
)

// kindsToSkip has what every_kind.sql lacks.
const kindsToSkip = `
	CREATE EXTENSION hstore; CREATE TYPE m AS ENUM ('a'); CREATE CAST (m AS int) WITH INOUT; CREATE COLLATION coll (LOCALE = 'C');
	CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; CREATE OPERATOR FAMILY fam USING btree;
	CREATE OPERATOR CLASS cls FOR TYPE int USING btree FAMILY fam AS OPERATOR 1 <;
	CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize); CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION tc (PARSER = default);
	CREATE TEXT SEARCH PARSER tp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
	CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE ft (a int) SERVER s;
	CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION e();
	CREATE TABLE two (a int, b int); CREATE PUBLICATION pub FOR TABLE two; CREATE STATISTICS st ON a, b FROM two;
	CREATE SUBSCRIPTION skip_words CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE);
	CREATE ACCESS METHOD am2 TYPE TABLE HANDLER heap_tableam_handler; CREATE LANGUAGE mine HANDLER plpgsql_call_handler;
	CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal)); SELECT lo_create(4712);
	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC; CREATE OPERATOR === (LEFTARG = point, RIGHTARG = point, FUNCTION = point_eq);
	DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 8192', current_database()); EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 77', current_database()); END $$;
	SET allow_system_table_mods = on; INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label) VALUES ('two'::regclass, 'pg_class'::regclass, 0, 'dummy', 'x');`

// skipProperties are the words of select.skip for what is no kind of its own.
var skipProperties = []string{"comment", "default", "grant", "check"}

// goesWith are kinds that are chosen by name, or with what they are a part of.
var goesWith = []string{
	"schema", "table", "rows", "analyze", "sequence_value", "partition", "index_partition", "row_security", "privileges", "refresh", "validate", "not_valid", "large_objects",
}

// TestSkipWords plans a database of every kind without each of them: there is a word for each kind, and it is heeded.
func TestSkipWords(t *testing.T) {
	t.Parallel()
	needs(t, 150000)
	d := connectDatabases(t)
	text, err := os.ReadFile(filepath.Join("ddl", "testdata", "every_kind.sql"))
	if err != nil {
		t.Fatal(err)
	}
	needEveryKind(t, d.srcURL)
	needEveryKind(t, d.dstURL)
	load(t, d.srcURL, string(text), kindsToSkip)
	dropSubscriptions(t, d.srcURL)
	in := d.input(t, everything())
	kinds := func(skip ...string) map[string]bool {
		in.Config = everything()
		in.Config.Destination.CreateDatabase = true
		in.Config.Select.Skip = skip
		found := map[string]bool{}
		for _, a := range build(t, in).Actions {
			if strings.Contains(a.Detail, "for constraint ") {
				continue // an index that its key makes use of, and so a part of it
			}
			if a.Change != planner.Skip || a.Kind == planner.ActionSecurityLabel { // whose provider the destination lacks
				found[a.Kind] = true
			}
		}
		return found
	}
	all := kinds()
	for kind := range all {
		if !slices.Contains(config.Kinds(), kind) && !slices.Contains(goesWith, kind) {
			t.Errorf("there is no word for %s", kind)
		}
	}
	for _, word := range config.Kinds() {
		if slices.Contains(skipProperties, word) {
			continue
		}
		kind := word
		if word == string(catalog.KindLargeObject) {
			kind = planner.ActionLargeObjects
		}
		if !all[kind] {
			t.Errorf("nothing is a %s", kind)
		}
		if kinds(word)[kind] {
			t.Errorf("with skip = [%q] the plan has a %s", word, kind)
		}
	}
}
