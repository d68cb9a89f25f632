-- pre-data

-- + schema.sales
CREATE SCHEMA sales;

-- + extension.pg_trgm  version 1.6 (source has 1.5)
CREATE EXTENSION pg_trgm WITH SCHEMA public;

-- + type.sales.order_status  enum, 5 labels
CREATE TYPE sales.order_status AS ENUM ('a', 'b');

-- + table.sales.orders  3 columns
BEGIN;
CREATE TABLE sales.orders (id bigint);
ALTER TABLE sales.orders OWNER TO shop -- the owner
;
COMMIT;

-- ~ privileges.sales.orders
GRANT SELECT ON sales.orders TO r;

-- - function.public.fast_hash(text)  skipped: language C

-- data

-- > rows.sales.orders  ~81,400,000 rows, 38 GiB, 12 parts, only where deleted_at IS NULL
-- on the source, in the run's snapshot:
--   COPY 1 OF rows.sales.orders;
--   COPY 2
--   OF rows.sales.orders\x1b;
-- on the destination, in one transaction with the record of it, once for each of these:
--   TRUNCATE rows.sales.orders;
--   COPY FROM STDIN;

-- > large_objects.1  40 objects

-- ~ sequence_value.sales.orders_id_seq

-- + primary_key.sales.orders.orders_pkey
ALTER TABLE sales.orders ADD PRIMARY KEY (id);

-- post-data

-- + foreign_key.sales.orders.orders_customer_fk  references sales.customers
ALTER TABLE sales.orders ADD FOREIGN KEY (customer_id) REFERENCES sales.customers;

-- ~ rename.table.sales.tbl_orders  to sales.orders
ALTER TABLE sales.tbl_orders RENAME TO orders;
