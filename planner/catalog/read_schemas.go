package catalog

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// askSchemas reads pg_namespace, public included.
func (r *reader) askSchemas() {
	it := itemSQL{class: "pg_namespace", oid: "n.oid", name: "n.nspname", owner: "n.nspowner", acl: "n.nspacl", aclType: "'n'"}
	r.ask("schemas", `SELECT `+it.columns(r.v)+` FROM pg_namespace n `+it.joins(r.v)+
		` WHERE `+ofUser+` AND `+notMember(it.class, it.oid),
		func(rows pgx.Rows) error {
			s := &Schema{}
			r.db.Schemas = append(r.db.Schemas, s)
			return scanItem(rows, KindSchema, it.class, &s.Item)
		})
}

// askExtensions reads pg_extension, and the relations whose rows an extension leaves to the database.
func (r *reader) askExtensions() {
	byOID := map[uint32]*Extension{}
	it := itemSQL{class: "pg_extension", oid: "e.oid", name: "e.extname", owner: "e.extowner"}
	r.ask("extensions", `SELECT `+it.columns(r.v)+`, e.extversion, coalesce(n.nspname, ''), e.extrelocatable
		FROM pg_extension e LEFT JOIN pg_namespace n ON n.oid = e.extnamespace `+it.joins(r.v),
		func(rows pgx.Rows) error {
			e := &Extension{}
			if err := scanItem(rows, KindExtension, it.class, &e.Item, &e.Version, &e.In, &e.Relocatable); err != nil {
				return err
			}
			if own, known := r.ownComments[e.Name]; known && e.Comment == own {
				e.Comment = "" // it comes with the extension, and only its owner could set it
			}
			byOID[e.Ref.OID] = e
			r.db.Extensions = append(r.db.Extensions, e)
			return nil
		})

	r.ask("configuration tables of extensions", `SELECT e.oid, c.oid, n.nspname, c.relname, c.relkind = 'S', coalesce(x.condition, ''),
			coalesce((SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
				WHERE c.relkind <> 'S' AND a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
				`+r.v.since(120000, "AND a.attgenerated = ''", "")+`), '{}')
		FROM pg_extension e
		CROSS JOIN LATERAL unnest(e.extconfig, e.extcondition) WITH ORDINALITY AS x(relation, condition, position)
		JOIN pg_class c ON c.oid = x.relation
		JOIN pg_namespace n ON n.oid = c.relnamespace
		ORDER BY e.oid, x.position`,
		func(rows pgx.Rows) error {
			var extension uint32
			t := ExtensionTable{Ref: Ref{Class: "pg_class"}}
			if err := rows.Scan(&extension, &t.Ref.OID, &t.Table.Schema, &t.Table.Name, &t.Sequence, &t.Condition, &t.Columns); err != nil {
				return err
			}
			e := byOID[extension]
			e.Config = append(e.Config, t)
			return nil
		})
}

// readOwnComments reads the comments that extensions bring along. The server looks into every control file on its disk for them, and a
// single one that it cannot read makes it refuse the lot: then nothing is known, and comments are carried as they are.
func (r *reader) readOwnComments(ctx context.Context, conn *pgconn.PgConn) error {
	results, err := conn.Exec(ctx, "SAVEPOINT comments; SELECT name, coalesce(comment, '') FROM pg_available_extensions(); RELEASE SAVEPOINT comments").ReadAll()
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		_, err = conn.Exec(ctx, "ROLLBACK TO SAVEPOINT comments").ReadAll()
		return err
	}
	if err != nil {
		return err
	}
	r.ownComments = map[string]string{}
	for _, row := range results[1].Rows {
		r.ownComments[string(row[0])] = string(row[1])
	}
	return nil
}

// askLargeObjects reads the metadata of large objects; their bytes are rows, not definitions.
func (r *reader) askLargeObjects() {
	it := itemSQL{class: "pg_largeobject", oid: "l.oid", name: "l.oid::text", owner: "l.lomowner", acl: "l.lomacl", aclType: "'L'"}
	r.ask("large objects", `SELECT `+it.columns(r.v)+` FROM pg_largeobject_metadata l `+it.joins(r.v),
		func(rows pgx.Rows) error {
			l := &LargeObject{}
			r.db.LargeObjects = append(r.db.LargeObjects, l)
			// pg_description and pg_depend know a large object by the catalog of its pages, not of its metadata.
			return scanItem(rows, KindLargeObject, it.class, &l.Item)
		})
}
