package precheck

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// The destination's versions that let others do what only superusers could before.
const (
	trustsExtensions     = 130000 // those that say so
	grantsParameters     = 150000 // GRANT SET ON PARAMETER
	trustsSubscriptions  = 160000 // pg_create_subscription
	optionsOfMemberships = 160000 // GRANT ... WITH SET, INHERIT
)

// facts are what decides whether an object is a superuser's to create, beside the object itself.
type facts struct {
	version int
	// untrusted are languages whose code may do anything.
	untrusted map[string]bool
	// closed are parameters that the destination's role may not set.
	closed map[string]bool
	// trusted are the extensions that the destination lets others than superusers create.
	trusted map[string]bool
	// foreign are casts, transforms and functions of the source about which the catalog's model does not say enough, with the reason.
	foreign map[catalog.Ref]string
	// subscriber says that the role is a member of pg_create_subscription.
	subscriber bool
}

// superuserOnly says as what a superuser alone can create an object; it is empty where others can.
func superuserOnly(o catalog.Object, f *facts) string {
	switch o := o.(type) {
	case *catalog.EventTrigger:
		return "event triggers"
	case *catalog.ForeignDataWrapper:
		return "foreign data wrappers"
	case *catalog.AccessMethod:
		return "access methods"
	case *catalog.Language:
		return "languages"
	case *catalog.OperatorClass:
		return "operator classes"
	case *catalog.OperatorFamily:
		return "operator families"
	case *catalog.TSParser:
		return "text search parsers"
	case *catalog.TSTemplate:
		return "text search templates"
	case *catalog.Cast:
		if o.Method == "b" {
			return "casts without a function"
		}
	case *catalog.Aggregate:
		if o.TransType == "internal" || o.MovingTransType == "internal" {
			return "aggregates with a state of type internal"
		}
	case *catalog.Operator:
		if foreignEstimator(o.Restrict) || foreignEstimator(o.Join) {
			return "operators with selectivity estimators that are not PostgreSQL's own"
		}
	case *catalog.Publication:
		switch {
		case o.AllTables:
			return "publications of all tables"
		case len(o.Schemas) > 0:
			return "publications of all tables of a schema"
		}
	case *catalog.Subscription:
		switch {
		case !f.subscriber:
			return "subscriptions"
		case slices.Contains(o.Options, "password_required = false"):
			return "subscriptions without a password"
		}
	case *catalog.Extension:
		if !f.trusted[o.Name] {
			return "extensions that are not trusted"
		}
	case *catalog.MemberPrivileges:
		if o.Extension == "" || f.version < trustsExtensions || f.trusted[o.Extension] {
			return "privileges on what PostgreSQL or an extension brings"
		}
	case *catalog.DatabaseSetting:
		if f.closed[strings.ToLower(o.Name)] {
			return "settings of parameters that are closed to others"
		}
	case *catalog.Type:
		if o.Base != nil {
			return "base types"
		}
	case *catalog.Function:
		if f.untrusted[o.Language] {
			return "functions in untrusted languages"
		}
	}
	return f.foreign[o.Meta().Ref]
}

func foreignEstimator(function string) bool {
	return strings.Contains(function, ".") && !strings.HasPrefix(function, "pg_catalog.")
}

// readFacts asks the destination's server, and the source about what the model of its catalog does not keep.
func readFacts(ctx context.Context, in *Input, made []catalog.Object) (*facts, error) {
	conn := in.server()
	f := &facts{version: postgres.VersionNumber(conn)}
	if err := f.readExtensions(ctx, conn, made); err != nil {
		return nil, err
	}
	var settings []string
	for _, o := range made {
		if s, ok := o.(*catalog.DatabaseSetting); ok {
			settings = append(settings, s.Name)
		}
	}
	own, err := f.readSource(ctx, in, made)
	if err != nil {
		return nil, err
	}
	for _, setting := range own {
		settings = append(settings, setting.parameter)
	}
	if err := f.readParameters(ctx, conn, settings); err != nil {
		return nil, err
	}
	for _, setting := range own {
		if f.closed[strings.ToLower(setting.parameter)] {
			f.foreign[catalog.Ref{Class: "pg_proc", OID: setting.function}] = "functions that set parameters which are closed to others"
		}
	}
	if f.version >= trustsSubscriptions {
		err = conn.QueryRow(ctx, "SELECT pg_has_role('pg_create_subscription', 'USAGE')").Scan(&f.subscriber)
	}
	return f, err
}

// readExtensions finds those of the selected extensions that ask for no superuser.
func (f *facts) readExtensions(ctx context.Context, conn *pgx.Conn, made []catalog.Object) error {
	var names []string
	for _, o := range made {
		switch o := o.(type) {
		case *catalog.Extension:
			names = append(names, o.Name)
		case *catalog.MemberPrivileges:
			names = append(names, o.Extension)
		}
	}
	may := "NOT v.superuser"
	if f.version >= trustsExtensions {
		may += " OR v.trusted"
	}
	// What is not available at all is another check's finding.
	rows, err := conn.Query(ctx, `SELECT w.name FROM unnest($1::text[]) w (name)
		LEFT JOIN pg_available_extensions a ON a.name = w.name
		LEFT JOIN pg_available_extension_versions v ON v.name = a.name AND v.version = a.default_version
		WHERE a.name IS NULL OR `+may, names)
	if err != nil {
		return err
	}
	f.trusted, err = set(rows, err)
	return err
}

