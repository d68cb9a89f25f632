-- Rows of orders and what follows from them.
INSERT INTO sales.orders (placed_on, customer_id, status, channel, ship_to, total, note)
SELECT date '2023-01-01' + i * 37 % 1600, 1 + i::bigint * 7919 % pg_temp.n(50000), (enum_range(NULL::sales.order_status))[1 + i % 7],
    (ARRAY['web', 'APP', 'phone', NULL, 'Web'])[1 + i / 3 % 5], CASE WHEN i % 5 = 0 THEN ROW('Elsewhere', i, NULL, '', 'SE')::shop.postal_address END,
    i % 500 + 0.01, CASE i % 10 WHEN 0 THEN '' WHEN 1 THEN E'first line\nsecond\tline\\' WHEN 2 THEN 'gift' END
FROM generate_series(1, pg_temp.n(150000, 80)) AS i;

INSERT INTO sales.order_lines (order_id, placed_on, line_no, product_id, quantity, unit_price, options)
SELECT o.id, o.placed_on, l, 1000 + (o.id * 13 + l * 7) % pg_temp.n(15000), 1 + o.id % 3, (o.id % 300) + 0.5,
    CASE o.id % 20 WHEN 0 THEN '{{color,red},{size,NULL}}' WHEN 1 THEN '{}' WHEN 2 THEN '[5:6][0:0]={{a},{"b,{c}"}}' END::text[]
FROM sales.orders AS o, generate_series(1, 1 + o.id % 4) AS l ORDER BY o.id, l;

INSERT INTO sales.payments (method, order_id, placed_on, amount, paid_at, reference)
SELECT (enum_range(NULL::sales.payment_method))[1 + id % 12], id, placed_on, total, placed_on + time '10:30' + id * interval '1.001 second', CASE WHEN id % 2 = 0 THEN chr(65 + (id % 26)::integer) END
FROM sales.orders WHERE id % 3 > 0 OR id < 30 ORDER BY id;

INSERT INTO sales.shipments
SELECT id, (ARRAY['DE', 'FR', 'it''s', NULL, 'US', 'default', ''])[1 + id % 7], id, placed_on, 'Carrier ' || id / 2 % 4, id / 3.0, placed_on + interval '2 days'
FROM sales.orders WHERE id % 2 = 0 ORDER BY id;

INSERT INTO sales.invoices (number, order_id, placed_on, issued)
SELECT 'R-' || id, id, placed_on, placed_on + 1 FROM sales.orders WHERE id % 5 = 0 ORDER BY id;
INSERT INTO sales.credit_notes (number, invoice, amount)
SELECT 'G-' || substr(number, 3), number, 3.5 FROM sales.invoices WHERE order_id % 3 = 0 ORDER BY order_id;
UPDATE sales.invoices SET last_credit_note = 'G-' || substr(number, 3) WHERE order_id % 3 = 0;

INSERT INTO sales.returns (order_id, placed_on, line_no, coupon, reason)
SELECT CASE WHEN order_id % 7 > 0 THEN order_id END, CASE WHEN order_id % 7 > 0 THEN placed_on END, CASE WHEN order_id % 7 > 0 THEN line_no END,
    CASE WHEN order_id % 2 = 0 THEN 'CODE1' ELSE 'SORRY' END, repeat('because ', (order_id % 9)::integer)
FROM sales.order_lines WHERE line_no = 1 AND order_id <= pg_temp.n(5000) ORDER BY order_id;
INSERT INTO sales.tickets (opened) SELECT timestamp '2024-03-31 02:30:00' + i * interval '1 hour' FROM generate_series(1, 25) AS i;
INSERT INTO sales.daily_totals SELECT placed_on, 'EUR', sum(total), count(*) FROM sales.orders GROUP BY placed_on ORDER BY placed_on;
