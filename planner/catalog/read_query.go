package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// reader is one reading of a database: the queries still to ask, and what of the answers later
// ones need to find their place.
type reader struct {
	v                  version
	mayReadControl     bool
	mayReadConnections bool // those of subscriptions
	db                 *Database
	queries            []query

	ownComments map[string]string // of extensions, by name; see readOwnComments

	composites map[uint32]*Type       // by typrelid
	types      map[uint32]*Type       // by OID
	domains    map[uint32]*Domain     // by OID
	tables     map[uint32]*Table      // by OID
	views      map[uint32]*View       // by OID
	indexes    map[uint32]*Index      // by OID
	facts      map[uint32]*typeFacts  // by OID of the type
	storages   map[*Column]string     // that of the column's type
	parents    map[uint32][]uint32    // table to parents in inhseqno order
	hashing    map[uint32]bool        // tables whose own partition key hashes an enum
	defaults   map[uint32]columnOf    // by OID of pg_attrdef
	classes    map[uint32]string      // system catalogs by OID
	members    map[Ref]Ref            // extension members to their extension
	dependents map[Ref][]string       // objects to the extensions that they are made to depend on
	edges      []Dependency           // pg_depend as it is
	aliases    map[Ref]alias          // internal objects to what they are part of
	oldParams  map[*Sequence]struct{} // sequences whose parameters are still unknown (below 10)
}

// columnOf is a column of a relation.
type columnOf struct {
	relation uint32
	number   int16
}

// query asks for all objects of one kind.
type query struct {
	what string // for errors: "tables"
	sql  string
	row  func(pgx.Rows) error
}

func newReader() *reader {
	return &reader{
		db:         &Database{},
		composites: map[uint32]*Type{},
		types:      map[uint32]*Type{},
		domains:    map[uint32]*Domain{},
		tables:     map[uint32]*Table{},
		views:      map[uint32]*View{},
		indexes:    map[uint32]*Index{},
		facts:      map[uint32]*typeFacts{},
		storages:   map[*Column]string{},
		parents:    map[uint32][]uint32{},
		hashing:    map[uint32]bool{},
		defaults:   map[uint32]columnOf{},
		classes:    map[uint32]string{},
		members:    map[Ref]Ref{},
		dependents: map[Ref][]string{},
		aliases:    map[Ref]alias{},
		oldParams:  map[*Sequence]struct{}{},
	}
}

// ask adds a query to the next batch; row is called for each row of its answer.
func (r *reader) ask(what, sql string, row func(pgx.Rows) error) {
	r.queries = append(r.queries, query{what, sql, row})
}

// run sends the queries in one batch and takes the answers. It speaks the extended protocol with unnamed statements and text
// results: one round trip, and nothing that a pooler could lose.
func (r *reader) run(ctx context.Context, conn *pgx.Conn) error {
	queries := r.queries
	r.queries = nil
	if len(queries) == 0 {
		return nil
	}
	batch := &pgconn.Batch{}
	for _, q := range queries {
		batch.ExecParams(q.sql, nil, nil, nil, nil)
	}
	answers := conn.PgConn().ExecBatch(ctx, batch)
	at := 0
	for ; answers.NextResult(); at++ {
		if err := takeRows(pgx.RowsFromResultReader(conn.TypeMap(), answers.ResultReader()), queries[at]); err != nil {
			answers.Close() //nolint:errcheck // the first error is the one that matters
			return err
		}
	}
	if err := answers.Close(); err != nil {
		return queries[min(at, len(queries)-1)].failed(err)
	}
	return nil
}

func takeRows(rows pgx.Rows, q query) error {
	for rows.Next() {
		if err := q.row(rows); err != nil {
			rows.Close()
			return fmt.Errorf("read %s: %w", q.what, err)
		}
	}
	if err := rows.Err(); err != nil {
		return q.failed(err)
	}
	return nil
}

// version is server_version_num.
type version int

// since picks the expression that a server of this version understands.
func (v version) since(first version, expr, before string) string {
	if v >= first {
		return expr
	}
	return before
}

// itemSQL are the SQL expressions for an Item's fields in the query of one kind. Empty ones stand for "none".
type itemSQL struct {
	class, oid          string // the catalog and the object's OID
	schema, table, name string
	args, owner         string // owner is the OID of the role
	acl, aclType        string // the aclitem[] and the object type for acldefault
}

// columns lists what scanItem takes, in its order.
func (s itemSQL) columns(v version) string {
	part := func(expr string) string {
		if expr == "" {
			return "''"
		}
		return expr
	}
	owner, acl, base := "''", "NULL::text[]", "NULL::text[]"
	if s.owner != "" {
		owner = "pg_get_userbyid(" + s.owner + ")"
	}
	if s.acl != "" {
		acl = s.acl + "::text[]"
		standard := "acldefault(" + s.aclType + ", " + s.owner + ")"
		base = "CASE WHEN " + s.acl + " IS NOT NULL THEN " +
			v.since(90600, "coalesce(ini.initprivs, "+standard+")", standard) + "::text[] END"
	}
	return strings.Join([]string{s.oid, part(s.schema), part(s.table), s.name + " AS " + objectLabel, part(s.args), owner,
		"coalesce(dsc.description, '')", acl, base}, ", ") + " "
}

// joins are what columns needs beside the catalog itself. They are joins and not obj_description(), which the server cannot
// turn into one: it would cost an index scan for each object.
func (s itemSQL) joins(v version) string {
	sql := ` LEFT JOIN pg_description dsc ON dsc.classoid = '` + s.class + `'::regclass AND dsc.objoid = ` + s.oid + ` AND dsc.objsubid = 0`
	if s.acl != "" && v >= 90600 {
		sql += ` LEFT JOIN pg_init_privs ini ON ini.classoid = '` + s.class + `'::regclass AND ini.objoid = ` + s.oid + ` AND ini.objsubid = 0`
	}
	return sql + " "
}

// scanItem takes a row that starts with itemSQL.columns.
func scanItem(rows pgx.Rows, kind Kind, class string, i *Item, rest ...any) error {
	i.Kind, i.Ref.Class = kind, class
	return rows.Scan(append([]any{&i.Ref.OID, &i.Schema, &i.Table, &i.Name, &i.Args, &i.Owner, &i.Comment, &i.ACL, &i.BaseACL}, rest...)...)
}

// ofUser is the condition that a schema, joined as n, is not PostgreSQL's own.
const ofUser = " n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "

// notMember is the condition that an object belongs to no extension. Members are found from pg_extension's
// side, where an index leads to them, however large pg_depend is.
func notMember(class, oid string) string {
	return ` NOT EXISTS (SELECT 1 FROM pg_depend member WHERE member.refclassid = 'pg_extension'::regclass AND member.deptype = 'e'
		AND member.classid = '` + class + `'::regclass AND member.objid = ` + oid + `) `
}

// collationName is a collation, joined as co with its schema con, qualified and quoted; empty where the join found none.
const collationName = "coalesce(quote_ident(con.nspname) || '.' || quote_ident(co.collname), '')"

// function prints a regproc column; the server prints no function as "-".
func function(column string) string {
	return "coalesce(nullif(" + column + "::text, '-'), '')"
}

func sortByAddress[T Object](list []T) {
	type keyed struct {
		address string
		object  T
	}
	all := make([]keyed, len(list))
	for i, o := range list {
		all[i] = keyed{o.Meta().Address(), o}
	}
	slices.SortFunc(all, func(a, b keyed) int { return strings.Compare(a.address, b.address) })
	for i := range all {
		list[i] = all[i].object
	}
}
