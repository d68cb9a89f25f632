-- What a plan leaves behind, and must say so.
CREATE SCHEMA left_behind;
CREATE TYPE left_behind.code;
CREATE FUNCTION left_behind.code_in(cstring) RETURNS left_behind.code LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION left_behind.code_out(left_behind.code) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE left_behind.code (INPUT = left_behind.code_in, OUTPUT = left_behind.code_out, LIKE = text);
CREATE FUNCTION left_behind.in_library(cstring, int) RETURNS int LANGUAGE internal AS 'varcharin';
CREATE TABLE left_behind.coded (c left_behind.code);

CREATE TABLE left_behind.plain (id int PRIMARY KEY, up int REFERENCES left_behind.plain, b text);
CREATE INDEX broken ON left_behind.plain (b);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'left_behind.broken'::regclass;
ALTER TABLE left_behind.plain DISABLE TRIGGER ALL;
CREATE FUNCTION left_behind.in_text(int, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR left_behind.=~ (LEFTARG = int, RIGHTARG = text, FUNCTION = left_behind.in_text, COMMUTATOR = OPERATOR(left_behind.~=));

CREATE FOREIGN DATA WRAPPER locked OPTIONS (token 'hunter2');
CREATE FOREIGN DATA WRAPPER open;
CREATE SERVER locked FOREIGN DATA WRAPPER open OPTIONS (token 'hunter2');
CREATE SERVER open FOREIGN DATA WRAPPER open;
CREATE USER MAPPING FOR PUBLIC SERVER open OPTIONS (password 'hunter2');
CREATE SUBSCRIPTION locked CONNECTION 'host=nowhere password=hunter2' PUBLICATION p WITH (connect = false, slot_name = NONE);

-- An extension's table, of which these are not the extension's.
CREATE TABLE left_behind.members (id int, b text);
CREATE VIEW left_behind.member_view AS SELECT id FROM left_behind.members;
CREATE EXTENSION hstore SCHEMA left_behind;
ALTER EXTENSION hstore ADD TABLE left_behind.members;
ALTER EXTENSION hstore ADD VIEW left_behind.member_view;
-- In another transaction.
CREATE INDEX members_own ON left_behind.members (b);
ALTER TABLE left_behind.members ADD CONSTRAINT own CHECK (id > 0), ADD CONSTRAINT own_key UNIQUE (id);
CREATE TRIGGER own BEFORE UPDATE ON left_behind.members FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
CREATE RULE own AS ON DELETE TO left_behind.members DO INSTEAD NOTHING;
CREATE POLICY own ON left_behind.members USING (true);

-- In what is PostgreSQL's own.
SET allow_system_table_mods = on;
CREATE FUNCTION pg_catalog.own(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE TABLE information_schema.own (id int);
REVOKE SELECT ON information_schema.tables FROM PUBLIC;
CREATE FUNCTION left_behind.cmp(int, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 1 left_behind.=~ (int, text), FUNCTION 1 (int, text) left_behind.cmp(int, text);
INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label) VALUES ('left_behind.plain'::regclass, 'pg_class'::regclass, 0, 'fake', 'a'), ('left_behind.plain'::regclass, 'pg_class'::regclass, 1, 'fake', 'b');
