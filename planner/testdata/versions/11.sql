-- What 11 added: procedures, keys and indexes of partitioned tables, hash and default partitions, INCLUDE, triggers for rows of partitions.
CREATE PROCEDURE util.work(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := a + 1; END';
GRANT EXECUTE ON PROCEDURE util.work(integer) TO ddl_reader;
COMMENT ON PROCEDURE util.work(integer) IS 'works';
CREATE AGGREGATE util.shared(v integer) (SFUNC = util.add_up, STYPE = bigint, FINALFUNC = util.done, FINALFUNC_MODIFY = SHAREABLE, INITCOND = '0',
    MSFUNC = util.add_up, MINVFUNC = util.take_off, MSTYPE = bigint, MINITCOND = '0', MFINALFUNC = util.done, MFINALFUNC_MODIFY = READ_WRITE);
CREATE TABLE util.hashed (id bigint NOT NULL, state util.status, n integer) PARTITION BY HASH (id);
CREATE TABLE util.hashed_0 PARTITION OF util.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE util.hashed_1 PARTITION OF util.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE util.events_rest PARTITION OF util.events DEFAULT;
CREATE INDEX events_kind ON util.events (kind) WITH (fillfactor = 60);
COMMENT ON INDEX util.events_kind IS 'on all partitions';
CREATE INDEX hashed_n ON ONLY util.hashed (n);
ALTER TABLE util.hashed ADD CONSTRAINT hashed_key PRIMARY KEY (id) INCLUDE (n) WITH (fillfactor = 55);
ALTER TABLE util.hashed ADD CONSTRAINT hashed_unique UNIQUE (n, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE util.hashed ADD CONSTRAINT hashed_customers FOREIGN KEY (id) REFERENCES "Sales Dept".customers (id);
CREATE TRIGGER on_hashed AFTER INSERT ON util.hashed FOR EACH ROW EXECUTE PROCEDURE util.touch();
CREATE TRIGGER off_hashed AFTER DELETE ON util.hashed FOR EACH ROW EXECUTE PROCEDURE util.touch();
ALTER TABLE util.hashed_0 DISABLE TRIGGER off_hashed;
ALTER INDEX util."Partial" ALTER COLUMN 1 SET STATISTICS 900;
CREATE INDEX keys_include ON util.keys (n) INCLUDE (region);
CREATE VIEW util.v_frames AS SELECT k.id, sum(k.n) OVER (ORDER BY k.id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) AS s FROM util.keys k;
CREATE DOMAIN util.codes AS util.code[] CHECK (cardinality(VALUE) > 0);
CREATE TABLE util.many_codes (c util.codes, a util.code[]);
CREATE PUBLICATION truncates FOR TABLE util.granted WITH (publish = 'insert, truncate');
CREATE STATISTICS util.st_hashed ON n, id FROM util.hashed;
CREATE OPERATOR CLASS util.gist_points FOR TYPE point USING gist AS OPERATOR 1 <<, OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
    FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal), FUNCTION 3 gist_point_compress(internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal),
    FUNCTION 8 (point, point) gist_point_distance(internal, point, smallint, oid, internal), STORAGE box;
