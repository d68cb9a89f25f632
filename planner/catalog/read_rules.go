package catalog

import "github.com/jackc/pgx/v5"

// askRules reads the rewrite rules that are not views.
func (r *reader) askRules() {
	it := itemSQL{class: "pg_rewrite", oid: "w.oid", schema: "n.nspname", table: "c.relname", name: "w.rulename"}
	r.ask("rules", `SELECT `+it.columns(r.v)+`, pg_get_ruledef(w.oid), w.ev_enabled, c.relkind IN ('v', 'm'), w.ev_type = '3'
		FROM pg_rewrite w
		JOIN pg_class c ON c.oid = w.ev_class
		JOIN pg_namespace n ON n.oid = c.relnamespace `+it.joins(r.v)+`
		WHERE w.ev_type <> '1' AND `+ofUser+` AND `+notMember("pg_class", "c.oid")+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			rule := &Rule{}
			if err := scanItem(rows, KindRule, it.class, &rule.Item, &rule.Definition, &rule.Enabled, &rule.OnView, &rule.OnInsert); err != nil {
				return err
			}
			rule.Definition = cutSemicolon(rule.Definition)
			r.db.Rules = append(r.db.Rules, rule)
			return nil
		})
}
