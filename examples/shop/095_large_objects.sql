-- Large objects with fixed numbers, owners, rights and comments: one empty, one with a hole.
SELECT lo_from_bytea(70001, 'a small one'), lo_from_bytea(70002, ''), lo_from_bytea(70003, decode(repeat('00ff5c0a', 20000), 'hex')), lo_create(70004);
SELECT lo_put(70004, 100000, '\x01');
SELECT lo_from_bytea(71000 + i, decode(md5(i::text), 'hex')) FROM generate_series(1, greatest(5, (200 * current_setting('shop.scale')::numeric)::integer)) AS i;
ALTER LARGE OBJECT 70001 OWNER TO shop_owner;
ALTER LARGE OBJECT 70002 OWNER TO "Shop Manager";
GRANT SELECT ON LARGE OBJECT 70001 TO shop_app WITH GRANT OPTION;
GRANT SELECT, UPDATE ON LARGE OBJECT 70003 TO PUBLIC;
REVOKE ALL ON LARGE OBJECT 70002 FROM "Shop Manager";
COMMENT ON LARGE OBJECT 70001 IS 'it''s a small one';
CREATE TABLE shop.manuals (product_id integer PRIMARY KEY, document oid NOT NULL);
ALTER TABLE shop.manuals OWNER TO shop_owner;
INSERT INTO shop.manuals SELECT row_number() OVER (ORDER BY oid) + 999, oid FROM pg_largeobject_metadata ORDER BY oid;
