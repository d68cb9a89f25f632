package render

import (
	"encoding/json"
	"fmt"

	"migrator/planner"
)

const gib = int64(1) << 30

// shop is a plan with one of everything, like the one in the manual.
func shop() *planner.Plan {
	return &planner.Plan{
		FormatVersion: planner.FormatVersion,
		ToolVersion:   "1.0.0",
		Configuration: json.RawMessage(`{"parallelism":{"copy":4,"index":2},"throttle":{"rows_per_second":0,"megabytes_per_second":40}}`),
		LedgerSchema:  "migrator_ledger",
		Source: planner.Side{
			Host: "shop.abc.us-east-1.rds.amazonaws.com", Port: 5432, Database: "shop", Version: 130018, VersionText: "13.18",
			Bytes: 412 * gib, Tables: 318, Fingerprint: map[string]string{"table.sales.orders": "00"},
		},
		Destination: planner.Side{Host: "pgm-x.pg.rds.aliyuncs.com", Port: 5432, Database: "shop", Version: 150008, VersionText: "PostgreSQL 15.8 on x86_64"},
		Actions: []planner.Action{
			{Address: "schema.sales", Kind: "schema", Change: planner.Create, Section: planner.PreData, Name: "sales", SQL: []string{"CREATE SCHEMA sales"}},
			{Address: "extension.pg_trgm", Kind: "extension", Change: planner.Create, Section: planner.PreData, Name: "pg_trgm", Detail: "version 1.6 (source has 1.5)", SQL: []string{"CREATE EXTENSION pg_trgm WITH SCHEMA public;"}},
			{Address: "type.sales.order_status", Kind: "type", Change: planner.Create, Section: planner.PreData, Schema: "sales", Name: "order_status", Detail: "enum, 5 labels", SQL: []string{"CREATE TYPE sales.order_status AS ENUM ('a', 'b')"}},
			{Address: "table.sales.orders", Kind: "table", Change: planner.Create, Section: planner.PreData, Schema: "sales", Name: "orders", Detail: "3 columns",
				Details: []string{"column\tid\tbigint\tnot null\tidentity", "column\tcustomer_id\tbigint\tnot null", "column\tnote|x\ttext"},
				SQL:     []string{"CREATE TABLE sales.orders (id bigint)", "ALTER TABLE sales.orders OWNER TO shop -- the owner"}},
			{Address: "privileges.sales.orders", Kind: planner.ActionPrivileges, Change: planner.Alter, Section: planner.PreData, Schema: "sales", Name: "orders", DependsOn: []string{"table.sales.orders"}, SQL: []string{"GRANT SELECT ON sales.orders TO r"}},
			{Address: "function.public.fast_hash(text)", Kind: "function", Change: planner.Skip, Section: planner.PreData, Schema: "public", Name: "fast_hash(text)", Reason: "language C"},
			{Address: "rows.sales.orders", Kind: planner.ActionRows, Change: planner.Copy, Section: planner.Data, Schema: "sales", Name: "orders",
				Copy: &planner.RowCopy{
					From: planner.Relation{Schema: "sales", Name: "orders"}, Select: []string{"id", "customer_id"}, Where: "deleted_at IS NULL", Columns: []string{"id", "customer_id"},
					Format: "binary", Parts: make([]planner.BlockRange, 12), Fresh: true,
				},
				DependsOn: []string{"table.sales.orders"}, Estimate: planner.Estimate{Rows: 81_400_000, Bytes: 38 * gib}},
			{Address: "large_objects.1", Kind: planner.ActionLargeObjects, Change: planner.Copy, Section: planner.Data, Name: "16384..17000", Objects: &planner.ObjectRange{From: 16384, To: 17000, Count: 40}},
			{Address: "sequence_value.sales.orders_id_seq", Kind: planner.ActionSequenceValue, Change: planner.Alter, Section: planner.Data, Schema: "sales", Name: "orders_id_seq", Sequence: &planner.SequenceValue{}},
			{Address: "primary_key.sales.orders.orders_pkey", Kind: "primary_key", Change: planner.Create, Section: planner.Data, Schema: "sales", Name: "orders_pkey", SQL: []string{"ALTER TABLE sales.orders ADD PRIMARY KEY (id)"}},
			{Address: "foreign_key.sales.orders.orders_customer_fk", Kind: "foreign_key", Change: planner.Create, Section: planner.PostData, Schema: "sales", Name: "orders_customer_fk", Detail: "references sales.customers", SQL: []string{"ALTER TABLE sales.orders ADD FOREIGN KEY (customer_id) REFERENCES sales.customers"}},
			{Address: "rename.table.sales.tbl_orders", Kind: planner.ActionRename, Change: planner.Alter, Section: planner.PostData, Schema: "sales", Name: "tbl_orders", Detail: "to sales.orders", SQL: []string{"ALTER TABLE sales.tbl_orders RENAME TO orders"}},
		},
		Hazards: []planner.Hazard{
			{Name: "table_without_key", Object: "audit.log", What: "rows are still copied exactly once; verification compares it as a multiset"},
			{Name: "function_body_mentions_renamed", Object: "public.report()", What: "mentions sales.tbl_orders, and PostgreSQL does not rewrite function bodies", Do: "change the body after the migration"},
		},
		Warnings:  []string{`select.include "tmp.*" matches nothing`},
		Unchanged: map[string]int{"schema": 1, "index": 3},
		Excluded:  map[string]int{"table": 2},
	}
}

