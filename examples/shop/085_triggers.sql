-- Functions that know tables, and triggers in every state.
SET ROLE shop_auditor;
GRANT INSERT, SELECT, UPDATE ON audit.row_changes, audit.statement_counts TO shop_owner;
GRANT USAGE ON SCHEMA audit TO shop_owner;
CREATE FUNCTION audit.note_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
BEGIN
    INSERT INTO audit.row_changes (table_name, old_row, new_row, changed_at)
        VALUES (TG_RELID, OLD::text, NEW::text, clock_timestamp());
    RETURN NULL;
END
$$;
CREATE FUNCTION audit.count_rows() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    AS $$
BEGIN
    INSERT INTO audit.statement_counts AS c SELECT TG_ARGV[0], count(*) FROM inserted
        ON CONFLICT (table_name) DO UPDATE SET inserted = c.inserted + EXCLUDED.inserted;
    RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION audit.note_row(), audit.count_rows() TO shop_owner;
RESET ROLE;

SET ROLE shop_owner;
CREATE FUNCTION shop.trim_name() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN NEW.name := btrim(NEW.name); RETURN NEW; END $$;
CREATE FUNCTION shop.refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% refused', TG_NAME; END $$;
CREATE FUNCTION shop.set_email() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN UPDATE shop.customers SET email = NEW.email WHERE id = OLD.id; RETURN NEW; END $$;
CREATE FUNCTION shop.customers_of(country text) RETURNS SETOF shop.customers
    LANGUAGE sql STABLE
    AS $$ SELECT * FROM shop.customers WHERE (address).country = $1 $$;
CREATE FUNCTION shop.full_label(shop.products) RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT ($1).sku || ': ' || ($1).name $$;

CREATE TRIGGER trim_name BEFORE INSERT OR UPDATE OF name ON shop.customers
    FOR EACH ROW WHEN (NEW.name IS DISTINCT FROM btrim(NEW.name)) EXECUTE FUNCTION shop.trim_name();
CREATE TRIGGER note_changes AFTER UPDATE OR DELETE ON shop.customers
    FOR EACH ROW EXECUTE FUNCTION audit.note_row();
CREATE TRIGGER count_inserted AFTER INSERT ON shop.reviews REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION audit.count_rows('shop.reviews');
CREATE TRIGGER "never ""truncate""" BEFORE TRUNCATE ON shop.customers FOR EACH STATEMENT EXECUTE FUNCTION shop.refuse('it''s', E'a\\b', '');
CREATE TRIGGER switched_off BEFORE INSERT ON shop.products FOR EACH ROW EXECUTE FUNCTION shop.refuse();
ALTER TABLE shop.products DISABLE TRIGGER switched_off;
CREATE TRIGGER on_replica BEFORE INSERT ON shop.products FOR EACH ROW EXECUTE FUNCTION shop.trim_name();
ALTER TABLE shop.products ENABLE REPLICA TRIGGER on_replica;
CREATE TRIGGER always AFTER DELETE ON shop.products FOR EACH ROW EXECUTE FUNCTION audit.note_row();
ALTER TABLE shop.products ENABLE ALWAYS TRIGGER always;
CREATE TRIGGER change_email INSTEAD OF UPDATE ON shop.com_emails FOR EACH ROW EXECUTE FUNCTION shop.set_email();
CREATE CONSTRAINT TRIGGER check_later AFTER INSERT OR UPDATE ON sales.credit_notes FROM sales.invoices
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.amount > 1000000) EXECUTE FUNCTION shop.refuse();
-- On a partitioned table, switched off in one partition only.
CREATE TRIGGER note_order AFTER UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION audit.note_row();
ALTER TABLE sales.orders_2023 DISABLE TRIGGER note_order;
COMMENT ON TRIGGER trim_name ON shop.customers IS 'people paste their names';
COMMENT ON FUNCTION shop.trim_name() IS NULL;
RESET ROLE;
