package catalog

import "github.com/jackc/pgx/v5"

// askOperatorClasses reads operator families and classes. pg_depend says whose a member is: a class's, or the family's alone.
func (r *reader) askOperatorClasses() {
	families, classes := map[uint32]*OperatorFamily{}, map[uint32]*OperatorClass{}
	family := itemSQL{class: "pg_opfamily", oid: "o.oid", schema: "n.nspname", name: "o.opfname", args: "am.amname", owner: "o.opfowner"}
	r.ask("operator families", `SELECT `+family.columns(r.v)+`
		FROM pg_opfamily o
		JOIN pg_am am ON am.oid = o.opfmethod
		JOIN pg_namespace n ON n.oid = o.opfnamespace `+family.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(family.class, family.oid),
		func(rows pgx.Rows) error {
			f := &OperatorFamily{}
			if err := scanItem(rows, KindOperatorFamily, family.class, &f.Item); err != nil {
				return err
			}
			families[f.Ref.OID] = f
			r.db.OperatorFamilies = append(r.db.OperatorFamilies, f)
			return nil
		})

	class := itemSQL{class: "pg_opclass", oid: "o.oid", schema: "n.nspname", name: "o.opcname", args: "am.amname", owner: "o.opcowner"}
	r.ask("operator classes", `SELECT `+class.columns(r.v)+`, o.opcdefault, format_type(o.opcintype, NULL), quote_ident(fn.nspname) || '.' || quote_ident(f.opfname),
			CASE o.opckeytype WHEN 0 THEN '' ELSE format_type(o.opckeytype, NULL) END
		FROM pg_opclass o
		JOIN pg_am am ON am.oid = o.opcmethod
		JOIN pg_opfamily f ON f.oid = o.opcfamily
		JOIN pg_namespace fn ON fn.oid = f.opfnamespace
		JOIN pg_namespace n ON n.oid = o.opcnamespace `+class.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(class.class, class.oid),
		func(rows pgx.Rows) error {
			c := &OperatorClass{}
			if err := scanItem(rows, KindOperatorClass, class.class, &c.Item, &c.Default, &c.Type, &c.Family, &c.Storage); err != nil {
				return err
			}
			classes[c.Ref.OID] = c
			r.db.OperatorClasses = append(r.db.OperatorClasses, c)
			return nil
		})

	r.ask("members of operator families", `SELECT d.refobjid, d.refclassid = 'pg_opclass'::regclass, m.text
		FROM (SELECT 'pg_amop'::regclass::oid AS class, ao.oid, ao.amopstrategy AS number,
				'OPERATOR ' || ao.amopstrategy || ' ' || ao.amopopr::regoperator::text
				|| coalesce(' FOR ORDER BY ' || quote_ident(sn.nspname) || '.' || quote_ident(s.opfname), '') AS text
			FROM pg_amop ao LEFT JOIN pg_opfamily s ON s.oid = ao.amopsortfamily LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace
			UNION ALL
			SELECT 'pg_amproc'::regclass::oid, ap.oid, ap.amprocnum,
				'FUNCTION ' || ap.amprocnum || ' (' || format_type(ap.amproclefttype, NULL) || ', ' || format_type(ap.amprocrighttype, NULL) || ') ' || ap.amproc::oid::regprocedure::text
			FROM pg_amproc ap) m
		JOIN pg_depend d ON d.classid = m.class AND d.objid = m.oid AND d.refclassid IN ('pg_opclass'::regclass, 'pg_opfamily'::regclass) AND d.deptype IN ('i', 'a')
		WHERE m.oid >= 16384
		ORDER BY m.class, m.number, m.text`,
		func(rows pgx.Rows) error {
			var oid uint32
			var ofClass bool
			var member string
			if err := rows.Scan(&oid, &ofClass, &member); err != nil {
				return err
			}
			if c := classes[oid]; ofClass && c != nil {
				c.Members = append(c.Members, member)
			}
			if f := families[oid]; !ofClass && f != nil {
				f.Members = append(f.Members, member)
			}
			return nil
		})
}

// askLanguages reads access methods, languages and transforms.
func (r *reader) askLanguages() {
	if r.v >= 90600 {
		it := itemSQL{class: "pg_am", oid: "o.oid", name: "o.amname"}
		r.ask("access methods", `SELECT `+it.columns(r.v)+`, o.amtype, o.amhandler::text FROM pg_am o `+it.joins(r.v)+`
			WHERE o.oid >= 16384 AND `+notMember(it.class, it.oid),
			func(rows pgx.Rows) error {
				a := &AccessMethod{}
				r.db.AccessMethods = append(r.db.AccessMethods, a)
				return scanItem(rows, KindAccessMethod, it.class, &a.Item, &a.Type, &a.Handler)
			})
	}
	it := itemSQL{class: "pg_language", oid: "o.oid", name: "o.lanname", owner: "o.lanowner", acl: "o.lanacl", aclType: "'l'"}
	r.ask("languages", `SELECT `+it.columns(r.v)+`, o.lanpltrusted, `+regprocedureName("o.lanplcallfoid")+`, `+regprocedureName("o.laninline")+`,
			`+regprocedureName("o.lanvalidator")+`
		FROM pg_language o `+it.joins(r.v)+`
		WHERE o.oid >= 16384 AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			l := &Language{}
			r.db.Languages = append(r.db.Languages, l)
			return scanItem(rows, KindLanguage, it.class, &l.Item, &l.Trusted, &l.Handler, &l.Inline, &l.Validator)
		})
	if r.v < 90500 {
		return
	}
	of := itemSQL{class: "pg_transform", oid: "o.oid", name: "'FOR ' || format_type(o.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname)"}
	r.ask("transforms", `SELECT `+of.columns(r.v)+`, CASE WHEN o.trffromsql::oid = 0 THEN '' ELSE o.trffromsql::oid::regprocedure::text END,
			CASE WHEN o.trftosql::oid = 0 THEN '' ELSE o.trftosql::oid::regprocedure::text END
		FROM pg_transform o JOIN pg_language l ON l.oid = o.trflang `+of.joins(r.v)+`
		WHERE `+notMember(of.class, of.oid),
		func(rows pgx.Rows) error {
			t := &Transform{}
			r.db.Transforms = append(r.db.Transforms, t)
			return scanItem(rows, KindTransform, of.class, &t.Item, &t.FromSQL, &t.ToSQL)
		})
}
