package catalog

import (
	"fmt"

	"github.com/jackc/pgx/v5"
)

// askConstraints reads keys, exclusion and foreign keys, and checks that are not valid. What a parent's constraint
// makes by itself in a partition or child is left out, except keys: their indexes are built one by one and attached.
func (r *reader) askConstraints() {
	it := itemSQL{class: "pg_constraint", oid: "k.oid", schema: "n.nspname", table: "t.relname", name: "k.conname"}
	r.ask("constraints", `SELECT `+it.columns(r.v)+`, k.contype, pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable, k.condeferred,
			CASE WHEN k.contype = 'f' THEN '' ELSE coalesce(x.relname, '') END,
			CASE WHEN k.contype = 'f' THEN '' ELSE coalesce(xd.description, '') END,
			t.relkind = 'p', `+r.v.since(180000, "k.conperiod AND k.contype <> 'f'", "false")+`,
			fn.nspname, f.relname, coalesce(f.relkind = 'p', false)
		FROM pg_constraint k
		JOIN pg_class t ON t.oid = k.conrelid
		JOIN pg_namespace n ON n.oid = t.relnamespace
		LEFT JOIN pg_class x ON x.oid = k.conindid
		LEFT JOIN pg_description xd ON xd.classoid = 'pg_class'::regclass AND xd.objoid = x.oid AND xd.objsubid = 0
		LEFT JOIN pg_class f ON f.oid = k.confrelid
		LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace `+it.joins(r.v)+`
		WHERE (k.contype IN ('p', 'u', 'x')
				OR (k.contype = 'f'`+r.v.since(110000, " AND k.conparentid = 0", "")+`)
				OR (k.contype = 'c' AND NOT k.convalidated AND k.conislocal))
			AND t.relkind IN ('r', 'p', 'f') AND `+ofUser+` AND `+notMember("pg_class", "t.oid"),
		func(rows pgx.Rows) error {
			c := &Constraint{}
			var contype string
			var toSchema, toName *string
			if err := scanItem(rows, KindCheck, it.class, &c.Item, &contype, &c.Definition, &c.Valid, &c.Deferrable, &c.Deferred, &c.Index,
				&c.IndexComment, &c.OnPartitioned, &c.WithoutOverlaps, &toSchema, &toName, &c.ReferencesPartitioned); err != nil {
				return err
			}
			kind, known := constraintKinds[contype]
			if !known {
				return fmt.Errorf("constraint %q of table %q has the unknown type %q", c.Name, c.Table, contype)
			}
			c.Kind = kind
			if toName != nil {
				c.References = &Name{*toSchema, *toName}
			}
			r.db.Constraints = append(r.db.Constraints, c)
			return nil
		})
}

var constraintKinds = map[string]Kind{
	"p": KindPrimaryKey, "u": KindUnique, "x": KindExclusion, "f": KindForeignKey, "c": KindCheck,
}
