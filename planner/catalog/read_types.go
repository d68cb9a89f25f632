package catalog

import "github.com/jackc/pgx/v5"

// askTypes reads enums, composite types and ranges. Array and multirange types come with the type they are of.
func (r *reader) askTypes() {
	it := itemSQL{class: "pg_type", oid: "t.oid", schema: "n.nspname", name: "t.typname", owner: "t.typowner", acl: "t.typacl", aclType: "'T'"}
	multirangeColumns, multirangeJoins := "'', ''", ""
	if r.v >= 140000 {
		multirangeColumns = "coalesce(mn.nspname, ''), coalesce(mt.typname, '')"
		multirangeJoins = `LEFT JOIN pg_type mt ON mt.oid = rg.rngmultitypid LEFT JOIN pg_namespace mn ON mn.oid = mt.typnamespace`
	}
	r.ask("types", `SELECT `+it.columns(r.v)+`, t.typtype, t.typrelid,
			coalesce(format_type(rg.rngsubtype, NULL), ''),
			CASE WHEN oc.opcdefault THEN '' ELSE coalesce(quote_ident(ocn.nspname) || '.' || quote_ident(oc.opcname), '') END,
			`+collationName+`, `+function("rg.rngcanonical")+`, `+function("rg.rngsubdiff")+`, `+multirangeColumns+`
		FROM pg_type t
		JOIN pg_namespace n ON n.oid = t.typnamespace
		LEFT JOIN pg_class c ON c.oid = t.typrelid
		LEFT JOIN pg_range rg ON rg.rngtypid = t.oid
		LEFT JOIN pg_type st ON st.oid = rg.rngsubtype
		LEFT JOIN pg_opclass oc ON oc.oid = rg.rngsubopc
		LEFT JOIN pg_namespace ocn ON ocn.oid = oc.opcnamespace
		LEFT JOIN pg_collation co ON co.oid = rg.rngcollation AND rg.rngcollation <> st.typcollation
		LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
		`+multirangeJoins+it.joins(r.v)+`
		WHERE `+ofUser+` AND (t.typtype IN ('e', 'r') OR (t.typtype = 'p' AND NOT t.typisdefined) OR (t.typtype = 'c' AND c.relkind = 'c'))
			AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			t, rg := &Type{}, &Range{}
			var typtype string
			var relation uint32
			if err := scanItem(rows, KindType, it.class, &t.Item, &typtype, &relation, &rg.Subtype, &rg.OpClass, &rg.Collation,
				&rg.Canonical, &rg.SubtypeDiff, &rg.MultirangeSchema, &rg.MultirangeName); err != nil {
				return err
			}
			switch typtype {
			case "e":
				t.Variant = "enum"
			case "c":
				t.Variant = "composite"
				r.composites[relation] = t
			case "p":
				t.Variant = "shell"
			case "r":
				t.Variant = "range"
				t.Range = rg
			}
			r.types[t.Ref.OID] = t
			r.db.Types = append(r.db.Types, t)
			return nil
		})
	r.askLabels()
	r.askAttributes()
}

func (r *reader) askLabels() {
	r.ask("enum labels", `SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder`,
		func(rows pgx.Rows) error {
			var oid uint32
			var label string
			if err := rows.Scan(&oid, &label); err != nil {
				return err
			}
			if t := r.types[oid]; t != nil {
				t.Labels = append(t.Labels, label)
			}
			return nil
		})
}

func (r *reader) askAttributes() {
	r.ask("attributes of composite types", `SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), `+collationName+`,
			coalesce(dsc.description, '')
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN pg_type t ON t.oid = a.atttypid
		LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
		LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
		LEFT JOIN pg_description dsc ON dsc.classoid = 'pg_class'::regclass AND dsc.objoid = a.attrelid AND dsc.objsubid = a.attnum
		WHERE c.relkind = 'c'
		ORDER BY a.attrelid, a.attnum`,
		func(rows pgx.Rows) error {
			var relation uint32
			var a Attribute
			if err := rows.Scan(&relation, &a.Name, &a.Type, &a.Collation, &a.Comment); err != nil {
				return err
			}
			if t := r.composites[relation]; t != nil {
				t.Attributes = append(t.Attributes, a)
			}
			return nil
		})
}
