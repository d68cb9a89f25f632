package catalog

import "github.com/jackc/pgx/v5"

// askOperators reads pg_operator. A shell, which only another operator's COMMUTATOR or NEGATOR named, is Uncarried.
func (r *reader) askOperators() {
	it := itemSQL{class: "pg_operator", oid: "o.oid", schema: "n.nspname", name: "o.oprname", owner: "o.oprowner",
		args: `CASE o.oprleft WHEN 0 THEN 'NONE' ELSE format_type(o.oprleft, NULL) END || ', ' ||
			CASE o.oprright WHEN 0 THEN 'NONE' ELSE format_type(o.oprright, NULL) END`}
	r.ask("operators", `SELECT `+it.columns(r.v)+`, `+function("o.oprcode")+`,
			CASE o.oprleft WHEN 0 THEN '' ELSE format_type(o.oprleft, NULL) END,
			CASE o.oprright WHEN 0 THEN '' ELSE format_type(o.oprright, NULL) END,
			coalesce('OPERATOR(' || quote_ident(cn.nspname) || '.' || co.oprname || ')', ''),
			coalesce('OPERATOR(' || quote_ident(nn.nspname) || '.' || ne.oprname || ')', ''),
			`+function("o.oprrest")+`, `+function("o.oprjoin")+`, o.oprcanhash, o.oprcanmerge
		FROM pg_operator o
		JOIN pg_namespace n ON n.oid = o.oprnamespace
		LEFT JOIN pg_operator co ON co.oid = o.oprcom
		LEFT JOIN pg_namespace cn ON cn.oid = co.oprnamespace
		LEFT JOIN pg_operator ne ON ne.oid = o.oprnegate
		LEFT JOIN pg_namespace nn ON nn.oid = ne.oprnamespace `+it.joins(r.v)+`
		WHERE o.oprcode::oid <> 0 AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			o := &Operator{}
			r.db.Operators = append(r.db.Operators, o)
			return scanItem(rows, KindOperator, it.class, &o.Item, &o.Function, &o.Left, &o.Right, &o.Commutator, &o.Negator,
				&o.Restrict, &o.Join, &o.Hashes, &o.Merges)
		})
}
