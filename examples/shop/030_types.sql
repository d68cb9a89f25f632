-- Enums, domains, composite and range types, and what they need.
SET ROLE shop_owner;

-- SEK is put between two labels, so its sort order is a fraction.
CREATE TYPE shop.currency AS ENUM ('EUR', 'USD', 'GBP', 'JPY');
ALTER TYPE shop.currency ADD VALUE 'SEK' BEFORE 'USD';
ALTER TYPE shop.currency ADD VALUE 'CHF' AFTER 'EUR';
COMMENT ON TYPE shop.currency IS 'ISO 4217, what we take';
CREATE TYPE sales.order_status AS ENUM ('new', 'paid', 'on hold', 'shipped', 'delivered', 'it''s complicated', 'ZURÜCK');
CREATE TYPE sales.payment_method AS ENUM (
    'card', 'transfer', 'invoice', 'voucher', 'cash', 'cheque', 'crypto', 'debit', 'points', 'gift', 'barter', 'other');
CREATE TYPE shop.nothing_yet AS ENUM ();

CREATE DOMAIN shop.email AS text
    CONSTRAINT email_has_at CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$')
    CONSTRAINT email_is_short CHECK (length(VALUE) < 255);
COMMENT ON DOMAIN shop.email IS 'an address that may even work';
COMMENT ON CONSTRAINT email_has_at ON DOMAIN shop.email IS 'the only thing worth checking';
CREATE DOMAIN shop.amount AS numeric(12,2) DEFAULT 0.00 NOT NULL CHECK (VALUE >= 0);
-- A domain over a domain, with a constraint that was never validated.
CREATE DOMAIN shop.small_amount AS shop.amount DEFAULT 1.00;
ALTER DOMAIN shop.small_amount ADD CONSTRAINT small_amount_is_small CHECK (VALUE < 1000) NOT VALID;
CREATE DOMAIN shop.country_code AS character(2) COLLATE "C" CHECK (VALUE ~ '^[A-Z]{2}$');
CREATE DOMAIN shop.tag_list AS text[] CHECK (cardinality(VALUE) <= 10);

CREATE TYPE shop.price AS (amount numeric(12,2), currency shop.currency);
CREATE TYPE shop.postal_address AS (street text, "House No." text, zip character varying(12), city text COLLATE "C", country shop.country_code);
COMMENT ON TYPE shop.postal_address IS 'where the parcel goes';
COMMENT ON COLUMN shop.postal_address."House No." IS 'not a number: 12a, 7/2';
-- A dropped attribute leaves a hole here, as a dropped column does in a table.
CREATE TYPE shop.dimensions AS (width real, height real, obsolete text, depth real);
ALTER TYPE shop.dimensions DROP ATTRIBUTE obsolete;

CREATE FUNCTION inventory.time_difference(a time, b time) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT EXTRACT(EPOCH FROM (a - b))::double precision $$;
CREATE TYPE inventory.timerange AS RANGE (SUBTYPE = time, SUBTYPE_DIFF = inventory.time_difference);
CREATE TYPE shop.text_range AS RANGE (SUBTYPE = text, COLLATION = "C");
COMMENT ON TYPE inventory.timerange IS 'opening hours';

RESET ROLE;
SET ROLE "Shop Manager";
CREATE TYPE "Weird Schema"."Odd Type" AS ENUM ('', 'a space', 'quote''s', '"double"', 'back\slash', 'ünïcödé', 'UPPER', 'upper');
CREATE TYPE "Weird Schema"."Select" AS ("from" integer, "Where" text);
CREATE DOMAIN "Weird Schema"."Doma""in" AS integer CONSTRAINT "is it ""positive""?" CHECK (VALUE > 0);
RESET ROLE;
