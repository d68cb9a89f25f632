package precheck

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/config"
	"migrator/examples/sandbox/sandboxtest"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// prepared is what the objects of tried stand on; both sides have it.
const prepared = `
	CREATE TYPE public.prepared AS (a int); CREATE TYPE public.also AS (a int); CREATE TABLE public.prepared_table (id int PRIMARY KEY, n int);
	ALTER TYPE public.prepared OWNER TO precheck_trier; ALTER TYPE public.also OWNER TO precheck_trier;
	ALTER TABLE public.prepared_table OWNER TO precheck_trier;
	CREATE FUNCTION public.prepared_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
	CREATE FUNCTION public.prepared_convert(prepared) RETURNS also LANGUAGE sql AS 'SELECT ROW($1.a)::also';
	CREATE FUNCTION public.prepared_date(int) RETURNS date LANGUAGE sql AS 'SELECT current_date';
	CREATE FUNCTION public.prepared_less(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';`

// tried are objects of which some are a superuser's alone to create.
const tried = `
	CREATE EVENT TRIGGER tried ON ddl_command_end EXECUTE FUNCTION public.prepared_event();
	CREATE FOREIGN DATA WRAPPER tried;
	CREATE ACCESS METHOD tried TYPE INDEX HANDLER bthandler;
	CREATE LANGUAGE tried HANDLER plpgsql_call_handler;
	CREATE OPERATOR FAMILY public.tried USING btree;
	CREATE TEXT SEARCH PARSER public.tried (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
	CREATE TEXT SEARCH TEMPLATE public.tried (LEXIZE = dsimple_lexize);
	CREATE TEXT SEARCH DICTIONARY public.tried (TEMPLATE = simple);
	CREATE TEXT SEARCH CONFIGURATION public.tried (COPY = simple);
	CREATE CAST (public.also AS public.prepared) WITH INOUT;
	CREATE CAST (public.prepared AS public.also) WITH FUNCTION public.prepared_convert(public.prepared);
	CREATE CAST (int AS date) WITH FUNCTION public.prepared_date(int);
	CREATE CAST (bigint AS timestamptz) WITHOUT FUNCTION;
	CREATE AGGREGATE public.tried_internal(anynonarray) (SFUNC = array_agg_transfn, STYPE = internal, FINALFUNC = array_agg_finalfn, FINALFUNC_EXTRA);
	CREATE AGGREGATE public.tried(int) (SFUNC = int4pl, STYPE = int);
	CREATE PUBLICATION tried_all FOR ALL TABLES; CREATE PUBLICATION tried FOR TABLE public.prepared_table;
	CREATE SUBSCRIPTION tried CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false);
	CREATE EXTENSION pg_stat_statements; CREATE EXTENSION hstore;
	CREATE FUNCTION public.tried() RETURNS int LANGUAGE sql SET work_mem = '1MB' AS 'SELECT 1';
	CREATE FUNCTION public.tried_leakproof() RETURNS int LANGUAGE sql LEAKPROOF AS 'SELECT 1';
	CREATE FUNCTION public.tried_setting() RETURNS int LANGUAGE sql SET log_min_messages = 'error' AS 'SELECT 1';
	CREATE FUNCTION public.tried_custom() RETURNS int LANGUAGE sql SET precheck.custom = 'x' AS 'SELECT 1';
	CREATE OPERATOR public.<<< (LEFTARG = text, RIGHTARG = text, FUNCTION = public.prepared_less, RESTRICT = scalarltsel);
	CREATE COLLATION public.tried (PROVIDER = icu, LOCALE = 'de');
	CREATE CONVERSION public.tried FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
	CREATE STATISTICS public.tried ON id, n FROM public.prepared_table;
	CREATE DOMAIN public.tried_domain AS int; CREATE TYPE public.tried_range AS RANGE (SUBTYPE = int);
	ALTER DATABASE DATABASE_NAME SET work_mem = '1MB'; ALTER DATABASE DATABASE_NAME SET log_min_messages = 'error';
	ALTER DATABASE DATABASE_NAME SET precheck.custom = 'x'`

