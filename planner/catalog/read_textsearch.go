package catalog

import "github.com/jackc/pgx/v5"

// askTextSearch reads text search parsers, templates, dictionaries and configurations.
func (r *reader) askTextSearch() {
	parser := itemSQL{class: "pg_ts_parser", oid: "o.oid", schema: "n.nspname", name: "o.prsname"}
	r.ask("text search parsers", `SELECT `+parser.columns(r.v)+`, `+function("o.prsstart")+`, `+function("o.prstoken")+`, `+function("o.prsend")+`,
			`+function("o.prsheadline")+`, `+function("o.prslextype")+`
		FROM pg_ts_parser o
		JOIN pg_namespace n ON n.oid = o.prsnamespace `+parser.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(parser.class, parser.oid),
		func(rows pgx.Rows) error {
			p := &TSParser{}
			r.db.TSParsers = append(r.db.TSParsers, p)
			return scanItem(rows, KindTSParser, parser.class, &p.Item, &p.Start, &p.Token, &p.End, &p.Headline, &p.LexTypes)
		})

	template := itemSQL{class: "pg_ts_template", oid: "o.oid", schema: "n.nspname", name: "o.tmplname"}
	r.ask("text search templates", `SELECT `+template.columns(r.v)+`, `+function("o.tmplinit")+`, `+function("o.tmpllexize")+`
		FROM pg_ts_template o
		JOIN pg_namespace n ON n.oid = o.tmplnamespace `+template.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(template.class, template.oid),
		func(rows pgx.Rows) error {
			t := &TSTemplate{}
			r.db.TSTemplates = append(r.db.TSTemplates, t)
			return scanItem(rows, KindTSTemplate, template.class, &t.Item, &t.Init, &t.Lexize)
		})

	dictionary := itemSQL{class: "pg_ts_dict", oid: "o.oid", schema: "n.nspname", name: "o.dictname", owner: "o.dictowner"}
	r.ask("text search dictionaries", `SELECT `+dictionary.columns(r.v)+`, quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname), coalesce(o.dictinitoption, '')
		FROM pg_ts_dict o
		JOIN pg_namespace n ON n.oid = o.dictnamespace
		JOIN pg_ts_template t ON t.oid = o.dicttemplate
		JOIN pg_namespace tn ON tn.oid = t.tmplnamespace `+dictionary.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(dictionary.class, dictionary.oid),
		func(rows pgx.Rows) error {
			d := &TSDictionary{}
			r.db.TSDictionaries = append(r.db.TSDictionaries, d)
			return scanItem(rows, KindTSDictionary, dictionary.class, &d.Item, &d.Template, &d.Options)
		})
	r.askConfigurations()
}

// askConfigurations reads text search configurations with their mappings. Token types are known to the parser alone.
func (r *reader) askConfigurations() {
	byOID := map[uint32]*TSConfiguration{}
	it := itemSQL{class: "pg_ts_config", oid: "o.oid", schema: "n.nspname", name: "o.cfgname", owner: "o.cfgowner"}
	where := ` WHERE ` + ofUser + ` AND ` + notMember(it.class, it.oid)
	r.ask("text search configurations", `SELECT `+it.columns(r.v)+`, quote_ident(pn.nspname) || '.' || quote_ident(p.prsname)
		FROM pg_ts_config o
		JOIN pg_namespace n ON n.oid = o.cfgnamespace
		JOIN pg_ts_parser p ON p.oid = o.cfgparser
		JOIN pg_namespace pn ON pn.oid = p.prsnamespace `+it.joins(r.v)+where,
		func(rows pgx.Rows) error {
			c := &TSConfiguration{}
			if err := scanItem(rows, KindTSConfiguration, it.class, &c.Item, &c.Parser); err != nil {
				return err
			}
			byOID[c.Ref.OID] = c
			r.db.TSConfigurations = append(r.db.TSConfigurations, c)
			return nil
		})
	r.ask("mappings of text search configurations", `SELECT o.oid, t.alias,
			array_agg(quote_ident(dn.nspname) || '.' || quote_ident(d.dictname) ORDER BY m.mapseqno)
		FROM pg_ts_config o
		JOIN pg_namespace n ON n.oid = o.cfgnamespace
		CROSS JOIN LATERAL ts_token_type(o.cfgparser) t
		JOIN pg_ts_config_map m ON m.mapcfg = o.oid AND m.maptokentype = t.tokid
		JOIN pg_ts_dict d ON d.oid = m.mapdict
		JOIN pg_namespace dn ON dn.oid = d.dictnamespace`+where+`
		GROUP BY o.oid, t.tokid, t.alias
		ORDER BY o.oid, t.tokid`,
		func(rows pgx.Rows) error {
			var oid uint32
			var m TSMapping
			if err := rows.Scan(&oid, &m.Token, &m.Dictionaries); err != nil {
				return err
			}
			if c := byOID[oid]; c != nil {
				c.Mappings = append(c.Mappings, m)
			}
			return nil
		})
}
