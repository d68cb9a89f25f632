package catalog_test

import (
	"testing"

	"migrator/planner/catalog"
)

func TestReadFunctions(t *testing.T) {
	d := readSQL(t, `
		CREATE FUNCTION add(a int, b int DEFAULT 2, VARIADIC rest int[] DEFAULT '{}') RETURNS SETOF int LANGUAGE sql STABLE COST 5 SET search_path = public, "Odd" AS 'SELECT 1';
		REVOKE ALL ON FUNCTION add FROM PUBLIC;
		COMMENT ON FUNCTION add IS 'sum';
		CREATE PROCEDURE run(INOUT x text) LANGUAGE plpgsql AS $$ BEGIN x := 'done'; END $$;
		CREATE FUNCTION place() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
		CREATE FUNCTION atomic(a int) RETURNS int BEGIN ATOMIC SELECT a + 1; END;
		CREATE EXTENSION pg_trgm; ALTER FUNCTION place() DEPENDS ON EXTENSION pg_trgm;`)
	place := withArgs(item("function", "public", "place", ""), "")
	place.DependsOnExtension = []string{"pg_trgm"}
	same(t, d.Functions, []*catalog.Function{
		{Item: withArgs(withACL(item("function", "public", "add", "sum"), "postgres=X/postgres"), "a integer, b integer, VARIADIC rest integer[]"),
			Definition: "CREATE OR REPLACE FUNCTION public.add(a integer, b integer DEFAULT 2, VARIADIC rest integer[] DEFAULT '{}'::integer[])\n RETURNS SETOF integer\n LANGUAGE sql\n STABLE COST 5\n SET search_path TO 'public', 'Odd'\nAS $function$SELECT 1$function$",
			Language:   "sql", Body: "SELECT 1"},
		{Item: withArgs(item("function", "public", "atomic", ""), "a integer"),
			Definition: "CREATE OR REPLACE FUNCTION public.atomic(a integer)\n RETURNS integer\n LANGUAGE sql\nBEGIN ATOMIC\n SELECT (a + 1);\nEND",
			Language:   "sql"},
		{Item: place,
			Definition: "CREATE OR REPLACE FUNCTION public.place()\n RETURNS bigint\n LANGUAGE internal\n WINDOW\nAS $function$window_row_number$function$",
			Language:   "internal", Body: "window_row_number"},
		{Item: withArgs(item("procedure", "public", "run", ""), "INOUT x text"),
			Definition: "CREATE OR REPLACE PROCEDURE public.run(INOUT x text)\n LANGUAGE plpgsql\nAS $procedure$ BEGIN x := 'done'; END $procedure$",
			Language:   "plpgsql", Body: " BEGIN x := 'done'; END "},
	})
}

func TestReadAggregates(t *testing.T) {
	d := readSQL(t, `
		CREATE SCHEMA "A B";
		CREATE FUNCTION "A B".step(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
		CREATE FUNCTION "A B".unstep(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
		CREATE FUNCTION "A B".done(numeric, numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT $1';
		CREATE AGGREGATE "A B".total(numeric) (SFUNC = "A B".step, STYPE = numeric, SSPACE = 64, INITCOND = '5', FINALFUNC = "A B".done, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE,
			COMBINEFUNC = "A B".step, MSFUNC = "A B".step, MINVFUNC = "A B".unstep, MSTYPE = numeric, MSSPACE = 32, MINITCOND = '0', MFINALFUNC = "A B".done, MFINALFUNC_EXTRA,
			MFINALFUNC_MODIFY = READ_WRITE, SORTOP = >, PARALLEL = SAFE);
		CREATE AGGREGATE counted(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
		CREATE AGGREGATE middle(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
		COMMENT ON AGGREGATE counted(*) IS 'rows';`)
	five, zero := "5", "0"
	same(t, d.Aggregates, []*catalog.Aggregate{
		{Item: withArgs(item("aggregate", "A B", "total", ""), "numeric"), Signature: "numeric", AggKind: "n",
			TransFunc: `"A B".step`, TransType: "numeric", TransSpace: 64, InitValue: &five, FinalFunc: `"A B".done`, FinalExtra: true, FinalModify: "s",
			CombineFunc: `"A B".step`, MovingTransFunc: `"A B".step`, MovingInvFunc: `"A B".unstep`, MovingTransType: "numeric", MovingSpace: 32, MovingInitValue: &zero,
			MovingFinalFunc: `"A B".done`, MovingExtra: true, MovingModify: "w", SortOperator: "OPERATOR(pg_catalog.>)", Parallel: "s"},
		{Item: item("aggregate", "public", "counted", "rows"), Signature: "*", AggKind: "n", TransFunc: "int8inc", TransType: "bigint", InitValue: &zero, Parallel: "u"},
		{Item: withArgs(item("aggregate", "public", "middle", ""), "double precision ORDER BY anyelement"), Signature: "double precision ORDER BY anyelement", AggKind: "o",
			TransFunc: "ordered_set_transition", TransType: "internal", FinalFunc: "percentile_disc_final", FinalExtra: true, Parallel: "u"},
	})
}

func TestReadOperators(t *testing.T) {
	d := readSQL(t, `
		CREATE FUNCTION near(point, point) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true';
		CREATE FUNCTION neg(point) RETURNS point LANGUAGE sql IMMUTABLE AS 'SELECT $1';
		CREATE OPERATOR ~~~ (FUNCTION = near, LEFTARG = point, RIGHTARG = point, COMMUTATOR = ~~~, NEGATOR = !~~~, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
		CREATE OPERATOR -- shell !~~~ stays
			@@- (FUNCTION = neg, RIGHTARG = point);
		COMMENT ON OPERATOR @@- (NONE, point) IS 'mirror';`)
	same(t, d.Operators, []*catalog.Operator{
		{Item: withArgs(item("operator", "public", "@@-", "mirror"), "NONE, point"), Function: "public.neg", Right: "point"},
		{Item: withArgs(item("operator", "public", "~~~", ""), "point, point"), Function: "public.near", Left: "point", Right: "point",
			Commutator: "OPERATOR(public.~~~)", Negator: "OPERATOR(public.!~~~)", Restrict: "eqsel", Join: "eqjoinsel", Hashes: true, Merges: true},
	})
	same(t, d.Uncarried, []catalog.Uncarried{{Kind: "shell operator", Name: "public.!~~~(pg_catalog.point,pg_catalog.point)",
		Reason: "it is only named by another operator, as its commutator or negator, and comes with that"}})
}
