package catalog

import "github.com/jackc/pgx/v5"

// askTables reads ordinary and partitioned tables and what they inherit from.
func (r *reader) askTables() {
	it := itemSQL{class: "pg_class", oid: "c.oid", schema: "n.nspname", name: "c.relname", owner: "c.relowner", acl: "c.relacl", aclType: "'r'"}
	partitioning := "'', ''"
	if r.v >= 100000 {
		partitioning = `CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) ELSE '' END, coalesce(pg_get_expr(c.relpartbound, c.oid), '')`
	}
	r.ask("tables", `SELECT `+it.columns(r.v)+`, c.relpersistence, c.relkind = 'p', c.relkind = 'f', `+partitioning+`,
			CASE c.reloftype WHEN 0 THEN '' ELSE format_type(c.reloftype, NULL) END,
			coalesce(s.spcname, ''), `+accessMethod(r.v)+`, c.reloptions, toast.reloptions,
			`+r.v.since(120000, "false", "c.relhasoids")+`,
			`+r.v.since(90500, "c.relrowsecurity, c.relforcerowsecurity", "false, false")+`, c.relreplident,
			`+r.v.since(140000, "c.reltuples", "CASE WHEN c.reltuples = 0 AND c.relpages = 0 THEN -1 ELSE c.reltuples END")+`::bigint,
			coalesce(pg_table_size(c.oid), 0), c.relpages, coalesce(pg_relation_filenode(c.oid), 0)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
		LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace `+accessMethodJoin(r.v)+it.joins(r.v)+`
		WHERE c.relkind IN ('r', 'p', 'f') AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			t := &Table{}
			if err := scanItem(rows, KindTable, it.class, &t.Item, &t.Persistence, &t.Partitioned, &t.Foreign, &t.PartitionBy, &t.Bound, &t.OfType,
				&t.Tablespace, &t.AccessMethod, &t.Options, &t.ToastOptions, &t.WithOIDs, &t.RowSecurity, &t.ForceSecurity, &t.ReplicaIdentity,
				&t.Rows, &t.Bytes, &t.Pages, &t.FileNode); err != nil {
				return err
			}
			if t.Foreign {
				t.Kind, t.ReplicaIdentity = KindForeignTable, "" // the catalog says n for every one
			}
			r.tables[t.Ref.OID] = t
			r.db.Tables = append(r.db.Tables, t)
			return nil
		})

	r.ask("inheritance", `SELECT i.inhrelid, i.inhparent, n.nspname, p.relname
		FROM pg_inherits i
		JOIN pg_class p ON p.oid = i.inhparent
		JOIN pg_namespace n ON n.oid = p.relnamespace
		WHERE p.relkind IN ('r', 'p', 'f')
		ORDER BY i.inhrelid, i.inhseqno`,
		func(rows pgx.Rows) error {
			var child, parent uint32
			var name Name
			if err := rows.Scan(&child, &parent, &name.Schema, &name.Name); err != nil {
				return err
			}
			if t := r.tables[child]; t != nil {
				t.Parents = append(t.Parents, name)
				r.parents[child] = append(r.parents[child], parent)
			}
			return nil
		})
	r.askHashKeys()
	r.askRouting()
}

// accessMethod names the table access method of relation c, empty for heap.
func accessMethod(v version) string {
	return v.since(120000, "CASE WHEN am.amname = 'heap' THEN '' ELSE coalesce(am.amname, '') END", "''")
}

func accessMethodJoin(v version) string {
	return v.since(120000, " LEFT JOIN pg_am am ON am.oid = c.relam ", "")
}

// askTableChecks reads the checks that are created with their tables: the valid ones of the table's own. A partition is created as a
// table of its own and attached later, so it needs what it has in common with its parent too. Other valid checks come from a
// parent; those that are not valid stand apart, as Constraints.
func (r *reader) askTableChecks() {
	r.ask("check constraints", `SELECT k.conrelid, k.conname, pg_get_constraintdef(k.oid), coalesce(dsc.description, ''), k.coninhcount > 0
		FROM pg_constraint k
		JOIN pg_class c ON c.oid = k.conrelid
		LEFT JOIN pg_description dsc ON dsc.classoid = 'pg_constraint'::regclass AND dsc.objoid = k.oid AND dsc.objsubid = 0
		WHERE k.contype = 'c' AND k.conrelid >= 16384 AND k.convalidated AND (k.conislocal`+r.v.since(100000, " OR c.relispartition", "")+`)
		ORDER BY k.conrelid, k.conname`,
		func(rows pgx.Rows) error {
			var oid uint32
			var c TableCheck
			if err := rows.Scan(&oid, &c.Name, &c.Definition, &c.Comment, &c.Inherited); err != nil {
				return err
			}
			if t := r.tables[oid]; t != nil {
				t.Checks = append(t.Checks, c)
			}
			return nil
		})
}
