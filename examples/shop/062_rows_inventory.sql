-- Rows of warehouses, also of tables that inherit, and equal rows in a table without a key.
INSERT INTO inventory.warehouses (name, location, area, delivery_zone, plot, access_road, front, open, timezone, gate_mac, network)
SELECT 'Warehouse ' || i, point(i, i / 3.0), '((0,0),(4,0),(4,3.5),(0,3))', circle(point(i, 0), i * 1.1), box(point(0, 0), point(i, 2)),
    CASE WHEN i % 2 = 0 THEN '((0,0),(1,1),(2,0))'::path ELSE '[(0,0),(1,1),(2,0)]'::path END, '[(0,0),(1e-3,1e300)]',
    CASE i WHEN 1 THEN 'empty'::inventory.timerange WHEN 2 THEN '[08:00,)' WHEN 3 THEN '(,)' ELSE '[06:00,22:30:00.5]' END,
    NULLIF('Europe/Zone' || i, 'Europe/Zone3'), '08:00:2b:01:02:03', '192.168.0.0/24'
FROM generate_series(1, 8) AS i;
INSERT INTO inventory.bins SELECT w, 'B' || b, chr(65 + b % 26)::"char", (b + 3000000000)::oid FROM generate_series(1, 8) AS w, generate_series(1, pg_temp.n(500)) AS b;
INSERT INTO inventory.stock SELECT w, 1000 + p, (w * p) % 1000, p % 4, timestamptz '2025-06-01Z' + p * interval '1 minute' FROM generate_series(1, 8) AS w, generate_series(0, pg_temp.n(7000) - 1) AS p;
INSERT INTO inventory.stock_moves
SELECT NULLIF(i % 9, 0), 1000 + i % 50, i % 3 - 1, CASE WHEN i % 10 > 0 THEN timestamptz '2024-01-01Z' + i / 2000 * interval '1 hour' END FROM generate_series(1, pg_temp.n(150000, 300)) AS i;
INSERT INTO inventory.items SELECT i, 'Item ' || i, i % 8 + 1 FROM generate_series(1, pg_temp.n(1000)) AS i;
INSERT INTO inventory.perishable_items (id, name, stored_at, best_before) SELECT i, default_name, NULL, date '2026-01-01' + i
    FROM (SELECT i, CASE WHEN i % 2 = 0 THEN 'milk' ELSE 'bread' END AS default_name FROM generate_series(1, pg_temp.n(2000)) AS i) AS x;
INSERT INTO inventory.bulk_items (id, name, weight, unit, density) SELECT i, 'Bulk ' || i, i / 8.0, NULLIF(i % 2, 0)::text, i / 9.0 FROM generate_series(1, pg_temp.n(2000)) AS i;
INSERT INTO inventory.fragile_items (id, name, glass) SELECT i, 'Vase ' || i, i % 2 = 0 FROM generate_series(1, pg_temp.n(1000)) AS i;
INSERT INTO inventory.measured VALUES (1.5, 'kg'), (NULL, NULL), ('NaN', 'g');
INSERT INTO inventory.measurements
SELECT i % 20, timestamptz '2025-01-01Z' + i * interval '1.5 seconds',
    CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN '-0' WHEN 4 THEN '1e-45' WHEN 5 THEN '3.4028235e38' ELSE (i / 7.0)::real END::real,
    CASE i % 50 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN '-0' WHEN 4 THEN '5e-324' WHEN 5 THEN '1.7976931348623157e308' ELSE sqrt(i) END,
    CASE i % 30 WHEN 0 THEN 'NaN' WHEN 1 THEN 1e-200 WHEN 2 THEN -1e200 + 0.1 WHEN 3 THEN 1.50000 ELSE i / 7.0 END::numeric, i / 3.0 % 9999,
    CASE i % 5 WHEN 0 THEN ARRAY[i, NULL, 'NaN']::double precision[] WHEN 1 THEN '{}' WHEN 2 THEN ARRAY[i / 3.0]::double precision[] END::double precision[]
FROM generate_series(1, pg_temp.n(30000, 60)) AS i;
INSERT INTO inventory.suppliers (name, contact, rating) SELECT 'Supplier ' || i, ROW(NULL, NULL, NULL, NULL, NULL)::shop.postal_address, i % 5 FROM generate_series(1, pg_temp.n(300)) AS i;
INSERT INTO inventory.depots (street, "House No.", zip, country) SELECT 'Road ' || i, i, i, 'DE' FROM generate_series(1, pg_temp.n(200)) AS i;
