package planner

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// refresh fills a materialized view with the rights of its owner, to whom policies may apply: then it holds what they let through,
// as in the source. Sessions have row_security off, so that no policy can hide rows from a copy, and a REFRESH would fail. They print
// dates and numbers in one way, where the view's query may count on the source's.
func (b *builder) refresh(v *catalog.View) []string {
	sql := b.formats()
	for _, t := range b.tables {
		if t.RowSecurity {
			sql = append(sql, "SET LOCAL row_security = on")
			break
		}
	}
	return append(sql, ddl.Refresh(v))
}

// formats set for one transaction what the source's sessions read and print values by, as far as ours differ.
func (b *builder) formats() []string {
	var sql []string
	for _, name := range slices.Sorted(maps.Keys(b.src.Server.Formats)) {
		value := b.src.Server.Formats[name]
		ours := cmp.Or(postgres.SessionSetting(name), b.dst.Server.Formats[name])
		if value == ours || name == "extra_float_digits" && value == "1" { // 1 to 3 print alike, from 12 on
			continue
		}
		sql = append(sql, "SELECT pg_catalog.set_config("+postgres.QuoteLiteral(name)+", "+postgres.QuoteLiteral(value)+", true)")
	}
	return sql
}

// refreshStanding fills a materialized view that the destination has already, where migrate leaves out "schema": what it shows
// belongs to the data, as in pg_dump --data-only.
func (b *builder) refreshStanding(n *node) {
	v, ok := n.obj.(*catalog.View)
	if !ok || v.Kind != catalog.KindMaterializedView || !v.Populated || b.there.find(v.Meta()) == nil {
		return
	}
	address := ActionRefresh + "." + n.action.Address
	there := *v
	there.Item = b.m.mapped(v.Meta()) // it is there under its final name
	b.g.add(&node{prio: kindOrder[ActionRefresh], absent: b.in.Done[address], deps: map[string]bool{n.action.Address: true}, action: Action{
		Address: address, Kind: ActionRefresh, Change: Alter, Section: PostData, Stage: StageRefresh,
		Schema: v.Schema, Name: v.Name, SQL: b.refresh(&there), Estimate: Estimate{Bytes: v.Bytes},
	}})
}

// orderRefreshes makes each materialized view wait for those that it reads, also through views and functions. One that is empty in
// the source cannot be read, so what reads it stays empty too, as it would in a restored dump.
func (b *builder) orderRefreshes() {
	views := map[catalog.Ref]*catalog.View{}
	for _, v := range b.src.Views {
		views[v.Ref] = v
	}
	reads := map[catalog.Ref][]catalog.Ref{}
	for _, d := range b.src.Depends {
		if views[d.From] != nil || d.From.Class == "pg_proc" {
			reads[d.From] = append(reads[d.From], d.To)
		}
	}
	for _, v := range b.src.Views {
		n := b.g.nodes[ActionRefresh+"."+v.Address()]
		if n == nil {
			continue
		}
		seen := map[catalog.Ref]bool{v.Ref: true}
		for queue := slices.Clone(reads[v.Ref]); len(queue) > 0; queue = queue[1:] {
			if seen[queue[0]] {
				continue
			}
			seen[queue[0]] = true
			queue = append(queue, reads[queue[0]]...)
			above := views[queue[0]]
			if above == nil || above.Kind != catalog.KindMaterializedView {
				continue
			}
			if above.Populated {
				n.needs(ActionRefresh + "." + above.Address())
			} else if n.action.Change != Skip && !n.absent {
				n.skip(fmt.Sprintf("reads materialized view %s.%s, which is empty in the source", above.Schema, above.Name))
			}
		}
	}
}
