-- What 13 added: parameters of operator classes, statistics targets, publications of partitioned tables through their root.
CREATE TABLE util.docs (body text, vector tsvector GENERATED ALWAYS AS (to_tsvector('util.english', body)) STORED);
CREATE INDEX docs_vector ON util.docs USING gist (vector tsvector_ops (siglen = 100));
ALTER STATISTICS util.st_mcv SET STATISTICS 500;
CREATE PUBLICATION through_root FOR TABLE util.hashed WITH (publish_via_partition_root = true);
CREATE VIEW util.v_ties AS SELECT k.id FROM util.keys k ORDER BY k.n FETCH FIRST 3 ROWS WITH TIES;
CREATE INDEX keys_plain ON util.keys (region) WITH (deduplicate_items = off);
ALTER TABLE util.computed ALTER COLUMN b DROP EXPRESSION;
