-- Schemas with different owners, and the one extension, which is part of contrib.
CREATE SCHEMA shop AUTHORIZATION shop_owner;
CREATE SCHEMA sales AUTHORIZATION shop_owner;
CREATE SCHEMA inventory AUTHORIZATION shop_owner;
CREATE SCHEMA audit AUTHORIZATION shop_auditor;
CREATE SCHEMA "Weird Schema" AUTHORIZATION "Shop Manager";
CREATE SCHEMA empty_schema;

COMMENT ON SCHEMA shop IS 'What is sold and to whom';
COMMENT ON SCHEMA "Weird Schema" IS E'Names that need quoting: ''single'', "double", back\\slash\nand a second line';

CREATE EXTENSION pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'trigram search, with a comment of our own';

GRANT USAGE ON SCHEMA shop, sales, inventory TO shop_auditor, shop_app, shop_readonly;
