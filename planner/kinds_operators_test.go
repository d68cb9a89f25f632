package planner_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/config"
	"migrator/planner"
)

func TestOperatorClassesLanguages(t *testing.T) {
	t.Parallel()
	migrates(t, `
		CREATE SCHEMA ops; CREATE TYPE shell; COMMENT ON TYPE shell IS 'to be'; CREATE TYPE pair AS (a int, b int);
		CREATE FUNCTION ops.lt(pair, pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
		CREATE FUNCTION ops.cmp(pair, pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
		CREATE FUNCTION ops.cmp(pair, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - $2';
		CREATE FUNCTION ops.lt(pair, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < $2';
		CREATE OPERATOR ops.<! (LEFTARG = pair, RIGHTARG = pair, FUNCTION = ops.lt);
		CREATE OPERATOR ops.<! (LEFTARG = pair, RIGHTARG = int, FUNCTION = ops.lt);
		CREATE OPERATOR FAMILY ops."Fam" USING btree; COMMENT ON OPERATOR FAMILY ops."Fam" USING btree IS 'a family';
		CREATE OPERATOR CLASS ops.by_a DEFAULT FOR TYPE pair USING btree FAMILY ops."Fam" AS OPERATOR 1 ops.<!, FUNCTION 1 ops.cmp(pair, pair);
		COMMENT ON OPERATOR CLASS ops.by_a USING btree IS 'by a'; ALTER OPERATOR CLASS ops.by_a USING btree OWNER TO pg_monitor;
		ALTER OPERATOR FAMILY ops."Fam" USING btree ADD OPERATOR 1 ops.<! (pair, int), FUNCTION 1 (pair, int) ops.cmp(pair, int);
		CREATE OPERATOR CLASS bare FOR TYPE text USING gist AS STORAGE text;
		CREATE OPERATOR CLASS gin_ints FOR TYPE int[] USING gin AS OPERATOR 1 &&(anyarray, anyarray), FUNCTION 1 btint4cmp(int, int), STORAGE int;
		CREATE TABLE t (p pair); CREATE INDEX ON t (p ops.by_a); CREATE VIEW v AS SELECT p FROM t;
		CREATE TYPE span AS RANGE (SUBTYPE = pair, SUBTYPE_OPCLASS = ops.by_a);
		CREATE ACCESS METHOD piles TYPE TABLE HANDLER heap_tableam_handler; COMMENT ON ACCESS METHOD piles IS 'heaps';
		CREATE ACCESS METHOD trees TYPE INDEX HANDLER bthandler; CREATE TABLE piled (a int) USING piles;
		CREATE TRUSTED LANGUAGE "Mine" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
		COMMENT ON LANGUAGE "Mine" IS 'my own'; REVOKE USAGE ON LANGUAGE "Mine" FROM PUBLIC; GRANT USAGE ON LANGUAGE "Mine" TO pg_monitor;
		CREATE FUNCTION inmine() RETURNS int LANGUAGE "Mine" AS 'BEGIN RETURN 1; END';
		CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
		COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'through';`)
}

// TestBaseTypes has a type whose functions are in a library: type and functions stay behind, and so does what needs them.
func TestBaseTypes(t *testing.T) {
	t.Parallel()
	const library = "language internal: its code is a library on the source's server"
	migrates(t, `
		CREATE TYPE code; CREATE FUNCTION code_in(cstring) RETURNS code LANGUAGE internal IMMUTABLE STRICT AS 'textin';
		CREATE FUNCTION code_out(code) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
		CREATE TYPE code (INPUT = code_in, OUTPUT = code_out, LIKE = text); CREATE TABLE coded (c code)`,
		"type.public.code: its input and output functions are code in a library on the source's server",
		"function.public.code_in(cstring): "+library, "function.public.code_out(public.code): "+library,
		"rows.public.coded: needs table public.coded, which is not carried",
		"table.public.coded: needs type public.code, which is not carried")
}

