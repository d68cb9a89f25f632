-- What ddl/testdata/every_kind.sql and loops.sql lack of the objects and properties that a database can have. It runs after them.
CREATE SCHEMA more;
CREATE SCHEMA other AUTHORIZATION ddl_reader;
ALTER SCHEMA public OWNER TO ddl_owner;
COMMENT ON SCHEMA public IS 'ours';
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO ddl_reader;
CREATE EXTENSION hstore SCHEMA more;
CREATE EXTENSION pg_stat_statements SCHEMA other;
REVOKE SELECT ON other.pg_stat_statements FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_stat_reset() TO ddl_reader;
DO $$ BEGIN
    EXECUTE format('COMMENT ON DATABASE %I IS ''of every kind''', current_database());
    EXECUTE format('ALTER DATABASE %I SET search_path = "$user", public', current_database());
    EXECUTE format('ALTER ROLE ddl_owner IN DATABASE %I SET work_mem = ''8MB''', current_database());
END $$;

-- Collations, conversions, casts, text search, access methods, languages, transforms
CREATE COLLATION more.plain (LOCALE = 'C');
CREATE COLLATION more.phonebook (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
CREATE COLLATION more.blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
ALTER COLLATION more.blind OWNER TO ddl_owner;
COMMENT ON COLLATION more.plain IS 'plain';
CREATE COLLATION more.mixed (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE DEFAULT CONVERSION more.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION more.latin IS 'west';
CREATE CONVERSION more.back FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
ALTER CONVERSION more.back OWNER TO ddl_owner;
CREATE TEXT SEARCH PARSER more.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
COMMENT ON TEXT SEARCH PARSER more.words IS 'words';
CREATE TEXT SEARCH TEMPLATE more."Simple One" (INIT = dsimple_init, LEXIZE = dsimple_lexize);
COMMENT ON TEXT SEARCH TEMPLATE more."Simple One" IS 'easy';
CREATE TEXT SEARCH DICTIONARY more.stop (TEMPLATE = more."Simple One", STOPWORDS = english, ACCEPT = false);
ALTER TEXT SEARCH DICTIONARY more.stop OWNER TO ddl_owner;
COMMENT ON TEXT SEARCH DICTIONARY more.stop IS 'stops';
CREATE TEXT SEARCH CONFIGURATION more.english (PARSER = more.words);
ALTER TEXT SEARCH CONFIGURATION more.english ADD MAPPING FOR word, asciiword WITH more.stop, english_stem, simple;
ALTER TEXT SEARCH CONFIGURATION more.english OWNER TO ddl_owner;
COMMENT ON TEXT SEARCH CONFIGURATION more.english IS 'English';
CREATE ACCESS METHOD piles TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD trees TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD piles IS 'heaps';
CREATE TRUSTED LANGUAGE "Mine" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE "Mine" IS 'my own';
ALTER LANGUAGE "Mine" OWNER TO ddl_owner;
REVOKE USAGE ON LANGUAGE "Mine" FROM PUBLIC;
GRANT USAGE ON LANGUAGE "Mine" TO ddl_reader;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
COMMENT ON TRANSFORM FOR int LANGUAGE sql IS 'through';
CREATE TYPE more.mood AS ENUM ('sad', 'glad');
ALTER TYPE more.mood ADD VALUE 'so so' BEFORE 'glad';
CREATE FUNCTION more.level(more.mood, int, boolean) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (more.mood AS int) WITH FUNCTION more.level(more.mood, int, boolean) AS IMPLICIT;
COMMENT ON CAST (more.mood AS int) IS 'a level';
CREATE CAST (text AS more.mood) WITH INOUT AS ASSIGNMENT;
CREATE CAST (money AS bigint) WITHOUT FUNCTION;

-- Types and domains
CREATE TYPE more.shell;
COMMENT ON TYPE more.shell IS 'to be';
CREATE TYPE more.shrunk AS (gone int, kept text COLLATE more.plain);
ALTER TYPE more.shrunk DROP ATTRIBUTE gone;
CREATE TYPE more.nested AS (one more.shrunk, many more.shrunk[], mood more.mood);
CREATE DOMAIN more.name_of AS text COLLATE more.phonebook NOT NULL;
CREATE DOMAIN more.short_name AS more.name_of CHECK (length(VALUE) < 10);
CREATE DOMAIN more.names AS more.short_name[] CHECK (array_length(VALUE, 1) < 5);
CREATE DOMAIN more.amount AS numeric(5, -2) DEFAULT 100;

-- Routines
CREATE FUNCTION more.lt(more.shrunk, more.shrunk) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).kept < ($2).kept';
CREATE FUNCTION more.cmp(more.shrunk, more.shrunk) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION more.cmp(more.shrunk, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE FUNCTION more.lt(more.shrunk, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION more."Every""thing"(a int, b text DEFAULT E'it''s \\ "q"', INOUT c more.mood[] DEFAULT '{sad}', VARIADIC d more.names[] DEFAULT '{}')
    LANGUAGE plpgsql IMMUTABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL RESTRICTED COST 7
    SET search_path = more, "a, ""b", pg_temp SET work_mem = '64MB' SET "my.own" = 'a, b''c' SET DateStyle = 'SQL, DMY' SET temp_tablespaces = ''
    AS $function$ BEGIN /* $$ $body$ */ c := '{}'; END $function$;
CREATE FUNCTION more.rows_of(int) RETURNS SETOF more.nested LANGUAGE sql STABLE CALLED ON NULL INPUT ROWS 3 PARALLEL SAFE AS 'SELECT NULL::more.nested WHERE $1 > 0';
CREATE FUNCTION more.windowed(anyelement) RETURNS anyelement LANGUAGE plpgsql WINDOW AS 'BEGIN RETURN $1; END';
CREATE FUNCTION more.through(int) RETURNS int LANGUAGE sql TRANSFORM FOR TYPE int AS 'SELECT $1';
CREATE FUNCTION more.helped(text, text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE SUPPORT textlike_support AS 'BEGIN RETURN $1 LIKE $2; END';
CREATE FUNCTION more.returns_one(int) RETURNS int LANGUAGE sql RETURN $1 + 1;
CREATE FUNCTION more.of_mine() RETURNS int LANGUAGE "Mine" AS 'BEGIN RETURN 1; END';
CREATE PROCEDURE more.both(IN a int, OUT b int, INOUT c text DEFAULT 'c') LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS 'BEGIN b := a; COMMIT; END';
ALTER PROCEDURE more.both(int, text) OWNER TO ddl_owner;
REVOKE EXECUTE ON PROCEDURE more.both FROM PUBLIC, ddl_owner;
CREATE AGGREGATE more.mean(bigint) (SFUNC = int8_avg_accum, STYPE = internal, SSPACE = 48, FINALFUNC = numeric_poly_avg, COMBINEFUNC = int8_avg_combine,
    SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize, PARALLEL = SAFE);
CREATE FUNCTION more.keep(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, $2)';
CREATE AGGREGATE more.first_of(anyelement) (SFUNC = more.keep, STYPE = anyelement, PARALLEL = RESTRICTED, FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE more.most(VARIADIC "rest" int[]) (SFUNC = array_cat, STYPE = int[], INITCOND = '{}');
REVOKE EXECUTE ON FUNCTION more.first_of(anyelement) FROM PUBLIC;

-- Operators and their classes
CREATE OPERATOR more.<! (LEFTARG = more.shrunk, RIGHTARG = more.shrunk, FUNCTION = more.lt, COMMUTATOR = OPERATOR(more.!>), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR more.<! (LEFTARG = more.shrunk, RIGHTARG = int, FUNCTION = more.lt);
CREATE OPERATOR FAMILY more."Fam" USING btree;
COMMENT ON OPERATOR FAMILY more."Fam" USING btree IS 'a family';
ALTER OPERATOR FAMILY more."Fam" USING btree OWNER TO ddl_owner;
CREATE OPERATOR CLASS more.by_kept DEFAULT FOR TYPE more.shrunk USING btree FAMILY more."Fam" AS OPERATOR 1 more.<!, FUNCTION 1 more.cmp(more.shrunk, more.shrunk);
COMMENT ON OPERATOR CLASS more.by_kept USING btree IS 'by what is kept';
ALTER OPERATOR CLASS more.by_kept USING btree OWNER TO ddl_owner;
ALTER OPERATOR FAMILY more."Fam" USING btree ADD OPERATOR 1 more.<! (more.shrunk, int), FUNCTION 1 (more.shrunk, int) more.cmp(more.shrunk, int);
CREATE OPERATOR CLASS more.near FOR TYPE point USING gist AS OPERATOR 15 <->(point, point) FOR ORDER BY float_ops, FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
CREATE OPERATOR CLASS more.gin_ints FOR TYPE int[] USING gin AS OPERATOR 1 &&(anyarray, anyarray), FUNCTION 1 btint4cmp(int, int), STORAGE int;
CREATE OPERATOR CLASS more.in_built_in FOR TYPE more.shrunk USING btree FAMILY integer_ops AS OPERATOR 1 more.<!, FUNCTION 1 more.cmp(more.shrunk, more.shrunk);
CREATE OPERATOR CLASS more.tree_ints DEFAULT FOR TYPE int USING trees AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp(int, int);
CREATE TYPE more.kept_span AS RANGE (SUBTYPE = more.shrunk, SUBTYPE_OPCLASS = more.by_kept);

-- Tables
CREATE TABLE more.piled (a int, b more.shrunk, c more.kept_span) USING piles;
CREATE INDEX piled_b ON more.piled (b more.by_kept);
CREATE TABLE more.types (
    a char(3), b varchar, c bit(3), d varbit(5), e timestamp(2) with time zone, f time(0) without time zone, g interval day to second(3), h interval year,
    i numeric(6, -1), j "char", k name COLLATE "C", l int[][], m more.amount, n more.names, o more.nested[], p more.hstore, q text COLLATE more.blind,
    r util.span, s util."Spans", t xml, u jsonb DEFAULT '{"a": "it''s \\"}', v bytea DEFAULT '\x00ff', w float8 DEFAULT 0.1, x date DEFAULT CURRENT_DATE, y regclass DEFAULT 'more.piled'::regclass,
    z oid DEFAULT 1, "select" int DEFAULT -1, "é ""q" text DEFAULT E'tab\there', nothing text DEFAULT NULL
);
CREATE SEQUENCE more.shared OWNED BY NONE;
CREATE TABLE more.counted (id int DEFAULT nextval('more.shared'), at int DEFAULT nextval('util.plain'));
CREATE TABLE other.counted (id int DEFAULT nextval('more.shared'), own serial);

CREATE TABLE more.base (id int, n int DEFAULT 1, t text COLLATE "C" NOT NULL, CONSTRAINT positive CHECK (n > 0), CONSTRAINT own CHECK (id > 0) NO INHERIT);
COMMENT ON COLUMN more.base.n IS 'of the base';
CREATE TABLE more.heir (CONSTRAINT positive CHECK (n > 0), extra int) INHERITS (more.base);
ALTER TABLE more.heir ALTER n SET STATISTICS 11, ALTER t SET STORAGE EXTERNAL, ALTER t SET COMPRESSION pglz, ALTER id SET (n_distinct = 3);
COMMENT ON COLUMN more.heir.n IS 'of the heir';
COMMENT ON CONSTRAINT positive ON more.heir IS 'as in the base';
GRANT SELECT (n) ON more.heir TO ddl_reader;
CREATE TABLE more.adopted (t text COLLATE "C" NOT NULL, own int, id int, n int, CONSTRAINT positive CHECK (n > 0));
ALTER TABLE more.adopted INHERIT more.base;
CREATE TABLE more.second (n int DEFAULT 1);
CREATE TABLE more.of_two () INHERITS (more.second, more.base);
CREATE TABLE more.disowned () INHERITS (more.base);
ALTER TABLE more.disowned NO INHERIT more.base;
CREATE TABLE more.late_parent (a int);
CREATE TABLE more.late_child (own int) INHERITS (more.late_parent);
ALTER TABLE more.late_parent ADD COLUMN b int DEFAULT 5, ADD CONSTRAINT late CHECK (b > 0);
ALTER TABLE more.late_parent ALTER a SET NOT NULL;
ALTER TABLE ONLY more.late_parent ALTER a DROP NOT NULL;

CREATE TABLE more.parted (id int NOT NULL, region text DEFAULT 'x' NOT NULL, v text, g int GENERATED ALWAYS AS (id * 2) STORED, CHECK (id > 0)) PARTITION BY LIST (region);
CREATE TABLE more.parted_a (v text, gone int, region text NOT NULL DEFAULT 'a', id int NOT NULL, g int GENERATED ALWAYS AS (id * 2) STORED, CONSTRAINT parted_id_check CHECK (id > 0), CONSTRAINT own CHECK (v <> '')) WITH (fillfactor = 33) TABLESPACE ddl_fast;
ALTER TABLE more.parted_a DROP COLUMN gone;
ALTER TABLE more.parted_a ALTER v SET STORAGE EXTERNAL, ALTER v SET STATISTICS 9, ALTER v SET (n_distinct = 2), ALTER v SET COMPRESSION pglz;
COMMENT ON COLUMN more.parted_a.v IS 'a''s own';
COMMENT ON CONSTRAINT parted_id_check ON more.parted_a IS 'a''s';
ALTER TABLE more.parted ATTACH PARTITION more.parted_a FOR VALUES IN ('a');
CREATE UNLOGGED TABLE more.parted_b PARTITION OF more.parted FOR VALUES IN ('b') PARTITION BY RANGE (id);
CREATE TABLE more.parted_b1 PARTITION OF more.parted_b FOR VALUES FROM (MINVALUE) TO (10);
GRANT SELECT ON more.parted_a TO ddl_reader;
ALTER TABLE more.parted_a OWNER TO ddl_owner;
CREATE UNIQUE INDEX parted_unique ON more.parted (region, id) INCLUDE (v);
CREATE INDEX parted_a_own ON more.parted_a (v);
ALTER TABLE more.parted_a CLUSTER ON parted_a_own;
CREATE INDEX parted_incomplete ON ONLY more.parted (id);
CREATE INDEX parted_a_part ON more.parted_a (id);
ALTER INDEX more.parted_incomplete ATTACH PARTITION more.parted_a_part;
ALTER TABLE more.parted_a ADD PRIMARY KEY (id, region);
CREATE TABLE more.by_mood (m more.mood, id int) PARTITION BY HASH (m);
CREATE TABLE more.by_mood_0 PARTITION OF more.by_mood FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE more.referring (id int, region text, b_id int, FOREIGN KEY (region, id) REFERENCES more.parted (region, id) ON UPDATE CASCADE) PARTITION BY LIST (region);
CREATE TABLE more.referring_a PARTITION OF more.referring FOR VALUES IN ('a');
ALTER TABLE more.referring_a ADD CONSTRAINT own_key FOREIGN KEY (b_id, region) REFERENCES more.parted_a (id, region) ON DELETE SET DEFAULT (b_id) NOT VALID;

CREATE TABLE more.indexed (a text, b int, c int[], d tsvector GENERATED ALWAYS AS (to_tsvector('more.english', a)) STORED, e point, r daterange, k text);
CREATE INDEX indexed_class ON more.indexed (a text_pattern_ops, lower(k) COLLATE more.plain DESC NULLS LAST, b NULLS FIRST) INCLUDE (r) WITH (fillfactor = 55, deduplicate_items = off) WHERE b > 0;
CREATE INDEX indexed_params ON more.indexed USING gist (d tsvector_ops (siglen = 100));
CREATE UNIQUE INDEX indexed_null ON more.indexed (b) NULLS NOT DISTINCT;
CREATE INDEX indexed_hash ON more.indexed USING hash (b);
CREATE INDEX indexed_brin ON more.indexed USING brin (b int4_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 7, autosummarize = on);
CREATE INDEX indexed_spgist ON more.indexed USING spgist (e);
CREATE INDEX indexed_expr ON more.indexed (((to_tsvector('more.english'::regconfig, a))::text));
CREATE STATISTICS more.both (ndistinct, mcv) ON a, b FROM more.indexed;
CREATE STATISTICS more.expressions ON (lower(a)), b, (b + 1) FROM more.indexed;
CREATE STATISTICS more.one ON (a || k) FROM more.indexed;
ALTER STATISTICS more.both SET STATISTICS 500;
ALTER STATISTICS more.both OWNER TO ddl_owner;
COMMENT ON STATISTICS more.both IS 'both';

-- Views and rules
CREATE VIEW more.checked AS SELECT id, email FROM util.people WHERE id > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW more.empty AS SELECT;
CREATE VIEW more.odd AS SELECT 1, 'x'::text COLLATE more.plain AS c, (a.*)::text AS whole, a.b, j.* FROM more.indexed a LEFT JOIN (SELECT region AS k FROM util.keys) b USING (k) AS j ORDER BY 1 FOR UPDATE OF a;
CREATE MATERIALIZED VIEW more.stored USING piles TABLESPACE ddl_fast AS SELECT id, "Who" FROM util.people;
ALTER MATERIALIZED VIEW more.stored DEPENDS ON EXTENSION hstore;
CREATE MATERIALIZED VIEW more.on_stored AS SELECT count(*) FROM more.stored;
CREATE VIEW more.over_unfilled AS SELECT * FROM util.unfilled;
CREATE MATERIALIZED VIEW more.on_unfilled AS SELECT * FROM more.over_unfilled WITH NO DATA;
CREATE TABLE more.becomes_view (id int, t text);
CREATE RULE "_RETURN" AS ON SELECT TO more.becomes_view DO INSTEAD SELECT 1 AS id, 'x'::text AS t;
CREATE TABLE more.ruled (id int, t text);
CREATE RULE two AS ON UPDATE TO more.ruled WHERE OLD.id <> NEW.id DO ALSO (INSERT INTO more.piled (a) VALUES (NEW.id); DELETE FROM more.piled WHERE a = OLD.id);
CREATE RULE always AS ON INSERT TO more.ruled DO ALSO DELETE FROM more.piled WHERE a = NEW.id;
ALTER TABLE more.ruled ENABLE ALWAYS RULE always;
CREATE RULE tells AS ON UPDATE TO more.ruled DO ALSO NOTIFY changed;
CREATE RULE replica AS ON DELETE TO more.ruled DO INSTEAD NOTHING;
ALTER TABLE more.ruled ENABLE REPLICA RULE replica;

-- Triggers
CREATE TRIGGER seen AFTER UPDATE ON more.ruled REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION util.touch();
CREATE TRIGGER emptied BEFORE TRUNCATE ON more.ruled EXECUTE FUNCTION util.touch();
CREATE TRIGGER same BEFORE UPDATE ON more.ruled FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE more.ruled ENABLE REPLICA TRIGGER same;
CREATE CONSTRAINT TRIGGER from_keys AFTER DELETE ON more.ruled FROM util.keys NOT DEFERRABLE FOR EACH ROW EXECUTE FUNCTION util.touch();
CREATE TRIGGER on_part AFTER DELETE ON more.parted_a FOR EACH ROW EXECUTE FUNCTION util.touch();
CREATE FUNCTION more.guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER "Stop" ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION more.guard();
ALTER EVENT TRIGGER "Stop" ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER "Stop" IS 'stops';
CREATE EVENT TRIGGER off ON sql_drop EXECUTE FUNCTION more.guard();
ALTER EVENT TRIGGER off DISABLE;

-- Foreign data
CREATE EXTENSION postgres_fdw SCHEMA more;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO ddl_reader;
CREATE FOREIGN DATA WRAPPER own HANDLER more.postgres_fdw_handler VALIDATOR more.postgres_fdw_validator;
CREATE FOREIGN DATA WRAPPER dummy OPTIONS ("Debug" 'it''s');
COMMENT ON FOREIGN DATA WRAPPER dummy IS 'does nothing';
GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO ddl_reader WITH GRANT OPTION;
CREATE SERVER "Far" TYPE 'kind' VERSION '1.0' FOREIGN DATA WRAPPER own OPTIONS (host 'localhost', dbname 'a"b');
COMMENT ON SERVER "Far" IS 'far';
ALTER SERVER "Far" OWNER TO ddl_owner;
GRANT USAGE ON FOREIGN SERVER "Far" TO PUBLIC;
CREATE USER MAPPING FOR PUBLIC SERVER "Far";
CREATE USER MAPPING FOR ddl_reader SERVER "Far" OPTIONS (user 'me');
CREATE FOREIGN TABLE more.remote (id int OPTIONS (column_name 'ID') NOT NULL, at date DEFAULT '2020-01-01', CHECK (id > 0)) SERVER "Far" OPTIONS (schema_name 'x', table_name 'y');
COMMENT ON FOREIGN TABLE more.remote IS 'not here';
GRANT SELECT ON more.remote TO ddl_reader;
CREATE TRIGGER on_remote BEFORE INSERT ON more.remote FOR EACH ROW EXECUTE FUNCTION util.touch();
CREATE TABLE more.partly (id int, region text) PARTITION BY LIST (region);
CREATE FOREIGN TABLE more.partly_far PARTITION OF more.partly FOR VALUES IN ('far') SERVER "Far";
CREATE FOREIGN TABLE more.remote_heir (own int) INHERITS (more.second) SERVER "Far";

-- Security, publications, subscriptions
GRANT SELECT ON util.keys TO ddl_reader WITH GRANT OPTION;
SET ROLE ddl_reader;
GRANT SELECT ON util.keys TO "ddl Other" WITH GRANT OPTION;
RESET ROLE;
REVOKE ALL ON util.people FROM CURRENT_USER;
CREATE POLICY updates ON more.ruled FOR UPDATE TO ddl_reader USING (id > 0) WITH CHECK (id > 1);
CREATE POLICY deletes ON more.ruled FOR DELETE TO CURRENT_USER USING (EXISTS (SELECT FROM more.piled WHERE a = id));
ALTER DEFAULT PRIVILEGES IN SCHEMA more GRANT SELECT, INSERT ON TABLES TO ddl_reader WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE ddl_owner GRANT USAGE ON SEQUENCES TO PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO ddl_reader;
CREATE PUBLICATION "All of it" FOR ALL TABLES WITH (publish = 'insert, truncate');
COMMENT ON PUBLICATION "All of it" IS 'all';
CREATE PUBLICATION "some" FOR TABLE more.indexed (a, b) WHERE (b > 10), more.parted WITH (publish_via_partition_root = true);
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA more, TABLE util.keys;
ALTER PUBLICATION "some" OWNER TO ddl_owner;
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere user=x' PUBLICATION one, two WITH (connect = false, slot_name = NONE, binary = true, synchronous_commit = remote_apply);
COMMENT ON SUBSCRIPTION sub IS 'from nowhere';

-- Large objects
SELECT lo_from_bytea(4712, '\x00ff');
