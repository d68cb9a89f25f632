package precheck

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// plainSchema is a database that no check finds fault with.
const plainSchema = `
	CREATE SCHEMA sales;
	CREATE TABLE sales.orders (id int PRIMARY KEY, note text);
	CREATE SEQUENCE sales.numbers;
	CREATE FUNCTION sales.one() RETURNS int LANGUAGE sql AS 'SELECT 1';
	SELECT lo_create(4711);`

// TestEveryCheckPasses runs all checks on a healthy pair.
func TestEveryCheckPasses(t *testing.T) {
	in := scene{source: plainSchema}.input(t)
	in.SourceConnections, in.DestinationConnections = 5, 5
	in.Makes = map[string]bool{}
	for _, o := range in.Selected {
		in.Makes[o.Meta().Address()] = o.Meta().Name != "public"
	}
	report := Run(t.Context(), in, nil)
	wantPassed(t, report)
	for _, name := range Names() {
		if !slices.ContainsFunc(report.Results, func(r Result) bool { return r.Name == name }) {
			t.Errorf("%s has no result", name)
		}
	}
	if report.SuccessRate() != 100 || !report.OK() || report.GrantScript() != "" {
		t.Errorf("%v %v %q", report.SuccessRate(), report.OK(), report.GrantScript())
	}
	for _, c := range All() {
		if c.Doc == "" || c.Severity == "" {
			t.Errorf("%s is not described", c.Name)
		}
	}
}

func TestConnection(t *testing.T) {
	in := scene{}.input(t)
	report := one(t, in, "connection")
	wantPassed(t, report)
	if len(report.Results) != 2 || !strings.Contains(report.Results[0].Found, "tcp ") {
		t.Errorf("%+v", report.Results)
	}
	missing := &postgres.ConnectError{Side: "destination", Kind: postgres.KindDatabaseMissing, Hint: "create it"}
	in.DestinationSteps = []postgres.Step{{Name: "dns"}, {Name: "auth", Err: missing}}
	if r := wantRaised(t, one(t, in, "connection"), Error, "auth: destination"); r.Do != "create it" || r.Side != Destination {
		t.Errorf("%+v", r)
	}
	in.Config.Destination.CreateDatabase = true
	wantPassed(t, one(t, in, "connection"))
}

