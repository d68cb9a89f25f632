-- What 16 added: SQL/JSON constructors, rules of ICU, subscriptions' owners and origins.
CREATE VIEW util.v_json AS SELECT JSON_OBJECT('a': k.n NULL ON NULL RETURNING jsonb) AS o, JSON_ARRAY(k.n, k.u) AS a, k.region IS JSON OBJECT AS is, JSON_ARRAYAGG(k.n) OVER () AS g FROM util.keys k;
CREATE VIEW util.v_unnamed AS SELECT a FROM (SELECT p.a FROM util.parent p);
CREATE COLLATION util.ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
CREATE SUBSCRIPTION sixteen_sub CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE, streaming = parallel, origin = none, password_required = false, run_as_owner = true);
CREATE TABLE util.stored_main (a text STORAGE MAIN);
CREATE FUNCTION util.json_body() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT JSON_OBJECT('x': 1 ABSENT ON NULL); END;
