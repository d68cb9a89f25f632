-- What 14 added: multiranges, bodies in SQL, compression, OUT arguments of procedures, statistics on expressions.
CREATE TYPE util.gap AS RANGE (subtype = numeric, multirange_type_name = util."Gaps");
COMMENT ON TYPE util.gap IS 'gaps';
CREATE TABLE util.gaps (g util."Gaps", d datemultirange, t text COMPRESSION pglz);
CREATE FUNCTION util.atomic(n integer DEFAULT 5, VARIADIC rest text[] DEFAULT '{}') RETURNS TABLE (k integer, v text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 7 BEGIN ATOMIC SELECT n, r.r FROM unnest(rest) r; END;
CREATE FUNCTION util.returns(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a * 2;
CREATE FUNCTION util.keyed() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM util.keys k GROUP BY k.id, k.n; END;
CREATE PROCEDURE util.close(n integer, OUT done boolean) LANGUAGE sql BEGIN ATOMIC DELETE FROM util.locked WHERE locked.a = close.n; SELECT true; END;
CREATE STATISTICS util.st_expr (mcv, dependencies) ON lower(region), n FROM util.keys;
CREATE STATISTICS util.st_single ON (region || 'x') FROM util.keys;
CREATE VIEW util.v_join_alias AS SELECT j.id, a.n FROM util.keys a JOIN util.keys b USING (id) AS j;
CREATE VIEW util.v_sql_syntax AS SELECT extract(year FROM c.born) AS y, substring(c.email from 2) AS s, position('a' in c.email) AS p, c.born AT TIME ZONE 'UTC' AS z, trim(c.email) AS t FROM "Sales Dept".customers c;
CREATE VIEW util.v_distinct_sets AS SELECT k.region, k.n FROM util.keys k GROUP BY DISTINCT ROLLUP (k.region, k.n), ROLLUP (k.region);
CREATE RECURSIVE VIEW util.v_recursive (id, u) AS SELECT k.id, k.u FROM util.keys k UNION ALL SELECT k.id, k.u FROM util.keys k JOIN v_recursive v ON v.u = k.id;
CREATE VIEW util.v_search AS WITH RECURSIVE w(id, u) AS (SELECT k.id, k.u FROM util.keys k UNION ALL SELECT k.id, k.u FROM util.keys k, w WHERE w.u = k.id) SEARCH DEPTH FIRST BY id SET ord CYCLE id SET looped USING path SELECT w.id, w.u FROM w ORDER BY w.ord;
CREATE AGGREGATE util.appended(anycompatible) (SFUNC = array_append, STYPE = anycompatiblearray, INITCOND = '{}');
CREATE SUBSCRIPTION binary_sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, binary = true, streaming = on);
CREATE FUNCTION util.subscripted(j jsonb) RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN j[''a''] := ''1''; RETURN j; END';
