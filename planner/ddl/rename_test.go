package ddl_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

const beforeRename = `
	CREATE SCHEMA legacy;
	CREATE TYPE legacy.mood AS ENUM ('ok');
	CREATE TABLE legacy.tbl_users (id integer PRIMARY KEY, "EMAIL" text CHECK ("EMAIL" <> 'legacy'), "Format" legacy.mood);
	CREATE TABLE legacy.tbl_orders (id serial PRIMARY KEY, "USER" integer REFERENCES legacy.tbl_users (id), total numeric DEFAULT 0,
		doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
	CREATE INDEX by_mail ON legacy.tbl_users (lower("EMAIL")) WHERE "Format" = 'ok';
	CREATE VIEW legacy.report AS SELECT u."EMAIL", o.total, tbl_users.id FROM legacy.tbl_orders o JOIN legacy.tbl_users u ON u.id = o."USER"
		CROSS JOIN legacy.tbl_users WHERE tbl_users."EMAIL" IN (SELECT "EMAIL" FROM legacy.tbl_users);
	CREATE VIEW legacy.all_orders AS SELECT * FROM legacy.tbl_orders;
	CREATE MATERIALIZED VIEW legacy.sums AS SELECT "USER", sum(total) AS total FROM legacy.tbl_orders GROUP BY "USER";
	CREATE RULE no_delete AS ON DELETE TO legacy.tbl_orders WHERE OLD."USER" = 1 DO INSTEAD UPDATE legacy.tbl_orders SET "USER" = NULL WHERE id = OLD.id;
	CREATE POLICY own ON legacy.tbl_users USING ("EMAIL" = CURRENT_USER AND EXISTS (SELECT FROM legacy.tbl_orders WHERE "USER" = tbl_users.id));
	CREATE FUNCTION legacy.f(u legacy.tbl_users) RETURNS legacy.mood LANGUAGE sql BEGIN ATOMIC SELECT u."Format"; END`

// TestNormalizeAfterRename renames objects in a real database, and expects their definitions to be equal to what they were, up to the names.
func TestNormalizeAfterRename(t *testing.T) {
	_, conn := connectPair(t)
	run(t, conn, beforeRename)
	before := normalized(t, conn)
	run(t, conn,
		ddl.RenameColumn(catalog.KindTable, "legacy", "tbl_users", "EMAIL", "email"),
		ddl.RenameColumn(catalog.KindTable, "legacy", "tbl_users", "Format", "format"),
		ddl.RenameColumn(catalog.KindTable, "legacy", "tbl_orders", "USER", "user"),
		ddl.RenameRelation(catalog.KindTable, "legacy", "tbl_users", "users"),
		ddl.RenameRelation(catalog.KindTable, "legacy", "tbl_orders", "orders"),
		ddl.RenameRelation(catalog.KindSequence, "legacy", "tbl_orders_id_seq", "orders_id_seq"),
		ddl.RenameSchema("legacy", "shop"),
	)
	if diff := cmp.Diff(before, normalized(t, conn)); diff != "" {
		t.Errorf("before (-) and after (+) the renames:\n%s", diff)
	}
}

func normalized(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	var all []string
	for _, o := range read(t, conn).Objects() {
		all = append(all, ddl.Normalize(definition(t, o), same))
	}
	slices.Sort(all)
	return all
}
