package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

// askSequences reads sequences, and the columns that own them.
func (r *reader) askSequences() {
	it := itemSQL{class: "pg_class", oid: "c.oid", schema: "n.nspname", name: "c.relname", owner: "c.relowner", acl: "c.relacl", aclType: "'s'"}
	parameters, join := "'bigint', 1, 1, 1, 1, 1, false", ""
	if r.v >= 100000 {
		parameters = "format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle"
		join = "JOIN pg_sequence s ON s.seqrelid = c.oid"
	}
	r.ask("sequences", `SELECT `+it.columns(r.v)+`, `+parameters+`, c.relpersistence,
			coalesce(own.deptype, ''), coalesce(tn.nspname, ''), coalesce(t.relname, ''), coalesce(a.attname, '')
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		`+join+`
		LEFT JOIN pg_depend own ON own.classid = 'pg_class'::regclass AND own.objid = c.oid AND own.objsubid = 0
			AND own.refclassid = 'pg_class'::regclass AND own.refobjsubid > 0 AND own.deptype IN ('a', 'i')
		LEFT JOIN pg_class t ON t.oid = own.refobjid
		LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
		LEFT JOIN pg_attribute a ON a.attrelid = own.refobjid AND a.attnum = own.refobjsubid `+it.joins(r.v)+`
		WHERE c.relkind = 'S' AND `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			s := &Sequence{}
			var deptype string
			var owner ColumnName
			if err := scanItem(rows, KindSequence, it.class, &s.Item, &s.Type, &s.Start, &s.Increment, &s.Min, &s.Max, &s.Cache, &s.Cycle,
				&s.Persistence, &deptype, &owner.Schema, &owner.Table, &owner.Column); err != nil {
				return err
			}
			if deptype != "" {
				s.OwnedBy = &owner
				s.Identity = deptype == "i"
			}
			if r.v < 100000 {
				r.oldParams[s] = struct{}{}
			}
			r.db.Sequences = append(r.db.Sequences, s)
			return nil
		})
}

// sequencesPerQuery bounds the length of a UNION ALL and the locks one statement takes.
const sequencesPerQuery = 300

// askOldSequences reads the parameters of sequences below 10, where they stand in the sequence itself.
func (r *reader) askOldSequences() {
	all := slices.SortedFunc(maps.Keys(r.oldParams), func(a, b *Sequence) int { return cmp.Compare(a.Ref.OID, b.Ref.OID) })
	clear(r.oldParams)
	for chunk := range slices.Chunk(all, sequencesPerQuery) {
		var sql []string
		for i, s := range chunk {
			sql = append(sql, fmt.Sprintf("SELECT %d, start_value, increment_by, min_value, max_value, cache_value, is_cycled FROM %s",
				i, postgres.QuoteIdent(s.Schema, s.Name)))
		}
		r.ask("parameters of sequences", strings.Join(sql, " UNION ALL "), func(rows pgx.Rows) error {
			var i int
			var p Sequence
			if err := rows.Scan(&i, &p.Start, &p.Increment, &p.Min, &p.Max, &p.Cache, &p.Cycle); err != nil {
				return err
			}
			s := chunk[i]
			s.Start, s.Increment, s.Min, s.Max, s.Cache, s.Cycle = p.Start, p.Increment, p.Min, p.Max, p.Cache, p.Cycle
			return nil
		})
	}
}
