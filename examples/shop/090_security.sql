-- Row-level security, grants with grant options and several grantors, and what is taken back.
SET ROLE shop_owner;
ALTER TABLE shop.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_row ON shop.customers USING ((name = CURRENT_USER));
CREATE POLICY app_reads ON shop.customers FOR SELECT TO shop_app, shop_readonly USING (true);
CREATE POLICY app_adds ON shop.customers AS PERMISSIVE FOR INSERT TO shop_app WITH CHECK (balance = (0)::numeric);
CREATE POLICY "never ""vip""" ON shop.customers AS RESTRICTIVE FOR UPDATE TO PUBLIC USING ('vip' <> ALL ((tags)::text[])) WITH CHECK (id > 0);
COMMENT ON POLICY own_row ON shop.customers IS 'see yourself';
ALTER TABLE sales.invoices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY recent ON sales.invoices FOR DELETE TO "Shop Manager" USING (EXISTS (SELECT FROM sales.orders AS o WHERE o.id = order_id));
-- Policies that wait for the security to be switched on, and a table that lets nobody in.
CREATE POLICY waiting ON shop.reviews USING (stars > 1);
ALTER TABLE sales.daily_totals ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON ALL TABLES IN SCHEMA shop, sales, inventory TO shop_readonly;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.customers, shop.addresses, sales.orders TO shop_app WITH GRANT OPTION;
GRANT ALL ON shop.carts TO shop_app;
GRANT SELECT (id, name), UPDATE (name), REFERENCES (id) ON shop.products TO shop_app;
GRANT UPDATE (newsletter) ON shop.customers TO PUBLIC;
GRANT SELECT ("Display Name") ON shop.customer_emails TO shop_auditor WITH GRANT OPTION;
GRANT TRIGGER, TRUNCATE ON inventory.stock TO "Shop Manager";
GRANT USAGE ON SEQUENCE shop.addresses_id_seq, sales.order_number TO shop_app;
GRANT SELECT, UPDATE ON SEQUENCE shop.public_id_seq TO shop_app WITH GRANT OPTION;
GRANT USAGE, CREATE ON SCHEMA inventory TO shop_app WITH GRANT OPTION;
GRANT USAGE ON TYPE shop.currency TO shop_app WITH GRANT OPTION;
REVOKE USAGE ON TYPE shop.price FROM PUBLIC;
REVOKE USAGE ON DOMAIN shop.amount FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION shop.secret_of(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shop.secret_of(bigint) TO shop_auditor;
REVOKE ALL ON FUNCTION shop.vat(numeric, numeric, text[]) FROM PUBLIC, shop_owner;
REVOKE EXECUTE ON PROCEDURE sales.note_ticket(integer) FROM PUBLIC;
GRANT EXECUTE ON PROCEDURE sales.note_ticket(integer) TO shop_app WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION shop.product(numeric) FROM PUBLIC;
-- An owner without a right, and one without any at all: an empty list is not the same as none.
REVOKE TRUNCATE, REFERENCES ON shop.coupons FROM shop_owner;
REVOKE ALL ON shop.countries FROM shop_owner, shop_readonly;
RESET ROLE;

-- Rights that were passed on, so that the grantor is not the owner.
SET ROLE shop_app;
GRANT SELECT ON shop.customers TO shop_readonly WITH GRANT OPTION;
GRANT INSERT ON sales.orders TO "Shop Manager";
GRANT USAGE ON SCHEMA inventory TO shop_auditor;
GRANT USAGE ON TYPE shop.currency TO shop_readonly;
GRANT EXECUTE ON PROCEDURE sales.note_ticket(integer) TO shop_readonly;
RESET ROLE;
SET ROLE shop_readonly;
GRANT SELECT ON shop.customers TO shop_auditor;
RESET ROLE;

SET ROLE "Shop Manager";
GRANT SELECT ON "Weird Schema"."Table With Spaces" TO PUBLIC;
GRANT UPDATE ("say ""hi""") ON "Weird Schema"."Table With Spaces" TO shop_app;
GRANT ALL ON SCHEMA "Weird Schema" TO shop_auditor;
-- This one's list of rights is what it would be by default, but written down.
GRANT SELECT ON "Weird Schema"."select" TO "Shop Manager";
RESET ROLE;
GRANT USAGE ON SCHEMA public TO shop_app;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
COMMENT ON SCHEMA public IS 'only the extension lives here';
REVOKE EXECUTE ON FUNCTION public.show_limit() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.show_limit() TO shop_app;
