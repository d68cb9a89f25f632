-- Orders, payments and shipments: partitioned by range, hash (on an enum) and list.
SET ROLE shop_owner;

CREATE TABLE sales.orders (
    id bigint NOT NULL,
    placed_on date NOT NULL,
    customer_id bigint NOT NULL,
    status sales.order_status DEFAULT 'new' NOT NULL,
    channel text DEFAULT 'web',
    ship_to shop.postal_address,
    total shop.amount,
    note text
) PARTITION BY RANGE (placed_on);
CREATE SEQUENCE sales.order_number START WITH 1;
ALTER TABLE sales.orders ALTER COLUMN id SET DEFAULT nextval('sales.order_number'::regclass);
ALTER SEQUENCE sales.order_number OWNED BY sales.orders.id;

CREATE TABLE sales.orders_2023 PARTITION OF sales.orders FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
CREATE TABLE sales.orders_2024 PARTITION OF sales.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')
    PARTITION BY RANGE (placed_on, id);
CREATE TABLE sales.orders_2024_h1 PARTITION OF sales.orders_2024
    FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2024-07-01', MINVALUE);
-- A partition with a default of its own, more constraints, and storage options.
CREATE TABLE sales.orders_2024_h2 PARTITION OF sales.orders_2024
    (status DEFAULT 'delivered', CONSTRAINT h2_has_total CHECK (total IS NOT NULL))
    FOR VALUES FROM ('2024-07-01', MINVALUE) TO ('2025-01-01', MINVALUE) WITH (fillfactor=90);
CREATE TABLE sales.orders_2025 PARTITION OF sales.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    PARTITION BY RANGE (id);
CREATE TABLE sales.orders_2025_first PARTITION OF sales.orders_2025 FOR VALUES FROM (MINVALUE) TO ('50');
CREATE TABLE sales.orders_2025_rest PARTITION OF sales.orders_2025 DEFAULT;
-- A former stand-alone table, whose columns stand in another order and with a hole.
CREATE TABLE sales.orders_2026 (
    note text,
    total shop.amount,
    obsolete integer,
    ship_to shop.postal_address,
    channel text DEFAULT 'app',
    status sales.order_status DEFAULT 'new' NOT NULL,
    customer_id bigint NOT NULL,
    placed_on date NOT NULL,
    id bigint NOT NULL
);
ALTER TABLE sales.orders_2026 DROP COLUMN obsolete;
ALTER TABLE sales.orders ATTACH PARTITION sales.orders_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE sales.orders_other PARTITION OF sales.orders DEFAULT;
COMMENT ON TABLE sales.orders IS 'partitioned by year';
COMMENT ON COLUMN sales.orders_2023.note IS 'only this partition''s column has a comment';

CREATE TABLE sales.order_lines (
    order_id bigint NOT NULL,
    placed_on date NOT NULL,
    line_no smallint NOT NULL,
    product_id integer,
    quantity integer DEFAULT 1 NOT NULL CHECK (quantity <> 0),
    unit_price numeric(12,2) NOT NULL,
    line_total numeric(14,2) GENERATED ALWAYS AS ((quantity)::numeric * unit_price) STORED,
    options text[][]
);

-- The hash of an enum's value is the hash of its OID: another server puts the same row elsewhere.
CREATE TABLE sales.payments (
    id bigint GENERATED ALWAYS AS IDENTITY,
    method sales.payment_method NOT NULL,
    order_id bigint,
    placed_on date,
    amount numeric NOT NULL,
    paid_at timestamp(3) with time zone,
    reference "char"
) PARTITION BY HASH (method);
CREATE TABLE sales.payments_0 PARTITION OF sales.payments FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE sales.payments_1 PARTITION OF sales.payments FOR VALUES WITH (MODULUS 2, REMAINDER 1);

CREATE TABLE sales.shipments (
    id bigint NOT NULL,
    region text,
    order_id bigint NOT NULL,
    placed_on date NOT NULL,
    carrier text,
    weight double precision,
    shipped timestamp with time zone
) PARTITION BY LIST (region);
CREATE TABLE sales.shipments_eu PARTITION OF sales.shipments (UNIQUE (id)) FOR VALUES IN ('DE', 'FR', 'it''s');
CREATE TABLE sales.shipments_unknown PARTITION OF sales.shipments FOR VALUES IN (NULL);
-- The default is partitioned further, by an expression with a collation.
CREATE TABLE sales.shipments_rest PARTITION OF sales.shipments DEFAULT PARTITION BY RANGE (lower(carrier) COLLATE "C", weight);
CREATE TABLE sales.shipments_rest_low PARTITION OF sales.shipments_rest FOR VALUES FROM (MINVALUE, MINVALUE) TO ('carrier 2', 100);
CREATE TABLE sales.shipments_rest_high PARTITION OF sales.shipments_rest FOR VALUES FROM ('carrier 2', 100) TO (MAXVALUE, MAXVALUE);

-- Two tables that refer to each other.
CREATE TABLE sales.invoices (
    number text PRIMARY KEY,
    order_id bigint NOT NULL,
    placed_on date NOT NULL,
    last_credit_note text,
    issued date NOT NULL
);
CREATE TABLE sales.credit_notes (
    number text PRIMARY KEY,
    invoice text NOT NULL,
    amount shop.amount
);

CREATE TABLE sales.returns (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint,
    placed_on date,
    line_no smallint,
    coupon text DEFAULT 'SORRY',
    reason text,
    ticket smallint DEFAULT nextval('sales.ticket_number'::regclass)
);
-- The second user of that sequence, which belongs to neither.
CREATE TABLE sales.tickets (
    number smallint DEFAULT nextval('sales.ticket_number'::regclass),
    opened timestamp without time zone
);
CREATE TABLE sales.daily_totals (
    day date NOT NULL,
    currency shop.currency NOT NULL,
    total numeric(20,4),
    orders integer
);
RESET ROLE;
