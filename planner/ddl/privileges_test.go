package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

func TestParseACLItem(t *testing.T) {
	for _, text := range []string{
		"=r/owner", "owner=arwdDxt/owner", "a=r*w*/owner", `"Odd ""Name"""=X/"an owner"`, "owner=arwdDxtXUCTcsAm/owner", "a=/b", `"=/*"=r/"/="`,
	} {
		item, err := ddl.ParseACLItem(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := item.String(); got != text {
			t.Errorf("%s comes back as %s", text, got)
		}
	}
	item, err := ddl.ParseACLItem(`"Odd ""Name"""=rX*/o`)
	if err != nil {
		t.Fatal(err)
	}
	if item.Grantee != `Odd "Name"` || item.Grantor != "o" {
		t.Errorf("read as %+v", item)
	}
	if diff := cmp.Diff([]string{"SELECT", "EXECUTE"}, item.Rights.Words()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"EXECUTE"}, item.Options.Words()); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "a", "a=", "a=r", "a=r/", "a=Z/b", "a=*r/b", "a=r**/b", `"a=r/b`, `a=r/"b`, "a=r/b/c", "a=r/b=c"} {
		if _, err := ddl.ParseACLItem(text); err == nil {
			t.Errorf("%q is taken for an item", text)
		}
	}
}

func FuzzParseACLItem(f *testing.F) {
	f.Add("owner=arwdDxt/owner")
	f.Add(`"a ""b"=r*/c`)
	f.Fuzz(func(t *testing.T, text string) {
		item, err := ddl.ParseACLItem(text)
		if err != nil {
			return
		}
		again, err := ddl.ParseACLItem(item.String())
		if err != nil || again != item {
			t.Fatalf("%q reads as %+v, but %q as %+v (%v)", text, item, item.String(), again, err)
		}
	})
}

func TestPrivileges(t *testing.T) {
	base := []string{"o=arwdDxt/o"}
	table := func(acl ...string) catalog.Item {
		i := owned(item(catalog.KindTable, "s", "t"), "o", "")
		i.ACL, i.BaseACL = acl, base
		return i
	}
	withColumn := &catalog.Table{Item: table("o=arwdDxt/o"), Columns: []*catalog.Column{{Name: "C", ACL: []string{"=r/o", "a=rw*/o"}}}}
	hidden := &catalog.Table{Item: table("o=arwdDxt/o")}
	hidden.ACL = []string{}
	function := &catalog.Function{Item: withArgs(owned(item(catalog.KindProcedure, "s", "p"), "o", ""), "integer")}
	function.ACL, function.BaseACL = []string{"o=X/o", "a=X/o"}, []string{"=X/o", "o=X/o"}
	aggregate := func(args string) *catalog.Aggregate {
		a := &catalog.Aggregate{Item: withArgs(owned(item(catalog.KindAggregate, "s", "g"), "o", ""), args)}
		a.ACL, a.BaseACL = []string{"=X/o", "o=X/o", "a=X/o"}, []string{"=X/o", "o=X/o"}
		return a
	}
	large := &catalog.LargeObject{Item: owned(item(catalog.KindLargeObject, "", "42"), "o", "")}
	large.ACL, large.BaseACL = []string{"o=rw/o", "a=r/o"}, []string{"o=rw/o"}
	for _, c := range []struct {
		name   string
		object catalog.Object
		want   []string
	}{
		{"default", &catalog.Table{Item: owned(item(catalog.KindTable, "s", "t"), "o", "")}, nil},
		{"written out default", &catalog.Table{Item: table("o=arwdDxt/o")}, nil},
		{"empty", hidden, []string{"REVOKE INSERT, SELECT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE s.t FROM o"}},
		{"owner has less", &catalog.Table{Item: table("o=arw/o", "=r/o")}, []string{
			"REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON TABLE s.t FROM o", "GRANT SELECT ON TABLE s.t TO PUBLIC"}},
		{"maintain", &catalog.View{Item: catalog.Item{Kind: catalog.KindMaterializedView, Schema: "s", Name: "t", Owner: "o", ACL: []string{"o=arwdDxtm/o", `"A b"=m/o`}, BaseACL: []string{"o=arwdDxtm/o"}}},
			[]string{`GRANT MAINTAIN ON TABLE s.t TO "A b"`}},
		{"grant option", &catalog.Table{Item: table("o=arwdDxt/o", "a=ar*/o", "b=r/a", "c=r/a")}, []string{
			"GRANT INSERT ON TABLE s.t TO a", "GRANT SELECT ON TABLE s.t TO a WITH GRANT OPTION", "SET ROLE a", "GRANT SELECT ON TABLE s.t TO b", "GRANT SELECT ON TABLE s.t TO c", "RESET ROLE"}},
		{"options out of order", &catalog.Table{Item: table("b=r/a", "a=r*/o", "o=arwdDxt/o")}, []string{
			"GRANT SELECT ON TABLE s.t TO a WITH GRANT OPTION", "SET ROLE a", "GRANT SELECT ON TABLE s.t TO b", "RESET ROLE"}},
		{"columns", withColumn, []string{
			`GRANT SELECT ("C") ON TABLE s.t TO PUBLIC`, `GRANT SELECT ("C") ON TABLE s.t TO a`, `GRANT UPDATE ("C") ON TABLE s.t TO a WITH GRANT OPTION`}},
		{"procedure", function, []string{"REVOKE EXECUTE ON PROCEDURE s.p(integer) FROM PUBLIC", "GRANT EXECUTE ON PROCEDURE s.p(integer) TO a"}},
		{"aggregate", aggregate("integer"), []string{"GRANT EXECUTE ON FUNCTION s.g(integer) TO a"}},
		{"aggregate of rows", aggregate("*"), []string{"GRANT EXECUTE ON FUNCTION s.g() TO a"}},
		{"ordered-set aggregate", aggregate("double precision ORDER BY anyelement"), []string{"GRANT EXECUTE ON FUNCTION s.g(double precision, anyelement) TO a"}},
		{"ordered-set aggregate without direct arguments", aggregate("ORDER BY anyelement"), []string{"GRANT EXECUTE ON FUNCTION s.g(anyelement) TO a"}},
		{"hypothetical-set aggregate", aggregate(`VARIADIC "any" ORDER BY VARIADIC "any"`), []string{`GRANT EXECUTE ON FUNCTION s.g(VARIADIC "any") TO a`}},
		{"large object", large, []string{"GRANT SELECT ON LARGE OBJECT 42 TO a"}},
	} {
		expect(t, c.name, ddl.Privileges(c.object), c.want...)
	}
}

