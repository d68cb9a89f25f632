package catalog

import "github.com/jackc/pgx/v5"

// askTriggers reads triggers. A partition's clone of its parent's trigger comes with the parent's; it is listed only where it was
// enabled or disabled by itself. From 13 on a clone names its parent; before, pg_depend does, and the clone
// counts as internal. The triggers behind foreign keys have clones too, which are none of ours.
func (r *reader) askTriggers() {
	it := itemSQL{class: "pg_trigger", oid: "g.oid", schema: "n.nspname", table: "c.relname", name: "g.tgname"}
	clone, join := "false", ""
	wanted := "NOT g.tgisinternal"
	switch {
	case r.v >= 130000:
		clone, join = "g.tgparentid <> 0", "LEFT JOIN pg_trigger p ON p.oid = g.tgparentid"
		wanted = "(NOT g.tgisinternal AND g.tgparentid = 0) OR (g.tgenabled <> p.tgenabled AND coalesce(k.contype, 't') = 't')"
	case r.v >= 110000:
		clone = "g.tgisinternal"
		join = `LEFT JOIN pg_depend pd ON pd.classid = 'pg_trigger'::regclass AND pd.objid = g.oid AND pd.refclassid = 'pg_trigger'::regclass
			LEFT JOIN pg_trigger p ON p.oid = pd.refobjid`
		wanted = "NOT g.tgisinternal OR (g.tgenabled <> p.tgenabled AND coalesce(k.contype, 't') = 't')"
	}
	r.ask("triggers", `SELECT `+it.columns(r.v)+`, pg_get_triggerdef(g.oid, false), g.tgenabled, `+clone+`, c.relkind = 'v', g.tgtype & 4 <> 0, g.tgtype & 1 <> 0
		FROM pg_trigger g
		JOIN pg_class c ON c.oid = g.tgrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_constraint k ON k.oid = g.tgconstraint
		`+join+it.joins(r.v)+`
		WHERE (`+wanted+`) AND `+ofUser+` AND `+notMember("pg_class", "c.oid")+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			t := &Trigger{}
			r.db.Triggers = append(r.db.Triggers, t)
			return scanItem(rows, KindTrigger, it.class, &t.Item, &t.Definition, &t.Enabled, &t.Clone, &t.OnView, &t.OnInsert, &t.ForEachRow)
		})
}
