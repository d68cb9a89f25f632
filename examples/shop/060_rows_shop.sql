-- Rows of customers and products. All values come from arithmetic and md5, so that they
-- depend on nothing but the scale.

-- How many rows of a table that has `base` at scale 1; for the files up to 069, in one session.
CREATE FUNCTION pg_temp.n(base integer, at_least integer DEFAULT 10) RETURNS integer
    LANGUAGE sql STABLE
    AS $$ SELECT greatest(at_least, ceil(base * current_setting('shop.scale')::numeric))::integer $$;

INSERT INTO shop.countries VALUES
    ('DE', 'Germany', 0.19, '{EUR}'), ('FR', 'France', 0.2, '{EUR}'), ('SE', 'Sweden', 0.25, '{SEK,EUR}'),
    ('CH', 'Switzerland', 0.081, '{CHF,NULL,EUR}'), ('JP', '日本', 0.1, '{JPY}'), ('US', 'United States', 0, '{}'), ('GB', 'Great "Britain"', 0.2, NULL);

INSERT INTO shop.customers (email, name, address, tags, preferences, birthday, balance, password_hash, last_ip, referred_by, created_at, newsletter)
SELECT 'user' || i || '@example.' || (ARRAY['com', 'org', 'net'])[1 + i % 3],
    (ARRAY['Anna', 'Björn', 'Chloé', 'D''Arcy', 'Éva', 'Фёдор', '美咲'])[1 + i % 7] || ' ' || initcap(substr(md5(i::text), 1, 8)),
    CASE WHEN i % 11 <> 0 THEN ROW('Street ' || i % 97, i % 200 || 'a', lpad((i * 31 % 100000)::text, 5, '0'), CASE WHEN i % 13 = 0 THEN NULL ELSE 'City, "' || i % 50 || '"' END, 'DE')::shop.postal_address END,
    CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '{}' WHEN 2 THEN ARRAY['vip', 'a,b', 'with "quotes"'] ELSE ARRAY[NULL, '', 'NULL', E'back\\slash'] END,
    jsonb_build_object('theme', i % 3, 'seen', ARRAY[i, i + 1], 'deep', jsonb_build_object('k' || i % 10, NULL, 'text', md5(i::text))),
    date '1940-01-01' + i * 17 % 25000, (i % 1000) / 4.0, decode(md5(i::text) || md5((i + 1)::text), 'hex'),
    ('10.' || i % 256 || '.' || i / 256 % 256 || '.1')::inet,
    CASE WHEN i > 10 AND i % 3 = 0 THEN i / 3 END,
    timestamptz '2020-02-29 12:00:00.123456+00' + i * interval '37 minutes', CASE WHEN i % 5 > 0 THEN i % 2 = 0 END
FROM generate_series(1, pg_temp.n(50000)) AS i;

INSERT INTO shop.addresses (customer_id, label, address, location, is_default)
SELECT 1 + i % pg_temp.n(50000), NULLIF('label ' || i % 3, 'label 2'),
    ROW('Way ' || i, i % 30, i % 1000, 'Town', 'FR')::shop.postal_address, point(i / 7.0, -i / 3.0), i <= pg_temp.n(50000)
FROM generate_series(1, pg_temp.n(60000)) AS i;

INSERT INTO shop.categories (parent_id, name, depth)
SELECT CASE WHEN i > 4 THEN i / 4 END, 'Category № ' || i, CASE WHEN i > 4 THEN 1 ELSE 0 END FROM generate_series(1, 60) AS i;
-- The first row refers to a later one, so that no order of rows satisfies the key row by row.
UPDATE shop.categories SET parent_id = 60 WHERE id = 1;

INSERT INTO shop.products (sku, uid, ean, name, description, attributes, raw, price, former_prices, sold_in, size, weight, discount, available)
SELECT 'SKU-' || i, md5(i::text)::uuid, c.code || c.digit, 'Product ' || i || ' ' || substr(md5(i::text), 1, 6),
    CASE WHEN i % 9 > 0 THEN 'Made of ' || (ARRAY['wood', 'steel', 'glass', 'paper'])[1 + i % 4] || E',\nfor ' || (ARRAY['cats', 'dogs', 'people'])[1 + i % 3] || E'.\t' || repeat(md5(i::text) || ' ', i % 8) END,
    jsonb_build_object('color', (ARRAY['red', 'green', 'blue'])[1 + i % 3], 'sizes', ARRAY[i % 5, i % 7], 'n', (i / 7.0)::numeric(20,15)),
    '{"b" :  1, "a":[1,2 , 3], "b": "twice"}',
    ROW((i % 900) + 0.99, 'EUR')::shop.price,
    CASE WHEN i % 3 = 0 THEN ARRAY[ROW(1.5, 'USD'), NULL, ROW(NULL, NULL), ROW(i, 'SEK')]::shop.price[] END,
    CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN '{}' ELSE '{EUR,NULL,SEK}' END::shop.currency[],
    ROW(i / 3.0, 1e-30, NULL)::shop.dimensions, 0.1 * (1 + i % 50), i % 100,
    CASE WHEN i % 4 > 0 THEN daterange(date '2020-01-01' + i % 500, CASE WHEN i % 8 > 1 THEN date '2026-01-01' END) END
