-- Keys, foreign keys and indexes of every kind.
SET ROLE shop_owner;

ALTER TABLE shop.customers ADD PRIMARY KEY (id);
ALTER TABLE shop.customers ADD CONSTRAINT customers_public_id_key UNIQUE (public_id);
ALTER TABLE shop.customers ADD CONSTRAINT customers_referred_by_fkey FOREIGN KEY (referred_by) REFERENCES shop.customers ON DELETE SET NULL;
CREATE UNIQUE INDEX customers_email_lower ON shop.customers (lower((email)::text));
CREATE INDEX customers_city ON shop.customers (((address).city) COLLATE "C" text_pattern_ops DESC NULLS LAST) WHERE address IS NOT NULL;
CREATE INDEX customers_created_brin ON shop.customers USING brin (created_at) WITH (pages_per_range=16, autosummarize=on);
CREATE INDEX customers_tags ON shop.customers USING gin (tags);
CREATE INDEX customers_preferences ON shop.customers USING gin (preferences jsonb_path_ops) WITH (fastupdate=off);
CREATE INDEX customers_name_trgm ON shop.customers USING gin (name public.gin_trgm_ops);
CREATE INDEX customers_ip ON shop.customers USING gist (last_ip inet_ops);
CREATE INDEX customers_public_hash ON shop.customers USING hash (public_id);
COMMENT ON INDEX shop.customers_email_lower IS 'one account for each address';
COMMENT ON INDEX shop.customers_pkey IS 'an index that belongs to a constraint';
COMMENT ON CONSTRAINT customers_pkey ON shop.customers IS 'and the constraint';
ALTER INDEX shop.customers_email_lower ALTER COLUMN 1 SET STATISTICS 300;
CLUSTER shop.customers USING customers_pkey;

ALTER TABLE shop.addresses ADD FOREIGN KEY (customer_id) REFERENCES shop.customers ON UPDATE CASCADE ON DELETE CASCADE;
CREATE UNIQUE INDEX addresses_one_default ON shop.addresses (customer_id) WHERE is_default;
CREATE INDEX addresses_location ON shop.addresses USING spgist (location);
CREATE INDEX addresses_location_gist ON shop.addresses USING gist (location) WITH (buffering=off, fillfactor=80);
ALTER TABLE shop.categories ADD CONSTRAINT categories_parent_fkey FOREIGN KEY (parent_id) REFERENCES shop.categories DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE shop.categories ADD UNIQUE (parent_id, name) DEFERRABLE;

ALTER TABLE shop.products ADD PRIMARY KEY (id) WITH (fillfactor=95);
ALTER TABLE shop.products ADD CONSTRAINT "products ""sku""" UNIQUE (sku) INCLUDE (name);
CREATE UNIQUE INDEX products_uid ON shop.products (uid);
ALTER TABLE shop.products REPLICA IDENTITY USING INDEX products_uid;
CREATE INDEX products_search ON shop.products USING gin (search);
CREATE INDEX products_price ON shop.products (((price).currency), ((price).amount) DESC);
CREATE INDEX products_slug ON shop.products (shop.slugify(name)) INCLUDE (id) WHERE (price).amount > 10;
CREATE INDEX products_available ON shop.products USING gist (available);
CREATE INDEX "products ""odd"" index" ON shop.products ((attributes ->> 'color'), id DESC NULLS FIRST);
ALTER TABLE shop.product_categories ADD PRIMARY KEY (product_id, category_id);
ALTER TABLE shop.product_categories ADD FOREIGN KEY (product_id) REFERENCES shop.products ON DELETE CASCADE, ADD FOREIGN KEY (category_id) REFERENCES shop.categories ON DELETE RESTRICT;
ALTER TABLE shop.product_translations ADD PRIMARY KEY (lang, product_id);
ALTER TABLE shop.product_translations ADD CONSTRAINT translations_product FOREIGN KEY (product_id) REFERENCES shop.products NOT VALID;
ALTER TABLE shop.product_images ADD UNIQUE (number, product_id);
ALTER TABLE shop.price_history ADD CONSTRAINT one_price_at_a_time
    EXCLUDE USING gist (int4range(product_id, product_id, '[]') WITH &&, valid WITH &&) WHERE (product_id > 0) DEFERRABLE;
COMMENT ON CONSTRAINT one_price_at_a_time ON shop.price_history IS 'no btree_gist needed';
ALTER TABLE shop.reviews ADD PRIMARY KEY (id);
ALTER TABLE shop.reviews ADD CONSTRAINT stars_are_few CHECK (stars BETWEEN 1 AND 5) NOT VALID;
ALTER TABLE shop.reviews ADD FOREIGN KEY (product_id) REFERENCES shop.products ("id");
ALTER TABLE shop.reviews ADD FOREIGN KEY (customer_id) REFERENCES shop.customers DEFERRABLE;

