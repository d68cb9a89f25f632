-- What 12 added: generated columns, table access methods, nondeterministic collations, most common values of several columns.
ALTER TABLE util.parent ADD COLUMN g integer GENERATED ALWAYS AS (c * 2) STORED;
CREATE TABLE util.computed (a text, b text GENERATED ALWAYS AS ('born ' || a) STORED, CHECK (b <> ''));
CREATE INDEX ON util.computed (b);
CREATE FOREIGN TABLE util.remote_computed (id int, twice int GENERATED ALWAYS AS (id * 2) STORED) SERVER "Far";
CREATE ACCESS METHOD piles TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE util.on_piles (a integer) USING piles;
CREATE MATERIALIZED VIEW util.view_on_piles USING piles AS SELECT on_piles.a FROM util.on_piles;
CREATE FUNCTION util.supported(integer) RETURNS integer LANGUAGE sql SUPPORT generate_series_int4_support AS 'SELECT $1';
CREATE STATISTICS util.st_mcv (mcv) ON n, region FROM util.keys;
CREATE VIEW util.v_materialized AS WITH w AS MATERIALIZED (SELECT k.id FROM util.keys k), v AS NOT MATERIALIZED (SELECT w.id FROM w) SELECT v.id FROM v;
CREATE VIEW util.v_jsonpath AS SELECT j.j @@ '$.a > 1' AS hit FROM util.piled j;
ALTER TABLE util.keys ADD CONSTRAINT keys_hashed FOREIGN KEY (n) REFERENCES util.hashed (id);