FROM generate_series(1, pg_temp.n(15000)) AS i,
    LATERAL (SELECT lpad((400000000000 + i::bigint * 7919)::text, 12, '0') AS code) AS x,
    LATERAL (SELECT x.code, (10 - sum(substr(x.code, k, 1)::integer * CASE WHEN k % 2 = 0 THEN 3 ELSE 1 END) % 10) % 10 AS digit FROM generate_series(1, 12) AS k) AS c;

INSERT INTO shop.product_categories
SELECT DISTINCT ON (p, c) p, c, i FROM (SELECT 1000 + i % pg_temp.n(15000) AS p, (1 + i * 7 % 60)::smallint AS c, NULLIF(i % 10, 0) AS i FROM generate_series(1, pg_temp.n(30000)) AS i) AS x
ORDER BY p, c, i;
INSERT INTO shop.product_translations
SELECT 1000 + i, l, CASE WHEN i % 7 > 0 THEN 'Name ' || i || l END, CASE WHEN i % 20 = 0 THEN repeat(md5(i::text || l), 100) ELSE md5(l) END
FROM generate_series(0, pg_temp.n(15000) - 1) AS i, unnest(ARRAY['de', 'fr', 'zh-TW']) AS l;
INSERT INTO shop.product_images
SELECT 1000 + i % pg_temp.n(15000), 1 + i / pg_temp.n(15000), decode(repeat(md5(i::text), 10 + i % 10 * 200), 'hex'), i::bit(32), CASE WHEN i % 3 > 0 THEN i::bit(12)::varbit END
FROM generate_series(0, pg_temp.n(800) - 1) AS i;
INSERT INTO shop.price_history
SELECT 1000 + i, (i % 100) + v, tstzrange('2020-01-01Z'::timestamptz + v * interval '1 year', CASE WHEN v < 2 THEN '2021-01-01Z'::timestamptz + v * interval '1 year' END)
FROM generate_series(0, pg_temp.n(5000) - 1) AS i, generate_series(0, 2) AS v;
INSERT INTO shop.coupons (code, worth, percent, valid, lasts, priority)
SELECT 'CODE' || i, (i * 1.25)::numeric::money, CASE WHEN i % 2 = 0 THEN i % 101 END, daterange(date '2024-01-01', date '2024-01-02' + i, '[]'),
    make_interval(years => i % 3, months => -i % 12, days => i, secs => i / 8.0), pg_temp.n(500) - i
FROM generate_series(1, pg_temp.n(500)) AS i;
INSERT INTO shop.coupons (code, worth, priority) VALUES ('SORRY', '-$92233720368547758.08', NULL), ('', '0', NULL);
-- A server that was built without libxml cannot make values of the type.
DO $$ BEGIN
    UPDATE shop.coupons SET terms = XMLPARSE(CONTENT '<terms lang="de">Bedingungen &amp; Ausnahmen</terms> and <b/>') WHERE percent > 10;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
INSERT INTO shop.carts SELECT md5('cart' || i)::uuid, 1 + i % pg_temp.n(50000), jsonb_build_array(i, NULL, 'x'), '2025-12-24 18:00:00' FROM generate_series(1, pg_temp.n(1000)) AS i;
INSERT INTO shop.reviews (product_id, customer_id, stars, body)
SELECT 1000 + i * 13 % pg_temp.n(15000), CASE WHEN i % 6 > 0 THEN 1 + i % pg_temp.n(50000) END, 1 + i % 5, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' ELSE 'Review ' || md5(i::text) END
FROM generate_series(1, pg_temp.n(30000)) AS i;
INSERT INTO shop.settings VALUES ('theme', 'dark'), ('theme', 'dark'), ('theme', NULL), (NULL, NULL), (NULL, NULL), ('', '');
SELECT nextval('shop.public_id_seq'), setval('"Weird Schema"."Se""quence"', 4611686018427387904, false);
