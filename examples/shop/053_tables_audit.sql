-- Logs, every built-in type, and texts that are difficult to carry.
SET ROLE shop_auditor;

CREATE TABLE audit.events (
    id bigserial NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    actor text,
    payload jsonb,
    duration interval
);
ALTER TABLE audit.events REPLICA IDENTITY NOTHING;
CREATE TABLE audit.row_changes (
    table_name regclass,
    changed_by name DEFAULT CURRENT_USER,
    old_row text,
    new_row text,
    changed_at timestamp with time zone
);
CREATE TABLE audit.statement_counts (
    table_name text PRIMARY KEY,
    inserted bigint DEFAULT 0 NOT NULL
);

CREATE TABLE audit.type_zoo (
    id integer PRIMARY KEY,
    c_boolean boolean, c_smallint smallint, c_integer integer, c_bigint bigint,
    c_numeric numeric, c_numeric_ps numeric(30,10), c_real real, c_double double precision, c_money money,
    c_text text, c_varchar character varying, c_varchar_n character varying(10), c_char character(5), c_char1 "char", c_name name,
    c_bytea bytea, c_bit bit(5), c_varbit bit varying,
    c_date date, c_time time, c_time_0 time(0), c_timetz time with time zone,
    c_timestamp timestamp, c_timestamptz timestamp with time zone, c_interval interval, c_interval_ym interval year to month, c_interval_s interval second(3),
    c_uuid uuid, c_json json, c_jsonb jsonb, c_xml xml, c_jsonpath jsonpath,
    c_inet inet, c_cidr cidr, c_macaddr macaddr, c_macaddr8 macaddr8,
    c_point point, c_line line, c_lseg lseg, c_box box, c_path path, c_polygon polygon, c_circle circle,
    c_tsvector tsvector, c_tsquery tsquery,
    c_int4range int4range, c_int8range int8range, c_numrange numrange, c_tsrange tsrange, c_tstzrange tstzrange, c_daterange daterange,
    c_timerange inventory.timerange, c_text_range shop.text_range,
    c_oid oid, c_regtype regtype, c_regrole regrole, c_pg_lsn pg_lsn, c_tid tid, c_xid xid,
    c_enum sales.order_status, c_domain shop.email, c_composite shop.price,
    c_integers integer[], c_matrix integer[], c_texts text[], c_enums shop.currency[], c_composites shop.price[], c_ranges int4range[], c_bounds integer[]
);
COMMENT ON TABLE audit.type_zoo IS 'one column for each type, rows at the limits of what they hold';
CREATE TABLE audit.text_zoo (
    id integer GENERATED ALWAYS AS IDENTITY,
    what text NOT NULL,
    value text
);
RESET ROLE;
