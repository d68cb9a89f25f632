package catalog_test

import (
	"testing"

	"migrator/planner/catalog"
)

func TestReadViews(t *testing.T) {
	d := readSQL(t, `
		CREATE TABLE t (a int, b text);
		CREATE VIEW v WITH (security_barrier, check_option = cascaded) AS SELECT a, b COLLATE "C" AS "B b" FROM t WHERE a > 0;
		ALTER VIEW v ALTER a SET DEFAULT 4; COMMENT ON COLUMN v.a IS 'first'; COMMENT ON VIEW v IS 'some'; GRANT SELECT (a) ON v TO PUBLIC;
		CREATE MATERIALIZED VIEW m WITH (fillfactor = 50, toast.autovacuum_enabled = false) AS SELECT a, b FROM t WITH NO DATA;
		ALTER MATERIALIZED VIEW m ALTER b SET STATISTICS 50, ALTER b SET STORAGE MAIN;
		CREATE MATERIALIZED VIEW filled AS SELECT 1 AS one;`)
	same(t, d.Views, []*catalog.View{
		{Item: item("materialized_view", "public", "filled", ""), Definition: " SELECT 1 AS one", Populated: true, ReplicaIdentity: "d",
			Columns: []catalog.ViewColumn{{Number: 1, Name: "one", Type: "integer", Statistics: -1}}},
		{Item: item("materialized_view", "public", "m", ""), Definition: " SELECT t.a,\n    t.b\n   FROM public.t", Options: []string{"fillfactor=50"},
			ToastOptions: []string{"autovacuum_enabled=false"}, ReplicaIdentity: "d",
			Columns: []catalog.ViewColumn{{Number: 1, Name: "a", Type: "integer", Statistics: -1}, {Number: 2, Name: "b", Type: "text", Statistics: 50, Storage: "MAIN"}}},
		{Item: item("view", "public", "v", "some"), Definition: " SELECT t.a,\n    (t.b COLLATE \"C\") AS \"B b\"\n   FROM public.t\n  WHERE (t.a > 0)",
			Options: []string{"security_barrier=true"}, CheckOption: "CASCADED",
			Columns: []catalog.ViewColumn{
				{Number: 1, Name: "a", Type: "integer", Default: "4", ACL: []string{"=r/postgres"}, Comment: "first", Statistics: -1},
				{Number: 2, Name: "B b", Type: "text", Collation: `pg_catalog."C"`, Statistics: -1},
			}},
	})
}

func TestReadRulesTriggersPolicies(t *testing.T) {
	d := readSQL(t, `
		CREATE TABLE t (a int, b text) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);
		CREATE VIEW v AS SELECT * FROM t;
		CREATE RULE quiet AS ON DELETE TO v DO INSTEAD NOTHING; COMMENT ON RULE quiet ON v IS 'no';
		CREATE RULE loud AS ON INSERT TO t DO ALSO NOTIFY x; ALTER TABLE t DISABLE RULE loud;
		CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
		CREATE TRIGGER "Tr" AFTER INSERT OR UPDATE OF b ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION f('x');
		COMMENT ON TRIGGER "Tr" ON t IS 'after';
		ALTER TABLE t2 DISABLE TRIGGER "Tr";
		CREATE TRIGGER ins INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
		CREATE TABLE k (a int PRIMARY KEY, b int REFERENCES k, c int UNIQUE DEFERRABLE); ALTER TABLE k DISABLE TRIGGER ALL;
		CREATE CONSTRAINT TRIGGER ct AFTER UPDATE ON k DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE k ENABLE ALWAYS TRIGGER ct;
		CREATE POLICY p ON k USING (a = 1); COMMENT ON POLICY p ON k IS 'one';
		CREATE POLICY "q q" ON k AS RESTRICTIVE FOR UPDATE TO pg_monitor, postgres USING (true) WITH CHECK (b > 0);`)
	same(t, d.Rules, []*catalog.Rule{
		{Item: part("rule", "t", "loud", ""), Definition: "CREATE RULE loud AS\n    ON INSERT TO public.t DO\n NOTIFY x", Enabled: "D", OnInsert: true},
		{Item: part("rule", "v", "quiet", "no"), Definition: "CREATE RULE quiet AS\n    ON DELETE TO public.v DO INSTEAD NOTHING", Enabled: "O", OnView: true},
	})
	same(t, d.Triggers, []*catalog.Trigger{
		{Item: part("trigger", "k", "ct", ""), Definition: "CREATE CONSTRAINT TRIGGER ct AFTER UPDATE ON public.k DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.f()", Enabled: "A", ForEachRow: true},
		{Item: part("trigger", "t", "Tr", "after"), Definition: `CREATE TRIGGER "Tr" AFTER INSERT OR UPDATE OF b ON public.t FOR EACH ROW WHEN ((new.a > 0)) EXECUTE FUNCTION public.f('x')`, Enabled: "O", OnInsert: true, ForEachRow: true},
		{Item: part("trigger", "t2", "Tr", ""), Definition: `CREATE TRIGGER "Tr" AFTER INSERT OR UPDATE OF b ON public.t2 FOR EACH ROW WHEN ((new.a > 0)) EXECUTE FUNCTION public.f('x')`, Enabled: "D", Clone: true, OnInsert: true, ForEachRow: true},
		{Item: part("trigger", "v", "ins", ""), Definition: "CREATE TRIGGER ins INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE FUNCTION public.f()", Enabled: "O", OnView: true, OnInsert: true, ForEachRow: true},
	})
	same(t, d.Policies, []*catalog.Policy{
		{Item: part("policy", "k", "q q", ""), Command: "w", Roles: []string{"pg_monitor", "postgres"}, Using: "true", Check: "(b > 0)"},
		{Item: part("policy", "k", "p", "one"), Command: "*", Permissive: true, Using: "(a = 1)"},
	})
}

