-- Rows behind odd names, and in tables that can hardly have any.
INSERT INTO "Weird Schema"."Table With Spaces" ("say ""hi""", "ünïcödé", "select", "UPPER", "upper", "it's", "back\slash", "tab	in it", "50%")
SELECT 'hi "' || i || '"', CASE WHEN i % 3 > 0 THEN 'ü' END, (enum_range(NULL::"Weird Schema"."Odd Type"))[1 + i % 8], i, ROW(i, E'a"b\\c,d(e)')::"Weird Schema"."Select",
    ARRAY['', 'quote''s', '"double"', 'back\slash', NULL]::"Weird Schema"."Odd Type"[], E'\\', E'\t', i / 100.0
FROM generate_series(1, pg_temp.n(2000)) AS i;
INSERT INTO "Weird Schema"."select" SELECT i, 'where ' || i, -i, NULL FROM generate_series(1, pg_temp.n(1000)) AS i;
INSERT INTO "Weird Schema"."таблица" VALUES ('да', 1, true), ('нет', NULL, false), (NULL, 3, NULL), ('да', 1, true);
INSERT INTO "Weird Schema"."a_name_of_63_bytes_which_is_the_longest_that_postgresql_accepts" SELECT i FROM generate_series(1, pg_temp.n(500)) AS i;
INSERT INTO "Weird Schema"."dot.ted" SELECT i, i, i, i FROM generate_series(1, pg_temp.n(500)) AS i;
INSERT INTO "Weird Schema".no_columns SELECT FROM generate_series(1, 7);
INSERT INTO "Weird Schema".only_generated SELECT FROM generate_series(1, 5);
INSERT INTO "Weird Schema".nothing_but_nulls SELECT FROM generate_series(1, pg_temp.n(1000));
