package catalog

import "github.com/jackc/pgx/v5"

// typeFacts are what decides how values of a type travel.
type typeFacts struct {
	oid     uint32
	typtype string
	of      uint32 // an array's element, a domain's base, a range's or multirange's subtype
	array   bool
}

// builtinTypes bounds the OIDs of types whose OID is the same on every server.
const builtinTypes = 10000

// portable are the built-in types whose binary form holds no OID and is the same on all versions.
var portable = map[uint32]bool{
	16: true, 17: true, 18: true, 19: true, 20: true, 21: true, 23: true, 25: true, 26: true, // bool bytea "char" name int8 int2 int4 text oid
	114: true, 142: true, 3802: true, // json xml jsonb
	600: true, 601: true, 602: true, 603: true, 604: true, 628: true, 718: true, // point lseg path box polygon line circle
	650: true, 869: true, 774: true, 829: true, // cidr inet macaddr8 macaddr
	700: true, 701: true, 790: true, 1700: true, // float4 float8 money numeric
	1042: true, 1043: true, 1560: true, 1562: true, // bpchar varchar bit varbit
	1082: true, 1083: true, 1114: true, 1184: true, 1186: true, 1266: true, // date time timestamp timestamptz interval timetz
	2950: true, 3220: true, 3614: true, // uuid pg_lsn tsvector; an empty tsquery is sent, but not taken back
}

// askTypeFacts reads every type but row types and their arrays, of which there are two for each table.
func (r *reader) askTypeFacts() {
	multirange := r.v.since(140000, " LEFT JOIN pg_range mr ON mr.rngmultitypid = t.oid ", "")
	subtype := r.v.since(140000, "coalesce(rg.rngsubtype, mr.rngsubtype, 0)", "coalesce(rg.rngsubtype, 0)")
	r.ask("facts about types", `SELECT t.oid, t.typtype, coalesce(e.oid, nullif(t.typbasetype, 0), `+subtype+`), e.oid IS NOT NULL
		FROM pg_type t
		LEFT JOIN pg_type e ON e.typarray = t.oid
		LEFT JOIN pg_range rg ON rg.rngtypid = t.oid `+multirange+`
		WHERE t.typtype <> 'c' AND coalesce(e.typtype, '') <> 'c'`,
		func(rows pgx.Rows) error {
			f := &typeFacts{}
			if err := rows.Scan(&f.oid, &f.typtype, &f.of, &f.array); err != nil {
				return err
			}
			r.facts[f.oid] = f
			return nil
		})
}

// binarySafe says whether the type's binary form means the same on every server: enums send their label and domains are sent as what
// they are over, but arrays carry their element's OID and composites their columns'; ranges carry none, yet one
// over a type of the user's is left to text for its subtype's sake.
func (r *reader) binarySafe(oid uint32) bool {
	f := r.facts[oid]
	switch {
	case f == nil:
		return false
	case portable[oid]:
		return true
	case f.array:
		return f.of < builtinTypes && r.binarySafe(f.of)
	case f.typtype == "e":
		return true
	case f.typtype == "d":
		return r.binarySafe(f.of)
	case f.typtype == "r" || f.typtype == "m":
		return oid < builtinTypes && portable[f.of]
	}
	return false
}

// hashesEnum says whether hashing a value of the type may hash an enum. Composite types are taken to
// hold one: to load through the root is never wrong, only slower.
func (r *reader) hashesEnum(oid uint32) bool {
	f := r.facts[oid]
	return f == nil || f.typtype == "e" || f.of != 0 && r.hashesEnum(f.of)
}

// askHashKeys finds the tables that are partitioned by the hash of an enum. The type of a column is known; that of an expression
// is not in the catalog, so there its operator class decides, which for arrays, records and ranges says only that it may be.
func (r *reader) askHashKeys() {
	if r.v < 110000 {
		return
	}
	r.ask("hash partition keys", `SELECT p.partrelid, coalesce(a.atttypid, 0),
			a.attnum IS NULL AND oc.opcintype IN ('anyenum'::regtype, 'anyarray'::regtype, 'record'::regtype, 'anyrange'::regtype`+
		r.v.since(140000, ", 'anymultirange'::regtype", "")+`)
		FROM pg_partitioned_table p
		CROSS JOIN LATERAL generate_series(0, p.partnatts - 1) AS at
		LEFT JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[at] AND p.partattrs[at] <> 0
		LEFT JOIN pg_opclass oc ON oc.oid = p.partclass[at]
		WHERE p.partstrat = 'h'`,
		func(rows pgx.Rows) error {
			var relation, typ uint32
			var expression bool
			if err := rows.Scan(&relation, &typ, &expression); err != nil {
				return err
			}
			if expression || typ != 0 && r.hashesEnum(typ) {
				r.hashing[relation] = true
			}
			return nil
		})
}

// markEnumHashes sets HashesEnum of the tables with such a key and of all their partitions.
func (r *reader) markEnumHashes() {
	for _, t := range r.db.Tables {
		for at := t.Ref.OID; ; {
			if r.hashing[at] {
				t.HashesEnum = true
				break
			}
			above := r.parents[at]
			if len(above) != 1 {
				break // partitions have one parent
			}
			at = above[0]
		}
	}
}