// done is what a second plan looks like: nothing to do, and the function still left out.
func done() *planner.Plan {
	p := shop()
	p.Actions = p.Actions[5:6]
	p.Hazards, p.Warnings, p.Excluded = nil, nil, nil
	p.Unchanged = map[string]int{"table": 318, "foreign_key": 1}
	p.Destination.Tables, p.Destination.Bytes = 318, 380*gib
	return p
}

// refused is a plan with a conflict.
func refused() *planner.Plan {
	p := shop()
	p.Actions[3] = planner.Action{Address: "table.sales.orders", Kind: "table", Change: planner.Conflict, Section: planner.PreData, Schema: "sales", Name: "orders", Reason: "a view of this name is there"}
	p.Hazards, p.Warnings = nil, nil
	return p
}

// existing has only actions on what is in the destination already.
func existing() *planner.Plan {
	p := shop()
	p.Actions = []planner.Action{p.Actions[4], {Address: "schema.public", Kind: "schema", Change: planner.Alter, Section: planner.PreData, Name: "public", Detail: "owner"}}
	return p
}

// hostile is a plan whose names try to look like something else.
func hostile() *planner.Plan {
	p := shop()
	p.Actions = p.Actions[3:4]
	p.Actions[0].Name = "a|b\n  + table  forged\x1b[2J"
	p.Actions[0].Detail = "`x` <script> _y_ \\| \u202etxt"
	p.Actions[0].SQL = []string{"SELECT '```'"}
	p.Hazards = []planner.Hazard{{Name: "n", Object: "b`c|d\\", What: "e | f\ng", Do: "<b>h</b>"}}
	return p
}

// large has n tables in five schemas, with rows and a hazard each.
func large(n int) *planner.Plan {
	p := shop()
	p.Actions = nil
	p.Hazards = nil
	for i := range n {
		schema, name := fmt.Sprintf("s%d", i%5), fmt.Sprintf("table_%05d", i)
		p.Actions = append(p.Actions, planner.Action{
			Address: "table." + schema + "." + name, Kind: "table", Change: planner.Create, Section: planner.PreData, Schema: schema, Name: name,
			Detail: "2 columns", Details: []string{"column\tid\tbigint", "column\tname\ttext"}, SQL: []string{"CREATE TABLE " + schema + "." + name + " (id bigint, name text)"},
		})
		p.Hazards = append(p.Hazards, planner.Hazard{Name: "table_without_key", Object: schema + "." + name, What: "compared as a multiset", Do: "nothing"})
	}
	for i := range n {
		schema, name := fmt.Sprintf("s%d", i%5), fmt.Sprintf("table_%05d", i)
		p.Actions = append(p.Actions, planner.Action{
			Address: "rows." + schema + "." + name, Kind: planner.ActionRows, Change: planner.Copy, Section: planner.Data, Schema: schema, Name: name,
			Copy: &planner.RowCopy{Format: "binary", Columns: []string{"id", "name"}}, Estimate: planner.Estimate{Rows: 950_000, Bytes: 200 << 20},
		})
	}
	return p
}
