-- Functions, procedures, an aggregate and operators that need no table.
SET ROLE shop_owner;

-- Free-standing sequences; sales.ticket_number counts down, goes round and is a smallint.
CREATE SEQUENCE shop.public_id_seq INCREMENT BY 7 START WITH 100 CACHE 1;
CREATE SEQUENCE sales.ticket_number AS smallint INCREMENT BY -3 MINVALUE -20 MAXVALUE 20 START WITH 20 CYCLE CACHE 5;
CREATE SEQUENCE shop.never_used AS integer START WITH 42;
COMMENT ON SEQUENCE sales.ticket_number IS 'take a ticket';

CREATE FUNCTION shop.slugify(title text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$ SELECT pg_catalog.btrim(pg_catalog.regexp_replace(pg_catalog.lower(title), '[^a-z0-9]+', '-', 'g'), '-') $$;
COMMENT ON FUNCTION shop.slugify(text) IS 'for URLs';

CREATE FUNCTION shop.vat(amount numeric, rate numeric DEFAULT 0.19, VARIADIC exempt text[] DEFAULT '{}') RETURNS numeric
    LANGUAGE sql STABLE COST 5
    AS $$ SELECT CASE WHEN 'all' = ANY (exempt) THEN 0 ELSE pg_catalog.round(amount * rate, 2) END $$;

-- Called by a CHECK constraint of shop.products.
CREATE FUNCTION shop.is_valid_ean(code text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $body$
DECLARE
    total integer := 0;
BEGIN
    IF code !~ '^[0-9]{13}$' THEN
        RETURN false;
    END IF;
    FOR i IN 1..13 LOOP
        total := total + substr(code, i, 1)::integer * CASE WHEN i % 2 = 0 THEN 3 ELSE 1 END;
    END LOOP;
    RETURN total % 10 = 0;
END
$body$;

-- Called by a column default of shop.customers.
CREATE FUNCTION shop.next_public_id(prefix text DEFAULT 'C-') RETURNS text
    LANGUAGE plpgsql VOLATILE
    SET search_path TO shop, pg_catalog, "Weird Schema"
    SET work_mem TO '8MB'
    AS $$
BEGIN
    RETURN prefix || lpad(nextval('shop.public_id_seq')::text, 8, '0');
END
$$;

CREATE FUNCTION shop.split_name(whole text, OUT given text, OUT family text)
    LANGUAGE sql IMMUTABLE
    AS 'SELECT split_part(whole, '' '', 1), split_part(whole, '' '', 2)';

CREATE FUNCTION shop.calendar(first date, days integer)
    RETURNS TABLE (day date, "Week Day" text)
    LANGUAGE sql STABLE ROWS 31 CALLED ON NULL INPUT
    AS $$ SELECT first + i, to_char(first + i, 'FMDay') FROM generate_series(0, days - 1) AS i $$;

CREATE FUNCTION shop.secret_of(customer bigint) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO ''
    AS $$
BEGIN
    -- $body$ and ' and \ in a body are nobody's business
    RETURN 'secret of ' || customer || E'\t\'';
END
$$;

CREATE FUNCTION shop."Odd Function"("select" integer, "With Space" text DEFAULT 'it''s, "so"') RETURNS SETOF shop.price
    LANGUAGE plpgsql
    AS $_$ BEGIN RETURN QUERY SELECT ROW("select", 'EUR')::shop.price; END $_$;

CREATE PROCEDURE sales.note_ticket(INOUT ticket integer DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$ BEGIN ticket := nextval('sales.ticket_number'); END $$;
COMMENT ON PROCEDURE sales.note_ticket(integer) IS 'takes a number';

-- An operator class of arithmetic for prices: + adds, === compares.
CREATE FUNCTION shop.price_add(shop.price, shop.price) RETURNS shop.price
    LANGUAGE plpgsql IMMUTABLE STRICT
    AS $$
BEGIN
    IF $1.currency <> $2.currency THEN
        RAISE EXCEPTION 'cannot add % to %', $2.currency, $1.currency;
    END IF;
    RETURN ROW($1.amount + $2.amount, $1.currency)::shop.price;
END
$$;
CREATE FUNCTION shop.price_same(shop.price, shop.price) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    AS $$ SELECT $1.amount = $2.amount AND $1.currency = $2.currency $$;
CREATE FUNCTION shop.price_differs(shop.price, shop.price) RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT
    AS $$ SELECT NOT shop.price_same($1, $2) $$;
CREATE OPERATOR shop.+ (LEFTARG = shop.price, RIGHTARG = shop.price, FUNCTION = shop.price_add, COMMUTATOR = OPERATOR(shop.+));
CREATE OPERATOR shop.=== (LEFTARG = shop.price, RIGHTARG = shop.price, FUNCTION = shop.price_same,
    COMMUTATOR = OPERATOR(shop.===), NEGATOR = OPERATOR(shop.!==), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR shop.!== (LEFTARG = shop.price, RIGHTARG = shop.price, FUNCTION = shop.price_differs,
    COMMUTATOR = OPERATOR(shop.!==), NEGATOR = OPERATOR(shop.===), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR shop.+ (shop.price, shop.price) IS 'within one currency';

CREATE AGGREGATE shop.total(shop.price) (SFUNC = shop.price_add, STYPE = shop.price);
COMMENT ON AGGREGATE shop.total(shop.price) IS 'sum of prices';
CREATE FUNCTION shop.product_step(numeric, numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT $1 * COALESCE($2, 1) $$;
CREATE AGGREGATE shop.product(numeric) (
    SFUNC = shop.product_step, STYPE = numeric, INITCOND = '1', COMBINEFUNC = shop.product_step, PARALLEL = SAFE);

RESET ROLE;
-- Only a superuser may promise this.
ALTER FUNCTION shop.split_name(text) LEAKPROOF;
