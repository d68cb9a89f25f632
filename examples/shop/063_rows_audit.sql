-- Rows of logs, values at the limits of every type, texts full of what text formats use themselves.
INSERT INTO audit.events (happened_at, actor, payload, duration)
SELECT timestamptz '2025-01-01 00:00:00+00' + i * interval '7.000003 seconds', CASE WHEN i % 10 > 0 THEN 'user' || i % 100 END,
    jsonb_build_object('action', (ARRAY['login', 'view', 'buy'])[1 + i % 3], 'path', '/p/' || md5(i::text), 'ms', i % 1000), i * interval '1 millisecond'
FROM generate_series(1, pg_temp.n(120000)) AS i;
INSERT INTO audit.row_changes
SELECT CASE WHEN i % 4 > 0 THEN 'shop.customers'::regclass ELSE '"Weird Schema"."Table With Spaces"'::regclass END, 'shop_app', '(' || i || ',"a ""b""")', NULL, timestamptz '2025-05-05Z' + i * interval '1 day'
FROM generate_series(1, pg_temp.n(2000)) AS i;
INSERT INTO audit.statement_counts VALUES ('shop.reviews', 3);

INSERT INTO audit.type_zoo (id) VALUES (1);
INSERT INTO audit.type_zoo VALUES (2,
    true, 1, 2, 3, 4.50, 5.0000000001, 0.1, 0.1, '$1,234.56',
    'text', 'varchar', 'ten chars!', 'ab', 'x', 'a name',
    '\xdeadbeef00', B'10101', B'1',
    '2024-02-29', '12:34:56.789', '12:34:56', '12:34:56.789+05:30',
    '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012+02', '1 year 2 mons 3 days 04:05:06.789', '3 years 2 mons', '1.234 seconds',
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a": [1, 2.50, null]}', '{"a": [1, 2.50, null]}', NULL, '$.a[*] ? (@ > 1)',
    '192.168.1.5/24', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05',
    '(1.5,-2)', '{1,-1,0}', '[(0,0),(1,1)]', '((1,1),(0,0))', '[(0,0),(1,1),(2,0)]', '((0,0),(1,1),(2,0))', '<(0,0),1.5>',
    'fat:2 cat:3A,5B ''it''''s'':1', 'fat & (cat:AB | !dog <-> rat:*)',
    '[1,10)', '(,5]', '[1.5,2.5]', '[2024-01-01 00:00,2024-01-02 00:00)', '["2024-01-01 00:00+00",)', '[2024-01-01,2024-02-01)',
    '[08:00,18:00)', '[a,"b c")',
    4000000000, 'shop.price', 'shop_owner', 'A/B1C2D3', '(1,2)', '4000000000',
    'on hold', 'a@b', '(1.00,CHF)',
    '{1,NULL,3}', '{{1,2},{3,4}}', '{"a,b","c\"d","e\\f",NULL,"NULL",""}', '{EUR,CHF}', '{"(1.00,USD)",NULL}', '{"[1,3)",empty}', '[-2:0]={7,8,9}');
INSERT INTO audit.type_zoo (id, c_boolean, c_smallint, c_integer, c_bigint, c_numeric, c_numeric_ps, c_real, c_double, c_money, c_date, c_time, c_timetz,
    c_timestamp, c_timestamptz, c_interval, c_oid, c_inet, c_int4range, c_int8range, c_pg_lsn) VALUES
    (3, false, -32768, -2147483648, -9223372036854775808, ('-1' || repeat('0', 1000) || '.5')::numeric, -99999999999999999999.9999999999, '-3.4028235e38', '-1.7976931348623157e308', '-92233720368547758.08', '4713-01-01 BC', '00:00', '00:00+15:59:59',
    '4713-01-01 00:00 BC', '4713-01-01 00:00+00 BC', '-178000000 years', 0, '::1', '[-2147483648,)', '[-9223372036854775808,0)', '0/0'),
    (4, true, 32767, 2147483647, 9223372036854775807, ('0.' || repeat('0', 1000) || '1')::numeric, 99999999999999999999.9999999999, '3.4028235e38', '1.7976931348623157e308', '92233720368547758.07', '5874897-12-31', '24:00', '24:00-15:59:59',
    '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '178000000 years', 4294967295, 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '(,)', '[0,9223372036854775807)', 'FFFFFFFF/FFFFFFFF'),
    (5, NULL, 0, 0, 0, 'NaN', 'NaN', 'NaN', 'NaN', '0', 'infinity', '23:59:59.999999', '23:59:59.999999-08', 'infinity', 'infinity', '1 mon -1 days +00:00:00.000001', 1, '0.0.0.0/0', 'empty', 'empty', '1/0'),
    (6, NULL, -1, -1, -1, -0.000, 0.1, '-0', '-0', '-$0.01', '-infinity', '00:00:00.000001', '00:00', '-infinity', '-infinity', '-1 mons +1 day -00:00:01', 2, '1.2.3.4/32', '[1,1]', '(,)', '0/1'),
    (7, NULL, 7, 7, 7, 1000000.00000000000, 0, '1e-45', '5e-324', NULL, '0001-12-31 BC', NULL, NULL, '0001-12-31 23:59 BC', '1883-11-18 12:00:00+00', '00:00:00', 3, 'fe80::1/64', NULL, NULL, NULL),
    (8, NULL, 8, 8, 8, 1e400, 0.0, 'Infinity', 'Infinity', NULL, '2000-01-01', NULL, NULL, '2000-01-01', '2000-01-01 00:00+00', '1 day', 3, NULL, NULL, NULL, NULL),
    (9, NULL, 8, 8, 8, 0.00001234, 0.0, '-Infinity', '-Infinity', NULL, '1999-12-31', NULL, NULL, '1999-12-31 23:59:59.9', '1969-12-31 23:59:59+00', '24:00:00', 3, NULL, NULL, NULL, NULL);
INSERT INTO audit.type_zoo (id, c_text, c_varchar, c_varchar_n, c_char, c_char1, c_name, c_bytea, c_varbit, c_json, c_jsonb, c_tsvector, c_tsquery, c_enum, c_composite,
    c_integers, c_matrix, c_texts, c_enums, c_composites, c_ranges, c_bounds) VALUES
    (10, '', '', '', '', '', '', '', B'', '""', '""', '', '', 'ZURÜCK', '(,)', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
    (11, E'\\N', E'\\.', E'\\\\', E'\t\n', E'\\377', 'UPPER lower', '\x00ff5c0a0d5c2e', NULL, E'  {"spaces" : "kept" ,\n"\\u00e9": "\\\\"}', 'null', '''\\'':1', NULL, 'it''s complicated', '(0.10,)', NULL, NULL, E'{"\\\\N","\n","\t"}', NULL, NULL, NULL, NULL);

INSERT INTO audit.text_zoo (what, value) VALUES
    ('null', NULL), ('empty', ''), ('blank', ' '), ('the word', 'NULL'), ('copy null', E'\\N'), ('copy end', E'\\.'), ('copy end inside', E'a\n\\.\nb'),
    ('backslashes', E'\\\\\\'), ('tab', E'a\tb'), ('newline', E'a\nb\n'), ('return', E'a\rb'), ('dos', E'a\r\nb\r\n'), ('control', E'\x01\x02\x07\x08\x0b\x0c\x1b\x7f'),
    ('quotes', $$'single' "double" `back` $dollar$ $$), ('csv', '"a","b""c",'), ('composite', '(,"a",)'), ('array', '{a,"b",NULL}'), ('percent', '%s %d %%'), ('html', '<b>&amp;</b>'),
    ('two bytes', 'äöüßéñ'), ('three bytes', '漢字かな한글€'), ('four bytes', '🙂𝄞🏴'), ('combining', E'e\u0301 a\u030a'), ('right to left', 'שלום عربى'), ('bom', E'\uFEFFtext'), ('zero width', E'a\u200bb\u2028c'), ('noncharacter', E'\uFFFE\uFFFF'),
    ('8 kB', repeat('x', 8192)), ('64 kB', repeat('0123456789abcdef', 4096)), ('1 MB', repeat(E'line of text\n', 80660));
INSERT INTO audit.text_zoo (what, value) SELECT 'character ' || i, chr(i) FROM generate_series(1, 383) AS i;
