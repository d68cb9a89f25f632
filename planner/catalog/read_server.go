package catalog

import "github.com/jackc/pgx/v5"

// askServer reads what the server says about itself and about the database.
func (r *reader) askServer() {
	// The right to call a function in FROM is checked even if the row is never asked for, so the text must not name it.
	control := "''"
	if r.mayReadControl {
		control = "(SELECT system_identifier::text FROM pg_control_system())"
	}
	r.ask("the server's identity", `SELECT current_setting('server_version_num')::int, current_setting('server_version'), `+control+`,
		current_user, coalesce((SELECT rolsuper FROM pg_roles WHERE rolname = current_user), false)`,
		func(rows pgx.Rows) error {
			s := &r.db.Server
			return rows.Scan(&s.Version, &s.VersionText, &s.SystemID, &s.User, &s.Superuser)
		})

	r.ask("the settings of a new session", `SELECT name, reset_val FROM pg_settings WHERE name IN ('DateStyle', 'IntervalStyle', 'TimeZone', 'bytea_output',
		'extra_float_digits', 'xmlbinary', 'xmloption', 'default_text_search_config')`,
		func(rows pgx.Rows) error {
			var name, value string
			err := rows.Scan(&name, &value)
			if r.db.Server.Formats == nil {
				r.db.Server.Formats = map[string]string{}
			}
			r.db.Server.Formats[name] = value
			return err
		})

	r.askLibraries()

	r.db.Server.Parameters, r.db.Server.Builtins = map[string]bool{}, map[string]bool{}
	r.names("the server's settings", r.db.Server.Parameters, `SELECT lower(name) FROM pg_settings`)
	r.names("the server's own objects", r.db.Server.Builtins, `SELECT 'relation.' || relname FROM pg_class WHERE relnamespace = 11
		UNION ALL SELECT 'routine.' || proname || '(' || pg_get_function_identity_arguments(oid) || ')' FROM pg_proc WHERE pronamespace = 11
		UNION ALL SELECT 'type.' || typname FROM pg_type WHERE typnamespace = 11
		UNION ALL SELECT 'schema.' || nspname FROM pg_namespace
		UNION ALL SELECT 'language.' || lanname FROM pg_language`)

	locale := "''"
	switch {
	case r.v >= 170000:
		locale = "coalesce(d.datlocale, '')"
	case r.v >= 150000:
		locale = "coalesce(d.daticulocale, '')"
	}
	r.ask("the database's properties", `SELECT d.datname, d.oid, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
			`+r.v.since(150000, "d.datlocprovider", "'c'")+`, `+locale+`, `+r.v.since(160000, "coalesce(d.daticurules, '')", "''")+`,
			CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) ELSE 0 END,
			s.spcname, d.datconnlimit, coalesce(dsc.description, ''), d.datacl::text[],
			CASE WHEN d.datacl IS NOT NULL THEN acldefault('d', d.datdba)::text[] END
		FROM pg_database d
		JOIN pg_tablespace s ON s.oid = d.dattablespace
		LEFT JOIN pg_shdescription dsc ON dsc.classoid = 'pg_database'::regclass AND dsc.objoid = d.oid
		WHERE d.datname = current_database()`,
		func(rows pgx.Rows) error {
			d := r.db
			return rows.Scan(&d.Name, &d.OID, &d.Owner, &d.Encoding, &d.Collate, &d.CType, &d.Provider, &d.Locale, &d.ICURules,
				&d.Size, &d.Tablespace, &d.ConnectionLimit, &d.Comment, &d.ACL, &d.BaseACL)
		})
}

// names reads a set of names.
func (r *reader) names(what string, into map[string]bool, sql string) {
	r.ask(what, sql, func(rows pgx.Rows) error {
		var name string
		err := rows.Scan(&name)
		into[name] = true
		return err
	})
}
