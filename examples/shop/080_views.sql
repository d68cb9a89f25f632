-- Views on views, updatable ones, recursive ones, materialized ones that depend on each other, rules.
SET ROLE shop_owner;

CREATE VIEW shop.customer_emails WITH (security_barrier=true) AS
    SELECT id, email, display_name AS "Display Name" FROM shop.customers WHERE newsletter IS NOT FALSE;
COMMENT ON VIEW shop.customer_emails IS 'who wants mail';
COMMENT ON COLUMN shop.customer_emails."Display Name" IS 'a column of a view';
CREATE VIEW shop.com_emails AS
    SELECT * FROM shop.customer_emails WHERE email LIKE '%.com' WITH CASCADED CHECK OPTION;
CREATE VIEW shop.good_reviews AS
    SELECT id, product_id, stars, body FROM shop.reviews WHERE stars > 3 WITH LOCAL CHECK OPTION;
ALTER VIEW shop.good_reviews ALTER COLUMN stars SET DEFAULT 5;
-- Groups by the primary key alone, so it cannot exist before that key does.
CREATE VIEW shop.product_ratings AS
    SELECT p.id, p.sku, p.name, p.price, avg(r.stars) AS rating, count(r.id) AS reviews
    FROM shop.products AS p LEFT JOIN shop.reviews AS r ON r.product_id = p.id GROUP BY p.id;
CREATE VIEW shop.best_products AS
    SELECT *, rank() OVER (PARTITION BY (price).currency ORDER BY rating DESC NULLS LAST) FROM shop.product_ratings WHERE reviews > 0;
CREATE RECURSIVE VIEW shop.category_tree (id, name, path, depth) AS
    SELECT id, name, ARRAY[id], 0 FROM shop.categories WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id, c.name, t.path || c.id, t.depth + 1 FROM shop.categories AS c JOIN category_tree AS t ON c.parent_id = t.id;
CREATE VIEW shop.price_totals AS
    SELECT (price).currency, shop.total(price) AS total, shop.product((price).amount) FILTER (WHERE id < 1010) AS product,
        bool_or(price OPERATOR(shop.===) ROW(1, 'EUR')::shop.price) AS any_one
    FROM shop.products GROUP BY GROUPING SETS (((price).currency), ());
CREATE VIEW sales.order_overview AS
    SELECT o.*, c.name AS customer, l.lines, v.label
    FROM sales.orders AS o
    JOIN shop.customers AS c ON c.id = o.customer_id
    LEFT JOIN LATERAL (SELECT count(*) AS lines FROM sales.order_lines AS x WHERE (x.order_id, x.placed_on) = (o.id, o.placed_on)) AS l ON true
    CROSS JOIN (VALUES ('it''s'), (E'a\nb')) AS v (label);
CREATE VIEW sales.calendar AS
    SELECT day, "Week Day", EXTRACT(isodow FROM day) AS number, day::timestamp AT TIME ZONE 'UTC' AS utc
    FROM shop.calendar('2025-01-01', 31) WITH ORDINALITY AS c (day, "Week Day", n) WHERE n IS DISTINCT FROM 3;

CREATE MATERIALIZED VIEW sales.monthly_revenue WITH (fillfactor=90) AS
    SELECT date_trunc('month', placed_on)::date AS month, status, sum(total) AS revenue, count(*) AS orders FROM sales.orders GROUP BY 1, 2;
CREATE UNIQUE INDEX monthly_revenue_key ON sales.monthly_revenue (month, status);
CREATE INDEX monthly_revenue_revenue ON sales.monthly_revenue (revenue DESC) WHERE orders > 1;
CREATE VIEW sales.monthly_revenue_eur AS SELECT month, sum(revenue) AS revenue FROM sales.monthly_revenue GROUP BY month;
-- Depends on the other through a view; its name sorts before.
CREATE MATERIALIZED VIEW sales.a_yearly_revenue AS
    SELECT EXTRACT(year FROM month)::integer AS year, sum(revenue) AS revenue FROM sales.monthly_revenue_eur GROUP BY 1;
CREATE INDEX a_yearly_revenue_year ON sales.a_yearly_revenue (year);
COMMENT ON MATERIALIZED VIEW sales.a_yearly_revenue IS 'refreshed after the monthly one';
CREATE MATERIALIZED VIEW inventory.never_refreshed AS SELECT warehouse_id, count(*) FROM inventory.stock GROUP BY 1 WITH NO DATA;
CREATE MATERIALIZED VIEW shop.ratings_cache AS SELECT id, name, rating FROM shop.product_ratings;
CREATE UNIQUE INDEX ratings_cache_id ON shop.ratings_cache (id);
ALTER TABLE shop.ratings_cache CLUSTER ON ratings_cache_id;

-- Rules: instead, also, conditional, and one that is switched off.
CREATE RULE insert_email AS ON INSERT TO shop.customer_emails DO INSTEAD
    INSERT INTO shop.settings VALUES ('email wanted', NEW.email) RETURNING 0::bigint, value::shop.email, name;
CREATE RULE keep_names AS ON DELETE TO shop.settings WHERE OLD.name = 'keep' DO INSTEAD NOTHING;
CREATE RULE note_update AS ON UPDATE TO shop.settings WHERE NEW.value IS DISTINCT FROM OLD.value DO ALSO
    (INSERT INTO sales.tickets VALUES (0, NULL); UPDATE shop.categories SET depth = depth WHERE name = NEW.name);
ALTER TABLE shop.settings DISABLE RULE note_update;
COMMENT ON RULE keep_names ON shop.settings IS 'some things stay';
RESET ROLE;

SET ROLE "Shop Manager";
CREATE VIEW "Weird Schema"."View ""x""" ("A b", "ç") AS SELECT "Column One", "ünïcödé" || ' – ''' FROM "Weird Schema"."Table With Spaces";
RESET ROLE;
