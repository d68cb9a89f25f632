package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// askRoles reads pg_roles and pg_auth_members, which are everybody's to read. pg_authid is not, and nothing is asked of it.
func (r *reader) askRoles() {
	byName := map[string]*Role{}
	r.ask("roles", `SELECT o.rolname, o.rolsuper, o.rolcreaterole, o.rolcreatedb, o.rolinherit, o.rolcanlogin, o.rolreplication,
			`+r.v.since(90500, "o.rolbypassrls", "false")+`, o.rolconnlimit, coalesce(o.rolvaliduntil::text, ''), coalesce(dsc.description, '')
		FROM pg_roles o
		LEFT JOIN pg_shdescription dsc ON dsc.classoid = 'pg_authid'::regclass AND dsc.objoid = o.oid
		ORDER BY 1`,
		func(rows pgx.Rows) error {
			o := &Role{}
			if err := rows.Scan(&o.Name, &o.Superuser, &o.CreateRole, &o.CreateDB, &o.Inherit, &o.Login, &o.Replication, &o.BypassRLS,
				&o.ConnectionLimit, &o.ValidUntil, &o.Comment); err != nil {
				return err
			}
			byName[o.Name] = o
			r.db.Server.Roles = append(r.db.Server.Roles, o)
			return nil
		})

	// A parameter that the server does not know is a placeholder, which not everybody may set for a role.
	r.ask("settings of roles", `SELECT o.rolname, x.c, coalesce(s.context NOT IN ('user', 'backend'), true)
		FROM pg_roles o CROSS JOIN LATERAL unnest(o.rolconfig) WITH ORDINALITY AS x(c, position)
		LEFT JOIN pg_settings s ON lower(s.name) = lower(split_part(x.c, '=', 1))
		ORDER BY 1, x.position`,
		func(rows pgx.Rows) error {
			var role, setting string
			var s RoleSetting
			if err := rows.Scan(&role, &setting, &s.Restricted); err != nil {
				return err
			}
			s.Name, s.Value, _ = strings.Cut(setting, "=")
			s.List = quotedLists[strings.ToLower(s.Name)]
			if word := secretWord(s.Name); word != "" && word != "key" {
				s.Value, s.Restricted = "", true
			}
			if o := byName[role]; o != nil {
				o.Settings = append(o.Settings, s)
			}
			return nil
		})

	// One role can be made a member by several; what one of them gives, it has.
	options := r.v.since(160000, "bool_or(m.inherit_option), bool_or(m.set_option), true", "false, false, false")
	r.ask("memberships of roles", `SELECT pg_get_userbyid(m.member), pg_get_userbyid(m.roleid), bool_or(m.admin_option), `+options+`
		FROM pg_auth_members m GROUP BY m.member, m.roleid ORDER BY 1, 2`,
		func(rows pgx.Rows) error {
			var member string
			var m Membership
			if err := rows.Scan(&member, &m.Role, &m.Admin, &m.Inherit, &m.Set, &m.OptionsKnown); err != nil {
				return err
			}
			if o := byName[member]; o != nil {
				o.MemberOf = append(o.MemberOf, m)
			}
			return nil
		})
}