// readParameters finds those that only a superuser may set for a database, a role or a function. A parameter that the server does not
// know, or does not show, is one of them.
func (f *facts) readParameters(ctx context.Context, conn *pgx.Conn, names []string) error {
	granted := "false"
	if f.version >= grantsParameters {
		granted = "has_parameter_privilege(w.name, 'SET')"
	}
	rows, err := conn.Query(ctx, `SELECT DISTINCT lower(w.name) FROM unnest($1::text[]) w (name)
		LEFT JOIN pg_settings s ON lower(s.name) = lower(w.name)
		WHERE coalesce(s.context, '') NOT IN ('user', 'backend') AND lower(w.name) NOT IN ('role', 'session_authorization') AND NOT `+granted, names)
	f.closed, err = set(rows, err)
	return err
}

// functionSetting is a parameter that a function sets for itself.
type functionSetting struct {
	function  uint32
	parameter string
}

// readSource asks the source about functions, casts and transforms by their OIDs.
func (f *facts) readSource(ctx context.Context, in *Input, made []catalog.Object) ([]functionSetting, error) {
	f.foreign = map[catalog.Ref]string{}
	if in.SourceConn == nil {
		return nil, nil
	}
	var oids []uint32
	for _, o := range made {
		switch o.(type) {
		case *catalog.Function, *catalog.Cast, *catalog.Transform:
			oids = append(oids, o.Meta().Ref.OID)
		}
	}
	conn := in.SourceConn
	rows, err := conn.Query(ctx, "SELECT lanname FROM pg_language WHERE NOT lanpltrusted")
	if f.untrusted, err = set(rows, err); err != nil {
		return nil, err
	}
	version := postgres.VersionNumber(conn)
	support, transforms := "false", ""
	if version >= 120000 {
		support = "p.prosupport <> 0"
	}
	const own = "(SELECT oid FROM pg_namespace WHERE nspname = 'pg_catalog')"
	if version >= 90500 {
		transforms = `UNION ALL SELECT 'pg_transform', r.oid, 'transforms for types of PostgreSQL''s own' FROM pg_transform r JOIN pg_type t ON t.oid = r.trftype
			WHERE r.oid = ANY ($1::oid[]) AND t.typnamespace = ` + own
	}
	rows, err = conn.Query(ctx, `
		SELECT 'pg_proc', p.oid, CASE WHEN p.proleakproof THEN 'leakproof functions' ELSE 'functions with a support function' END
		FROM pg_proc p WHERE p.oid = ANY ($1::oid[]) AND (p.proleakproof OR `+support+`)
		UNION ALL SELECT 'pg_cast', c.oid, 'casts between types of PostgreSQL''s own' FROM pg_cast c
			JOIN pg_type s ON s.oid = c.castsource JOIN pg_type t ON t.oid = c.casttarget
			WHERE c.oid = ANY ($1::oid[]) AND s.typnamespace = `+own+` AND t.typnamespace = `+own+" "+transforms, oids)
	if err != nil {
		return nil, err
	}
	var ref catalog.Ref
	var what string
	if _, err := pgx.ForEachRow(rows, []any{&ref.Class, &ref.OID, &what}, func() error { f.foreign[ref] = what; return nil }); err != nil {
		return nil, err
	}
	rows, err = conn.Query(ctx, `SELECT p.oid, split_part(c, '=', 1) FROM pg_proc p, unnest(p.proconfig) c WHERE p.oid = ANY ($1::oid[])`, oids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s functionSetting, err error) {
		err = row.Scan(&s.function, &s.parameter)
		return s, err
	})
}

// set collects one column of names.
func set(rows pgx.Rows, err error) (map[string]bool, error) {
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	var name string
	_, err = pgx.ForEachRow(rows, []any{&name}, func() error { found[name] = true; return nil })
	return found, err
}

// superuserFindings names what a role that is no superuser cannot create, by the reason.
func superuserFindings(made []catalog.Object, f *facts, who *identity) []Finding {
	var reasons []string
	found := map[string][]catalog.Object{}
	for _, o := range made {
		if why := superuserOnly(o, f); why != "" {
			if found[why] == nil {
				reasons = append(reasons, why)
			}
			found[why] = append(found[why], o)
		}
	}
	var findings []Finding
	for _, why := range reasons {
		finding := Finding{Side: Destination, Found: "only a superuser can create " + why + ", and " + who.user + " is none", Do: leaveOut(found[why][0])}
		if strings.HasPrefix(why, "privileges") {
			finding.Found = "only a superuser can change " + why + ", and " + who.user + " is none"
		}
		for _, o := range found[why] {
			finding.Objects = appendOnce(finding.Objects, nameOf(o))
		}
		findings = append(findings, who.judged(finding))
	}
	return findings
}

// leaveOut says what can be done about a kind of object that is out of reach.
func leaveOut(o catalog.Object) string {
	kind := string(o.Meta().Kind)
	switch o := o.(type) {
	case *catalog.Extension:
		return "have a superuser create the extension in the destination beforehand, or leave it behind: extension \"" + o.Name + "\" { skip = true } in select"
	case *catalog.MemberPrivileges:
		kind = "grant"
	}
	do := "run apply as a superuser"
	if slices.Contains(config.Kinds(), kind) {
		do += ", or leave them behind (skip = [\"" + kind + "\"] in select) and have a superuser create them afterwards"
	}
	return do
}

// nameOf is what an ignore matches, and what a finding calls an object.
func nameOf(o catalog.Object) catalog.Name {
	return catalog.Name{Schema: o.Meta().Schema, Name: o.Meta().Name}
}