// TestSuperuserOnly has the server judge: what the check names fails for others than superusers, and nothing else does.
func TestSuperuserOnly(t *testing.T) {
	in := scene{roles: []string{"precheck_trier"}, source: prepared + tried, destination: prepared + `
		ALTER DATABASE DATABASE_NAME OWNER TO precheck_trier; ALTER SCHEMA public OWNER TO precheck_trier`}.input(t)
	src, dst := sandboxtest.Pair(t)
	t.Cleanup(func() {
		run(t, src, in.Source.Name, "ALTER SUBSCRIPTION tried SET (slot_name = NONE); DROP SUBSCRIPTION tried")
	})
	ep := config.Endpoint{URL: dst.URL(in.Destination.Name), User: "precheck_trier", Password: "x"}
	asked, _, err := postgres.ConnectSteps(t.Context(), ep, postgres.Options{Role: "precheck", ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close(t.Context())
	in.DestinationConn = asked
	trier, _, err := postgres.ConnectSteps(t.Context(), ep, postgres.Options{Role: "precheck"})
	if err != nil {
		t.Fatal(err)
	}
	defer trier.Close(t.Context())
	in.Selected = slices.DeleteFunc(in.Selected, func(o catalog.Object) bool {
		i := o.Meta()
		return !strings.HasPrefix(i.Name, "tried") && !slices.Contains([]catalog.Kind{catalog.KindCast, catalog.KindOperator, catalog.KindExtension, catalog.KindDatabaseSetting}, i.Kind) || i.Name == "plpgsql"
	})
	f, err := readFacts(t.Context(), in, in.made())
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]bool{}
	for _, o := range in.Selected {
		c := o
		c.Meta().Owner = "precheck_trier"
		sql, err := ddl.Create(c)
		if s, ok := c.(*catalog.DatabaseSetting); ok {
			sql = []string{ddl.SetDatabase(in.Destination.Name, s)}
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = trier.PgConn().Exec(t.Context(), "BEGIN;\n"+strings.Join(sql, ";\n")+";\nROLLBACK").ReadAll()
		_, _ = trier.PgConn().Exec(t.Context(), "ROLLBACK").ReadAll()
		why := superuserOnly(o, f)
		reasons[why] = true
		var refused *pgconn.PgError
		switch {
		case err == nil && why != "":
			t.Errorf("%s is called a superuser's (%s), and is not", o.Meta().Address(), why)
		case err != nil && why == "":
			t.Errorf("%s is not called a superuser's: %v", o.Meta().Address(), err)
		case errors.As(err, &refused) && refused.Code != pgerrcode.InsufficientPrivilege && refused.Code != pgerrcode.InvalidFunctionDefinition && refused.Code != pgerrcode.InvalidObjectDefinition:
			t.Errorf("%s: %v", o.Meta().Address(), err)
		}
	}
	if len(in.Selected) < 30 || len(reasons) < 17 {
		t.Errorf("%d objects, %d reasons", len(in.Selected), len(reasons))
	}
	report := one(t, in, "destination_privileges")
	r := wantRaised(t, report, Error, "only a superuser can create event triggers")
	if !slices.Equal(r.Objects, []string{"tried"}) || !strings.Contains(r.Do, "event_trigger") {
		t.Errorf("%+v", r)
	}
	in.Makes = map[string]bool{"event_trigger.another": true}
	wantPassed(t, one(t, in, "destination_privileges")) // what is there already is nobody's to create
}

// TestNewRoles asks what it takes to make roles and to give them objects.
func TestNewRoles(t *testing.T) {
	t.Parallel()
	create := func(in *Input) { in.Config.Roles = config.RolesCreate }
	const source = `CREATE SCHEMA s AUTHORIZATION precheck_fresh; CREATE TABLE s.t (id int); ALTER TABLE s.t OWNER TO precheck_fresh; GRANT SELECT ON s.t TO precheck_guest;`
	fresh := []string{"precheck_fresh", "precheck_guest"}
	in := scene{sourceRoles: fresh, roles: []string{"precheck_maker"}, user: "precheck_maker", edit: create, source: source,
		destination: `GRANT CREATE ON DATABASE "DATABASE_NAME" TO precheck_maker`}.input(t)
	wantPassed(t, one(t, in, "roles_missing"))
	r := wantRaised(t, one(t, in, "destination_privileges"), Error, "may not create roles")
	if !slices.Equal(r.Objects, fresh) || !slices.Equal(r.Fix, []string{"ALTER ROLE precheck_maker CREATEROLE"}) {
		t.Errorf("%+v", r)
	}
	in.Config.Roles = config.RolesMap
	wantRaised(t, one(t, in, "roles_missing"), Error, "do not exist")
	in.Config.Roles = config.RolesIgnore
	wantPassed(t, one(t, in, "roles_missing"))
	wantPassed(t, one(t, in, "destination_privileges"))
	in.Config.Roles = config.RolesCreate
	run2 := func(sql string) {
		_, server := sandboxtest.Pair(t)
		run(t, server, in.Destination.Name, sql)
	}
	run2("ALTER ROLE precheck_maker CREATEROLE")
	wantPassed(t, one(t, in, "destination_privileges"))
	run2("CREATE SCHEMA s; GRANT ALL ON SCHEMA s TO precheck_maker")
	in.Makes = map[string]bool{"table.s.t": true}
	r = wantRaised(t, one(t, in, "destination_privileges"), Error, "in schemas where these may not create")
	if !slices.Equal(r.Objects, fresh[:1]) {
		t.Errorf("%+v", r)
	}
	run2("GRANT CREATE, USAGE ON SCHEMA s TO PUBLIC")
	wantPassed(t, one(t, in, "destination_privileges"))
}
