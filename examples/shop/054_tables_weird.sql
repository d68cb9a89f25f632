-- Names that need quoting, and tables at the edge of what a table is.
SET ROLE "Shop Manager";

CREATE TABLE "Weird Schema"."Table With Spaces" (
    "Column One" integer GENERATED ALWAYS AS IDENTITY,
    "say ""hi""" text,
    "ünïcödé" text DEFAULT 'ä',
    "select" "Weird Schema"."Odd Type",
    "UPPER" "Weird Schema"."Doma""in",
    "upper" "Weird Schema"."Select",
    "it's" "Weird Schema"."Odd Type"[],
    "back\slash" text,
    "tab	in it" text,
    "50%" numeric DEFAULT 0.5,
    CONSTRAINT "Key of ""Spaces""" PRIMARY KEY ("Column One"),
    CONSTRAINT "it's a check" CHECK (("50%" >= (0)::numeric))
);
COMMENT ON COLUMN "Weird Schema"."Table With Spaces"."say ""hi""" IS 'a "comment" that''s quoted';
CREATE TABLE "Weird Schema"."select" ("from" integer PRIMARY KEY, "where" text, "order" integer, "ctid " text);
CREATE TABLE "Weird Schema"."таблица" ("столбец" text, "列" integer, "🙂" boolean);
CREATE TABLE "Weird Schema"."a_name_of_63_bytes_which_is_the_longest_that_postgresql_accepts" (
    "column_of_63_bytes_which_is_the_longest_that_postgresql_accepts" bigint PRIMARY KEY
);
CREATE TABLE "Weird Schema"."dot.ted" ("a.b" integer, "c,d" integer, "(e)" integer, "{f}" integer);
-- A table may have no column at all, and rows nevertheless.
CREATE TABLE "Weird Schema".no_columns ();
-- Its only column is computed, so that there is nothing to copy but the number of rows.
CREATE TABLE "Weird Schema".only_generated (five integer GENERATED ALWAYS AS (2 + 3) STORED);
CREATE TABLE "Weird Schema".nothing_but_nulls (a integer, b text, c jsonb);
CREATE TABLE "Weird Schema".always_empty (a integer PRIMARY KEY);
CREATE SEQUENCE "Weird Schema"."Se""quence";
RESET ROLE;