func TestSameDatabaseCheck(t *testing.T) {
	in := scene{}.input(t)
	wantPassed(t, one(t, in, "same_database"))
	second, err := pgx.ConnectConfig(t.Context(), in.SourceConn.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close(t.Context())
	in.DestinationConn = second
	wantRaised(t, one(t, in, "same_database"), Error, "one and the same")
	in.DestinationConn = nil
	if r := one(t, in, "same_database"); r.Count(Skipped) != 1 || !r.OK() {
		t.Errorf("%+v", r)
	}
}

func TestVersions(t *testing.T) {
	in := scene{}.input(t)
	wantPassed(t, one(t, in, "versions"))
	for _, c := range []struct {
		src, dst int
		want     []string // the sides
	}{
		{90426, 120000, nil}, {150008, 150001, nil}, {90600, 180000, nil},
		{90324, 150000, []string{Source}}, {90400, 110022, []string{Destination}}, {170000, 160009, []string{Destination}},
		{90600, 90500, []string{Destination, Destination}},
	} {
		var sides []string
		for _, f := range compareVersions(serverVersion{c.src, "a"}, serverVersion{c.dst, "b"}) {
			if !f.Fine {
				sides = append(sides, f.Side)
			}
		}
		if !slices.Equal(sides, c.want) {
			t.Errorf("%d to %d: %v", c.src, c.dst, sides)
		}
	}
}

func TestSourcePrivileges(t *testing.T) {
	user := "precheck reader"
	s := scene{source: plainSchema, roles: []string{user}, user: user}
	in := s.input(t)
	report := one(t, in, "source_privileges")
	wantRaised(t, report, Error, "USAGE on schemas")
	if r := wantRaised(t, report, Error, "SELECT on tables"); !slices.Equal(r.Objects, []string{"sales.orders"}) {
		t.Errorf("%+v", r)
	}
	wantRaised(t, report, Error, "SELECT on sequences")
	wantRaised(t, report, Error, "large objects")
	script := report.GrantScript()
	if !strings.HasPrefix(script, "-- On the source:\nGRANT USAGE ON SCHEMA sales TO \"precheck reader\";\n") {
		t.Error(script)
	}
	src, _ := sandboxtest.Pair(t)
	run(t, src, in.Source.Name, script)
	wantPassed(t, one(t, in, "source_privileges"))

	t.Run("columns", func(t *testing.T) {
		user := "precheck_columns"
		in := scene{
			roles: []string{user}, user: user,
			source: `CREATE TABLE t (id int PRIMARY KEY, secret text); GRANT SELECT (id) ON t TO precheck_columns;
				CREATE TABLE p (id int) PARTITION BY LIST (id)`,
		}.input(t)
		wantRaised(t, one(t, in, "source_privileges"), Error, "SELECT on tables")
		in.Config.Mapping.Tables = []config.TableMapping{{
			Schema: "public", Name: "t", Data: true, Columns: []config.ColumnMapping{{Name: "secret", Exclude: true}},
		}}
		wantPassed(t, one(t, in, "source_privileges"))
		in.Config.Mapping.Tables[0].Columns, in.Config.Mapping.Tables[0].Data = nil, false
		wantPassed(t, one(t, in, "source_privileges"))
	})
}

func TestRowSecurity(t *testing.T) {
	user := "precheck_rls"
	s := scene{
		roles: []string{user}, user: user,
		source: `CREATE TABLE hidden (id int PRIMARY KEY); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; GRANT SELECT ON hidden TO precheck_rls;
			CREATE TABLE own (id int PRIMARY KEY); ALTER TABLE own ENABLE ROW LEVEL SECURITY; ALTER TABLE own OWNER TO precheck_rls;
			CREATE TABLE forced (id int PRIMARY KEY); ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
			ALTER TABLE forced OWNER TO precheck_rls`,
	}
	in := s.input(t)
	r := wantRaised(t, one(t, in, "row_security_hides_rows"), Error, "applies to precheck_rls")
	if !slices.Equal(r.Objects, []string{"public.forced", "public.hidden"}) || len(r.Fix) != 1 {
		t.Errorf("%+v", r)
	}
	if r := wantRaised(t, one(t, in, "row_security_in_destination"), Alert, "verify cannot see"); !slices.Equal(r.Objects, []string{"public.forced", "public.hidden"}) {
		t.Errorf("%+v", r)
	}
	_, dst := sandboxtest.Pair(t)
	run(t, dst, in.Destination.Name, "CREATE TABLE there (id int); ALTER TABLE there ENABLE ROW LEVEL SECURITY; GRANT ALL ON there TO precheck_rls")
	in.Fills = []Fill{{Table: catalog.Name{Schema: "public", Name: "there"}}}
	r = wantRaised(t, one(t, in, "row_security_in_destination"), Error, "refuses COPY")
	run(t, dst, in.Destination.Name, strings.Join(r.Fix, ""))
	wantPassed(t, one(t, in, "row_security_in_destination"))
	s.roles, s.user = nil, ""
	s.source = "CREATE TABLE hidden (); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
	wantPassed(t, one(t, s.input(t), "row_security_hides_rows")) // a superuser
}

func TestRolesMissing(t *testing.T) {
	in := scene{
		sourceRoles: []string{"precheck Owner", "precheck_grantee", "precheck_policy"},
		source: `CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO "precheck Owner"; GRANT SELECT (id) ON t TO precheck_grantee;
			CREATE POLICY p ON t TO precheck_policy`,
	}.input(t)
	r := wantRaised(t, one(t, in, "roles_missing"), Error, "do not exist")
	want := []string{`CREATE ROLE "precheck Owner" NOLOGIN`, "CREATE ROLE precheck_grantee NOLOGIN", "CREATE ROLE precheck_policy NOLOGIN"}
	if !slices.Equal(r.Fix, want) {
		t.Errorf("%q", r.Fix)
	}
	for _, role := range []string{"precheck Owner", "precheck_grantee", "precheck_policy"} {
		in.Config.Mapping.Roles = append(in.Config.Mapping.Roles, config.RoleMapping{Name: role, Rename: "postgres"})
	}
	wantPassed(t, one(t, in, "roles_missing"))
}

func TestDestinationPrivileges(t *testing.T) {
	s := scene{
		roles: []string{"precheck_owner", "precheck_mover"}, user: "precheck_mover",
		source: `CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO precheck_owner;
			CREATE SCHEMA s AUTHORIZATION precheck_owner; CREATE TABLE s.t (id int PRIMARY KEY); ALTER TABLE s.t OWNER TO precheck_owner;`,
		destination: `CREATE SCHEMA s; ALTER SCHEMA s OWNER TO precheck_owner; REVOKE ALL ON SCHEMA public FROM public`,
	}
	in := s.input(t)
	report := one(t, in, "destination_privileges")
	wantRaised(t, report, Error, "CREATE on the database")
	wantRaised(t, report, Error, "cannot act as the owners")
	r := wantRaised(t, report, Error, "schemas that exist already")
	if !slices.Contains(r.Fix, "GRANT CREATE, USAGE ON SCHEMA public TO precheck_owner") || slices.Contains(r.Fix, "GRANT CREATE, USAGE ON SCHEMA s TO precheck_owner") {
		t.Errorf("%q", r.Fix)
	}
	_, dst := sandboxtest.Pair(t)
	run(t, dst, in.Destination.Name, report.GrantScript())
	wantPassed(t, one(t, in, "destination_privileges"))
	run(t, dst, in.Destination.Name, "REVOKE precheck_owner FROM precheck_mover; DROP OWNED BY precheck_owner, precheck_mover")
}

func TestTablespaces(t *testing.T) {
	in := scene{roles: []string{"precheck_spaces"}, user: "precheck_spaces"}.input(t)
	_, dst := sandboxtest.Pair(t)
	conn, err := pgx.Connect(t.Context(), dst.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, sql := range []string{"SET allow_in_place_tablespaces = on", "CREATE TABLESPACE precheck_space LOCATION ''"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { run(t, dst, "postgres", "DROP TABLESPACE precheck_space") })
	in.Selected = []catalog.Object{&catalog.Table{Tablespace: "precheck_space"}, &catalog.Index{Tablespace: "precheck_none"}}
	report := one(t, in, "tablespaces_missing")
	if r := wantRaised(t, report, Error, "do not exist"); !slices.Equal(r.Objects, []string{"precheck_none"}) {
		t.Errorf("%+v", r)
	}
	run(t, dst, "postgres", strings.Join(wantRaised(t, report, Error, "no CREATE").Fix, ""))
	t.Cleanup(func() { run(t, dst, "postgres", "REVOKE ALL ON TABLESPACE precheck_space FROM precheck_spaces") })
	in.Selected = in.Selected[:1]
	wantPassed(t, one(t, in, "tablespaces_missing"))
}

// TestDefaultPrivileges lets an extension show that its members begin with the default privileges of who creates it.
func TestDefaultPrivileges(t *testing.T) {
	in := scene{source: "CREATE EXTENSION hstore", destination: "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO pg_monitor"}.input(t)
	if r := wantRaised(t, one(t, in, "default_privileges"), Alert, "default privileges of"); !slices.Equal(r.Objects, []string{"hstore"}) {
		t.Errorf("%+v", r)
	}
	_, dst := sandboxtest.Pair(t)
	run(t, dst, in.Destination.Name, "CREATE EXTENSION hstore")
	reached, err := dst.QueryValue(t.Context(), in.Destination.Name, "SELECT proacl::text LIKE '%pg_monitor%' FROM pg_proc WHERE oid = 'akeys(hstore)'::regprocedure")
	if err != nil || reached != "t" {
		t.Errorf("%s %v", reached, err)
	}
	wantPassed(t, one(t, scene{source: "CREATE EXTENSION hstore"}.input(t), "default_privileges"))
}

func TestDestinationObjects(t *testing.T) {
	in := &Input{Conflicts: []Conflict{{catalog.Name{Schema: "sales", Name: "orders"}, "another table"}}}
	wantRaised(t, one(t, in, "destination_objects"), Error, "another table")
	wantPassed(t, one(t, &Input{}, "destination_objects"))
}

func TestDestinationLedger(t *testing.T) {
	for _, c := range []struct {
		ledger Ledger
		text   string // empty: passes
	}{
		{Ledger{}, ""},
		{Ledger{OwnLineage: "a"}, ""},
		{Ledger{Exists: true, Lineage: "a", OwnLineage: "a"}, ""},
		{Ledger{Exists: true, Lineage: "a", OwnLineage: "a", Running: true, Holder: "me@there"}, "me@there"},
		{Ledger{Exists: true, Lineage: "a", OwnLineage: "b"}, "another migration"},
		{Ledger{Exists: true, Lineage: "a"}, "no state file"},
	} {
		report := one(t, &Input{Ledger: c.ledger}, "destination_ledger")
		if c.text == "" {
			wantPassed(t, report)
		} else {
			wantRaised(t, report, Error, c.text)
		}
	}
}

func TestExtensions(t *testing.T) {
	in := scene{}.input(t)
	extension := func(name, version, schema string) catalog.Object {
		return &catalog.Extension{Item: catalog.Item{Kind: catalog.KindExtension, Name: name}, Version: version, In: schema}
	}
	in.Selected = []catalog.Object{extension("no_such_extension", "1", "public")}
	wantRaised(t, one(t, in, "extensions"), Error, "no_such_extension")
	in.Selected = []catalog.Object{extension("plpgsql", "0.9", "pg_catalog")}
	wantRaised(t, one(t, in, "extensions"), Alert, "plpgsql will be 1.0")
	in.Selected = []catalog.Object{extension("plpgsql", "1.0", "public")}
	wantRaised(t, one(t, in, "extensions"), Alert, "is in schema pg_catalog")
	in.Selected = []catalog.Object{extension("plpgsql", "1.0", "pg_catalog")}
	wantPassed(t, one(t, in, "extensions"))
}

func TestEncodingAndLocale(t *testing.T) {
	in := scene{}.input(t)
	wantPassed(t, one(t, in, "encoding_and_locale"))
	for _, c := range []struct {
		edit     func(src, dst *catalog.Database)
		severity Severity
		text     string
	}{
		{func(_, dst *catalog.Database) { dst.Encoding = "LATIN1" }, Error, "UTF8 in the source, LATIN1"},
		{func(src, _ *catalog.Database) { src.Encoding = "LATIN1" }, Alert, "LATIN1 in the source, UTF8 in the destination"},
		{func(src, _ *catalog.Database) { src.Encoding = "WIN1252" }, Alert, "byte that stands for no character in WIN1252"},
		{func(src, _ *catalog.Database) { src.Encoding = "EUC_JP" }, Alert, "unique texts may collide"},
		{func(src, _ *catalog.Database) { src.Encoding = postgres.SQLASCII }, Alert, "SQL_ASCII in the source"},
		{func(src, dst *catalog.Database) { src.Encoding, dst.Encoding = postgres.SQLASCII, postgres.SQLASCII }, Alert, "bytes that nobody"},
		{func(_, dst *catalog.Database) { dst.Encoding = postgres.SQLASCII }, Alert, "SQL_ASCII in the destination"},
		{func(_, dst *catalog.Database) { dst.Collate = "de_DE.utf8" }, Alert, "collation differs"},
		{func(_, dst *catalog.Database) { dst.CType = "de_DE.utf8" }, Alert, "character type differs"},
		{func(src, _ *catalog.Database) { src.Provider, src.Locale = "i", "de-DE" }, Alert, "ICU de-DE in the source"},
	} {
		src, dst := *in.Source, *in.Destination
		c.edit(&src, &dst)
		changed := *in
		changed.Source, changed.Destination = &src, &dst
		wantRaised(t, one(t, &changed, "encoding_and_locale"), c.severity, c.text)
	}
	for _, c := range []struct {
		versions [2]collationVersion
		want     int
	}{
		{[2]collationVersion{{"2.36", "2.36"}, {"2.36", "2.36"}}, 0},
		{[2]collationVersion{{}, {"2.36", "2.36"}}, 0},
		{[2]collationVersion{{"2.31", "2.36"}, {"2.36", "2.36"}}, 1},
		{[2]collationVersion{{"2.31", "2.31"}, {"2.36", "2.36"}}, 1},
	} {
		if got := compareCollationVersions(c.versions, true); len(got) != c.want {
			t.Errorf("%v: %+v", c.versions, got)
		}
	}
}

func TestConnectionBudget(t *testing.T) {
	in := scene{roles: []string{"precheck_limited"}, user: "precheck_limited"}.input(t)
	in.SourceConnections, in.DestinationConnections = 3, 3
	wantPassed(t, one(t, in, "connection_budget"))
	in.SourceConnections = 100_000
	if r := wantRaised(t, one(t, in, "connection_budget"), Error, "the run needs 100000"); r.Side != Source {
		t.Errorf("%+v", r)
	}
	in.SourceConnections = 3
	_, dst := sandboxtest.Pair(t)
	run(t, dst, "postgres", "ALTER ROLE precheck_limited CONNECTION LIMIT 2")
	wantRaised(t, one(t, in, "connection_budget"), Error, "0 of the role's 2 connections in use")
}

func TestLockBudget(t *testing.T) {
	in := scene{source: plainSchema}.input(t)
	report := one(t, in, "lock_budget")
	wantPassed(t, report)
	for range 1_000_000 {
		in.Selected = append(in.Selected, in.Source.Tables[0])
	}
	report = one(t, in, "lock_budget")
	if report.Count(Failed, Info) != 2 || !report.OK() {
		t.Errorf("%+v", report)
	}
}

func TestTableWithoutKey(t *testing.T) {
	in := &Input{Makes: map[string]bool{}, Keyless: []catalog.Name{{Schema: "public", Name: "heap"}}}
	r := wantRaised(t, one(t, in, "table_without_key"), Alert, "without a key")
	if want := []string{"public.heap"}; !slices.Equal(r.Objects, want) {
		t.Errorf("%v", r.Objects)
	}
	in.Keyless = nil
	wantPassed(t, one(t, in, "table_without_key"))
	in.Makes = nil
	if r := one(t, in, "table_without_key"); r.Count(Skipped) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestCFunctions(t *testing.T) {
	in := scene{source: `CREATE FUNCTION fast(text) RETURNS int LANGUAGE internal AS 'textlen'`}.input(t)
	if r := wantRaised(t, one(t, in, "c_functions"), Alert, "not carried"); !slices.Equal(r.Objects, []string{"public.fast"}) {
		t.Errorf("%+v", r)
	}
	wantPassed(t, one(t, scene{source: plainSchema}.input(t), "c_functions"))

	in = scene{source: `CREATE FUNCTION there() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
		CREATE FUNCTION plain() RETURNS language_handler LANGUAGE c AS 'plpgsql', 'plpgsql_call_handler';
		CREATE FUNCTION own(text) RETURNS text LANGUAGE internal AS 'lower';`}.input(t)
	in.Config.CFunctions = config.CFunctionsCreate
	wantPassed(t, one(t, in, "c_functions"))
	for _, f := range in.Source.Functions {
		switch f.Name {
		case "plain":
			f.Library = "$libdir/nowhere"
		case "own":
			f.Body = "nothing"
		}
	}
	r := one(t, in, "c_functions")
	if found := wantRaised(t, r, Error, "no library $libdir/nowhere"); !slices.Equal(found.Objects, []string{"public.plain"}) {
		t.Errorf("objects %v", found.Objects)
	}
	wantRaised(t, r, Alert, "code nothing")
	in.Config.CFunctions = config.CFunctionsError
	wantRaised(t, one(t, in, "c_functions"), Error, "refuse the plan")
}

func TestLongTransactions(t *testing.T) {
	in := scene{source: plainSchema}.input(t)
	wantPassed(t, one(t, in, "long_transactions"))
	src, _ := sandboxtest.Pair(t)
	conn, err := pgx.Connect(t.Context(), src.URL(in.Source.Name))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "BEGIN; SELECT 1"); err != nil {
		t.Fatal(err)
	}
	findings, err := longTransactions(t.Context(), in.SourceConn, "0")
	if err != nil || len(findings) != 1 || !strings.Contains(findings[0].Found, "session ") || findings[0].Do == "" {
		t.Errorf("%+v %v", findings, err)
	}
}

func TestDestinationWritable(t *testing.T) {
	wantPassed(t, one(t, scene{}.input(t), "destination_writable"))
	in := scene{destination: "ALTER DATABASE DATABASE_NAME SET default_transaction_read_only = on"}.input(t)
	wantRaised(t, one(t, in, "destination_writable"), Error, "default_transaction_read_only")
}

func TestFailingCheck(t *testing.T) {
	results := newIgnores(nil).results(Check{Name: "x", Severity: Alert}, nil, errors.New("lost"))
	if len(results) != 1 || results[0].Status != Failed || results[0].Severity != Alert || !strings.Contains(results[0].Found, "lost") {
		t.Errorf("%+v", results)
	}
}
