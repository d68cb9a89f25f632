-- Objects of every kind, with every property that CREATE and ALTER know.
CREATE SCHEMA "Sales Dept" AUTHORIZATION ddl_owner;
CREATE SCHEMA util;
COMMENT ON SCHEMA util IS E'it''s a \\ comment';
COMMENT ON SCHEMA public IS NULL;
GRANT USAGE ON SCHEMA util TO PUBLIC, ddl_reader;
GRANT CREATE ON SCHEMA util TO ddl_reader WITH GRANT OPTION;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA util;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA util;

CREATE TYPE util.status AS ENUM ('new', 'it''s', E'back\\slash', '');
CREATE TYPE util.nothing AS ENUM ();
CREATE TYPE util.pair AS (a integer, "B c" text COLLATE "C", d numeric(10,2)[]);
CREATE TYPE util.hollow AS ();
COMMENT ON TYPE util.pair IS 'two things';
COMMENT ON COLUMN util.pair."B c" IS 'the second';
ALTER TYPE util.pair OWNER TO ddl_owner;
REVOKE USAGE ON TYPE util.pair FROM PUBLIC;
GRANT USAGE ON TYPE util.pair TO "ddl Other";
CREATE FUNCTION util.float_gap(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE util.span AS RANGE (subtype = double precision, subtype_diff = util.float_gap, multirange_type_name = util."Spans");
CREATE TYPE util.words AS RANGE (subtype = text, collation = "C", subtype_opclass = text_pattern_ops);
CREATE DOMAIN util.positive AS numeric(12,2) DEFAULT 1 NOT NULL CONSTRAINT "more than zero" CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 1e6);
COMMENT ON DOMAIN util.positive IS 'above zero';
COMMENT ON CONSTRAINT small ON DOMAIN util.positive IS 'not too large';
CREATE DOMAIN util.code AS text COLLATE "C";
ALTER DOMAIN util.code ADD CONSTRAINT late CHECK (VALUE ~ '^[a-z]') NOT VALID;
COMMENT ON CONSTRAINT late ON DOMAIN util.code IS 'later';
GRANT USAGE ON TYPE util.code TO ddl_reader WITH GRANT OPTION;

CREATE FUNCTION util.touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = util, pg_temp AS $body$
BEGIN
    -- $$ inside
    RETURN NEW;
