package catalog

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// columnSQL is what columns of tables and of views have in common: number, name, type, its OID, collation,
// default and its OID, statistics target, storage, compression, options, ACL, comment.
func columnSQL(v version) string {
	compression := "''"
	if v >= 140000 {
		compression = "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' ELSE '' END"
	}
	return `a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.atttypid, ` + collationName + `,
		coalesce(pg_get_expr(d.adbin, d.adrelid), ''), coalesce(d.oid, 0),
		` + v.since(170000, "coalesce(a.attstattarget, -1)", "a.attstattarget") + `,
		CASE WHEN a.attstorage = t.typstorage THEN '' ELSE ` + storageWord("a.attstorage") + ` END,
		` + compression + `, a.attoptions, a.attacl::text[], coalesce(dsc.description, '') `
}

func storageWord(column string) string {
	return "CASE " + column + " WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END"
}

const columnJoins = `
	FROM pg_class c
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_type t ON t.oid = a.atttypid
	LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
	LEFT JOIN pg_collation co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
	LEFT JOIN pg_namespace con ON con.oid = co.collnamespace
	LEFT JOIN pg_description dsc ON dsc.classoid = 'pg_class'::regclass AND dsc.objoid = a.attrelid AND dsc.objsubid = a.attnum `

// askColumns reads the columns of tables.
func (r *reader) askColumns() {
	notNull, join := "'', false, false, false, ''", ""
	if r.v >= 180000 {
		notNull = "coalesce(nn.conname, ''), coalesce(nn.connoinherit, false), NOT coalesce(nn.convalidated, true), coalesce(nn.conislocal, false), coalesce(nnd.description, '')"
		join = `LEFT JOIN pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum
			LEFT JOIN pg_description nnd ON nnd.classoid = 'pg_constraint'::regclass AND nnd.objoid = nn.oid AND nnd.objsubid = 0 `
	}
	r.ask("columns of tables", `SELECT `+columnSQL(r.v)+`, a.attnotnull, `+notNull+`,
			`+r.v.since(120000, "a.attgenerated", "''")+`, `+r.v.since(100000, "a.attidentity", "''")+`, a.attislocal, a.attinhcount > 0,
			`+storageWord("t.typstorage")+`
		`+columnJoins+join+`
		WHERE c.relkind IN ('r', 'p', 'f') AND c.oid >= 16384
		ORDER BY a.attrelid, a.attnum`,
		func(rows pgx.Rows) error {
			c := &Column{}
			var relation, attrdef uint32
			var storage string
			if err := rows.Scan(&relation, &c.Number, &c.Name, &c.Type, &c.TypeOID, &c.Collation, &c.Default, &attrdef,
				&c.Statistics, &c.Storage, &c.Compression, &c.Options, &c.ACL, &c.Comment,
				&c.NotNull, &c.NotNullName, &c.NotNullNoInherit, &c.NotNullInvalid, &c.NotNullLocal, &c.NotNullComment,
				&c.Generated, &c.Identity, &c.Local, &c.Inherited, &storage); err != nil {
				return err
			}
			t := r.tables[relation]
			if t == nil {
				return nil
			}
			r.storages[c] = storage
			c.Options = namedOptions(c.Options)
			c.BinarySafe = r.binarySafe(c.TypeOID)
			if attrdef != 0 {
				r.defaults[attrdef] = columnOf{relation, c.Number}
			}
			t.Columns = append(t.Columns, c)
			return nil
		})
}

// namedOptions keeps the column options that the manual names: some releases keep notes of their own
// in attoptions, which no other server accepts.
func namedOptions(options []string) []string {
	named := slices.DeleteFunc(options, func(o string) bool {
		return !strings.HasPrefix(o, "n_distinct=") && !strings.HasPrefix(o, "n_distinct_inherited=")
	})
	if len(named) == 0 {
		return nil
	}
	return named
}

// inheritColumns finds what a child that takes a column from its parents has in another way than they. Partitions are created with
// columns of their own, so nothing of theirs stands apart; but a default that a parent has and the child
// has not must be taken away from both.
func (r *reader) inheritColumns() {
	byName := map[uint32]map[string]*Column{}
	columnsOf := func(oid uint32) map[string]*Column {
		if byName[oid] == nil {
			byName[oid] = map[string]*Column{}
			if t := r.tables[oid]; t != nil {
				for _, c := range t.Columns {
					byName[oid][c.Name] = c
				}
			}
		}
		return byName[oid]
	}
	var takenBack []func() // when all parents have been looked at, which may be children themselves
	for _, t := range r.db.Tables {
		if t.Bound != "" || len(t.Parents) == 0 {
			continue
		}
		for _, c := range t.Columns {
			if c.Inherited {
				var from []*Column
				for _, p := range r.parents[t.Ref.OID] {
					if above := columnsOf(p)[c.Name]; above != nil {
						from = append(from, above)
					}
				}
				compareInherited(c, from)
				takenBack = append(takenBack, r.takeBack(c, from)...)
			}
		}
		var parents []*Table
		for _, p := range r.parents[t.Ref.OID] {
			if r.tables[p] != nil {
				parents = append(parents, r.tables[p])
			}
		}
		t.JoinsLater = joinsLater(t, parents)
	}
	for _, take := range takenBack {
		take()
	}
}

// takeBack names the storage and the compression of a column that has its type's own where a parent has others, which CREATE TABLE ... INHERITS
// would hand down.
func (r *reader) takeBack(c *Column, parents []*Column) (changes []func()) {
	if c.Storage == "" && slices.ContainsFunc(parents, func(p *Column) bool { return p.Storage != "" }) {
		changes = append(changes, func() { c.Storage = r.storages[c] })
	}
	if c.Compression == "" && slices.ContainsFunc(parents, func(p *Column) bool { return p.Compression != "" }) {
		changes = append(changes, func() { c.Compression = "default" })
	}
	return changes
}

// joinsLater says whether a child can only have been made with ALTER TABLE ... INHERIT, and can be made so again.
func joinsLater(t *Table, parents []*Table) bool {
	var merged []string // the columns as CREATE TABLE ... INHERITS orders them
	for _, p := range parents {
		for _, c := range p.Columns {
			if !slices.Contains(merged, c.Name) {
				merged = append(merged, c.Name)
			}
		}
		for _, check := range p.Checks {
			if !strings.Contains(check.Definition, ") NO INHERIT") && !slices.ContainsFunc(t.Checks, func(own TableCheck) bool { return own.Name == check.Name }) {
				return false
			}
		}
	}
	ordered := true
	for n, c := range t.Columns {
		if !c.Local || c.Inherited && c.NotNullName != "" && !c.NotNullLocal {
			return false
		}
		ordered = ordered && (n >= len(merged) || merged[n] == c.Name)
	}
	return !ordered
}

// compareInherited sets DefaultApart and NotNullApart of a column whose namesakes in the parents are given.
func compareInherited(c *Column, parents []*Column) {
	inherits, equal, notNull := false, true, false
	for _, p := range parents {
		if p.Default != "" && p.Default != "NULL" && p.Generated == "" {
			inherits = true
			equal = equal && p.Default == c.Default
		}
		notNull = notNull || p.NotNull && !p.NotNullNoInherit
	}
	if c.Generated == "" && c.Identity == "" {
		switch {
		case inherits && c.Default == "":
			c.Default, c.DefaultApart = "NULL", !c.Local
		case c.Default != "":
			c.DefaultApart = !c.Local && !(inherits && equal)
		}
	}
	c.NotNullApart = c.NotNull && !c.Local && !notNull
}
