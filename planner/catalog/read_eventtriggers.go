package catalog

import "github.com/jackc/pgx/v5"

// askEventTriggers reads pg_event_trigger.
func (r *reader) askEventTriggers() {
	it := itemSQL{class: "pg_event_trigger", oid: "o.oid", name: "o.evtname", owner: "o.evtowner"}
	r.ask("event triggers", `SELECT `+it.columns(r.v)+`, o.evtevent, coalesce(o.evttags, '{}'), n.nspname, p.proname, o.evtenabled
		FROM pg_event_trigger o
		JOIN pg_proc p ON p.oid = o.evtfoid
		JOIN pg_namespace n ON n.oid = p.pronamespace `+it.joins(r.v)+`
		WHERE `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			e := &EventTrigger{}
			r.db.EventTriggers = append(r.db.EventTriggers, e)
			return scanItem(rows, KindEventTrigger, it.class, &e.Item, &e.Event, &e.Tags, &e.Function.Schema, &e.Function.Name, &e.Enabled)
		})
}

// askDefaultPrivileges reads pg_default_acl. Those for a schema are added to those for all, which start from what the server gives.
func (r *reader) askDefaultPrivileges() {
	r.ask("default privileges", `SELECT o.oid, coalesce(n.nspname, ''), pg_get_userbyid(o.defaclrole), pg_get_userbyid(o.defaclrole),
			CASE o.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'
				WHEN 'L' THEN 'large objects' ELSE o.defaclobjtype::text END,
			o.defaclacl::text[],
			CASE WHEN n.oid IS NULL THEN acldefault(CASE o.defaclobjtype WHEN 'S' THEN 's' ELSE o.defaclobjtype END::"char", o.defaclrole)::text[] ELSE '{}' END
		FROM pg_default_acl o
		LEFT JOIN pg_namespace n ON n.oid = o.defaclnamespace
		WHERE `+notMember("pg_default_acl", "o.oid"),
		func(rows pgx.Rows) error {
			p := &DefaultPrivileges{}
			p.Kind, p.Ref.Class = KindDefaultPrivileges, "pg_default_acl"
			r.db.DefaultPrivileges = append(r.db.DefaultPrivileges, p)
			return rows.Scan(&p.Ref.OID, &p.Schema, &p.Name, &p.Owner, &p.Args, &p.ACL, &p.BaseACL)
		})
}

// askNewObjects reads the default privileges of the role that reads, those of extensions included: they count like any others.
func (r *reader) askNewObjects() {
	r.ask("default privileges of the session's role", `SELECT o.defaclobjtype::text, coalesce(n.nspname, ''), o.defaclacl::text[],
			acldefault(CASE o.defaclobjtype WHEN 'S' THEN 's' ELSE o.defaclobjtype END::"char", o.defaclrole)::text[]
		FROM pg_default_acl o
		LEFT JOIN pg_namespace n ON n.oid = o.defaclnamespace
		WHERE o.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user)
		ORDER BY 1, 2`,
		func(rows pgx.Rows) error {
			var n NewObjects
			err := rows.Scan(&n.Type, &n.Schema, &n.ACL, &n.Standard)
			r.db.NewObjects = append(r.db.NewObjects, n)
			return err
		})
}
