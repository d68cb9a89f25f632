package ddl_test

import (
	"testing"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// TestNewerVersions is about properties that only 16 to 18 have.
func TestNewerVersions(t *testing.T) {
	virtual := column("v", "integer")
	virtual.Generated, virtual.Default = "v", "(a + 1)"
	named := column("a", "integer")
	named.NotNull, named.NotNullName, named.NotNullLocal, named.NotNullNoInherit, named.NotNullComment = true, "a there", true, true, "why"
	invalid := column("b", "integer")
	invalid.NotNull, invalid.NotNullName, invalid.NotNullLocal, invalid.NotNullInvalid, invalid.NotNullComment = true, "b_nn", true, true, "later"
	table := &catalog.Table{Item: item(catalog.KindTable, "s", "t"), Columns: []*catalog.Column{named, invalid, virtual}, AccessMethod: "columnar", Tablespace: "fast"}
	got, err := ddl.Create(table)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "table", got,
		`CREATE TABLE s.t (a integer CONSTRAINT "a there" NOT NULL NO INHERIT, b integer, v integer GENERATED ALWAYS AS ((a + 1)) VIRTUAL) USING columnar TABLESPACE fast`,
		`COMMENT ON CONSTRAINT "a there" ON s.t IS 'why'`)
	expect(t, "late", ddl.Late(table), `ALTER TABLE s.t ADD CONSTRAINT b_nn NOT NULL b NOT VALID`, `COMMENT ON CONSTRAINT b_nn ON s.t IS 'later'`)

	overlap := &catalog.Constraint{Item: on(catalog.KindPrimaryKey, "s", "t", "k"), Definition: "PRIMARY KEY (a, d WITHOUT OVERLAPS)", Index: "k", WithoutOverlaps: true, Valid: true}
	index := &catalog.Index{Item: on(catalog.KindIndex, "s", "t", "k"), Definition: "CREATE UNIQUE INDEX k ON s.t USING gist (a, d) WITH (fillfactor='50')", Tablespace: "fast", ReplicaID: true}
	expect(t, "temporal key", ddl.CreateKey(overlap, index),
		`ALTER TABLE ONLY s.t ADD CONSTRAINT k PRIMARY KEY (a, d WITHOUT OVERLAPS) WITH (fillfactor='50') USING INDEX TABLESPACE fast`,
		`ALTER TABLE ONLY s.t REPLICA IDENTITY USING INDEX k`)

	unenforced := &catalog.Constraint{Item: on(catalog.KindForeignKey, "s", "t", "f"), Definition: "FOREIGN KEY (a) REFERENCES s.u(a) NOT ENFORCED"}
	expect(t, "not enforced", ddl.CreateKey(unenforced, nil), `ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES s.u(a) NOT ENFORCED`)
	if ddl.NeedsValidate(unenforced) {
		t.Error("a constraint that is not enforced cannot be validated")
	}
}

// TestInheritedNotNull is about 18, where NOT NULL is a constraint that is inherited, local, or both.
func TestInheritedNotNull(t *testing.T) {
	inherited := func(name, constraint string, local, apart bool) *catalog.Column {
		c := column(name, "integer")
		c.Local, c.Inherited, c.NotNull, c.NotNullName, c.NotNullLocal, c.NotNullApart = false, true, true, constraint, local, apart
		return c
	}
	merged := inherited("e", "t_e_not_null", false, false)
	merged.Local = true
	table := &catalog.Table{Item: item(catalog.KindTable, "s", "t"), Parents: []catalog.Name{{Schema: "s", Name: "p"}}, Columns: []*catalog.Column{
		inherited("a", "t_a_not_null", false, false), inherited("b", "t_b_not_null", true, false), inherited("c", "mine", true, true),
		inherited("d", "", false, true), merged,
	}}
	got, err := ddl.Create(table)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "child", got, `CREATE TABLE s.t (CONSTRAINT t_b_not_null NOT NULL b, CONSTRAINT mine NOT NULL c, e integer) INHERITS (s.p)`,
		`ALTER TABLE ONLY s.t ALTER COLUMN d SET NOT NULL`)
}
