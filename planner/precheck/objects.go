package precheck

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"migrator/planner/catalog"
)

var objectChecks = []Check{
	{
		Name: "table_without_key", Severity: Alert, Run: checkKeys,
		Doc: "Every table has a primary key, or a unique key of columns that are NOT NULL. Without one rows are still copied exactly once, but differences cannot be named by key.",
	},
	{
		Name: "c_functions", Severity: Alert, Run: checkCFunctions,
		Doc: "No selected function is written in C or is an internal one: they need a library on the server, and are not carried.",
	},
}

func checkKeys(ctx context.Context, in *Input) ([]Finding, error) {
	var oids []uint32
	for _, o := range in.Selected {
		if t, ok := o.(*catalog.Table); ok && copiesRows(in, t) {
			oids = append(oids, t.Ref.OID)
		}
	}
	if len(oids) == 0 {
		return nil, nil
	}
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	rows, err := in.SourceConn.Query(ctx, `
		SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.oid = ANY ($1::oid[]) AND NOT EXISTS (
			SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate
				AND i.indpred IS NULL AND i.indexprs IS NULL
				AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey) AND NOT a.attnotnull))
		ORDER BY 1, 2`, oids)
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Name])
	if err != nil || len(tables) == 0 {
		return nil, err
	}
	return []Finding{{
		Side: Source, Found: "tables without a key", Objects: tables,
		Do: "add a primary key, or accept it: rows are copied exactly once all the same, and verified as a multiset",
	}}, nil
}

func checkCFunctions(_ context.Context, in *Input) ([]Finding, error) {
	var found []catalog.Name
	for _, o := range in.Selected {
		f, ok := o.(*catalog.Function)
		if !ok {
			continue
		}
		switch strings.ToLower(f.Language) {
		case "c", "internal":
			found = append(found, catalog.Name{Schema: f.Schema, Name: f.Name})
		}
	}
	if found == nil {
		return nil, nil
	}
	return []Finding{{
		Side: Source, Found: "functions in C or internal ones are not carried", Objects: found,
		Do: "install their library on the destination and create them by hand, or exclude them with what needs them",
	}}, nil
}
