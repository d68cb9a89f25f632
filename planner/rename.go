package planner

import (
	"fmt"
	"sort"

	"migrator/planner/catalog"
	"migrator/planner/count"
	"migrator/planner/ddl"
)

// addRenames plans the last step: everything was created under its source name and is now called what mapping says.
// PostgreSQL tracks dependents by OID, so views, keys, indexes, defaults and policies follow by themselves.
func (b *builder) addRenames() {
	if b.m.renames() {
		b.renameColumns()
		b.renameRelations()
		b.moveSchemas()
	}
}

// created says whether the plan makes this object, so that it exists under its source name when the renames run.
func (b *builder) created(i *catalog.Item) bool {
	n := b.g.nodes[i.Address()]
	return n != nil && !n.absent && n.action.Change == Create
}

// addRename makes the node of one rename; seq keeps the order that the statements need within the last stage.
func (b *builder) addRename(seq int, what, schema, name, detail string, sql ...string) {
	b.g.add(&node{prio: kindOrder[ActionRename] + seq, action: Action{
		Address: (&catalog.Item{Kind: ActionRename + "." + catalog.Kind(what), Schema: schema, Name: name}).Address(),
		Kind:    ActionRename, Change: Alter, Section: PostData, Stage: StageRename,
		Schema: schema, Name: name, Detail: detail, SQL: sql,
	}})
}

// The order within the last stage: what names its arguments' types goes first, while these are called what the source calls them.
const (
	seqRoutines = iota
	seqColumns
	seqRelations
	seqObjects
	seqSchemas
)

// pairRename is one old and new name among names that must stay unique.
type pairRename struct{ from, to string }

// throughTemporaries orders renames so that no step meets a name that is still taken: what is to have the old name of another first
// moves to a name that nothing has, and takes its own when all old names are given up.
func throughTemporaries(pairs []pairRename, rename func(from, to string) string) []string {
	olds := oldNames(pairs)
	var aside, direct, back []string
	for i, p := range pairs {
		if !olds[p.to] {
			direct = append(direct, rename(p.from, p.to))
			continue
		}
		temp := temporaryName(i)
		aside = append(aside, rename(p.from, temp))
		back = append(back, rename(temp, p.to))
	}
	return append(append(aside, direct...), back...)
}

func temporaryName(i int) string { return fmt.Sprintf("migrator rename %d", i) }

func oldNames(pairs []pairRename) map[string]bool {
	olds := map[string]bool{}
	for _, p := range pairs {
		olds[p.from] = true
	}
	return olds
}

func (b *builder) renameColumns() {
	for _, o := range b.objects {
		i := o.Meta()
		if !b.created(i) {
			continue
		}
		var names []string
		switch o := o.(type) {
		case *catalog.Table:
			if o.Bound != "" {
				continue // a partition's columns follow their parent's
			}
			for _, c := range o.Columns {
				if !c.Inherited {
					names = append(names, c.Name)
				}
			}
		case *catalog.View:
			for _, c := range o.Columns {
				names = append(names, c.Name)
			}
		default:
			continue
		}
		var pairs []pairRename
		for _, c := range names {
			if to := b.m.column(i.Schema, i.Name, c); to != c {
				pairs = append(pairs, pairRename{c, to})
			}
		}
		if len(pairs) == 0 {
			continue
		}
		sql := throughTemporaries(pairs, func(from, to string) string {
			return ddl.RenameColumn(i.Kind, i.Schema, i.Name, from, to)
		})
		detail := fmt.Sprintf("column %s to %s", pairs[0].from, pairs[0].to)
		if len(pairs) > 1 {
			detail += fmt.Sprintf(", and %d more columns", len(pairs)-1)
		}
		b.addRename(seqColumns, "columns", i.Schema, i.Name, detail, sql...)
	}
}

func (b *builder) renameRelations() {
	pairs := map[string][]pairRename{} // by schema
	kinds := map[catalog.Name]catalog.Kind{}
	for _, o := range b.objects {
		i := o.Meta()
		if !isRelation(i.Kind) || !b.created(i) {
			continue
		}
		kinds[catalog.Name{Schema: i.Schema, Name: i.Name}] = i.Kind
		if to := b.m.relation(i.Schema, i.Name); to != i.Name {
			pairs[i.Schema] = append(pairs[i.Schema], pairRename{i.Name, to})
		}
	}
	schemas := make([]string, 0, len(pairs))
	for s := range pairs {
		schemas = append(schemas, s)
	}
	sort.Strings(schemas)
	for _, s := range schemas {
		some := pairs[s]
		sort.Slice(some, func(i, j int) bool { return some[i].from < some[j].from })
		if tangled(some) {
			kindOf := map[string]catalog.Kind{}
			for i, p := range some {
				kindOf[p.from] = kinds[catalog.Name{Schema: s, Name: p.from}]
				kindOf[temporaryName(i)] = kindOf[p.from]
			}
			sql := throughTemporaries(some, func(from, to string) string { return ddl.RenameRelation(kindOf[from], s, from, to) })
			b.addRename(seqRelations, "relations", s, "relations", count.Of(len(some), "name")+" that change places", sql...)
			continue
		}
		for _, p := range some {
			k := kinds[catalog.Name{Schema: s, Name: p.from}]
			b.addRename(seqRelations, string(k), s, p.from, "to "+p.to, ddl.RenameRelation(k, s, p.from, p.to))
		}
	}
}

// tangled says whether a new name is the old name of another.
func tangled(pairs []pairRename) bool {
	olds := oldNames(pairs)
	for _, p := range pairs {
		if olds[p.to] {
			return true
		}
	}
	return false
}
