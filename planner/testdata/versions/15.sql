-- What 15 added: NULLS NOT DISTINCT, views that ask as their readers, parts of tables in publications, SET NULL of some columns, MERGE.
CREATE TABLE util.fifteen (id integer PRIMARY KEY, n integer, region text, CONSTRAINT fifteen_n UNIQUE NULLS NOT DISTINCT (n) INCLUDE (region), x numeric(6,-3));
ALTER TABLE util.fifteen ADD CONSTRAINT fifteen_two UNIQUE (id, n);
ALTER TABLE util.fifteen ADD CONSTRAINT fifteen_self FOREIGN KEY (id, n) REFERENCES util.fifteen (id, n) ON DELETE SET NULL (n);
CREATE UNIQUE INDEX fifteen_region ON util.fifteen (region) NULLS NOT DISTINCT;
CREATE VIEW util.invokes WITH (security_invoker = true) AS SELECT fifteen.id FROM util.fifteen;
CREATE UNLOGGED SEQUENCE util.fleeting AS integer;
ALTER SEQUENCE util.scratch_i_seq SET LOGGED;
CREATE PUBLICATION parts_of FOR TABLE util.keys (id, region) WHERE (id > 10 OR region = 'x');
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA "Sales Dept", TABLE util.fifteen;
CREATE SUBSCRIPTION fifteen_sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, two_phase = true, disable_on_error = true);
CREATE FUNCTION util.merges() RETURNS void LANGUAGE sql AS 'MERGE INTO util.fifteen f USING util.keys k ON k.id = f.id WHEN MATCHED THEN DELETE';