END
$body$;
ALTER FUNCTION util.touch() OWNER TO ddl_owner;
COMMENT ON FUNCTION util.touch() IS 'a trigger function';
ALTER FUNCTION util.touch() DEPENDS ON EXTENSION pg_trgm;
CREATE FUNCTION util.twice(IN x integer, OUT y integer, OUT "Z" text) LANGUAGE sql AS 'SELECT 2 * x, ''z''';
REVOKE EXECUTE ON FUNCTION util.twice(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION util.twice(integer) TO ddl_reader;
CREATE FUNCTION util.atomic(n integer DEFAULT 5, VARIADIC rest text[] DEFAULT '{}') RETURNS TABLE (k integer, v text)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 7 BEGIN ATOMIC SELECT n, r.r FROM unnest(rest) r; END;
CREATE PROCEDURE util.work(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END';
GRANT EXECUTE ON PROCEDURE util.work(integer) TO ddl_reader;
COMMENT ON PROCEDURE util.work(integer) IS 'works';
CREATE FUNCTION util.add_up(a bigint, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION util.take_off(a bigint, b integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE FUNCTION util.done(a bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE AGGREGATE util.total(v integer) (SFUNC = util.add_up, STYPE = bigint, SSPACE = 64, FINALFUNC = util.done, FINALFUNC_MODIFY = SHAREABLE,
    INITCOND = '0', MSFUNC = util.add_up, MINVFUNC = util.take_off, MSTYPE = bigint, MINITCOND = '0', MFINALFUNC = util.done, PARALLEL = SAFE);
COMMENT ON AGGREGATE util.total(integer) IS 'adds up';
ALTER AGGREGATE util.total(integer) OWNER TO ddl_owner;
GRANT EXECUTE ON FUNCTION util.total(integer) TO ddl_reader;
CREATE FUNCTION util.count_one(a bigint) RETURNS bigint LANGUAGE sql AS 'SELECT a + 1';
CREATE AGGREGATE util.rows(*) (SFUNC = util.count_one, STYPE = bigint, INITCOND = '0');
GRANT EXECUTE ON FUNCTION util.rows() TO ddl_reader;
CREATE AGGREGATE util.least_of(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE util.middle(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
GRANT EXECUTE ON FUNCTION util.middle(double precision, anyelement) TO ddl_reader;
CREATE AGGREGATE util.place(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
GRANT EXECUTE ON FUNCTION util.place(VARIADIC "any") TO ddl_reader;
CREATE FUNCTION util.alike(a util.pair, b util.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT (a).a = (b).a';
CREATE FUNCTION util.unlike(a util.pair, b util.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT (a).a <> (b).a';
CREATE OPERATOR util.=== (FUNCTION = util.alike, LEFTARG = util.pair, RIGHTARG = util.pair, COMMUTATOR = OPERATOR(util.===),
    NEGATOR = OPERATOR(util.!==), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR util.!== (FUNCTION = util.unlike, LEFTARG = util.pair, RIGHTARG = util.pair, NEGATOR = OPERATOR(util.===));
CREATE OPERATOR util.!! (FUNCTION = util.done, RIGHTARG = bigint);
ALTER OPERATOR util.!! (NONE, bigint) OWNER TO ddl_owner;
COMMENT ON OPERATOR util.!! (NONE, bigint) IS 'prefix';

CREATE SEQUENCE util.plain;
CREATE SEQUENCE util.odd AS smallint START 7 INCREMENT -2 MINVALUE -100 MAXVALUE 9 CACHE 3 CYCLE;
CREATE SEQUENCE util.down INCREMENT -1;
CREATE UNLOGGED SEQUENCE util.fleeting AS integer;
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
    age_note text GENERATED ALWAYS AS ('born ' || "Full Name") STORED,
    state util.status DEFAULT 'new' NOT NULL,
    small smallint GENERATED BY DEFAULT AS IDENTITY,
    CONSTRAINT "has @" CHECK (email ~ '@'),
    CONSTRAINT local_only CHECK (born > '1900-01-01') NO INHERIT
) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_vacuum_scale_factor = 0.3);
ALTER TABLE "Sales Dept".customers DROP COLUMN gone;
ALTER TABLE "Sales Dept".customers ALTER COLUMN email SET STORAGE EXTERNAL, ALTER COLUMN email SET STATISTICS 500,
    ALTER COLUMN "user" SET COMPRESSION pglz, ALTER COLUMN born SET (n_distinct = -0.5, n_distinct_inherited = 7), ALTER COLUMN state SET STATISTICS 0;
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
CREATE TABLE util.empty ();
CREATE UNLOGGED TABLE util.scratch (id serial PRIMARY KEY, n util.positive, p util.pair, s util.span, i integer GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE util.scratch_i_seq SET LOGGED;
ALTER TABLE util.scratch REPLICA IDENTITY NOTHING;
CREATE TABLE util.typed OF util.pair (a WITH OPTIONS NOT NULL DEFAULT 3, CONSTRAINT typed_check CHECK (a > 0));
CREATE TABLE util.typed_bare OF util.pair;

CREATE TABLE util.parent (m numeric(10,2) DEFAULT 1, k numeric(10,2) DEFAULT 1, a integer DEFAULT 1 NOT NULL, b text DEFAULT 'x', c integer, g integer GENERATED ALWAYS AS (c * 2) STORED, CONSTRAINT c_small CHECK (c < 10));
CREATE TABLE util.other_parent (o integer);
CREATE TABLE util.child (m numeric(10,2) DEFAULT 2, c integer, own text) INHERITS (util.other_parent, util.parent);
ALTER TABLE util.child ALTER COLUMN b SET DEFAULT 'y';
ALTER TABLE util.child ALTER COLUMN a DROP DEFAULT, ALTER COLUMN m DROP DEFAULT, ALTER COLUMN k DROP DEFAULT;
ALTER TABLE util.child ALTER COLUMN o SET NOT NULL;
ALTER TABLE util.child ALTER COLUMN o SET STATISTICS 7;
CREATE TABLE util.grandchild (a integer DEFAULT NULL, g integer) INHERITS (util.child);
ALTER TABLE util.parent ADD CONSTRAINT unchecked CHECK (b <> '') NOT VALID;
COMMENT ON CONSTRAINT unchecked ON util.parent IS 'old rows may break it';

CREATE TABLE util.events (id bigint NOT NULL, at timestamp with time zone NOT NULL, kind text DEFAULT 'none', CONSTRAINT kind_known CHECK (kind <> 'bad')) PARTITION BY RANGE (at, lower(kind) COLLATE "C" text_pattern_ops);
CREATE TABLE util.events_2024 PARTITION OF util.events FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', MAXVALUE) PARTITION BY HASH (id);
CREATE TABLE util.events_2024_0 PARTITION OF util.events_2024 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE util.events_2024_1 (kind text DEFAULT 'odd', at timestamp with time zone NOT NULL, id bigint NOT NULL, CONSTRAINT kind_known CHECK (kind <> 'bad'));
ALTER TABLE util.events_2024 ATTACH PARTITION util.events_2024_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE util.events_rest PARTITION OF util.events DEFAULT;
CREATE INDEX events_kind ON util.events (kind) WITH (fillfactor = 60);
COMMENT ON INDEX util.events_kind IS 'on all partitions';
CREATE TABLE util.parts (id integer NOT NULL, region text NOT NULL, n integer) PARTITION BY LIST (region);
CREATE TABLE util.parts_eu PARTITION OF util.parts FOR VALUES IN ('de', 'fr');
CREATE TABLE util.parts_null PARTITION OF util.parts FOR VALUES IN (NULL, 'none');
ALTER TABLE util.parts ADD CONSTRAINT parts_key PRIMARY KEY (id, region) INCLUDE (n) WITH (fillfactor = 55);
ALTER TABLE util.parts ADD CONSTRAINT parts_unique UNIQUE NULLS NOT DISTINCT (n, region) WITH (fillfactor = 44) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE util.keys (
    id integer CONSTRAINT "Keys PK" PRIMARY KEY WITH (fillfactor = 80),
    u integer CONSTRAINT keys_u UNIQUE DEFERRABLE INITIALLY DEFERRED,
    n integer, region text,
    during tsrange,
    CONSTRAINT keys_n UNIQUE NULLS NOT DISTINCT (n) INCLUDE (region),
    CONSTRAINT keys_x EXCLUDE USING gist (n WITH =, during WITH &&) WITH (fillfactor = 66) WHERE (n > 0) DEFERRABLE,
    CONSTRAINT keys_self FOREIGN KEY (u) REFERENCES util.keys (id) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT keys_parts FOREIGN KEY (n, region) REFERENCES util.parts (id, region) ON DELETE SET NULL (n)
);
ALTER TABLE util.keys ADD CONSTRAINT keys_late FOREIGN KEY (id) REFERENCES "Sales Dept".customers (id) NOT VALID;
ALTER TABLE util.parts ADD CONSTRAINT parts_keys FOREIGN KEY (n) REFERENCES util.keys (id);
COMMENT ON CONSTRAINT keys_self ON util.keys IS 'a loop';
ALTER TABLE util.keys CLUSTER ON "Keys PK";
CREATE UNIQUE INDEX "Partial" ON util.keys USING btree (lower(region) DESC NULLS LAST, n) WITH (fillfactor = 50) WHERE (region ~ 'where ( with');
CREATE UNIQUE INDEX keys_replica ON util.keys (id);
ALTER TABLE util.keys REPLICA IDENTITY USING INDEX keys_replica;
CREATE INDEX keys_trgm ON util.keys USING gin (region util.gin_trgm_ops);
ALTER INDEX util.keys_trgm DEPENDS ON EXTENSION pg_trgm;
ALTER INDEX util."Partial" ALTER COLUMN 1 SET STATISTICS 900;
COMMENT ON INDEX util."Partial" IS 'partial';

CREATE VIEW util.people WITH (security_barrier = true, security_invoker = true) AS
    SELECT id, "Full Name" AS name, email, 1 AS one FROM "Sales Dept".customers WHERE email IS NOT NULL WITH LOCAL CHECK OPTION;
ALTER VIEW util.people RENAME COLUMN name TO "Who";
ALTER VIEW util.people ALTER COLUMN email SET DEFAULT 'a@b';
COMMENT ON VIEW util.people IS 'the people';
COMMENT ON COLUMN util.people."Who" IS 'their name';
GRANT SELECT ("Who") ON util.people TO ddl_reader;
CREATE VIEW util.grouped AS SELECT id, n, count(*) AS c FROM util.keys GROUP BY id;
CREATE RECURSIVE VIEW util.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 5;
CREATE MATERIALIZED VIEW util.summary WITH (fillfactor = 90, toast.autovacuum_enabled = false) AS SELECT state, email, count(*) AS n FROM "Sales Dept".customers GROUP BY state, email;
ALTER MATERIALIZED VIEW util.summary ALTER COLUMN n SET STATISTICS 55;
ALTER MATERIALIZED VIEW util.summary ALTER COLUMN email SET STORAGE MAIN;
CREATE UNIQUE INDEX summary_state ON util.summary (state, email);
ALTER MATERIALIZED VIEW util.summary CLUSTER ON summary_state;
COMMENT ON MATERIALIZED VIEW util.summary IS 'sums';
COMMENT ON COLUMN util.summary.n IS 'how many';
ALTER MATERIALIZED VIEW util.summary OWNER TO ddl_owner;
CREATE MATERIALIZED VIEW util.unfilled AS SELECT 1 AS one WITH NO DATA;

CREATE TABLE util.fast (id integer, n integer, PRIMARY KEY (id) USING INDEX TABLESPACE ddl_fast,
    EXCLUDE USING gist (n WITH =) WITH (fillfactor = 77) USING INDEX TABLESPACE ddl_fast WHERE (n > 0) DEFERRABLE) TABLESPACE ddl_fast;
CREATE INDEX fast_n ON util.fast (n) INCLUDE (id) WITH (fillfactor = 61) TABLESPACE ddl_fast WHERE n > 5;
CREATE INDEX fast_plain ON util.fast ((n + 1)) TABLESPACE ddl_fast;
CREATE TABLE util.fast_parts (id integer, UNIQUE (id) WITH (fillfactor = 51) USING INDEX TABLESPACE ddl_fast DEFERRABLE) PARTITION BY LIST (id) TABLESPACE ddl_fast;
CREATE TABLE util.fast_parts_1 PARTITION OF util.fast_parts FOR VALUES IN (1) TABLESPACE pg_default;
CREATE MATERIALIZED VIEW util.fast_view TABLESPACE ddl_fast AS SELECT id FROM util.fast;

CREATE RULE shout AS ON DELETE TO util.locked DO INSTEAD NOTHING;
ALTER TABLE util.locked DISABLE RULE shout;
COMMENT ON RULE shout ON util.locked IS 'nothing is deleted';
CREATE RULE people_insert AS ON INSERT TO util.people DO INSTEAD SELECT 1;
CREATE TRIGGER "Touch it" BEFORE INSERT OR UPDATE OF email ON "Sales Dept".customers FOR EACH ROW WHEN (NEW.email IS NOT NULL) EXECUTE FUNCTION util.touch('a', 'b''c');
COMMENT ON TRIGGER "Touch it" ON "Sales Dept".customers IS 'touches';
ALTER TRIGGER "Touch it" ON "Sales Dept".customers DEPENDS ON EXTENSION pg_trgm;
CREATE CONSTRAINT TRIGGER afterwards AFTER INSERT ON "Sales Dept".customers DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION util.touch();
ALTER TABLE "Sales Dept".customers ENABLE ALWAYS TRIGGER afterwards;
CREATE TRIGGER on_view INSTEAD OF UPDATE ON util.people FOR EACH ROW EXECUTE FUNCTION util.touch();
CREATE TRIGGER on_events AFTER INSERT ON util.events FOR EACH ROW EXECUTE FUNCTION util.touch();
ALTER TABLE util.events_rest DISABLE TRIGGER on_events;
CREATE TRIGGER on_parts AFTER INSERT ON util.parts FOR EACH ROW EXECUTE FUNCTION util.touch();
ALTER TABLE util.parts DISABLE TRIGGER on_parts;
ALTER TABLE util.parts_eu ENABLE TRIGGER on_parts;

CREATE POLICY readers ON "Sales Dept".customers AS RESTRICTIVE FOR SELECT TO ddl_reader, "ddl Other" USING (email = CURRENT_USER OR id = 1);
CREATE POLICY writers ON "Sales Dept".customers FOR INSERT WITH CHECK (email IS NOT NULL);
CREATE POLICY everybody ON "Sales Dept".customers USING (true) WITH CHECK (id > 0);
COMMENT ON POLICY everybody ON "Sales Dept".customers IS 'all';
ALTER TABLE "Sales Dept".customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Sales Dept".customers FORCE ROW LEVEL SECURITY;

SELECT lo_create(4711);
ALTER LARGE OBJECT 4711 OWNER TO ddl_owner;
COMMENT ON LARGE OBJECT 4711 IS 'large';
GRANT SELECT ON LARGE OBJECT 4711 TO ddl_reader;
