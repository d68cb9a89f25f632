-- What PostgreSQL 10 has and later versions do not.
CREATE TABLE dated (id integer PRIMARY KEY, at abstime, "reltime" integer);
CREATE TABLE spans (s tinterval[]);
CREATE VIEW on_dated AS SELECT id, at FROM dated;
CREATE TABLE "reltime" ("abstime" integer DEFAULT 1);
CREATE VIEW casts AS SELECT count(*) AS n FROM "reltime" r WHERE now() > (r."abstime")::abstime;
CREATE FUNCTION takes(a abstime) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION named(abstime integer, "reltime" text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION half(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1 / 2';
CREATE OPERATOR ~~~ (LEFTARG = bigint, PROCEDURE = half);
CREATE OPERATOR ~~~ (RIGHTARG = bigint, PROCEDURE = half);
CREATE AGGREGATE collect(anyelement) (SFUNC = array_append, STYPE = anyarray, INITCOND = '{}');
CREATE AGGREGATE collect(integer) (SFUNC = array_append, STYPE = integer[], INITCOND = '{}');
CREATE VIEW faculty AS SELECT (r."abstime" !) AS f, NOT (r."abstime" > 1) AS g FROM "reltime" r;
CREATE TABLE hidden (a integer) WITH OIDS;
CREATE FUNCTION ordered() RETURNS integer LANGUAGE sql SET operator_precedence_warning = on SET my.own = 'x' AS 'SELECT 1';
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET replacement_sort_tuples = 7', current_database());
    EXECUTE format('ALTER DATABASE %I SET work_mem = ''7MB''', current_database());
END $$;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_start_backup(text, boolean, boolean), pg_catalog.pg_ls_logdir() TO pg_monitor;
GRANT SELECT ON pg_catalog.pg_pltemplate, pg_catalog.pg_authid TO pg_monitor;
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE floating (m mood[], f double precision);
CREATE TABLE afloat (m mood, f double precision);
