package planner_test

import "strings"

// notJudged are catalogs that belong to the server and not to a database, or that hold no definitions.
var notJudged = strings.Fields(`pg_auth_members pg_authid pg_database pg_init_privs pg_largeobject pg_parameter_acl pg_pltemplate pg_replication_origin pg_seclabel pg_shdepend
	pg_shdescription pg_shseclabel pg_statistic pg_statistic_ext_data pg_subscription_rel pg_tablespace`)

// references are the catalogs that columns hold OIDs of; for regproc the type says it.
var references = func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(`
		pg_aggregate pg_operator:aggsortop pg_type:aggtranstype,aggmtranstype
		pg_amop pg_opfamily:amopfamily,amopsortfamily pg_type:amoplefttype,amoprighttype pg_am:amopmethod pg_operator:amopopr
		pg_amproc pg_opfamily:amprocfamily pg_type:amproclefttype,amprocrighttype
		pg_attrdef pg_class:adrelid
		pg_attribute pg_class:attrelid pg_type:atttypid pg_collation:attcollation
		pg_cast pg_type:castsource,casttarget pg_proc:castfunc
		pg_class pg_namespace:relnamespace pg_type:reltype,reloftype pg_authid:relowner pg_am:relam pg_tablespace:reltablespace
		pg_collation pg_namespace:collnamespace pg_authid:collowner
		pg_constraint pg_namespace:connamespace pg_class:conrelid,conindid,confrelid pg_type:contypid pg_constraint:conparentid pg_operator:conpfeqop,conppeqop,conffeqop,conexclop
		pg_conversion pg_namespace:connamespace pg_authid:conowner
		pg_default_acl pg_authid:defaclrole pg_namespace:defaclnamespace
		pg_enum pg_type:enumtypid
		pg_event_trigger pg_authid:evtowner pg_proc:evtfoid
		pg_extension pg_namespace:extnamespace pg_authid:extowner pg_class:extconfig
		pg_foreign_data_wrapper pg_authid:fdwowner pg_proc:fdwhandler,fdwvalidator
		pg_foreign_server pg_authid:srvowner pg_foreign_data_wrapper:srvfdw
		pg_foreign_table pg_class:ftrelid pg_foreign_server:ftserver
		pg_index pg_class:indexrelid,indrelid pg_opclass:indclass pg_collation:indcollation
		pg_inherits pg_class:inhrelid,inhparent
		pg_language pg_authid:lanowner pg_proc:lanplcallfoid,laninline,lanvalidator
		pg_largeobject_metadata pg_authid:lomowner
		pg_namespace pg_authid:nspowner
		pg_opclass pg_am:opcmethod pg_namespace:opcnamespace pg_authid:opcowner pg_opfamily:opcfamily pg_type:opcintype,opckeytype
		pg_operator pg_namespace:oprnamespace pg_authid:oprowner pg_type:oprleft,oprright,oprresult pg_operator:oprcom,oprnegate
		pg_opfamily pg_am:opfmethod pg_namespace:opfnamespace pg_authid:opfowner
		pg_partitioned_table pg_class:partrelid,partdefid pg_opclass:partclass pg_collation:partcollation
		pg_policy pg_class:polrelid pg_authid:polroles
		pg_proc pg_namespace:pronamespace pg_authid:proowner pg_language:prolang pg_type:provariadic,prorettype,proargtypes,proallargtypes,protrftypes
		pg_publication pg_authid:pubowner
		pg_publication_namespace pg_publication:pnpubid pg_namespace:pnnspid
		pg_publication_rel pg_publication:prpubid pg_class:prrelid
		pg_range pg_type:rngtypid,rngsubtype,rngmultitypid pg_collation:rngcollation pg_opclass:rngsubopc
		pg_rewrite pg_class:ev_class
		pg_sequence pg_class:seqrelid pg_type:seqtypid
		pg_statistic_ext pg_class:stxrelid pg_namespace:stxnamespace pg_authid:stxowner
		pg_subscription pg_authid:subowner
		pg_transform pg_type:trftype pg_language:trflang
		pg_trigger pg_class:tgrelid,tgconstrrelid,tgconstrindid pg_proc:tgfoid pg_constraint:tgconstraint pg_trigger:tgparentid
		pg_ts_config pg_namespace:cfgnamespace pg_authid:cfgowner pg_ts_parser:cfgparser
		pg_ts_config_map pg_ts_config:mapcfg pg_ts_dict:mapdict
		pg_ts_dict pg_namespace:dictnamespace pg_authid:dictowner pg_ts_template:dicttemplate
		pg_ts_parser pg_namespace:prsnamespace
		pg_ts_template pg_namespace:tmplnamespace
		pg_type pg_namespace:typnamespace pg_authid:typowner pg_class:typrelid pg_type:typelem,typarray,typbasetype pg_collation:typcollation
		pg_user_mapping pg_authid:umuser pg_foreign_server:umserver`) {
		words := strings.Fields(line)
		for _, word := range words[min(1, len(words)):] {
			target, columns, _ := strings.Cut(word, ":")
			for column := range strings.SplitSeq(columns, ",") {
				all[words[0]+"."+column] = target
			}
		}
	}
	return all
}()

