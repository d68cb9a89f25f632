package catalog

import "github.com/jackc/pgx/v5"

// askPolicies reads row-level security policies, which 9.5 brought.
func (r *reader) askPolicies() {
	if r.v < 90500 {
		return
	}
	it := itemSQL{class: "pg_policy", oid: "p.oid", schema: "n.nspname", table: "c.relname", name: "p.polname"}
	r.ask("policies", `SELECT `+it.columns(r.v)+`, p.polcmd, `+r.v.since(100000, "p.polpermissive", "true")+`,
			(SELECT array_agg(pg_get_userbyid(role)::text ORDER BY pg_get_userbyid(role)) FROM unnest(p.polroles) role WHERE role <> 0),
			coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
		FROM pg_policy p
		JOIN pg_class c ON c.oid = p.polrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace `+it.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember("pg_class", "c.oid"),
		func(rows pgx.Rows) error {
			p := &Policy{}
			r.db.Policies = append(r.db.Policies, p)
			return scanItem(rows, KindPolicy, it.class, &p.Item, &p.Command, &p.Permissive, &p.Roles, &p.Using, &p.Check)
		})
}
