-- Every kind of object that PostgreSQL 10 has, without extensions. The files beside this one have what later versions added.
CREATE SCHEMA "Sales Dept" AUTHORIZATION ddl_owner;
CREATE SCHEMA util;
COMMENT ON SCHEMA util IS E'it''s a \\ comment';
GRANT USAGE ON SCHEMA util TO PUBLIC, ddl_reader;
GRANT CREATE ON SCHEMA util TO ddl_reader WITH GRANT OPTION;
COMMENT ON EXTENSION plpgsql IS 'another comment';

CREATE TYPE util.status AS ENUM ('new', 'it''s', E'back\\slash', '');
ALTER TYPE util.status ADD VALUE 'between' BEFORE 'it''s';
CREATE TYPE util.pair AS (a integer, "B c" text COLLATE "C", d numeric(10,2)[]);
CREATE TYPE util.hollow AS ();
CREATE TYPE util.shell;
COMMENT ON TYPE util.pair IS 'two things';
COMMENT ON COLUMN util.pair."B c" IS 'the second';
ALTER TYPE util.pair OWNER TO ddl_owner;
REVOKE USAGE ON TYPE util.pair FROM PUBLIC;
GRANT USAGE ON TYPE util.pair TO "ddl Other";
CREATE FUNCTION util.float_gap(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE util.span AS RANGE (subtype = double precision, subtype_diff = util.float_gap);
CREATE TYPE util.words AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
CREATE DOMAIN util.positive AS numeric(12,2) DEFAULT 1 NOT NULL CONSTRAINT "more than zero" CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 1e6);
COMMENT ON DOMAIN util.positive IS 'above zero';
COMMENT ON CONSTRAINT small ON DOMAIN util.positive IS 'not too large';
CREATE DOMAIN util.code AS text COLLATE "C";
ALTER DOMAIN util.code ADD CONSTRAINT late CHECK (VALUE ~ '^[a-z]') NOT VALID;
GRANT USAGE ON TYPE util.code TO ddl_reader WITH GRANT OPTION;

CREATE FUNCTION util.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER COST 7 SET search_path = util, pg_temp AS $body$
BEGIN
    -- $$ inside
    RETURN NEW;
