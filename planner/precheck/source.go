package precheck

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

var sourceChecks = []Check{
	{
		Name: "source_privileges", Severity: Error, Run: checkSourcePrivileges,
		Doc: "The role on the source can read every selected table, sequence and large object.",
	},
	{
		Name: "row_security_hides_rows", Severity: Error, Run: checkRowSecurity,
		Doc: "No row-level security applies to the role on the source: rows would be missing.",
	},
}

func checkSourcePrivileges(ctx context.Context, in *Input) ([]Finding, error) {
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	if !in.Config.Data {
		return nil, nil // the catalogs are open to everybody
	}
	user, err := currentUser(ctx, in.SourceConn)
	if err != nil {
		return nil, err
	}
	missing, err := unreadableRelations(ctx, in, user)
	if err != nil {
		return nil, err
	}
	objects, err := unreadableLargeObjects(ctx, in, user)
	return append(missing, objects...), err
}

// unreadableRelations asks for all selected tables and sequences at once. A table can be read with the privilege
// on it, or on each of its columns that are copied.
func unreadableRelations(ctx context.Context, in *Input, user string) ([]Finding, error) {
	rows, err := in.SourceConn.Query(ctx, `
		SELECT n.nspname, c.relname, c.relkind = 'S',
			NOT has_schema_privilege(n.oid, 'USAGE'),
			NOT has_table_privilege(c.oid, 'SELECT'),
			ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
				AND c.relkind <> 'S' AND NOT has_table_privilege(c.oid, 'SELECT') AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT'))
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = ANY ($1::oid[]) AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT'))
		ORDER BY 1, 2`, readRelations(in))
	if err != nil {
		return nil, err
	}
	schemas := Finding{Side: Source, Found: "no USAGE on schemas", Do: "run the grants as the schemas' owner"}
	tables := Finding{Side: Source, Found: "no SELECT on tables", Do: "run the grants as the tables' owner"}
	sequences := Finding{Side: Source, Found: "no SELECT on sequences", Do: "run the grants as the sequences' owner"}
	to := " TO " + postgres.QuoteIdent(user)
	var name catalog.Name
	var isSequence, noUsage, noSelect bool
	var columns []string
	_, err = pgx.ForEachRow(rows, []any{&name.Schema, &name.Name, &isSequence, &noUsage, &noSelect, &columns}, func() error {
		if schema := (catalog.Name{Name: name.Schema}); noUsage && !slices.Contains(schemas.Objects, schema) {
			schemas.Objects = append(schemas.Objects, schema)
			schemas.Fix = append(schemas.Fix, "GRANT USAGE ON SCHEMA "+postgres.QuoteIdent(name.Schema)+to)
		}
		switch {
		case noSelect && isSequence:
			sequences.Objects = append(sequences.Objects, name)
			sequences.Fix = append(sequences.Fix, "GRANT SELECT ON SEQUENCE "+postgres.QuoteIdent(name.Schema, name.Name)+to)
		case noSelect && copiesAny(in, name, columns):
			tables.Objects = append(tables.Objects, name)
			tables.Fix = append(tables.Fix, "GRANT SELECT ON TABLE "+postgres.QuoteIdent(name.Schema, name.Name)+to)
		}
		return nil
	})
	var findings []Finding
	for _, f := range []Finding{schemas, tables, sequences} {
		if len(f.Objects) > 0 {
			findings = append(findings, f)
		}
	}
	return findings, err
}

// readRelations are the OIDs of the selected relations that are read: tables with rows of their own, and sequences.
func readRelations(in *Input) []uint32 {
	var oids []uint32
	for _, o := range in.Selected {
		switch o := o.(type) {
		case *catalog.Table:
			if copiesRows(in, o) {
				oids = append(oids, o.Ref.OID)
			}
		case *catalog.Sequence:
			oids = append(oids, o.Ref.OID)
		}
	}
	return oids
}

// copiesRows says whether a table's rows are to be copied. A partitioned table has none.
func copiesRows(in *Input, t *catalog.Table) bool {
	if t.Partitioned || t.Foreign || !in.Config.Data {
		return false
	}
	for _, m := range in.Config.Mapping.Tables {
		if m.Schema == t.Schema && m.Name == t.Name {
			return m.Data
		}
	}
	return true
}

// copiesAny says whether one of a table's columns is copied as it is, or may be used in an expression.
func copiesAny(in *Input, table catalog.Name, columns []string) bool {
	for _, m := range in.Config.Mapping.Tables {
		if m.Schema != table.Schema || m.Name != table.Name {
			continue
		}
		for _, c := range m.Columns {
			if c.Exclude {
				columns = slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return name == c.Name })
			}
		}
	}
	return len(columns) > 0
}

// unreadableLargeObjects looks at the privileges themselves: a function to ask for them exists only since 18.
func unreadableLargeObjects(ctx context.Context, in *Input, user string) ([]Finding, error) {
	var oids []uint32
	for _, o := range in.Selected {
		if o.Meta().Kind == catalog.KindLargeObject {
			oids = append(oids, o.Meta().Ref.OID)
		}
	}
	if len(oids) == 0 {
		return nil, nil
	}
	rows, err := in.SourceConn.Query(ctx, `
		SELECT m.oid::text FROM pg_largeobject_metadata m
		WHERE m.oid = ANY ($1::oid[]) AND NOT pg_has_role(m.lomowner, 'USAGE')
			AND current_setting('lo_compat_privileges') = 'off'
			AND NOT EXISTS (SELECT FROM aclexplode(m.lomacl) a
				WHERE a.privilege_type = 'SELECT' AND CASE a.grantee WHEN 0 THEN true ELSE pg_has_role(a.grantee, 'USAGE') END)
		ORDER BY m.oid`, oids)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return nil, err
	}
	f := Finding{Side: Source, Found: "no SELECT on large objects", Do: "run the grants as the large objects' owner"}
	for _, name := range names {
		f.Objects = append(f.Objects, catalog.Name{Name: name})
		f.Fix = append(f.Fix, "GRANT SELECT ON LARGE OBJECT "+name+" TO "+postgres.QuoteIdent(user))
	}
	return []Finding{f}, nil
}
