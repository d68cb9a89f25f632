package catalog

import "github.com/jackc/pgx/v5"

// askDomains reads domains and their constraints.
func (r *reader) askDomains() {
	it := itemSQL{class: "pg_type", oid: "t.oid", schema: "n.nspname", name: "t.typname", owner: "t.typowner", acl: "t.typacl", aclType: "'T'"}
	r.ask("domains", `SELECT `+it.columns(r.v)+`, format_type(t.typbasetype, t.typtypmod), `+collationName+`, t.typnotnull,
			coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault), '')
		FROM pg_type t
		JOIN pg_namespace n ON n.oid = t.typnamespace
		JOIN pg_type b ON b.oid = t.typbasetype
		LEFT JOIN pg_collation co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
		LEFT JOIN pg_namespace con ON con.oid = co.collnamespace `+it.joins(r.v)+`
		WHERE t.typtype = 'd' AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			d := &Domain{}
			if err := scanItem(rows, KindDomain, it.class, &d.Item, &d.Type, &d.Collation, &d.NotNull, &d.Default); err != nil {
				return err
			}
			r.domains[d.Ref.OID] = d
			r.db.Domains = append(r.db.Domains, d)
			return nil
		})

	// From 17 on NOT NULL of a domain is a constraint with a name.
	r.ask("constraints of domains", `SELECT k.contypid, k.contype, k.conname, pg_get_constraintdef(k.oid), k.convalidated, coalesce(dsc.description, '')
		FROM pg_constraint k
		LEFT JOIN pg_description dsc ON dsc.classoid = 'pg_constraint'::regclass AND dsc.objoid = k.oid AND dsc.objsubid = 0
		WHERE k.contypid >= 16384
		ORDER BY k.contypid, k.conname`,
		func(rows pgx.Rows) error {
			var oid uint32
			var contype string
			var c DomainCheck
			if err := rows.Scan(&oid, &contype, &c.Name, &c.Definition, &c.Valid, &c.Comment); err != nil {
				return err
			}
			switch d := r.domains[oid]; {
			case d == nil:
			case contype == "n":
				d.NotNullName, d.NotNullComment = c.Name, c.Comment
			default:
				d.Checks = append(d.Checks, c)
			}
			return nil
		})
}