// libraryCode has base types with all that CREATE TYPE knows, a range type with a canonical function, and a function of a library that
// every server has.
const libraryCode = `
	CREATE SCHEMA code; CREATE TYPE code.word; COMMENT ON TYPE code.word IS 'a word';
	CREATE FUNCTION code.word_in(cstring) RETURNS code.word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
	CREATE FUNCTION code.word_out(code.word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
	CREATE FUNCTION code.word_recv(internal) RETURNS code.word LANGUAGE internal STABLE STRICT AS 'textrecv';
	CREATE FUNCTION code.word_send(code.word) RETURNS bytea LANGUAGE internal STABLE STRICT AS 'textsend';
	CREATE TYPE code.word (INPUT = code.word_in, OUTPUT = code.word_out, RECEIVE = code.word_recv, SEND = code.word_send, COLLATABLE = true,
		CATEGORY = 'S', PREFERRED = true, DEFAULT = 'it''s', STORAGE = extended, DELIMITER = ';');
	ALTER TYPE code.word OWNER TO pg_monitor; REVOKE USAGE ON TYPE code.word FROM PUBLIC; GRANT USAGE ON TYPE code.word TO pg_read_all_stats;
	CREATE TYPE code.pair; CREATE FUNCTION code.pair_in(cstring) RETURNS code.pair LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
	CREATE FUNCTION code.pair_out(code.pair) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
	CREATE TYPE code.pair (INPUT = code.pair_in, OUTPUT = code.pair_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8);
	CREATE TYPE code.number; CREATE FUNCTION code.number_in(cstring) RETURNS code.number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
	CREATE FUNCTION code.number_out(code.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
	CREATE TYPE code.number (INPUT = code.number_in, OUTPUT = code.number_out, INTERNALLENGTH = 4, PASSEDBYVALUE, LIKE = int4);
	CREATE TYPE code.span; CREATE FUNCTION code.span_canonical(code.span) RETURNS code.span LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
	CREATE TYPE code.span AS RANGE (SUBTYPE = int4, CANONICAL = code.span_canonical, SUBTYPE_DIFF = int4range_subdiff);
	CREATE FUNCTION code.call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'; COMMENT ON FUNCTION code.call() IS 'calls';
	CREATE LANGUAGE coded HANDLER code.call; CREATE TYPE code.declared; CREATE TYPE code.both AS (w code.word, n code.number);
	CREATE TABLE code.t (w code.word COLLATE "C" DEFAULT 'x', ws code.word[], p code.pair, n code.number, s code.span, b code.both);
	CREATE VIEW code.v AS SELECT p FROM code.t; CREATE DOMAIN code.d AS code.number;`

func TestLibraryCodeIsCreated(t *testing.T) {
	t.Parallel()
	needs(t, 120000)
	d := connectDatabases(t)
	load(t, d.srcURL, libraryCode)
	cfg := everything()
	cfg.CFunctions = config.CFunctionsCreate
	p := d.carried(t, cfg)
	if s := skips(p); len(s) > 0 {
		t.Error("left behind:", s)
	}
	for _, h := range p.Hazards {
		if h.Name == "dependency_loop" {
			t.Errorf("a loop is left at %s", h.Object)
		}
	}
	if shell, in, whole := position(t, p, "shell.type.code.word"), position(t, p, "function.code.word_in(cstring)"), position(t, p, "type.code.word"); shell > in || in > whole {
		t.Errorf("declared at %d, its input at %d, the type at %d", shell, in, whole)
	}
	sameDump(t, d)
}

// TestLibraryCodeIsRefused wants no plan without functions of a library, unless the destination has them.
func TestLibraryCodeIsRefused(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	const made = `CREATE FUNCTION same(text) RETURNS text LANGUAGE internal AS 'lower'; CREATE FUNCTION other(text) RETURNS text LANGUAGE internal AS 'lower';`
	load(t, d.srcURL, made, `CREATE VIEW v AS SELECT same('A')`)
	cfg := everything()
	cfg.CFunctions = config.CFunctionsError
	_, err := planner.Build(d.input(t, cfg))
	var refused *planner.ConfigError
	if !errors.As(err, &refused) || !strings.Contains(refused.Detail, "function public.other(text), function public.same(text)") {
		t.Fatalf("got %v", err)
	}
	load(t, d.dstURL, strings.Replace(made, "'lower'; CREATE FUNCTION other(text) RETURNS text LANGUAGE internal AS 'lower'", "'lower'; CREATE FUNCTION other(text) RETURNS text LANGUAGE internal AS 'upper'", 1))
	if _, err = planner.Build(d.input(t, cfg)); err == nil || strings.Contains(err.Error(), "same") {
		t.Errorf("got %v", err)
	}
	cfg.CFunctions = config.CFunctionsSkip
	p := d.carried(t, cfg)
	if diff := cmp.Diff([]string{"function.public.other(text): language internal: its code is a library on the source's server"}, skips(p)); diff != "" {
		t.Errorf("left behind, -want +got:\n%s", diff)
	}
	if action(t, p, "view.public.v").Change != planner.Create {
		t.Error("the view is not made, although the function is there")
	}
}