func TestReadIndexesAndConstraints(t *testing.T) {
	d := readSQL(t, `
		CREATE TABLE p (a int, b text, CONSTRAINT p_pkey PRIMARY KEY (a) INCLUDE (b)) PARTITION BY LIST (a);
		CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
		CREATE INDEX p_b ON ONLY p (b);
		COMMENT ON CONSTRAINT p_pkey ON p IS 'key'; COMMENT ON INDEX p_pkey IS 'index';
		CREATE TABLE q (a int UNIQUE); CREATE TABLE t (a int CONSTRAINT t_u UNIQUE DEFERRABLE INITIALLY DEFERRED, b int4range, c int, EXCLUDE USING gist (b WITH &&),
			CONSTRAINT t_fk FOREIGN KEY (c) REFERENCES p ON DELETE SET NULL);
		ALTER TABLE t ADD CONSTRAINT t_nv FOREIGN KEY (c) REFERENCES q (a) NOT VALID;
		CREATE UNIQUE INDEX "t X" ON t ((a + 1), c DESC) WHERE c > 0; ALTER INDEX "t X" ALTER COLUMN 1 SET STATISTICS 300; CLUSTER t USING t_u;
		ALTER TABLE t ALTER a SET NOT NULL; CREATE UNIQUE INDEX ri ON t (a); ALTER TABLE t REPLICA IDENTITY USING INDEX ri;
		CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX mi ON m (a);`)
	p := &catalog.Name{Schema: "public", Name: "p"}
	same(t, d.Indexes, []*catalog.Index{
		{Item: part("index", "m", "mi", ""), Definition: "CREATE INDEX mi ON public.m USING btree (a)", Method: "btree", OnView: true},
		{Item: part("index", "p", "p_b", ""), Definition: "CREATE INDEX p_b ON ONLY public.p USING btree (b)", Method: "btree", Partitioned: true},
		{Item: part("index", "p", "p_pkey", "index"), Definition: "CREATE UNIQUE INDEX p_pkey ON ONLY public.p USING btree (a) INCLUDE (b)", Method: "btree", Unique: true, Constraint: "p_pkey", Partitioned: true},
		{Item: part("index", "p1", "p1_pkey", ""), Definition: "CREATE UNIQUE INDEX p1_pkey ON public.p1 USING btree (a) INCLUDE (b)", Method: "btree", Unique: true, Constraint: "p1_pkey",
			Parent: &catalog.Name{Schema: "public", Name: "p_pkey"}},
		{Item: part("index", "q", "q_a_key", ""), Definition: "CREATE UNIQUE INDEX q_a_key ON public.q USING btree (a)", Method: "btree", Unique: true, Constraint: "q_a_key"},
		{Item: part("index", "t", "t X", ""), Definition: `CREATE UNIQUE INDEX "t X" ON public.t USING btree (((a + 1)), c DESC) WHERE (c > 0)`, Method: "btree", Unique: true, Statistics: map[int]int{1: 300}},
		{Item: part("index", "t", "ri", ""), Definition: "CREATE UNIQUE INDEX ri ON public.t USING btree (a)", Method: "btree", Unique: true, ReplicaID: true},
		{Item: part("index", "t", "t_b_excl", ""), Definition: "CREATE INDEX t_b_excl ON public.t USING gist (b)", Method: "gist", Constraint: "t_b_excl"},
		{Item: part("index", "t", "t_u", ""), Definition: "CREATE UNIQUE INDEX t_u ON public.t USING btree (a)", Method: "btree", Unique: true, Constraint: "t_u", Clustered: true},
	})
	same(t, d.Constraints, []*catalog.Constraint{
		{Item: part("exclusion", "t", "t_b_excl", ""), Definition: "EXCLUDE USING gist (b WITH &&)", Valid: true, Index: "t_b_excl"},
		{Item: part("foreign_key", "t", "t_fk", ""), Definition: "FOREIGN KEY (c) REFERENCES public.p(a) ON DELETE SET NULL", Valid: true, References: p, ReferencesPartitioned: true},
		{Item: part("foreign_key", "t", "t_nv", ""), Definition: "FOREIGN KEY (c) REFERENCES public.q(a) NOT VALID", References: &catalog.Name{Schema: "public", Name: "q"}},
		{Item: part("primary_key", "p", "p_pkey", "key"), Definition: "PRIMARY KEY (a) INCLUDE (b)", Valid: true, Index: "p_pkey", IndexComment: "index", OnPartitioned: true},
		{Item: part("primary_key", "p1", "p1_pkey", ""), Definition: "PRIMARY KEY (a) INCLUDE (b)", Valid: true, Index: "p1_pkey"},
		{Item: part("unique", "q", "q_a_key", ""), Definition: "UNIQUE (a)", Valid: true, Index: "q_a_key"},
		{Item: part("unique", "t", "t_u", ""), Definition: "UNIQUE (a) DEFERRABLE INITIALLY DEFERRED", Valid: true, Deferrable: true, Deferred: true, Index: "t_u"},
	})
}
