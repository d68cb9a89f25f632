package planner

import (
	"slices"
	"sort"

	"migrator/planner/catalog"
	"migrator/planner/count"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// schemaMove is a schema that is called differently in the destination.
type schemaMove struct {
	from, to string
	// whole says that the schema itself is renamed; otherwise what is in it moves into another one, called into until the end.
	whole bool
	into  string
}

// moveSchemas renames a schema as a whole where that is possible, and otherwise moves what is in it: when the new one is there
// already, when several become one, and out of public, which stays.
func (b *builder) moveSchemas() {
	moves, sources := b.schemaMoves()
	var renames []pairRename
	made := map[string]bool{} // targets that this plan creates
	for i := range moves {
		v := &moves[i]
		if v.whole {
			renames = append(renames, pairRename{v.from, v.to})
			continue
		}
		v.into = v.to
		var before []string
		if b.there.objects[b.there.key(catalog.Item{Kind: catalog.KindSchema, Name: v.to})] == nil && !b.keepsName(v.to) {
			if sources[v.to] {
				v.into = "migrator into " + v.to // the name is free only at the end
			}
			if !made[v.to] {
				made[v.to] = true
				before = b.createTarget(v)
				if v.into != v.to {
					renames = append(renames, pairRename{v.into, v.to})
				}
			}
		}
		sql := slices.Concat(before, b.move(v, isRoutine))
		if len(sql) > 0 {
			b.addRename(seqRoutines, "routines", "", v.from, "its functions into "+v.to, sql...)
		}
		sql = b.move(v, func(o catalog.Object) bool { return !isRoutine(o) })
		if b.created(&catalog.Item{Kind: catalog.KindSchema, Name: v.from}) && !b.holdsExtension(v.from) {
			sql = append(sql, "DROP SCHEMA "+postgres.QuoteIdent(v.from))
		}
		if len(sql) > 0 {
			b.addRename(seqObjects, "objects", "", v.from, "its objects into "+v.to, sql...)
		}
	}
	b.renameSchemas(renames)
}

// schemaMoves lists the schemas whose name changes, public first because its names must be free for what moves in, and their names.
func (b *builder) schemaMoves() (moves []schemaMove, sources map[string]bool) {
	targets := map[string]int{}
	sources = map[string]bool{}
	for _, s := range b.src.Schemas {
		if !b.sel.selects(s) {
			continue
		}
		to := b.m.schema(s.Name)
		targets[to]++
		if to != s.Name {
			moves = append(moves, schemaMove{from: s.Name, to: to})
			sources[s.Name] = true
		}
	}
	for i := range moves {
		v := &moves[i]
		taken := b.there.objects[b.there.key(catalog.Item{Kind: catalog.KindSchema, Name: v.to})] != nil
		v.whole = targets[v.to] == 1 && !taken && b.created(&catalog.Item{Kind: catalog.KindSchema, Name: v.from})
	}
	sort.SliceStable(moves, func(i, j int) bool { return moves[i].from == "public" && moves[j].from != "public" })
	return moves, sources
}

// keepsName says whether the plan makes a schema under a name that it keeps.
func (b *builder) keepsName(name string) bool {
	return b.m.schema(name) == name && b.created(&catalog.Item{Kind: catalog.KindSchema, Name: name})
}

// createTarget makes the schema that others become, like the one that leads it.
func (b *builder) createTarget(v *schemaMove) []string {
	for _, o := range b.objects {
		s, ok := o.(*catalog.Schema)
		if !ok || b.m.schema(s.Name) != v.to || !b.leadsSchema(s) {
			continue
		}
		target := clone(s)
		target.Meta().Name = v.into
		if sql, err := ddl.Create(target); err == nil {
			return append(sql, b.newPrivileges(target)...)
		}
	}
	return []string{"CREATE SCHEMA " + postgres.QuoteIdent(v.into)}
}

// isRoutine says whether an object is named together with the types of its arguments.
func isRoutine(o catalog.Object) bool {
	switch o.(type) {
	case *catalog.Function, *catalog.Aggregate, *catalog.Operator:
		return true
	}
	return false
}

// move moves those objects of a schema that do not follow another one.
func (b *builder) move(v *schemaMove, which func(catalog.Object) bool) []string {
	var sql []string
	for _, o := range b.objects {
		i := o.Meta()
		e, isExtension := o.(*catalog.Extension)
		in := i.Schema == v.from && i.Table == "" || isExtension && e.In == v.from && v.from != "public"
		if !in || !which(o) || !b.created(i) {
			continue
		}
		// By now the relation has its new name.
		moved := clone(o)
		if isRelation(i.Kind) {
			moved.Meta().Name = b.m.relation(i.Schema, i.Name)
		}
		if s := ddl.SetSchema(moved, v.into); s != "" {
			sql = append(sql, s)
		}
	}
	return sql
}

// holdsExtension says whether an extension that cannot be moved stays in a schema.
func (b *builder) holdsExtension(schema string) bool {
	for _, e := range b.src.Extensions {
		if e.In == schema && !(e.Relocatable && b.created(&e.Item)) {
			return true
		}
	}
	return false
}

// renameSchemas renames whole schemas, and gives those that were made under a temporary name their own.
func (b *builder) renameSchemas(pairs []pairRename) {
	if tangled(pairs) {
		b.addRename(seqSchemas, "schemas", "", "schemas", count.Of(len(pairs), "name")+" that change places",
			throughTemporaries(pairs, ddl.RenameSchema)...)
		return
	}
	for _, p := range pairs {
		b.addRename(seqSchemas, "schema", "", p.from, "to "+p.to, ddl.RenameSchema(p.from, p.to))
	}
}
