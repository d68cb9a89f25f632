package catalog

import (
	"strings"

	"github.com/jackc/pgx/v5"
)

// askViews reads views and materialized views with their columns.
func (r *reader) askViews() {
	it := itemSQL{class: "pg_class", oid: "c.oid", schema: "n.nspname", name: "c.relname", owner: "c.relowner", acl: "c.relacl", aclType: "'r'"}
	r.ask("views", `SELECT `+it.columns(r.v)+`, c.relkind = 'm', pg_get_viewdef(c.oid), c.reloptions, toast.reloptions, coalesce(s.spcname, ''),
			`+accessMethod(r.v)+`, c.relispopulated, c.relreplident, CASE WHEN c.relkind = 'm' THEN coalesce(pg_table_size(c.oid), 0) ELSE 0 END
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
		LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace `+accessMethodJoin(r.v)+it.joins(r.v)+`
		WHERE c.relkind IN ('v', 'm') AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			v := &View{}
			var materialized bool
			var options []string
			if err := scanItem(rows, KindView, it.class, &v.Item, &materialized, &v.Definition, &options, &v.ToastOptions, &v.Tablespace,
				&v.AccessMethod, &v.Populated, &v.ReplicaIdentity, &v.Bytes); err != nil {
				return err
			}
			if materialized {
				v.Kind = KindMaterializedView
			} else {
				v.Populated, v.ReplicaIdentity = false, "" // the catalog says true and n for every view
			}
			v.Definition = cutSemicolon(v.Definition)
			for _, o := range options {
				if check, is := strings.CutPrefix(o, "check_option="); is {
					v.CheckOption = strings.ToUpper(check)
				} else {
					v.Options = append(v.Options, o)
				}
			}
			r.views[v.Ref.OID] = v
			r.db.Views = append(r.db.Views, v)
			return nil
		})

	r.ask("columns of views", `SELECT `+columnSQL(r.v)+columnJoins+`
		WHERE c.relkind IN ('v', 'm') AND c.oid >= 16384
		ORDER BY a.attrelid, a.attnum`,
		func(rows pgx.Rows) error {
			var c ViewColumn
			var relation, attrdef, typeOID uint32
			if err := rows.Scan(&relation, &c.Number, &c.Name, &c.Type, &typeOID, &c.Collation, &c.Default, &attrdef,
				&c.Statistics, &c.Storage, &c.Compression, &c.Options, &c.ACL, &c.Comment); err != nil {
				return err
			}
			v := r.views[relation]
			if v == nil {
				return nil
			}
			c.Options = namedOptions(c.Options)
			if attrdef != 0 {
				r.defaults[attrdef] = columnOf{relation, c.Number}
			}
			v.Columns = append(v.Columns, c)
			return nil
		})
}
