package catalog

import (
	"github.com/jackc/pgx/v5"
)

// askCollations reads pg_collation. One made for another encoding than the database's cannot be used here.
func (r *reader) askCollations() {
	it := itemSQL{class: "pg_collation", oid: "o.oid", schema: "n.nspname", name: "o.collname", owner: "o.collowner"}
	// Up to 14 ICU's locale stands where libc's does.
	locale := "CASE WHEN " + r.v.since(100000, "o.collprovider", "'c'") + " = 'i' THEN o.collcollate ELSE '' END"
	switch {
	case r.v >= 170000:
		locale = "coalesce(o.colllocale, '')"
	case r.v >= 150000:
		locale = "coalesce(o.colliculocale, '')"
	}
	r.ask("collations", `SELECT `+it.columns(r.v)+`, `+r.v.since(100000, "o.collprovider", "'c'")+`, `+r.v.since(120000, "NOT o.collisdeterministic", "false")+`,
			coalesce(o.collcollate, ''), coalesce(o.collctype, ''), `+locale+`, `+r.v.since(160000, "coalesce(o.collicurules, '')", "''")+`
		FROM pg_collation o
		JOIN pg_namespace n ON n.oid = o.collnamespace `+it.joins(r.v)+`
		WHERE o.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
			AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			c := &Collation{}
			r.db.Collations = append(r.db.Collations, c)
			if err := scanItem(rows, KindCollation, it.class, &c.Item, &c.Provider, &c.Nondeterministic, &c.Collate, &c.CType, &c.Locale, &c.Rules); err != nil {
				return err
			}
			if c.Provider != "c" {
				c.Collate, c.CType = "", ""
			}
			return nil
		})
}

// askConversions reads pg_conversion.
func (r *reader) askConversions() {
	it := itemSQL{class: "pg_conversion", oid: "o.oid", schema: "n.nspname", name: "o.conname", owner: "o.conowner"}
	r.ask("conversions", `SELECT `+it.columns(r.v)+`, o.condefault, pg_encoding_to_char(o.conforencoding), pg_encoding_to_char(o.contoencoding), o.conproc::text
		FROM pg_conversion o
		JOIN pg_namespace n ON n.oid = o.connamespace `+it.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			c := &Conversion{}
			r.db.Conversions = append(r.db.Conversions, c)
			return scanItem(rows, KindConversion, it.class, &c.Item, &c.Default, &c.From, &c.To, &c.Function)
		})
}

// askCasts reads pg_cast. A range's cast to its multirange (14) and the like are internal parts of their types.
func (r *reader) askCasts() {
	it := itemSQL{class: "pg_cast", oid: "o.oid", name: "format_type(o.castsource, NULL) || ' AS ' || format_type(o.casttarget, NULL)"}
	r.ask("casts", `SELECT `+it.columns(r.v)+`, CASE o.castmethod WHEN 'f' THEN o.castfunc::regprocedure::text ELSE '' END, o.castmethod, o.castcontext
		FROM pg_cast o `+it.joins(r.v)+`
		WHERE o.oid >= 16384 AND `+notMember(it.class, it.oid)+`
			AND NOT EXISTS (SELECT 1 FROM pg_depend i WHERE i.classid = 'pg_cast'::regclass AND i.objid = o.oid AND i.deptype = 'i')`,
		func(rows pgx.Rows) error {
			c := &Cast{}
			r.db.Casts = append(r.db.Casts, c)
			return scanItem(rows, KindCast, it.class, &c.Item, &c.Function, &c.Method, &c.Context)
		})
}

// askStatistics reads extended statistics.
func (r *reader) askStatistics() {
	if r.v < 100000 {
		return
	}
	it := itemSQL{class: "pg_statistic_ext", oid: "o.oid", schema: "n.nspname", name: "o.stxname", owner: "o.stxowner"}
	target := "-1"
	if r.v >= 130000 {
		target = "coalesce(o.stxstattarget, -1)"
	}
	r.ask("statistics objects", `SELECT `+it.columns(r.v)+`, pg_get_statisticsobjdef(o.oid), tn.nspname, t.relname, `+target+`
		FROM pg_statistic_ext o
		JOIN pg_namespace n ON n.oid = o.stxnamespace
		JOIN pg_class t ON t.oid = o.stxrelid
		JOIN pg_namespace tn ON tn.oid = t.relnamespace `+it.joins(r.v)+`
		WHERE `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			s := &Statistics{}
			r.db.Statistics = append(r.db.Statistics, s)
			return scanItem(rows, KindStatistics, it.class, &s.Item, &s.Definition, &s.On.Schema, &s.On.Name, &s.Target)
		})
}
