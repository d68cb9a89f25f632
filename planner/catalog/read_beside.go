package catalog

// besideSQL are queries as of uncarriedSQL for the user's objects that stand on or in what is not the user's: relations of extensions,
// schemas and operator families of PostgreSQL's own, the triggers behind foreign keys.
func (r *reader) besideSQL(reasons map[string]string) []string {
	return append(r.onExtensionSQL(reasons), r.inSystemSQL(reasons)...)
}

// onExtensionSQL finds what stands on relations of extensions. Such objects are no members, whoever made them, so those are taken for the
// extension's whose row is as old as a membership of that extension: its script made both in one transaction.
func (r *reader) onExtensionSQL(reasons map[string]string) []string {
	const onExtension = "it stands on a table of an extension, which brings its own: if this one is yours, create it by hand"
	var all []string
	add := func(kind, class, relation, condition string) {
		reasons[kind+" of an extension table"] = onExtension
		all = append(all, `SELECT '`+kind+` of an extension table'::text, '`+class+`'::text, o.oid, `+identity(class, "o.oid")+`::text
			FROM pg_depend member JOIN `+class+` o ON o.`+relation+` = member.objid
			WHERE member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e' AND member.classid = 'pg_class'::regclass
				AND NOT EXISTS (SELECT 1 FROM pg_depend made WHERE made.refclassid = 'pg_extension'::regclass AND made.deptype = 'e'
					AND made.refobjid = member.refobjid AND made.xmin = o.xmin)`+condition)
	}
	all = append(all, `SELECT 'index of an extension table'::text, 'pg_class'::text, o.oid, `+identity("pg_class", "o.oid")+`::text
		FROM pg_depend member JOIN pg_index i ON i.indrelid = member.objid JOIN pg_class o ON o.oid = i.indexrelid
		WHERE member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e' AND member.classid = 'pg_class'::regclass
			AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = o.oid AND k.conrelid = i.indrelid)
			AND NOT EXISTS (SELECT 1 FROM pg_depend made WHERE made.refclassid = 'pg_extension'::regclass AND made.deptype = 'e'
				AND made.refobjid = member.refobjid AND made.xmin = i.xmin)`)
	reasons["index of an extension table"] = onExtension
	add("constraint", "pg_constraint", "conrelid", " AND o.contype IN ('c', 'f', 'p', 'u', 'x')"+r.v.since(110000, " AND o.conparentid = 0", ""))
	add("trigger", "pg_trigger", "tgrelid", " AND NOT o.tgisinternal")
	add("rule", "pg_rewrite", "ev_class", " AND o.rulename <> '_RETURN'")
	if r.v >= 90500 {
		add("policy", "pg_policy", "polrelid", "")
	}
	return all
}

// systemCatalogs are the catalogs of what can be made in schemas of PostgreSQL's own, with the column of their schema and a condition.
var systemCatalogs = []struct{ class, schema, condition string }{
	{"pg_class", "relnamespace", " AND o.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')"},
	{"pg_type", "typnamespace", " AND o.typtype <> 'm' AND o.typrelid = 0 AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = o.oid)"},
	{"pg_proc", "pronamespace", " AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = o.oid AND i.deptype = 'i')"},
	{"pg_operator", "oprnamespace", ""},
	{"pg_collation", "collnamespace", ""},
	{"pg_conversion", "connamespace", ""},
	{"pg_opclass", "opcnamespace", ""},
	{"pg_opfamily", "opfnamespace", ""},
	{"pg_ts_parser", "prsnamespace", ""},
	{"pg_ts_template", "tmplnamespace", ""},
	{"pg_ts_dict", "dictnamespace", ""},
	{"pg_ts_config", "cfgnamespace", ""},
}

// inSystemSQL finds what was added to PostgreSQL's own schemas and operator families, and changed there.
func (r *reader) inSystemSQL(reasons map[string]string) []string {
	const system, member, disabled, privileges = "object of a system schema", "operator family member", "disabled constraint trigger", "system privileges"
	reasons[system] = "its schema is PostgreSQL's own: make it in another one"
	var all []string
	for _, c := range systemCatalogs {
		all = append(all, `SELECT '`+system+`'::text, '`+c.class+`'::text, o.oid, `+identity(c.class, "o.oid")+`::text
			FROM `+c.class+` o JOIN pg_namespace n ON n.oid = o.`+c.schema+`
			WHERE o.oid >= 16384 AND n.nspname IN ('pg_catalog', 'information_schema') AND `+notMember(c.class, "o.oid")+c.condition)
	}

	// A member of no class, and of a family that is not read. Members are not marked as an extension's, but what they name may be.
	reasons[member] = "its operator family is not the database's own: add it by hand"
	for _, c := range [][2]string{{"pg_amop", "amopfamily"}, {"pg_amproc", "amprocfamily"}} {
		class, family := c[0], c[1]
		all = append(all, `SELECT '`+member+`'::text, '`+class+`'::text, o.oid, `+identity(class, "o.oid")+`::text
			FROM `+class+` o WHERE o.oid >= 16384
				AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = '`+class+`'::regclass AND i.objid = o.oid
					AND i.refclassid = 'pg_opclass'::regclass AND i.deptype IN ('i', 'a'))
				AND (o.`+family+` < 16384 OR NOT `+notMember("pg_opfamily", "o."+family)+`)
				AND NOT EXISTS (SELECT 1 FROM pg_depend made WHERE made.refclassid = 'pg_extension'::regclass AND made.deptype = 'e' AND made.xmin = o.xmin)
				AND NOT EXISTS (SELECT 1 FROM pg_depend f JOIN pg_depend e ON e.classid = f.refclassid AND e.objid = f.refobjid AND e.deptype = 'e'
					WHERE f.classid = '`+class+`'::regclass AND f.objid = o.oid AND f.refclassid <> 'pg_opfamily'::regclass)`)
	}

	reasons[disabled] = "it stands behind a constraint, which the destination enforces: disable it by hand if it must not"
	all = append(all, `SELECT '`+disabled+`'::text, 'pg_trigger'::text, o.oid,
			quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || quote_ident(k.conname) || ' (' || p.proname || ')'
		FROM pg_trigger o JOIN pg_constraint k ON k.oid = o.tgconstraint JOIN pg_proc p ON p.oid = o.tgfoid
		JOIN pg_class c ON c.oid = o.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE o.tgisinternal AND k.contype <> 't' AND o.tgenabled <> 'O'`+r.v.since(110000, " AND k.conparentid = 0", "")+` AND `+ofUser+` AND `+notMember("pg_class", "c.oid"))

	// initdb keeps no initial privileges of information_schema: everybody may use it and read its views.
	reasons[privileges] = "the schema information_schema is left as PostgreSQL makes it"
	for _, c := range [][4]string{
		{"pg_namespace", "oid", "nspacl", "acldefault('n', o.nspowner) || makeaclitem(0, o.nspowner, 'USAGE', false)"},
		{"pg_class", "relnamespace", "relacl", "acldefault('r', o.relowner) || makeaclitem(0, o.relowner, 'SELECT', false)"},
		{"pg_proc", "pronamespace", "proacl", "acldefault('f', o.proowner)"},
	} {
		class, schema, acl, made := c[0], c[1], c[2], c[3]
		all = append(all, `SELECT '`+privileges+`'::text, '`+class+`'::text, o.oid, `+identity(class, "o.oid")+`::text
			FROM `+class+` o WHERE o.`+schema+` = (SELECT oid FROM pg_namespace WHERE nspname = 'information_schema')
				AND o.oid < 16384 AND o.`+acl+`::text <> (`+made+`)::text`)
	}
	return all
}
