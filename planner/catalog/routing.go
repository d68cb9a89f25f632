package catalog

import (
	"slices"

	"github.com/jackc/pgx/v5"
)

// Routing says that the partition in which a row belongs depends on the bytes of texts, and so on the database's encoding.
type Routing struct {
	// Providers are those of the collations by which texts are compared as well: c libc, i ICU, d the database's own.
	Providers []string
}

// textual are the portable types whose values hold text.
var textual = map[uint32]bool{
	18: true, 19: true, 25: true, 114: true, 142: true, 3802: true, // "char" name text json xml jsonb
	1042: true, 1043: true, 3614: true, // bpchar varchar tsvector
}

// holdsText says whether values of the type may hold text; one of which nothing is known may.
func (r *reader) holdsText(oid uint32) bool {
	f := r.facts[oid]
	switch {
	case portable[oid]:
		return textual[oid]
	case f == nil || f.typtype != "e" && f.of == 0:
		return true
	case f.typtype == "e":
		return false // compared by the order of its labels
	}
	return r.holdsText(f.of)
}

// askRouting reads what the partition keys hold. Lists and hashes ask whether texts are the same, which for the types and
// deterministic collations of the server itself is whether their bytes are; only ranges ask for an order. An expression may ask anything.
func (r *reader) askRouting() {
	if r.v < 100000 {
		return
	}
	r.ask("partition keys", `SELECT p.partrelid, p.partstrat, coalesce(a.atttypid, oc.opcintype), `+collationProvider+`,
			oc.oid >= 16384 OR `+r.v.since(120000, "NOT coalesce(co.collisdeterministic, true)", "false")+`
		FROM pg_partitioned_table p
		CROSS JOIN LATERAL generate_series(0, p.partnatts - 1) AS at
		JOIN pg_opclass oc ON oc.oid = p.partclass[at]
		LEFT JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[at] AND p.partattrs[at] <> 0
		LEFT JOIN pg_collation co ON co.oid = p.partcollation[at]
		ORDER BY p.partrelid, at`,
		func(rows pgx.Rows) error {
			var table, typ uint32
			var strategy, provider string
			var special bool // equality is not that of the bytes
			if err := rows.Scan(&table, &strategy, &typ, &provider, &special); err != nil || !r.holdsText(typ) {
				return err
			}
			switch {
			case strategy == "r" || special:
				r.routes(table, provider)
			case strategy == "h":
				r.routes(table, "")
			}
			return nil
		})

	// Constants have a collation too: date_trunc('month', at) has texts in it, but none that come from a row.
	r.ask("expressions in partition keys", `SELECT p.partrelid, `+collationProvider+`
		FROM pg_partitioned_table p
		CROSS JOIN LATERAL regexp_matches(p.partexprs::text, ':inputcollid ([1-9][0-9]*)', 'g') m
		JOIN pg_collation co ON co.oid = m[1]::oid
		WHERE p.partexprs::text ~ ':(?!const|input)[a-z]+collid [1-9]'
		ORDER BY 1`,
		func(rows pgx.Rows) error {
			var table uint32
			var provider string
			if err := rows.Scan(&table, &provider); err != nil {
				return err
			}
			r.routes(table, provider)
			return nil
		})
}

// versioned is the condition that a locale of libc may sort in another way with another version of it. C.UTF-8 sorts by code points.
const versioned = `coalesce(co.collcollate, '') !~* '^(C|POSIX)($|[.])'`

// collationProvider is that of the collation co, empty for one that sorts the same everywhere; without a collation a type that holds
// text compares it by the database's.
const collationProvider = `CASE WHEN co.oid IS NULL THEN 'd' WHEN co.collprovider IN ('c', 'i', 'd') AND ` + versioned + ` THEN co.collprovider::text ELSE '' END`

// routes adds to what decides about a table's rows.
func (r *reader) routes(table uint32, provider string) {
	t := r.tables[table]
	if t == nil {
		return
	}
	if t.Routing == nil {
		t.Routing = &Routing{}
	}
	if provider != "" && !slices.Contains(t.Routing.Providers, provider) {
		t.Routing.Providers = append(t.Routing.Providers, provider)
	}
}

// askLibraries reads the versions of the libraries that compare texts, which the server tells from 10 (ICU) and 13 (libc) on.
func (r *reader) askLibraries() {
	r.db.Server.Libraries = map[string]string{}
	if r.v < 100000 {
		return
	}
	r.ask("versions of collations", `SELECT provider, coalesce(pg_collation_actual_version(oid), '') FROM (
			SELECT DISTINCT ON (1) co.collprovider::text AS provider, co.oid FROM pg_collation co
			WHERE co.collname = 'und-x-icu' OR co.collprovider = 'c' AND `+versioned+`
			ORDER BY 1, 2) one`,
		func(rows pgx.Rows) error {
			var provider, version string
			err := rows.Scan(&provider, &version)
			r.db.Server.Libraries[provider] = version
			return err
		})
}
