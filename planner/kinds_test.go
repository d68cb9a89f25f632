package planner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"migrator/planner"
)

// migrates carries a database over and has pg_dump judge; a second plan must be empty. skipped are the addresses that the plan is
// to leave behind, each with its reason.
func migrates(t *testing.T, sql string, skipped ...string) (databases, *planner.Plan) {
	t.Helper()
	d := connectDatabases(t)
	dropSubscriptions(t, d.srcURL)
	dropSubscriptions(t, d.dstURL)
	load(t, d.srcURL, sql)
	in := d.input(t, everything())
	first := build(t, in)
	var behind []string
	for _, a := range first.Actions {
		if a.Change == planner.Skip {
			behind = append(behind, a.Address+": "+a.Reason)
		}
	}
	slices.Sort(skipped)
	slices.Sort(behind)
	if diff := cmp.Diff(skipped, behind, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("what stays behind, -want +got:\n%s", diff)
	}
	carryOut(t, d.dst, first)
	in = d.input(t, everything())
	in.Done = done(first)
	nothingLeft(t, build(t, in))
	if len(skipped) == 0 {
		sameDump(t, d)
	}
	return d, first
}

// position is where an action stands in a plan.
func position(t *testing.T, p *planner.Plan, address string) int {
	t.Helper()
	for i, a := range p.Actions {
		if a.Address == address {
			return i
		}
	}
	var have []string
	for _, a := range p.Actions {
		have = append(have, a.Address)
	}
	t.Fatalf("no %s among %s", address, strings.Join(have, "\n"))
	return -1
}

func TestCollationsConversionsCastsStatistics(t *testing.T) {
	t.Parallel()
	needs(t, 140000) // statistics on expressions
	_, p := migrates(t, `
		CREATE SCHEMA "Odd";
		CREATE COLLATION "Odd"."C c" (LOCALE = 'C'); COMMENT ON COLLATION "Odd"."C c" IS 'it''s plain';
		CREATE COLLATION parts (LC_COLLATE = 'C', LC_CTYPE = 'POSIX'); ALTER COLLATION parts OWNER TO pg_monitor;
		CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
		CREATE COLLATION blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
		CREATE DOMAIN name_of AS text COLLATE german;
		CREATE TABLE people (name text COLLATE "Odd"."C c", given text COLLATE blind UNIQUE, zip name_of, city text);
		CREATE INDEX ON people (city COLLATE parts);
		CREATE DEFAULT CONVERSION "Odd".latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; COMMENT ON CONVERSION "Odd".latin IS 'west';
		CREATE CONVERSION latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1; ALTER CONVERSION latin OWNER TO pg_monitor;
		CREATE TYPE mood AS ENUM ('sad', 'glad');
		CREATE FUNCTION "Odd".level(mood, int, boolean) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
		CREATE CAST (mood AS int) WITH FUNCTION "Odd".level(mood, int, boolean) AS IMPLICIT; COMMENT ON CAST (mood AS int) IS 'a level';
		CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT;
		CREATE CAST (money AS bigint) WITHOUT FUNCTION;
		CREATE VIEW "Odd".levels AS SELECT 'sad'::mood::int AS level;
		CREATE STATISTICS "Odd".st ON name, city FROM people; ALTER STATISTICS "Odd".st SET STATISTICS 500; COMMENT ON STATISTICS "Odd".st IS 'both';
		CREATE STATISTICS expr (mcv, dependencies) ON lower(city), zip FROM people; ALTER STATISTICS expr OWNER TO pg_monitor;
		CREATE STATISTICS one ON (name || city) FROM people;`)
	rows, st, analyze := position(t, p, "rows.public.people"), position(t, p, "statistics.Odd.st"), position(t, p, "analyze.public.people")
	if rows > st || st > analyze {
		t.Errorf("rows at %d, statistics object at %d, analyze at %d", rows, st, analyze)
	}
}

func TestTextSearch(t *testing.T) {
	t.Parallel()
	migrates(t, `
		CREATE SCHEMA ts; CREATE TEXT SEARCH PARSER ts.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
		CREATE TEXT SEARCH PARSER plain (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
		COMMENT ON TEXT SEARCH PARSER ts.words IS 'words';
		CREATE TEXT SEARCH TEMPLATE ts."Simple One" (INIT = dsimple_init, LEXIZE = dsimple_lexize); COMMENT ON TEXT SEARCH TEMPLATE ts."Simple One" IS 'easy';
		CREATE TEXT SEARCH DICTIONARY ts.stop (TEMPLATE = ts."Simple One", STOPWORDS = english, ACCEPT = false);
		CREATE TEXT SEARCH DICTIONARY snow (TEMPLATE = snowball, LANGUAGE = german, STOPWORDS = german);
		ALTER TEXT SEARCH DICTIONARY snow OWNER TO pg_monitor; COMMENT ON TEXT SEARCH DICTIONARY snow IS 'deep';
		CREATE TEXT SEARCH CONFIGURATION ts.english (COPY = pg_catalog.english);
		ALTER TEXT SEARCH CONFIGURATION ts.english ALTER MAPPING FOR asciiword, word WITH ts.stop, snow, english_stem;
		ALTER TEXT SEARCH CONFIGURATION ts.english DROP MAPPING FOR url;
		CREATE TEXT SEARCH CONFIGURATION bare (PARSER = ts.words); ALTER TEXT SEARCH CONFIGURATION bare OWNER TO pg_monitor;
		COMMENT ON TEXT SEARCH CONFIGURATION bare IS 'nothing yet';
		CREATE TABLE docs (body text, vector tsvector GENERATED ALWAYS AS (to_tsvector('ts.english', body)) STORED);
		CREATE INDEX ON docs USING gin (to_tsvector('ts.english'::regconfig, body));`)
}
