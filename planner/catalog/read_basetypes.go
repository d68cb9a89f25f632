package catalog

import "github.com/jackc/pgx/v5"

// askBaseTypes reads the types that CREATE TYPE (INPUT = ...) has made.
func (r *reader) askBaseTypes() {
	it := itemSQL{class: "pg_type", oid: "t.oid", schema: "n.nspname", name: "t.typname", owner: "t.typowner", acl: "t.typacl", aclType: "'T'"}
	// The handler that CREATE TYPE chooses by itself where ELEMENT is given.
	subscript := r.v.since(140000, "CASE WHEN t.typsubscript::oid = 'raw_array_subscript_handler'::regproc THEN '' ELSE "+function("t.typsubscript")+" END", "''")
	r.ask("base types", `SELECT `+it.columns(r.v)+`, `+function("t.typinput")+`, `+function("t.typoutput")+`, `+function("t.typreceive")+`, `+function("t.typsend")+`,
			`+function("t.typmodin")+`, `+function("t.typmodout")+`, `+function("t.typanalyze")+`, `+subscript+`, t.typlen, t.typbyval, t.typcollation <> 0,
			t.typispreferred, t.typalign::text, t.typstorage::text, t.typcategory::text, t.typdefault,
			CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) ELSE '' END, t.typdelim::text
		FROM pg_type t
		JOIN pg_namespace n ON n.oid = t.typnamespace `+it.joins(r.v)+`
		WHERE `+ofUser+` AND t.typtype = 'b' AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid) AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			t := &Type{Variant: "base", Base: &Base{}}
			s := t.Base
			r.db.Types = append(r.db.Types, t)
			return scanItem(rows, KindType, it.class, &t.Item, &s.Input, &s.Output, &s.Receive, &s.Send, &s.TypmodIn, &s.TypmodOut, &s.Analyze, &s.Subscript,
				&s.Length, &s.ByValue, &s.Collatable, &s.Preferred, &s.Alignment, &s.Storage, &s.Category, &s.Default, &s.Element, &s.Delimiter)
		})
}
