-- Everything that holds names of others: views on views, defaults, checks, generated columns, keys, policies, triggers, rules,
-- partitions, inheritance, function bodies, sequences, and functions whose arguments are row types.
CREATE SCHEMA legacy;
CREATE SCHEMA extra;
CREATE TYPE legacy.state AS ENUM ('new', 'old');
CREATE DOMAIN legacy.positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE legacy.tickets;
CREATE TABLE legacy.tbl_customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "EMAIL" text NOT NULL,
    name text DEFAULT 'nobody' CONSTRAINT name_is_long CHECK (length(name) > 1),
    loud text GENERATED ALWAYS AS (upper("EMAIL")) STORED,
    ticket bigint DEFAULT nextval('legacy.tickets'),
    state legacy.state DEFAULT 'new',
    CONSTRAINT has_at CHECK ("EMAIL" LIKE '%@%')
);
COMMENT ON COLUMN legacy.tbl_customers."EMAIL" IS 'where to write to';
GRANT SELECT ("EMAIL"), UPDATE (name) ON legacy.tbl_customers TO PUBLIC;
CREATE TABLE legacy.tbl_orders (
    no serial PRIMARY KEY,
    customer bigint REFERENCES legacy.tbl_customers ON DELETE CASCADE,
    amount legacy.positive,
    UNIQUE (customer, no)
);
CREATE INDEX orders_amount ON legacy.tbl_orders ((amount + 1)) WHERE amount > 10;
CREATE INDEX customers_email ON legacy.tbl_customers (lower("EMAIL"));
CREATE VIEW legacy.v_customers AS SELECT id, "EMAIL", name FROM legacy.tbl_customers WHERE name <> '';
CREATE VIEW legacy.v_both AS
    SELECT c."EMAIL", o.no, o.amount, sum(o.amount) OVER (PARTITION BY c.id) AS total
    FROM legacy.v_customers c JOIN legacy.tbl_orders o ON o.customer = c.id;
CREATE VIEW legacy.v_star AS SELECT * FROM legacy.tbl_customers;
CREATE VIEW legacy.v_grouped AS SELECT id, "EMAIL", count(*) FROM legacy.tbl_customers GROUP BY id;
CREATE VIEW public.v_outside AS SELECT "EMAIL" AS mail, (SELECT count(*) FROM legacy.tbl_orders WHERE customer = tbl_customers.id) AS n FROM legacy.tbl_customers;
CREATE MATERIALIZED VIEW legacy.m_totals AS SELECT customer, sum(amount) AS amount FROM legacy.tbl_orders GROUP BY customer;
CREATE UNIQUE INDEX m_totals_customer ON legacy.m_totals (customer);
CREATE FUNCTION legacy.mail(c legacy.tbl_customers) RETURNS text LANGUAGE sql AS 'SELECT c."EMAIL"';
CREATE FUNCTION legacy.states(s legacy.state) RETURNS SETOF legacy.tbl_orders LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT * FROM legacy.tbl_orders; END';
CREATE FUNCTION legacy.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION legacy.same_state(a legacy.state, b legacy.state) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR legacy.=== (FUNCTION = legacy.same_state, LEFTARG = legacy.state, RIGHTARG = legacy.state);
CREATE FUNCTION legacy.later(a legacy.state, b legacy.state) RETURNS legacy.state LANGUAGE sql IMMUTABLE AS 'SELECT $2';
CREATE AGGREGATE legacy.last_state(legacy.state) (SFUNC = legacy.later, STYPE = legacy.state);
CREATE TRIGGER touched BEFORE UPDATE OF "EMAIL" ON legacy.tbl_customers FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION legacy.touch();
ALTER TABLE legacy.tbl_customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON legacy.tbl_customers USING ("EMAIL" = current_user) WITH CHECK (EXISTS (SELECT FROM legacy.tbl_orders o WHERE o.customer = id));
CREATE RULE quiet AS ON DELETE TO legacy.tbl_orders DO ALSO DELETE FROM legacy.tbl_customers WHERE id = OLD.customer;
CREATE TABLE legacy.events (at date NOT NULL, "EMAIL" text, n integer, PRIMARY KEY (at, n)) PARTITION BY RANGE (at);
CREATE TABLE legacy.events_2024 PARTITION OF legacy.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE extra.events_2025 PARTITION OF legacy.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX events_email ON legacy.events ("EMAIL");
CREATE TABLE legacy.base (id integer, "Note" text DEFAULT 'n');
CREATE TABLE legacy.derived (more text) INHERITS (legacy.base);
CREATE TABLE extra.swap_a (a integer, b text);
CREATE TABLE extra.swap_b (x integer);
CREATE VIEW extra.swapped AS SELECT a.a, a.b, b.x FROM extra.swap_a a, extra.swap_b b;
