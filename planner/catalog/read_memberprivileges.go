package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// askMemberPrivileges reads what was granted and revoked on objects of extensions and of PostgreSQL's own. Both are known from 9.6 on, when
// the server began to keep the privileges that objects are made with (pg_init_privs). information_schema is left alone, as
// pg_dump does.
func (r *reader) askMemberPrivileges() {
	if r.v < 90600 {
		return
	}
	r.ask("privileges of members of extensions", strings.Join(r.memberPrivilegesSQL(), " UNION ALL "), func(rows pgx.Rows) error {
		p := &MemberPrivileges{}
		p.Kind, p.Ref.Class = KindPrivileges, "pg_init_privs"
		r.db.MemberPrivileges = append(r.db.MemberPrivileges, p)
		return rows.Scan(&p.Of, &p.Ref.OID, &p.Schema, &p.Table, &p.Name, &p.Args, &p.Owner, &p.ACL, &p.BaseACL, &p.Extension)
	})
}

// memberPrivilegesSQL are queries for kind, OID, schema, relation, name, arguments, owner, privileges, those it was made with,
// and extension.
func (r *reader) memberPrivilegesSQL() []string {
	var all []string
	add := func(class, kind, table, name, args, owner, acl, standard, sub, joins, made string) {
		all = append(all, `SELECT (`+kind+`)::text, o.oid, `+schemaOf[class]+`::text, `+table+`::text, `+name+`::text, `+args+`::text,
				pg_get_userbyid(`+owner+`)::text, `+acl+`::text[], coalesce(ini.initprivs, `+standard+`)::text[], coalesce(e.extname::text, '')
			FROM `+class+` o`+joins+`
			LEFT JOIN pg_init_privs ini ON ini.classoid = '`+class+`'::regclass AND ini.objoid = o.oid AND ini.objsubid = `+sub+`
			LEFT JOIN pg_depend m ON m.classid = '`+class+`'::regclass AND m.objid = o.oid AND m.refclassid = 'pg_extension'::regclass AND m.deptype = 'e'
			LEFT JOIN pg_extension e ON e.oid = m.refobjid
			WHERE `+acl+` IS NOT NULL AND `+acl+` IS DISTINCT FROM ini.initprivs AND (e.oid IS NOT NULL OR `+made+`)`)
	}
	const namespace = " JOIN pg_namespace n ON n.oid = "
	const relationKind = "CASE o.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table' ELSE 'table' END"
	routineKind := r.v.since(110000, "CASE o.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END",
		"CASE WHEN o.proisagg THEN 'aggregate' ELSE 'function' END")
	add("pg_class", relationKind, "''", "o.relname", "''", "o.relowner", "o.relacl",
		`acldefault(CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", o.relowner)`, "0", namespace+"o.relnamespace", "o.relnamespace = 11")
	add("pg_class", "'column'", "o.relname", "a.attname", "''", "o.relowner", "a.attacl", "'{}'::aclitem[]", "a.attnum",
		namespace+"o.relnamespace JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped", "o.relnamespace = 11")
	add("pg_proc", routineKind, "''", "o.proname", "pg_get_function_identity_arguments(o.oid)", "o.proowner", "o.proacl",
		"acldefault('f', o.proowner)", "0", namespace+"o.pronamespace", "o.pronamespace = 11")
	add("pg_type", "CASE o.typtype WHEN 'd' THEN 'domain' ELSE 'type' END", "''", "o.typname", "''", "o.typowner", "o.typacl",
		"acldefault('T', o.typowner)", "0", namespace+"o.typnamespace", "o.typnamespace = 11")
	add("pg_namespace", "'schema'", "''", "o.nspname", "''", "o.nspowner", "o.nspacl", "acldefault('n', o.nspowner)", "0", "", "o.oid = 11")
	add("pg_language", "'language'", "''", "o.lanname", "''", "o.lanowner", "o.lanacl", "acldefault('l', o.lanowner)", "0", "", "o.oid < 16384")
	add("pg_foreign_data_wrapper", "'foreign_data_wrapper'", "''", "o.fdwname", "''", "o.fdwowner", "o.fdwacl",
		"acldefault('F', o.fdwowner)", "0", "", "false")
	add("pg_foreign_server", "'server'", "''", "o.srvname", "''", "o.srvowner", "o.srvacl", "acldefault('S', o.srvowner)", "0", "", "false")
	return all
}

// schemaOf is where a catalog's objects have their schema, in queries that join it as n.
var schemaOf = map[string]string{
	"pg_class": "n.nspname", "pg_proc": "n.nspname", "pg_type": "n.nspname",
	"pg_namespace": "''", "pg_language": "''", "pg_foreign_data_wrapper": "''", "pg_foreign_server": "''",
}