ALTER TABLE sales.orders ADD PRIMARY KEY (id, placed_on);
ALTER TABLE sales.orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES shop.customers;
CREATE INDEX orders_customer ON sales.orders (customer_id, placed_on DESC);
-- Below the root only: an index that one partition has alone, and a constraint likewise.
CREATE INDEX orders_2023_note ON sales.orders_2023 (note) WHERE note <> '';
ALTER TABLE sales.orders_2026 ADD CONSTRAINT only_2026 CHECK (placed_on >= '2026-01-01');
-- An index on the root that was attached to the partitions' one by one.
CREATE INDEX orders_status ON ONLY sales.orders (status);
CREATE INDEX "2023 by status" ON sales.orders_2023 (status);
ALTER INDEX sales.orders_status ATTACH PARTITION sales."2023 by status";
ALTER TABLE sales.order_lines ADD PRIMARY KEY (order_id, placed_on, line_no);
ALTER TABLE sales.order_lines ADD FOREIGN KEY (order_id, placed_on) REFERENCES sales.orders ON DELETE CASCADE;
ALTER TABLE sales.order_lines ADD FOREIGN KEY (product_id) REFERENCES shop.products;
CREATE INDEX order_lines_product ON sales.order_lines (product_id);
ALTER TABLE sales.payments ADD PRIMARY KEY (id, method);
ALTER TABLE sales.payments ADD FOREIGN KEY (order_id, placed_on) REFERENCES sales.orders (id, placed_on);
CREATE INDEX shipments_order ON sales.shipments (order_id);

-- The circle: an invoice names its last credit note, which names its invoice.
ALTER TABLE sales.invoices ADD CONSTRAINT invoices_order_key UNIQUE (order_id, placed_on);
ALTER TABLE sales.invoices ADD FOREIGN KEY (last_credit_note) REFERENCES sales.credit_notes;
ALTER TABLE sales.credit_notes ADD FOREIGN KEY (invoice) REFERENCES sales.invoices DEFERRABLE INITIALLY IMMEDIATE;
ALTER TABLE sales.returns ADD CONSTRAINT returns_line FOREIGN KEY (order_id, placed_on, line_no) REFERENCES sales.order_lines MATCH FULL ON DELETE SET NULL;
ALTER TABLE sales.returns ADD FOREIGN KEY (coupon) REFERENCES shop.coupons ON DELETE SET DEFAULT ON UPDATE SET DEFAULT;
COMMENT ON CONSTRAINT returns_line ON sales.returns IS 'all three or none';
ALTER TABLE sales.daily_totals ADD PRIMARY KEY (day, currency);
ALTER TABLE sales.daily_totals CLUSTER ON daily_totals_pkey;

CREATE UNIQUE INDEX bins_by_shelf ON inventory.bins (shelf, warehouse_id, code);
ALTER TABLE inventory.bins ADD FOREIGN KEY (warehouse_id) REFERENCES inventory.warehouses;
ALTER TABLE inventory.stock ADD CONSTRAINT stock_pkey PRIMARY KEY (warehouse_id, product_id);
ALTER TABLE inventory.stock ADD CONSTRAINT not_below_nothing CHECK (quantity >= 0) NOT VALID;
ALTER TABLE inventory.stock ADD CONSTRAINT stock_product FOREIGN KEY (product_id) REFERENCES shop.products NOT VALID;
CREATE INDEX stock_moves_brin ON inventory.stock_moves USING brin (moved_at, product_id int4_minmax_ops);
ALTER TABLE inventory.items ADD PRIMARY KEY (id);
ALTER TABLE inventory.perishable_items ADD UNIQUE (id);
CREATE INDEX measurements_expr ON inventory.measurements ((abs(double)), sensor);
ALTER INDEX inventory.measurements_expr ALTER COLUMN 1 SET STATISTICS 0;
RESET ROLE;

SET ROLE shop_auditor;
ALTER TABLE audit.events ADD PRIMARY KEY (id);
CREATE INDEX events_time ON audit.events USING brin (happened_at);
CREATE INDEX events_payload ON audit.events USING gin ((payload -> 'action')) WHERE actor IS NOT NULL;
CREATE INDEX type_zoo_ranges ON audit.type_zoo USING spgist (c_int4range);
RESET ROLE;

SET ROLE "Shop Manager";
ALTER TABLE "Weird Schema"."select" ADD CONSTRAINT "foreign" FOREIGN KEY ("from") REFERENCES "Weird Schema"."Table With Spaces" ("Column One") NOT VALID;
CREATE INDEX "an index, (odd)" ON "Weird Schema"."Table With Spaces" ("say ""hi""", "select" DESC);
CREATE INDEX "индекс" ON "Weird Schema"."таблица" ("столбец");
ALTER TABLE "Weird Schema"."Table With Spaces" ADD CONSTRAINT "exclude, too" EXCLUDE USING btree ("UPPER" WITH =);
RESET ROLE;