// usersOwn is the condition that an object was made by a user, and not by an extension.
func usersOwn(class, oid string) string {
	return oid + " >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = '" + class + "'::regclass AND m.objid = " + oid + " AND m.deptype = 'e')"
}

// leave says for columns that they are left out.
func leave(columns string, expressions map[string]string) map[string]string {
	all := map[string]string{}
	for column := range strings.FieldsSeq(columns) {
		all[column] = ""
	}
	for column, expression := range expressions {
		all[column] = expression
	}
	return all
}

// judgedCatalogs are the catalogs that pg_dump reads. What neither pg_dump restores is left out of them: physical things, what a
// server keeps lazily, and numbers of attributes, of which only the order counts.
func judgedCatalogs(from, to int) []judged {
	since := func(version int, expression, before string) string {
		if from >= version {
			return expression
		}
		return before
	}
	plain := func(catalog string, columns map[string]string) judged {
		return judged{catalog: catalog, object: nameOf(catalog, "x.oid"), where: usersOwn(catalog, "x.oid"), columns: columns}
	}
	withACL := func(j judged, acl string) judged {
		j.acl = acl
		return j
	}
	// A table that inherits gets inherited columns first, in whatever order it came to them in the source.
	rank := "SELECT CASE WHEN EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhrelid = x.attrelid AND NOT c.relispartition) " +
		"AND x.attinhcount > 0 AND NOT x.attislocal THEN 0 ELSE count(*) END FROM pg_attribute b WHERE b.attrelid = x.attrelid AND b.attnum > 0 AND NOT b.attisdropped AND b.attnum <= x.attnum AND (b.attislocal OR b.attinhcount = 0)"
	relations := plain("pg_class", leave("relfilenode relpages reltuples relallvisible relallfrozen relfrozenxid relminmxid reltoastrelid relhasindex relhasrules "+
		"relhastriggers relhassubclass relrewrite relnatts", map[string]string{
		"relpartbound": "pg_get_expr(x.relpartbound, x.oid)",
		"relam":        since(120000, nameOf("pg_am", "x.relam"), "CASE x.relkind WHEN 'i' THEN "+nameOf("pg_am", "x.relam")+" END"),
		// A sequence has no row type since 14.
		"reltype": "CASE x.relkind WHEN 'S' THEN NULL ELSE " + nameOf("pg_type", "x.reltype") + " END",
	}))
	relations.where += " AND x.relnamespace <> 'pg_toast'::regnamespace"
	relations.acl = `acldefault(CASE x.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", x.relowner)`
	relations.more = map[string]string{
		viewDefinition: "CASE WHEN x.relkind IN ('v', 'm') THEN pg_get_viewdef(x.oid) END",
		"owned by": "SELECT (pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid)).identity FROM pg_depend d " +
			"WHERE x.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0",
	}
	types := plain("pg_type", leave("typndims", map[string]string{
		"typdefaultbin": "pg_get_expr(x.typdefaultbin, 0)",
		// A domain has an array type since 11.
		"typarray": since(110000, nameOf("pg_type", "x.typarray"), "CASE x.typtype WHEN 'd' THEN NULL ELSE "+nameOf("pg_type", "x.typarray")+" END"),
	}))
	types.acl = "acldefault('T', x.typowner)"
	types.columns["typacl"] = "CASE WHEN NOT (x.typtype = 'm' OR x.typelem <> 0) THEN (" + privileges("coalesce(x.typacl, "+types.acl+")", true) + ") END"
	// Below 17 ALTER TYPE ... OWNER TO of a range leaves its multirange behind.
	multirange := "x.typtype = 'm' OR EXISTS (SELECT FROM pg_type e WHERE e.oid = x.typelem AND e.typtype = 'm')"
	if to < 170000 {
		types.columns["typowner"] = "CASE WHEN NOT (" + multirange + ") THEN pg_get_userbyid(x.typowner) END"
		types.acl = "CASE WHEN NOT (" + multirange + ") THEN acldefault('T', x.typowner) END"
	}
	types.where += " AND x.typnamespace <> 'pg_toast'::regnamespace AND NOT EXISTS (SELECT FROM pg_class s WHERE s.oid = x.typrelid AND s.relkind = 'S')"
	routines := plain("pg_proc", map[string]string{"proargdefaults": "pg_get_function_arguments(x.oid)", "prosqlbody": "pg_get_function_sqlbody(x.oid)"})
	// What a type makes for itself has whatever the default privileges gave it.
	part := func(class string) string {
		return "EXISTS (SELECT FROM pg_depend i WHERE i.classid = '" + class + "'::regclass AND i.objid = x.oid AND i.deptype = 'i')"
	}
	routines.acl = "acldefault('f', x.proowner)"
	routines.columns["proacl"] = "CASE WHEN NOT " + part("pg_proc") + " THEN (" + privileges("coalesce(x.proacl, "+routines.acl+")", true) + ") END"
	constraints := plain("pg_constraint", map[string]string{
		// Whether a key is inherited depends on how it became a partition's.
		"connoinherit": "x.connoinherit AND x.contype NOT IN ('p', 'u', 'x')", "conbin": "pg_get_expr(x.conbin, x.conrelid)",
	})
	constraints.relation, constraints.more = "x.conrelid", map[string]string{checkDefinition: "pg_get_constraintdef(x.oid)"}
	// NOT NULL is a constraint of tables since 18, of domains since 17; a partition's is its own or its parent's as its key was made. The
	// parts of a foreign key on a partitioned side are the key's business.
	constraints.columns["conislocal"] = "x.conislocal OR x.contype = 'n' AND (SELECT c.relispartition FROM pg_class c WHERE c.oid = x.conrelid)"
	constraints.where += " AND NOT (x.contype = 'f' AND coalesce(to_jsonb(x) ->> 'conparentid', '0') <> '0')" +
		since(180000, "", since(170000, " AND (x.contype <> 'n' OR x.conrelid = 0)", " AND x.contype <> 'n'"))
	triggers := plain("pg_trigger", leave("tgisinternal", map[string]string{"tgqual": since(120000, "pg_get_triggerdef(x.oid)", "replace(pg_get_triggerdef(x.oid), ' EXECUTE PROCEDURE ', ' EXECUTE FUNCTION ')")}))
	triggers.relation = "x.tgrelid"
	// The triggers of foreign keys and of deferrable keys are part of these, and their names hold OIDs.
	triggers.where += " AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.oid = x.tgconstraint AND k.contype <> 't')"
	rules := plain("pg_rewrite", leave("ev_qual", map[string]string{"ev_action": "CASE x.rulename WHEN '_RETURN' THEN '' ELSE pg_get_ruledef(x.oid) END"}))
	rules.where += " AND " + usersOwn("pg_class", "x.ev_class")
	statistics := plain("pg_statistic_ext", leave("stxndistinct stxdependencies", map[string]string{"stxexprs": "", "stxstattarget": "coalesce(x.stxstattarget, -1)"}))
	statistics.relation, statistics.more = "x.stxrelid", map[string]string{"definition": "pg_get_statisticsobjdef(x.oid)"}
	published := plain("pg_publication_rel", map[string]string{"prqual": "pg_get_expr(x.prqual, x.prrelid)"})
	published.relation = "x.prrelid"
	policies := plain("pg_policy", map[string]string{"polqual": "pg_get_expr(x.polqual, x.polrelid)", "polwithcheck": "pg_get_expr(x.polwithcheck, x.polrelid)",
		"polroles": "SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ', ' ORDER BY pg_get_userbyid(r)) FROM unnest(x.polroles) r"})
	schemas := withACL(plain("pg_namespace", nil), "acldefault('n', x.nspowner)")
	schemas.where = "x.nspname !~ '^pg_' AND x.nspname <> 'information_schema' AND (x.nspname = 'public' OR " + schemas.where + ")"
	subscriptions := plain("pg_subscription", leave("subdbid", map[string]string{"substream": "left(x.substream::text, 1)"}))
	subscriptions.where = "x.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
	privilegesOfOthers := func(catalog, column, acl, condition string) judged {
		return judged{
			catalog: catalog, object: "'of PostgreSQL''s own: ' || " + nameOf(catalog, "x.oid"), noColumns: true, more: map[string]string{"privileges": privileges("x."+column, from >= 170000)},
			where: "x." + column + " IS DISTINCT FROM (SELECT p.initprivs FROM pg_init_privs p WHERE p.classoid = '" + catalog + "'::regclass AND p.objoid = x.oid AND p.objsubid = 0) AND x." +
				column + " <> " + acl + " AND x.oid < 16384 AND " + condition,
		}
	}

	return []judged{
		relations, types, routines, constraints, triggers, rules, statistics, published, policies, schemas, subscriptions,
		{
			catalog: "pg_attribute", object: "(pg_identify_object('pg_class'::regclass, x.attrelid, x.attnum)).identity", acl: "acldefault('c', 10)",
			where: "x.attnum > 0 AND NOT x.attisdropped AND " + usersOwn("pg_class", "x.attrelid") +
				" AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = x.attrelid AND c.relnamespace = 'pg_toast'::regnamespace)",
			columns: leave("attcacheoff atthasmissing attmissingval attndims", map[string]string{"attnum": rank, "attstattarget": "coalesce(x.attstattarget, -1)",
				"attoptions": "SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(x.attoptions) o WHERE o !~ '^pg_'"}),
			more: map[string]string{"type": "format_type(x.atttypid, x.atttypmod)"},
		},
		{
			catalog: "pg_attrdef", object: "(pg_identify_object('pg_class'::regclass, x.adrelid, x.adnum)).identity", where: usersOwn("pg_class", "x.adrelid"),
			columns: map[string]string{"adnum": "", "adbin": "pg_get_expr(x.adbin, x.adrelid)", "adsrc": ""},
		},
		{
			catalog: "pg_index", object: nameOf("pg_class", "x.indexrelid"), relation: "x.indrelid",
			where:   usersOwn("pg_class", "x.indexrelid") + " AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = x.indexrelid AND c.relnamespace = 'pg_toast'::regnamespace)",
			columns: leave("indcheckxmin", map[string]string{"indexprs": "pg_get_expr(x.indexprs, x.indrelid)", "indpred": "pg_get_expr(x.indpred, x.indrelid)"}),
			more:    map[string]string{"definition": "pg_get_indexdef(x.indexrelid)"},
		},
		{
			catalog: "pg_enum", object: nameOf("pg_type", "x.enumtypid") + " || ' ' || quote_literal(x.enumlabel)", where: usersOwn("pg_type", "x.enumtypid"),
			columns: map[string]string{"enumsortorder": "SELECT count(*) FROM pg_enum b WHERE b.enumtypid = x.enumtypid AND b.enumsortorder <= x.enumsortorder"},
		},
		{catalog: "pg_range", object: nameOf("pg_type", "x.rngtypid"), where: usersOwn("pg_type", "x.rngtypid")},
		{catalog: "pg_aggregate", object: nameOf("pg_proc", "x.aggfnoid"), where: usersOwn("pg_proc", "x.aggfnoid")},
		{catalog: "pg_sequence", object: nameOf("pg_class", "x.seqrelid"), where: usersOwn("pg_class", "x.seqrelid")},
		{catalog: "pg_inherits", object: nameOf("pg_class", "x.inhrelid") + " || ' of ' || " + nameOf("pg_class", "x.inhparent"), where: usersOwn("pg_class", "x.inhrelid")},
		{
			catalog: "pg_partitioned_table", object: nameOf("pg_class", "x.partrelid"), where: usersOwn("pg_class", "x.partrelid"), relation: "x.partrelid",
			columns: map[string]string{"partexprs": "pg_get_partkeydef(x.partrelid)"},
		},
		{
			catalog: "pg_ts_config_map", where: usersOwn("pg_ts_config", "x.mapcfg"),
			object: nameOf("pg_ts_config", "x.mapcfg") + " || ' ' || x.maptokentype || ' ' || x.mapseqno",
		},
		{catalog: "pg_foreign_table", object: nameOf("pg_class", "x.ftrelid"), where: usersOwn("pg_class", "x.ftrelid")},
		{
			catalog: "pg_description", object: "(SELECT i.type || ' ' || i.identity FROM pg_identify_object(x.classoid, x.objoid, x.objsubid) i)",
			where: "(x.objoid >= 16384 OR x.objoid = 'public'::regnamespace) AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = x.classoid AND m.objid = x.objoid AND m.deptype = 'e') " +
				"AND x.classoid <> 'pg_extension'::regclass",
			columns: leave("objoid classoid objsubid", nil),
		},
		{
			catalog: "pg_depend", where: "x.deptype = 'x' OR x.objid >= 16384 AND x.deptype = 'a' AND x.refclassid = 'pg_constraint'::regclass",
			object: "(SELECT i.type || ' ' || i.identity FROM pg_identify_object(x.classid, x.objid, x.objsubid) i) || ' on ' || " +
				"(SELECT i.type || ' ' || i.identity FROM pg_identify_object(x.refclassid, x.refobjid, x.refobjsubid) i)",
			columns: leave("classid objid objsubid refclassid refobjid refobjsubid", nil),
		},
		{
			catalog: "pg_db_role_setting", object: "coalesce(" + nameOf("pg_authid", "x.setrole") + ", 'everybody')",
			where:   "x.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())",
			columns: leave("setdatabase setrole", map[string]string{"setconfig": "SELECT string_agg(s, ', ' ORDER BY s) FROM unnest(x.setconfig) s"}),
		},
		{catalog: "pg_largeobject_metadata", object: "x.oid", acl: "acldefault('L', x.lomowner)"},
		{catalog: "pg_extension", object: "x.extname", columns: leave("extversion extconfig extcondition", nil)},
		{catalog: "pg_transform", object: "format_type(x.trftype, NULL) || ' ' || " + nameOf("pg_language", "x.trflang"), where: usersOwn("pg_transform", "x.oid")},
		plain("pg_amop", nil), plain("pg_amproc", nil), plain("pg_opclass", nil), plain("pg_opfamily", nil), plain("pg_operator", nil), plain("pg_cast", nil),
		plain("pg_am", nil), plain("pg_conversion", nil), plain("pg_event_trigger", nil), plain("pg_publication", nil),
		plain("pg_publication_namespace", nil), plain("pg_user_mapping", nil), plain("pg_ts_config", nil), plain("pg_ts_dict", nil), plain("pg_ts_parser", nil), plain("pg_ts_template", nil),
		withACL(plain("pg_default_acl", nil), "acldefault('c', 10)"),
		withACL(plain("pg_language", nil), "acldefault('l', x.lanowner)"),
		withACL(plain("pg_foreign_data_wrapper", nil), "acldefault('F', x.fdwowner)"),
		withACL(plain("pg_foreign_server", nil), "acldefault('S', x.srvowner)"),
		{
			// ICU's locale stands in the place of libc's up to 14, then in columns of its own. A version is the library's.
			catalog: "pg_collation", object: nameOf("pg_collation", "x.oid"), where: usersOwn("pg_collation", "x.oid"),
			columns: leave("collversion colliculocale colllocale", map[string]string{
				"collcollate": "CASE x.collprovider WHEN 'c' THEN x.collcollate END", "collctype": "CASE x.collprovider WHEN 'c' THEN x.collctype END"}),
			more: map[string]string{"locale": `CASE x.collprovider WHEN 'c' THEN '' ELSE coalesce(to_jsonb(x) ->> 'colllocale', to_jsonb(x) ->> 'colliculocale', x.collcollate) END`},
		},
		privilegesOfOthers("pg_proc", "proacl", "acldefault('f', x.proowner)", "true"),
		privilegesOfOthers("pg_class", "relacl", "acldefault('r', x.relowner)", "x.relnamespace = 11"),
		privilegesOfOthers("pg_language", "lanacl", "acldefault('l', x.lanowner)", "true"),
		privilegesOfOthers("pg_type", "typacl", "acldefault('T', x.typowner)", "true"),
	}
}
