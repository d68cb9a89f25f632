package catalog

import "github.com/jackc/pgx/v5"

// askIndexes reads indexes that are fit for use. On a partitioned table all are read: there, an index is invalid
// as long as a partition lacks its part. Other unfit ones are Uncarried.
func (r *reader) askIndexes() {
	it := itemSQL{class: "pg_class", oid: "c.oid", schema: "n.nspname", table: "t.relname", name: "c.relname"}
	r.ask("indexes", `SELECT `+it.columns(r.v)+`, pg_get_indexdef(c.oid), am.amname, i.indisunique, coalesce(s.spcname, ''), coalesce(k.conname, ''),
			t.relkind = 'p', pn.nspname, p.relname, i.indisclustered, i.indisreplident, t.relkind = 'm', coalesce(pg_relation_size(c.oid), 0)
		FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid
		JOIN pg_class t ON t.oid = i.indrelid
		JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_am am ON am.oid = c.relam
		LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
		LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
		LEFT JOIN pg_inherits h ON h.inhrelid = c.oid
		LEFT JOIN pg_class p ON p.oid = h.inhparent
		LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace `+it.joins(r.v)+`
		WHERE t.relkind IN ('r', 'p', 'm') AND (i.indisvalid AND i.indisready OR t.relkind = 'p')
			AND `+ofUser+` AND `+notMember("pg_class", "t.oid"),
		func(rows pgx.Rows) error {
			i := &Index{}
			var parentSchema, parentName *string
			if err := scanItem(rows, KindIndex, it.class, &i.Item, &i.Definition, &i.Method, &i.Unique, &i.Tablespace, &i.Constraint,
				&i.Partitioned, &parentSchema, &parentName, &i.Clustered, &i.ReplicaID, &i.OnView, &i.Bytes); err != nil {
				return err
			}
			if parentName != nil {
				i.Parent = &Name{*parentSchema, *parentName}
			}
			r.indexes[i.Ref.OID] = i
			r.db.Indexes = append(r.db.Indexes, i)
			return nil
		})

	r.ask("statistics targets of indexes", `SELECT a.attrelid, a.attnum::int, a.attstattarget::int
		FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid
		WHERE a.attstattarget >= 0 AND a.attnum > 0 AND c.relkind IN ('i', 'I') AND c.oid >= 16384`,
		func(rows pgx.Rows) error {
			var oid uint32
			var position, target int
			if err := rows.Scan(&oid, &position, &target); err != nil {
				return err
			}
			if i := r.indexes[oid]; i != nil {
				if i.Statistics == nil {
					i.Statistics = map[int]int{}
				}
				i.Statistics[position] = target
			}
			return nil
		})
}
