-- What 18 added: virtual generated columns, keys over periods, constraints that are not enforced, NOT NULL as constraints.
CREATE TABLE util.eighteen (a integer CONSTRAINT "a there" NOT NULL NO INHERIT, b integer, v integer GENERATED ALWAYS AS (a + 1) VIRTUAL, w text GENERATED ALWAYS AS ('x' || b), CONSTRAINT loose CHECK (b > 0) NOT ENFORCED);
COMMENT ON CONSTRAINT "a there" ON util.eighteen IS 'why';
ALTER TABLE util.eighteen ADD CONSTRAINT b_later NOT NULL b NOT VALID;
CREATE TABLE util.nn_parent (a integer NOT NULL, b integer CONSTRAINT pb NOT NULL);
CREATE TABLE util.nn_child (c integer, CONSTRAINT mine NOT NULL a) INHERITS (util.nn_parent);
CREATE TABLE util.nn_grandchild () INHERITS (util.nn_child);
CREATE TABLE util.booked (room int4range, during daterange, CONSTRAINT booked_pk PRIMARY KEY (room, during WITHOUT OVERLAPS));
CREATE TABLE util.visits (room int4range, during daterange, CONSTRAINT visits_booked FOREIGN KEY (room, PERIOD during) REFERENCES util.booked (room, PERIOD during));
ALTER TABLE util.keys ADD CONSTRAINT keys_loose FOREIGN KEY (n) REFERENCES util.keys (id) NOT ENFORCED;
CREATE PUBLICATION generated FOR TABLE util.eighteen WITH (publish_generated_columns = stored);
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO ddl_reader;
CREATE VIEW util.v_groups AS SELECT k.region, k.n + 1 AS m, count(*) FROM util.keys k GROUP BY k.region, k.n + 1 ORDER BY k.n + 1;
CREATE FUNCTION util.old_new() RETURNS SETOF integer LANGUAGE sql BEGIN ATOMIC UPDATE util.locked SET a = locked.a + 1 RETURNING old.a; END;
CREATE COLLATION util.blind (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
