-- The shop's roles. They belong to the whole server, so several databases may need them at
-- the same moment: the lock on the shared catalog lets one session at a time look and create.
DO $roles$
DECLARE
    wanted text;
BEGIN
    LOCK TABLE pg_catalog.pg_authid IN SHARE ROW EXCLUSIVE MODE;
    FOREACH wanted IN ARRAY ARRAY['shop_owner', 'shop_app', 'shop_readonly', 'shop_auditor', 'Shop Manager'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
            EXECUTE format('COMMENT ON ROLE %I IS %L', wanted, 'A role of the example shop');
            CASE wanted
                WHEN 'shop_app' THEN GRANT shop_app TO shop_owner;
                WHEN 'shop_readonly' THEN GRANT shop_readonly TO shop_app WITH ADMIN OPTION;
                WHEN 'shop_auditor' THEN GRANT shop_readonly TO shop_auditor;
                WHEN 'Shop Manager' THEN GRANT shop_owner, shop_auditor TO "Shop Manager";
                ELSE NULL;
            END CASE;
        END IF;
    END LOOP;
END
$roles$;