END
$body$;
ALTER FUNCTION util.touch() OWNER TO ddl_owner;
ALTER FUNCTION util.touch() DEPENDS ON EXTENSION plpgsql;
CREATE FUNCTION util.twice(IN x integer, OUT y integer, OUT "Z" text) LANGUAGE sql LEAKPROOF STRICT PARALLEL RESTRICTED AS 'SELECT 2 * x, ''z''';
REVOKE EXECUTE ON FUNCTION util.twice(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION util.twice(integer) TO ddl_reader;
CREATE FUNCTION util.many(n integer DEFAULT 5, VARIADIC rest text[] DEFAULT '{}') RETURNS TABLE (k integer, v text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 7 SET datestyle = 'ISO, DMY' SET work_mem = '8MB' AS 'SELECT n, r.r FROM unnest(rest) r';
CREATE FUNCTION util.add_up(a bigint, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION util.take_off(a bigint, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE FUNCTION util.done(a bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE AGGREGATE util.total(v integer) (SFUNC = util.add_up, STYPE = bigint, SSPACE = 64, FINALFUNC = util.done,
    INITCOND = '0', MSFUNC = util.add_up, MINVFUNC = util.take_off, MSTYPE = bigint, MINITCOND = '0', MFINALFUNC = util.done, PARALLEL = SAFE);
COMMENT ON AGGREGATE util.total(integer) IS 'adds up';
ALTER AGGREGATE util.total(integer) OWNER TO ddl_owner;
GRANT EXECUTE ON FUNCTION util.total(integer) TO ddl_reader;
CREATE FUNCTION util.count_one(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a + 1';
CREATE AGGREGATE util.rows(*) (SFUNC = util.count_one, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE util.least_of(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE util.middle(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE AGGREGATE util.place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
CREATE FUNCTION util.alike(a util.pair, b util.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT (a).a = (b).a';
CREATE FUNCTION util.unlike(a util.pair, b util.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT (a).a <> (b).a';
CREATE OPERATOR util.=== (PROCEDURE = util.alike, LEFTARG = util.pair, RIGHTARG = util.pair, COMMUTATOR = OPERATOR(util.===),
    NEGATOR = OPERATOR(util.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR util.!== (PROCEDURE = util.unlike, LEFTARG = util.pair, RIGHTARG = util.pair, NEGATOR = OPERATOR(util.===));
CREATE OPERATOR util.!! (PROCEDURE = util.done, RIGHTARG = bigint);
ALTER OPERATOR util.!! (NONE, bigint) OWNER TO ddl_owner;
COMMENT ON OPERATOR util.!! (NONE, bigint) IS 'prefix';

CREATE FUNCTION util.lt(util.pair, util.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
CREATE FUNCTION util.lt(util.pair, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < $2';
CREATE FUNCTION util.cmp(util.pair, util.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
CREATE FUNCTION util.cmp(util.pair, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - $2';
CREATE OPERATOR util.<! (LEFTARG = util.pair, RIGHTARG = util.pair, PROCEDURE = util.lt);
CREATE OPERATOR util.<! (LEFTARG = util.pair, RIGHTARG = int, PROCEDURE = util.lt);
CREATE OPERATOR FAMILY util."Fam" USING btree;
COMMENT ON OPERATOR FAMILY util."Fam" USING btree IS 'a family';
CREATE OPERATOR CLASS util.by_a DEFAULT FOR TYPE util.pair USING btree FAMILY util."Fam" AS OPERATOR 1 util.<!, FUNCTION 1 util.cmp(util.pair, util.pair);
ALTER OPERATOR CLASS util.by_a USING btree OWNER TO ddl_owner;
ALTER OPERATOR FAMILY util."Fam" USING btree ADD OPERATOR 1 util.<! (util.pair, int), FUNCTION 1 (util.pair, int) util.cmp(util.pair, int);
CREATE OPERATOR CLASS util.bare FOR TYPE text USING gist AS STORAGE text;
CREATE OPERATOR CLASS util.gin_ints FOR TYPE int[] USING gin AS OPERATOR 1 &&(anyarray, anyarray), FUNCTION 1 btint4cmp(int, int), STORAGE int;
CREATE ACCESS METHOD trees TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD trees IS 'btrees';
CREATE TRUSTED LANGUAGE "Mine" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE "Mine" IS 'my own';
REVOKE USAGE ON LANGUAGE "Mine" FROM PUBLIC;
GRANT USAGE ON LANGUAGE "Mine" TO pg_monitor;
CREATE FUNCTION util.inmine() RETURNS int LANGUAGE "Mine" AS 'BEGIN RETURN 1; END';
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE COLLATION util."C c" (LOCALE = 'C');
COMMENT ON COLLATION util."C c" IS 'it''s plain';
CREATE COLLATION util.parts (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
ALTER COLLATION util.parts OWNER TO ddl_owner;
CREATE DEFAULT CONVERSION util.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION util.latin IS 'west';
CREATE FUNCTION util.level(util.status, int, boolean) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (util.status AS int) WITH FUNCTION util.level(util.status, int, boolean) AS IMPLICIT;
COMMENT ON CAST (util.status AS int) IS 'a level';
CREATE CAST (text AS util.status) WITH INOUT AS ASSIGNMENT;
CREATE CAST (money AS bigint) WITHOUT FUNCTION;
CREATE TEXT SEARCH PARSER util.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE util."Simple One" (INIT = dsimple_init, LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE util."Simple One" IS 'easy';
CREATE TEXT SEARCH DICTIONARY util.stop (TEMPLATE = util."Simple One", STOPWORDS = english, ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY util.snow (TEMPLATE = snowball, LANGUAGE = german, STOPWORDS = german);
ALTER TEXT SEARCH DICTIONARY util.snow OWNER TO ddl_owner;
CREATE TEXT SEARCH CONFIGURATION util.english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION util.english ALTER MAPPING FOR asciiword, word WITH util.stop, util.snow, english_stem;
ALTER TEXT SEARCH CONFIGURATION util.english DROP MAPPING FOR url;
CREATE TEXT SEARCH CONFIGURATION util.bare (PARSER = util.words);

CREATE SEQUENCE util.plain;
CREATE SEQUENCE util.odd AS smallint START 7 INCREMENT -2 MINVALUE -100 MAXVALUE 9 CACHE 3 CYCLE;
CREATE SEQUENCE util.down INCREMENT -1;
GRANT USAGE, SELECT ON SEQUENCE util.odd TO ddl_reader;
GRANT UPDATE ON SEQUENCE util.odd TO ddl_reader WITH GRANT OPTION;
COMMENT ON SEQUENCE util.odd IS 'odd';

SET ROLE ddl_owner;
CREATE TABLE "Sales Dept".customers (
    id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "Sales Dept"."Customer Numbers" START 1000 INCREMENT 5 CACHE 10) CONSTRAINT customers_pkey PRIMARY KEY,
    "Full Name" text COLLATE "C" NOT NULL,
    email character varying(200) DEFAULT lower('NOBODY@X'),
    "user" text,
    gone integer,
    born date,
    state util.status DEFAULT 'new' NOT NULL,
    small smallint GENERATED BY DEFAULT AS IDENTITY,
    cash money DEFAULT 12.5,
    took interval DAY TO SECOND(3) DEFAULT '1 day'::interval,
    at timestamp(3) with time zone DEFAULT ('now'::text)::timestamp with time zone,
    bits bit varying(5)[] DEFAULT '{1,01}',
    CONSTRAINT "has @" CHECK (email ~ '@'),
    CONSTRAINT lists CHECK (email IN ('a@b', 'c@d') OR email::text <> ALL (ARRAY['x', 'y']) OR extract(year FROM born) BETWEEN 1900 AND 2100),
    CONSTRAINT casts CHECK (substring("Full Name" from 1 for 2) <> 'xx' AND position('a' in "Full Name") >= 0 AND trim(both 'x' from "Full Name") <> '' AND overlay("Full Name" placing 'y' from 1) IS NOT NULL AND (at AT TIME ZONE 'UTC') IS NOT NULL),
    CONSTRAINT rowwise CHECK ((id, small) IS DISTINCT FROM (1, 2) AND NOT (born IS NULL AND email IS NULL)),
    CONSTRAINT local_only CHECK (born > '1900-01-01') NO INHERIT
) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_vacuum_scale_factor = 0.3);
ALTER TABLE "Sales Dept".customers DROP COLUMN gone;
ALTER TABLE "Sales Dept".customers ALTER COLUMN email SET STORAGE EXTERNAL, ALTER COLUMN email SET STATISTICS 500,
    ALTER COLUMN born SET (n_distinct = -0.5, n_distinct_inherited = 7), ALTER COLUMN state SET STATISTICS 0;
COMMENT ON TABLE "Sales Dept".customers IS 'people';
COMMENT ON COLUMN "Sales Dept".customers."Full Name" IS E'line one\nline two';
COMMENT ON CONSTRAINT "has @" ON "Sales Dept".customers IS 'an address';
COMMENT ON CONSTRAINT customers_pkey ON "Sales Dept".customers IS 'the key';
COMMENT ON INDEX "Sales Dept".customers_pkey IS 'its index';
GRANT SELECT, INSERT ON "Sales Dept".customers TO ddl_reader;
GRANT UPDATE ON "Sales Dept".customers TO "ddl Other" WITH GRANT OPTION;
GRANT SELECT (email), UPDATE (email, "user") ON "Sales Dept".customers TO PUBLIC;
GRANT REFERENCES (id) ON "Sales Dept".customers TO ddl_reader WITH GRANT OPTION;
REVOKE DELETE, TRUNCATE ON "Sales Dept".customers FROM ddl_owner;
GRANT USAGE ON SCHEMA "Sales Dept" TO "ddl Other", ddl_reader;
RESET ROLE;
SET ROLE "ddl Other";
GRANT UPDATE ON "Sales Dept".customers TO ddl_reader;
RESET ROLE;
ALTER TABLE "Sales Dept".customers REPLICA IDENTITY FULL;

CREATE TABLE util.locked (a integer);
REVOKE ALL ON util.locked FROM CURRENT_USER;
CREATE TABLE util.granted (a integer NOT NULL);
GRANT ALL ON util.granted TO ddl_reader;
GRANT ALL ON ALL TABLES IN SCHEMA "Sales Dept" TO "ddl Other" WITH GRANT OPTION;
CREATE TABLE util.empty ();
CREATE UNLOGGED TABLE util.scratch (id serial PRIMARY KEY, n util.positive, p util.pair, s util.span, i integer GENERATED ALWAYS AS IDENTITY);
ALTER TABLE util.scratch REPLICA IDENTITY NOTHING;
CREATE TABLE util.typed OF util.pair (a WITH OPTIONS NOT NULL DEFAULT 3, CONSTRAINT typed_check CHECK (a > 0));
CREATE TABLE util.typed_bare OF util.pair;
CREATE TABLE util.piled (p util.pair, j jsonb);
CREATE INDEX ON util.piled (p util.by_a);
CREATE INDEX ON util.piled USING gin (j jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX ON util.piled USING brin ((j ->> 'x')) WITH (pages_per_range = 4, autosummarize = on);
CREATE INDEX ON util.piled USING hash ((j ->> 'x')) WHERE p IS NOT NULL;
CREATE VIEW util.cast_view AS SELECT 'new'::util.status::int AS level;

CREATE TABLE util.parent (m numeric(10,2) DEFAULT 1, k numeric(10,2) DEFAULT 1, a integer DEFAULT 1 NOT NULL, b text DEFAULT 'x', c integer, CONSTRAINT c_small CHECK (c < 10));
CREATE TABLE util.other_parent (o integer);
CREATE TABLE util.child (m numeric(10,2) DEFAULT 2, c integer, own text) INHERITS (util.other_parent, util.parent);
ALTER TABLE util.child ALTER COLUMN b SET DEFAULT 'y';
ALTER TABLE util.child ALTER COLUMN a DROP DEFAULT, ALTER COLUMN m DROP DEFAULT, ALTER COLUMN k DROP DEFAULT;
ALTER TABLE util.child ALTER COLUMN o SET NOT NULL;
ALTER TABLE util.child ALTER COLUMN o SET STATISTICS 7;
CREATE TABLE util.grandchild (a integer DEFAULT NULL) INHERITS (util.child);
CREATE TABLE util.late_parent (a integer NOT NULL, b text DEFAULT 'p', c integer, CONSTRAINT c_small CHECK (c < 10));
CREATE TABLE util.late_child (own integer, c integer, b text, a integer NOT NULL, CONSTRAINT c_small CHECK (c < 10));
ALTER TABLE util.late_child INHERIT util.late_parent;
ALTER TABLE util.parent ADD CONSTRAINT unchecked CHECK (b <> '') NOT VALID;
COMMENT ON CONSTRAINT unchecked ON util.parent IS 'old rows may break it';

CREATE TABLE util.events (id bigint NOT NULL, at timestamp with time zone NOT NULL, kind text DEFAULT 'none', CONSTRAINT kind_known CHECK (kind <> 'bad')) PARTITION BY RANGE (at, lower(kind) COLLATE "C" text_pattern_ops);
CREATE TABLE util.events_2024 PARTITION OF util.events FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MAXVALUE) PARTITION BY LIST (id);
CREATE TABLE util.events_2024_0 PARTITION OF util.events_2024 FOR VALUES IN (0, 2);
CREATE TABLE util.events_2024_1 (kind text DEFAULT 'odd', at timestamp with time zone NOT NULL, id bigint NOT NULL, CONSTRAINT kind_known CHECK (kind <> 'bad'));
ALTER TABLE util.events_2024 ATTACH PARTITION util.events_2024_1 FOR VALUES IN (1);
CREATE TABLE util.parts (id integer NOT NULL, region text NOT NULL, n integer) PARTITION BY LIST (region);
CREATE TABLE util.parts_eu PARTITION OF util.parts FOR VALUES IN ('de', 'fr');
CREATE TABLE util.parts_null PARTITION OF util.parts FOR VALUES IN (NULL, 'none');

CREATE TABLE util.keys (
    id integer CONSTRAINT "Keys PK" PRIMARY KEY WITH (fillfactor = 80),
    u integer CONSTRAINT keys_u UNIQUE DEFERRABLE INITIALLY DEFERRED,
    n integer, region text,
    during tsrange,
    CONSTRAINT keys_x EXCLUDE USING gist (during WITH &&) WITH (fillfactor = 66) WHERE (n > 0) DEFERRABLE,
    CONSTRAINT keys_self FOREIGN KEY (u) REFERENCES util.keys (id) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE util.keys ADD CONSTRAINT keys_late FOREIGN KEY (id) REFERENCES "Sales Dept".customers (id) NOT VALID;
COMMENT ON CONSTRAINT keys_self ON util.keys IS 'a loop';
ALTER TABLE util.keys CLUSTER ON "Keys PK";
CREATE UNIQUE INDEX "Partial" ON util.keys USING btree (lower(region) DESC NULLS LAST, n) WITH (fillfactor = 50) WHERE (region ~ 'where ( with');
CREATE UNIQUE INDEX keys_replica ON util.keys (id);
ALTER TABLE util.keys REPLICA IDENTITY USING INDEX keys_replica;
ALTER INDEX util."Partial" DEPENDS ON EXTENSION plpgsql;
COMMENT ON INDEX util."Partial" IS 'partial';
CREATE STATISTICS util.st ON n, region FROM util.keys;
CREATE STATISTICS util.st_one (dependencies) ON u, region FROM util.keys;
COMMENT ON STATISTICS util.st IS 'both';
ALTER STATISTICS util.st_one OWNER TO ddl_owner;

CREATE VIEW util.people WITH (security_barrier = true) AS
    SELECT id, "Full Name" AS name, email, 1 AS one FROM "Sales Dept".customers WHERE email IS NOT NULL WITH LOCAL CHECK OPTION;
ALTER TABLE util.people RENAME COLUMN name TO "Who";
ALTER VIEW util.people ALTER COLUMN email SET DEFAULT 'a@b';
COMMENT ON VIEW util.people IS 'the people';
COMMENT ON COLUMN util.people."Who" IS 'their name';
GRANT SELECT ("Who") ON util.people TO ddl_reader;
CREATE VIEW util.v_alias AS SELECT p.id, p.u AS id2, p AS whole, (p.*)::text AS txt, p.during FROM util.keys p WHERE p.n > 1 ORDER BY p.n, p.id;
CREATE VIEW util.v_order AS SELECT k.u AS n, k.n AS u FROM util.keys k ORDER BY k.n, k.u DESC LIMIT 5;
CREATE VIEW util.v_group AS SELECT k.region, count(*) AS c, sum(k.n) FILTER (WHERE k.n > 0) AS s FROM util.keys k GROUP BY k.region HAVING count(*) > 1 ORDER BY count(*) DESC;
CREATE VIEW util.v_sets AS SELECT k.region, k.n, grouping(k.region) AS g FROM util.keys k GROUP BY GROUPING SETS ((k.region), (k.region, k.n), ());
CREATE VIEW util.v_distinct AS SELECT DISTINCT ON (k.region, k.n + 1) k.region, k.id FROM util.keys k ORDER BY k.region, k.n + 1, k.id;
CREATE VIEW util.v_window AS SELECT k.id, rank() OVER w, sum(k.n) OVER (PARTITION BY k.region ORDER BY k.id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM util.keys k WINDOW w AS (PARTITION BY k.n ORDER BY k.id);
CREATE VIEW util.v_sub AS SELECT k.id, (SELECT count(*) FROM util.keys i WHERE i.u = k.id) AS c, EXISTS (SELECT 1 FROM util.parent WHERE parent.a = k.n) AS e FROM util.keys k WHERE k.id IN (SELECT x.a FROM util.parent x);
CREATE VIEW util.v_from_sub AS SELECT s.a, s.b FROM (SELECT p.a, p.b FROM util.parent p WHERE p.c > 1) s WHERE s.a > 0;
CREATE VIEW util.v_join AS SELECT k.id, p.a, o.o FROM util.keys k JOIN util.parent p ON p.a = k.id LEFT JOIN util.other_parent o ON o.o = p.c WHERE p.c <> 3;
CREATE VIEW util.v_using AS SELECT id, a.n AS n1, b.n AS n2 FROM util.keys a JOIN util.keys b USING (id);
CREATE VIEW util.v_values AS SELECT v.a, v.b FROM (VALUES (1, 'x'), (2, 'y')) v(a, b);
CREATE VIEW util.v_function AS SELECT g.g, g.ordinality FROM generate_series(1, 3) WITH ORDINALITY g;
CREATE VIEW util.v_table_function AS SELECT m.k, m.v FROM util.many(1, 'a', 'b') m;
CREATE VIEW util.v_union AS SELECT k.id FROM util.keys k UNION ALL (SELECT p.a FROM util.parent p ORDER BY p.a LIMIT 1) ORDER BY 1;
CREATE VIEW util.v_with AS WITH w AS (SELECT k.id, k.n FROM util.keys k) SELECT w.id, w.n FROM w WHERE w.n > 0;
CREATE VIEW util.v_only AS SELECT p.a, p.tableoid::regclass AS t FROM ONLY util.parent p TABLESAMPLE bernoulli (10) REPEATABLE (1);
CREATE VIEW util.v_lateral AS SELECT k.id, l.c FROM util.keys k, LATERAL (SELECT count(*) AS c FROM util.parent p WHERE p.a = k.id) l;
CREATE VIEW util.v_composite AS SELECT (t.p).a AS pa, (t.p)."B c", t.p FROM util.piled t;
CREATE VIEW util.v_case AS SELECT CASE p.a WHEN 1 THEN 'one' ELSE p.b END AS w, COALESCE(p.b, 'z') AS z, NULLIF(p.a, 3) AS nn, ARRAY[p.a, p.c] AS arr, (ARRAY[p.a])[1] AS el, ROW(p.a, p.b)::text AS r,
    p.b LIKE 'a%' AS lk, p.b COLLATE "C" AS cl, p.a::util.positive AS dom, CURRENT_DATE AS d, p.a IS NOT DISTINCT FROM p.c AS nd, p.m * - 1 AS neg FROM util.parent p;
CREATE VIEW util.grouped AS SELECT id, n, count(*) AS c FROM util.keys GROUP BY id;
CREATE VIEW util.locked_rows AS SELECT k.id FROM util.keys k FOR UPDATE SKIP LOCKED;
CREATE VIEW util.v_xml AS SELECT x.a FROM XMLTABLE('/r' PASSING ('<r><a>1</a></r>'::xml) COLUMNS a integer PATH 'a') x;
CREATE VIEW util.v_same AS SELECT util.id FROM util.keys util WHERE util.n > util.add_up(1, 2) AND util.u::util.positive > 0;
CREATE RECURSIVE VIEW util.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE MATERIALIZED VIEW util.summary WITH (fillfactor = 90, toast.autovacuum_enabled = false) AS SELECT state, email, count(*) AS n FROM "Sales Dept".customers GROUP BY state, email;
ALTER MATERIALIZED VIEW util.summary ALTER COLUMN n SET STATISTICS 55;
ALTER MATERIALIZED VIEW util.summary ALTER COLUMN email SET STORAGE MAIN;
CREATE UNIQUE INDEX summary_state ON util.summary (state, email);
ALTER MATERIALIZED VIEW util.summary CLUSTER ON summary_state;
COMMENT ON MATERIALIZED VIEW util.summary IS 'sums';
COMMENT ON COLUMN util.summary.n IS 'how many';
ALTER MATERIALIZED VIEW util.summary OWNER TO ddl_owner;
ALTER MATERIALIZED VIEW util.summary DEPENDS ON EXTENSION plpgsql;
CREATE MATERIALIZED VIEW util.unfilled AS SELECT 1 AS one WITH NO DATA;

CREATE RULE shout AS ON DELETE TO util.locked DO INSTEAD NOTHING;
ALTER TABLE util.locked DISABLE RULE shout;
COMMENT ON RULE shout ON util.locked IS 'nothing is deleted';
CREATE RULE people_insert AS ON INSERT TO util.people DO INSTEAD SELECT 1;
CREATE RULE log_it AS ON UPDATE TO util.granted WHERE OLD.a > 1 DO ALSO (INSERT INTO util.locked VALUES (NEW.a); DELETE FROM util.other_parent WHERE o = OLD.a);
CREATE TRIGGER "Touch it" BEFORE INSERT OR UPDATE OF email ON "Sales Dept".customers FOR EACH ROW WHEN (NEW.email IS NOT NULL) EXECUTE PROCEDURE util.touch('a', 'b''c');
COMMENT ON TRIGGER "Touch it" ON "Sales Dept".customers IS 'touches';
ALTER TRIGGER "Touch it" ON "Sales Dept".customers DEPENDS ON EXTENSION plpgsql;
CREATE CONSTRAINT TRIGGER afterwards AFTER INSERT ON "Sales Dept".customers FROM util.keys DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE util.touch();
ALTER TABLE "Sales Dept".customers ENABLE ALWAYS TRIGGER afterwards;
CREATE TRIGGER on_view INSTEAD OF UPDATE ON util.people FOR EACH ROW EXECUTE PROCEDURE util.touch();
CREATE TRIGGER on_events AFTER INSERT ON util.events FOR EACH STATEMENT EXECUTE PROCEDURE util.touch();
CREATE TRIGGER on_rows AFTER UPDATE ON util.granted REFERENCING OLD TABLE AS was NEW TABLE AS "Is" FOR EACH STATEMENT EXECUTE PROCEDURE util.touch();

CREATE POLICY readers ON "Sales Dept".customers AS RESTRICTIVE FOR SELECT TO ddl_reader, "ddl Other" USING (email = CURRENT_USER OR id = 1);
CREATE POLICY writers ON "Sales Dept".customers FOR INSERT WITH CHECK (email IS NOT NULL);
CREATE POLICY everybody ON "Sales Dept".customers TO ddl_reader USING (id IN (SELECT k.id FROM util.keys k WHERE k.n = customers.id)) WITH CHECK (id > 0);
COMMENT ON POLICY everybody ON "Sales Dept".customers IS 'all';
ALTER TABLE "Sales Dept".customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Sales Dept".customers FORCE ROW LEVEL SECURITY;

CREATE FOREIGN DATA WRAPPER dummy OPTIONS ("Debug" 'it''s');
COMMENT ON FOREIGN DATA WRAPPER dummy IS 'does nothing';
GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO pg_monitor WITH GRANT OPTION;
CREATE SERVER "Far" TYPE 'kind' VERSION '1.0' FOREIGN DATA WRAPPER dummy OPTIONS (host 'localhost', dbname 'a"b');
GRANT USAGE ON FOREIGN SERVER "Far" TO PUBLIC;
CREATE USER MAPPING FOR PUBLIC SERVER "Far";
CREATE USER MAPPING FOR postgres SERVER "Far" OPTIONS (user 'me');
CREATE FOREIGN TABLE util.remote (id int OPTIONS (column_name 'ID') NOT NULL, at date DEFAULT '2020-01-01', CHECK (id > 0)) SERVER "Far" OPTIONS (schema_name 'x', table_name 'y');
ALTER FOREIGN TABLE util.remote ALTER COLUMN id SET STATISTICS 7;
GRANT SELECT, INSERT (id) ON util.remote TO pg_monitor;
CREATE FOREIGN TABLE util.parts_far PARTITION OF util.parts FOR VALUES IN ('far') SERVER "Far";

CREATE PUBLICATION "All of it" FOR ALL TABLES WITH (publish = 'insert');
COMMENT ON PUBLICATION "All of it" IS 'all';
CREATE PUBLICATION "some" FOR TABLE util.keys, ONLY util.parent;
ALTER PUBLICATION "some" OWNER TO pg_monitor;
CREATE SUBSCRIPTION "Sub" CONNECTION 'host=nowhere user=x dbname=''a b''' PUBLICATION "One", two WITH (connect = false, slot_name = NONE, synchronous_commit = remote_apply);
COMMENT ON SUBSCRIPTION "Sub" IS 'from nowhere';
CREATE FUNCTION util.guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no DDL here''; END';
ALTER DEFAULT PRIVILEGES IN SCHEMA util GRANT SELECT, INSERT ON TABLES TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT USAGE ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM postgres;
ALTER DEFAULT PRIVILEGES FOR ROLE ddl_owner GRANT ALL ON TABLES TO ddl_reader;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO pg_monitor;
CREATE EVENT TRIGGER stop ON ddl_command_start WHEN TAG IN ('CREATE CONVERSION', 'DROP CONVERSION') EXECUTE PROCEDURE util.guard();
ALTER EVENT TRIGGER stop ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER stop IS 'stops';
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO ddl_reader;
GRANT SELECT ON pg_catalog.pg_authid TO ddl_reader;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;

SELECT lo_create(4711);
ALTER LARGE OBJECT 4711 OWNER TO ddl_owner;
COMMENT ON LARGE OBJECT 4711 IS 'large';
GRANT SELECT ON LARGE OBJECT 4711 TO ddl_reader;
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database());
    EXECUTE format('ALTER DATABASE %I SET search_path = "$user", "a ""b", public', current_database());
    EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET lc_messages = ''C''', current_database());
END $$;
