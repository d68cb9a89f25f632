package catalog

import "github.com/jackc/pgx/v5"

// askDepends reads pg_depend, the members of extensions and what is made to depend on an extension.
func (r *reader) askDepends() {
	r.ask("the list of catalogs", `SELECT oid, relname FROM pg_class WHERE relnamespace = 11 AND relkind = 'r'`,
		func(rows pgx.Rows) error {
			var oid uint32
			var name string
			if err := rows.Scan(&oid, &name); err != nil {
				return err
			}
			r.classes[oid] = name
			return nil
		})

	r.ask("members of extensions", `SELECT classid, objid, refobjid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'`,
		func(rows pgx.Rows) error {
			var class uint32
			var member Ref
			extension := Ref{Class: "pg_extension"}
			if err := rows.Scan(&class, &member.OID, &extension.OID); err != nil {
				return err
			}
			member.Class = r.classes[class]
			r.members[member] = extension
			return nil
		})

	r.ask("dependents of extensions", `SELECT d.classid, d.objid, e.extname
		FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
		WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'x'
		ORDER BY e.extname`,
		func(rows pgx.Rows) error {
			var class uint32
			var object Ref
			var extension string
			if err := rows.Scan(&class, &object.OID, &extension); err != nil {
				return err
			}
			object.Class = r.classes[class]
			r.dependents[object] = append(r.dependents[object], extension)
			return nil
		})

	// I is what 11 calls P and S. TOAST tables (in schema 99, pg_toast) make a good part of the rows and are nobody's object.
	r.ask("dependencies", `SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
		FROM pg_depend d
		WHERE d.objid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'I', 'P', 'S') AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN
			(SELECT t.oid FROM pg_class t WHERE t.relnamespace = 99))`,
		func(rows pgx.Rows) error {
			var from, to uint32
			var deptype string
			var d Dependency
			if err := rows.Scan(&from, &d.From.OID, &d.FromSub, &to, &d.To.OID, &d.ToSub, &deptype); err != nil {
				return err
			}
			d.From.Class, d.To.Class, d.Type = r.classes[from], r.classes[to], deptype[0]
			if d.Type == 'I' {
				d.Type = 'P'
			}
			r.edges = append(r.edges, d)
			return nil
		})
}

// markExtensionDependents gives each object the extensions that ALTER ... DEPENDS ON EXTENSION named.
func (r *reader) markExtensionDependents() {
	if len(r.dependents) == 0 {
		return
	}
	for _, o := range r.db.Objects() {
		o.Meta().DependsOnExtension = r.dependents[o.Meta().Ref]
	}
}
