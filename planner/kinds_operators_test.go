package planner_test

import "testing"

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
		"base type.public.code: its input and output functions are code in a library on the source's server",
		"function.public.code_in(cstring): "+library, "function.public.code_out(public.code): "+library,
		"rows.public.coded: needs table public.coded, which is not carried",
		"table.public.coded: needs base type public.code, which is not carried")
}