func TestChangePrivileges(t *testing.T) {
	schema := func(acl ...string) *catalog.Schema {
		s := &catalog.Schema{Item: owned(item(catalog.KindSchema, "", "public"), "o", "")}
		s.ACL, s.BaseACL = acl, []string{"o=UC/o"}
		return s
	}
	expect(t, "public", ddl.PrivilegesFrom(schema("o=UC/o", "a=U*/o"), []string{"o=UC/o", "=UC/o", "a=U*C/o", "b=U/a"}, []string{"o=UC/o"}),
		"SET ROLE a", "REVOKE USAGE ON SCHEMA public FROM b", "RESET ROLE", "REVOKE USAGE, CREATE ON SCHEMA public FROM PUBLIC", "REVOKE CREATE ON SCHEMA public FROM a")
	expect(t, "less option", ddl.ChangePrivileges(schema("o=UC/o", "a=U/o"), schema("o=UC/o", "a=U*/o")), "REVOKE GRANT OPTION FOR USAGE ON SCHEMA public FROM a")
	expect(t, "same", ddl.ChangePrivileges(schema("o=UC/o", "a=U/o"), schema("a=U/o", "o=UC/o")))
	expect(t, "back to the default", ddl.ChangePrivileges(schema(), schema("a=U/o")),
		"REVOKE USAGE ON SCHEMA public FROM a", "GRANT USAGE, CREATE ON SCHEMA public TO o")
	table := func(column ...string) *catalog.Table {
		return &catalog.Table{Item: owned(item(catalog.KindTable, "s", "t"), "o", ""), Columns: []*catalog.Column{{Name: "a", ACL: column}}}
	}
	older, newer := table(), table()
	older.ACL, older.BaseACL = []string{"o=arwdDxt/o", "a=r/o"}, []string{"o=arwdDxt/o"}
	newer.ACL, newer.BaseACL = []string{"o=arwdDxtm/o", "a=r/o"}, []string{"o=arwdDxtm/o"}
	expect(t, "a right that the source does not know", ddl.ChangePrivileges(older, newer))
	expect(t, "made with too much", ddl.PrivilegesFrom(older, []string{"o=arwdDxtm/o", "b=rm/o"}, newer.BaseACL),
		"REVOKE SELECT, MAINTAIN ON TABLE s.t FROM b", "GRANT SELECT ON TABLE s.t TO a")
	older.ACL = nil
	expect(t, "made with too little", ddl.PrivilegesFrom(older, []string{"b=r/o"}, newer.BaseACL),
		"REVOKE SELECT ON TABLE s.t FROM b", "GRANT INSERT, SELECT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN ON TABLE s.t TO o")
	expect(t, "same columns", ddl.ChangePrivileges(table("x=r/o"), table("x=r/o")))
	expect(t, "other columns", ddl.ChangePrivileges(table("x=r/o"), table("y=r/o")), "REVOKE SELECT (a) ON TABLE s.t FROM y", "GRANT SELECT (a) ON TABLE s.t TO x")
}
