package planner

import (
	"fmt"
	"sort"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// addRenames plans the last step: everything was created under its source name and is now called what mapping says.
// PostgreSQL tracks dependents by OID, so views, keys, indexes, defaults and policies follow by themselves.
func (b *builder) addRenames() error {
	if !b.m.renames() {
		return nil
	}
	b.renameColumns()
	b.renameRelations()
	b.moveSchemas()
	return nil
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

// The order within the last stage.
const (
	seqColumns = iota
	seqRelations
	seqSchemas
)

// pairRename is one old and new name among names that must stay unique.
type pairRename struct{ from, to string }

// throughTemporaries orders renames so that no step meets a name that is still taken: where a new name is the old name of
// another, everything first moves to a name that nothing has.
func throughTemporaries(pairs []pairRename, rename func(from, to string) string) []string {
	olds := map[string]bool{}
	for _, p := range pairs {
		olds[p.from] = true
	}
	var first, second []string
	for i, p := range pairs {
		if olds[p.to] {
			temp := fmt.Sprintf("migrator rename %d", i)
			first = append(first, rename(p.from, temp))
			second = append(second, rename(temp, p.to))
			continue
		}
		second = append(second, rename(p.from, p.to))
	}
	return append(first, second...)
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
				kindOf[fmt.Sprintf("migrator rename %d", i)] = kindOf[p.from]
			}
			sql := throughTemporaries(some, func(from, to string) string { return ddl.RenameRelation(kindOf[from], s, from, to) })
			b.addRename(seqRelations, "relations", s, "relations", fmt.Sprintf("%d names that change places", len(some)), sql...)
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
	olds := map[string]bool{}
	for _, p := range pairs {
		olds[p.from] = true
	}
	for _, p := range pairs {
		if olds[p.to] {
			return true
		}
	}
	return false
}

// moveSchemas renames a schema as a whole where that is possible, and otherwise moves what is in it: when the new one is there
// already, when several become one, and out of public, which stays.
func (b *builder) moveSchemas() {
	into := map[string][]string{}
	for _, s := range b.src.Schemas {
		if to := b.m.schema(s.Name); to != s.Name {
			into[to] = append(into[to], s.Name)
		}
	}
	stays := map[string]bool{}
	for _, s := range b.src.Schemas {
		if b.m.schema(s.Name) == s.Name {
			stays[s.Name] = true
		}
	}
	targets := make([]string, 0, len(into))
	for t := range into {
		targets = append(targets, t)
	}
	sort.Strings(targets)
	for _, to := range targets {
		made := b.there.objects[b.there.key(catalog.Item{Kind: catalog.KindSchema, Name: to})] != nil || stays[to] || to == "public"
		for _, from := range into[to] {
			schema := &catalog.Item{Kind: catalog.KindSchema, Name: from}
			whole := b.created(schema) && !made && len(into[to]) == 1
			if whole {
				b.addRename(seqSchemas, "schema", "", from, "to "+to, ddl.RenameSchema(from, to))
				continue
			}
			var sql []string
			if !made {
				sql = append(sql, "CREATE SCHEMA "+postgres.QuoteIdent(to))
				made = true
			}
			sql = append(sql, b.moveObjects(from, to)...)
			if len(sql) == 0 {
				continue
			}
			if b.created(schema) {
				sql = append(sql, "DROP SCHEMA "+postgres.QuoteIdent(from))
			}
			b.addRename(seqSchemas, "schema", "", from, "its objects into "+to, sql...)
		}
	}
}

// moveObjects moves every object of a schema that does not follow another one.
func (b *builder) moveObjects(from, to string) []string {
	var sql []string
	for _, o := range b.objects {
		i := o.Meta()
		if i.Schema != from || i.Table != "" || !b.created(i) {
			continue
		}
		if s, ok := o.(*catalog.Sequence); ok && s.OwnedBy != nil {
			continue
		}
		// By now the relation has its new name.
		moved := clone(o)
		if isRelation(i.Kind) {
			moved.Meta().Name = b.m.relation(i.Schema, i.Name)
		}
		if s := ddl.SetSchema(moved, to); s != "" {
			sql = append(sql, s)
		}
	}
	return sql
}
