-- What 17 added: MAINTAIN, the builtin provider, JSON_TABLE, MERGE ... RETURNING in views' rules, identity columns of partitioned tables.
GRANT MAINTAIN ON util.granted TO "ddl Other";
REVOKE MAINTAIN ON util.granted FROM ddl_reader;
CREATE COLLATION util.builtin_utf8 (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE TABLE util.seventeen (id integer GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at);
CREATE TABLE util.seventeen_1 PARTITION OF util.seventeen FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW util.v_json_table AS SELECT t.a, t.b FROM JSON_TABLE('[{"a":1}]'::jsonb, '$[*]' COLUMNS (a integer PATH '$.a' DEFAULT 3 ON EMPTY, b text EXISTS PATH '$.b')) t;
CREATE VIEW util.v_json_value AS SELECT JSON_VALUE(j.j, '$.a' RETURNING integer DEFAULT 1 ON ERROR) AS v, JSON_EXISTS(j.j, '$.b') AS e, JSON_QUERY(j.j, '$.c' WITH WRAPPER) AS q FROM util.piled j;
CREATE VIEW util.v_local AS SELECT c.at AT LOCAL AS here FROM "Sales Dept".customers c;
CREATE DOMAIN util.named AS integer CONSTRAINT "must be" NOT NULL;
CREATE SUBSCRIPTION seventeen_sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, failover = true);
CREATE EVENT TRIGGER greets ON login EXECUTE FUNCTION util.guard();
ALTER EVENT TRIGGER greets DISABLE;
CREATE TABLE util.piled_parts (a integer) PARTITION BY LIST (a) USING piles;
