-- What PostgreSQL 12 does not have yet; leave this file out for an older server.
SET ROLE shop_owner;

-- 14: bodies that are parsed, and therefore depend on what they use.
CREATE FUNCTION shop.cheapest(wanted shop.currency DEFAULT 'EUR') RETURNS numeric
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT min((p.price).amount) FROM shop.products AS p WHERE (p.price).currency = wanted;
    END;
CREATE FUNCTION shop.twice(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a * 2;
-- Groups by a primary key alone, like the view does, so the function waits for the key.
CREATE FUNCTION shop.reviewed() RETURNS TABLE (name text, reviews bigint)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT p.name, count(*) FROM shop.products AS p JOIN shop.reviews AS r ON r.product_id = p.id GROUP BY p.id;
    END;
CREATE PROCEDURE sales.close_ticket(number integer, OUT done boolean)
    LANGUAGE sql
    BEGIN ATOMIC
        DELETE FROM sales.tickets WHERE tickets.number = close_ticket.number AND opened IS NULL;
        SELECT true;
    END;

-- 14: multiranges, infinite numeric, compression. 15: negative scale, NULLS NOT DISTINCT, SET NULL of some columns.
CREATE TYPE shop.float_range AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = shop."Float Ranges");
CREATE TABLE shop.newer (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    days datemultirange,
    numbers int4multirange,
    floats shop."Float Ranges",
    huge numeric,
    thousands numeric(6,-3),
    fraction numeric(3,5),
    squeezed text COMPRESSION pglz,
    customer_id bigint,
    parent integer,
    UNIQUE NULLS NOT DISTINCT (customer_id, huge)
);
CREATE INDEX newer_numbers ON shop.newer USING gist (numbers);
ALTER TABLE shop.newer ADD UNIQUE (id, customer_id);
ALTER TABLE shop.newer ADD CONSTRAINT newer_parent FOREIGN KEY (parent, customer_id) REFERENCES shop.newer (id, customer_id) ON DELETE SET NULL (parent);
-- A server that was built without lz4 cannot have this one.
DO $$ BEGIN
    ALTER TABLE shop.product_translations ALTER COLUMN description SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
INSERT INTO shop.newer (days, numbers, floats, huge, thousands, fraction, squeezed, customer_id)
SELECT CASE i % 3 WHEN 0 THEN '{}' WHEN 1 THEN '{[2024-01-01,2024-02-01),[2025-01-01,)}' END::datemultirange, int4multirange(int4range(i, i + 2), int4range(i + 5, i + 6)),
    '{[0.1,1e300),(1e301,Infinity]}', CASE i % 4 WHEN 0 THEN 'Infinity' WHEN 1 THEN '-Infinity' WHEN 2 THEN 'NaN' ELSE i::text END::numeric, i * 1000, 0.00123, repeat('squeeze me ', i % 500), i
FROM generate_series(1, greatest(20, ceil(2000 * current_setting('shop.scale')::numeric)::integer)) AS i;
UPDATE shop.newer SET parent = id WHERE id % 5 = 0;

-- 15: views that look with the eyes of whoever asks.
CREATE VIEW shop.my_orders WITH (security_invoker=true) AS SELECT * FROM sales.orders;
RESET ROLE;
