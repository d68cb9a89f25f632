package planner

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// existing is what the destination has, findable by what the source's objects will be called there.
type existing struct {
	objects map[string]catalog.Object
	// relations and types are the names that are taken in each schema, with what has them.
	relations, types map[catalog.Name]*catalog.Item
	largeObjects     map[string]bool
	m                *mapping
}

func indexDestination(dst *catalog.Database, m *mapping) *existing {
	e := &existing{
		objects: map[string]catalog.Object{}, relations: map[catalog.Name]*catalog.Item{}, types: map[catalog.Name]*catalog.Item{},
		largeObjects: map[string]bool{}, m: m,
	}
	for _, o := range dst.Objects() {
		i := o.Meta()
		name := catalog.Name{Schema: i.Schema, Name: i.Name}
		e.objects[e.key(*i)] = o
		if takesRelationName(o) {
			e.relations[name] = i
		}
		if takesTypeName(i.Kind) {
			e.types[name] = i
		}
		if i.Kind == catalog.KindLargeObject {
			e.largeObjects[i.Name] = true
		}
	}
	return e
}

// takesRelationName says whether an object's name must be unique among the relations of its schema.
func takesRelationName(o catalog.Object) bool {
	t, ok := o.(*catalog.Type)
	return ok && t.Variant == "composite" || isRelation(o.Meta().Kind) || o.Meta().Kind == catalog.KindIndex
}

// takesTypeName says whether a kind's names must be unique among the types of a schema; a relation has a row type.
func takesTypeName(k catalog.Kind) bool {
	switch k {
	case catalog.KindTable, catalog.KindForeignTable, catalog.KindView, catalog.KindMaterializedView, catalog.KindType, catalog.KindDomain:
		return true
	}
	return false
}

// key identifies an object by its names in the destination.
func (e *existing) key(i catalog.Item) string {
	args := i.Args
	if args != "" {
		args = ddl.Normalize(args, e.m.same)
	}
	if i.Kind == catalog.KindCast || i.Kind == catalog.KindTransform {
		i.Name = ddl.Normalize(i.Name, e.m.same)
	}
	return strings.Join([]string{string(i.Kind), string(i.Of), i.Schema, i.Table, i.Name, args}, "\x00")
}

// find is the destination's counterpart of a source's object, nil when there is none.
func (e *existing) find(i *catalog.Item) catalog.Object {
	return e.objects[e.key(e.m.mapped(i))]
}

// compare looks for the object in the destination: equal, changeable, or a conflict.
func (b *builder) compare(n *node) error {
	i := n.obj.Meta()
	if s, ok := n.obj.(*catalog.Schema); ok {
		b.compareSchema(n, s)
		return nil
	}
	if s, ok := n.obj.(*catalog.DatabaseSetting); ok {
		b.compareSetting(n, s)
		return nil
	}
	there := b.there.find(i)
	if there == nil {
		b.compareNames(n)
		return nil
	}
	want, err := b.core(n.obj, b.src)
	if err != nil {
		return err
	}
	have, err := b.core(b.withoutNews(there), b.dst)
	if err != nil {
		return err
	}
	if want != have {
		n.conflict(fmt.Sprintf("already exists in the destination and differs: %s", firstDifference(want, have)))
		return nil
	}
	n.absent = true
	b.alter(n, there)
	return nil
}

// compareNames refuses what would collide with another object: of another kind, or under the name it has while the run lasts.
func (b *builder) compareNames(n *node) {
	i := n.obj.Meta()
	final := b.m.mapped(i)
	for _, name := range []catalog.Name{{Schema: final.Schema, Name: final.Name}, {Schema: i.Schema, Name: i.Name}} {
		var other *catalog.Item
		if takesRelationName(n.obj) {
			other = b.there.relations[name]
		}
		if other == nil && takesTypeName(i.Kind) {
			other = b.there.types[name]
		}
		if other != nil {
			n.conflict(fmt.Sprintf("the destination has %s called %s.%s", withArticle(other.Kind), name.Schema, name.Name))
			return
		}
	}
	if b.there.objects[b.there.key(*i)] != nil {
		n.conflict("the destination has an object of this name, which is needed while the run lasts")
	}
}

func withArticle(k catalog.Kind) string {
	if k == catalog.KindIndex {
		return "an index"
	}
	return "a " + strings.ReplaceAll(string(k), "_", " ")
}

// core is the canonical text of an object of a database without what can be altered in place.
func (b *builder) core(o catalog.Object, of *catalog.Database) (string, error) {
	text, err := b.plainCore(o, of)
	return ddl.Normalize(text, b.m.same), err
}

// plainCore is core as it can be read.
func (b *builder) plainCore(o catalog.Object, of *catalog.Database) (string, error) {
	c := bare(o)
	b.sel.leaveOut(c)
	b.canonical(c, of)
	if p, ok := c.(*catalog.Publication); ok {
		b.sortPublished(p)
	}
	text, err := ddl.Definition(c)
	if err != nil {
		return "", fmt.Errorf("definition of %s: %w", o.Meta().Address(), err)
	}
	return text, nil
}

// sortPublished puts what a publication lists, which has no order, into that of the names that both sides share.
func (b *builder) sortPublished(p *catalog.Publication) {
	p.Tables, p.Schemas = slices.Clone(p.Tables), slices.Clone(p.Schemas)
	slices.SortFunc(p.Tables, func(x, y catalog.PublicationTable) int {
		return cmp.Or(cmp.Compare(b.m.same(x.Table.Schema), b.m.same(y.Table.Schema)), cmp.Compare(b.m.same(x.Table.Name), b.m.same(y.Table.Name)))
	})
	slices.SortFunc(p.Schemas, func(x, y string) int { return cmp.Compare(b.m.same(x), b.m.same(y)) })
}

func (n *node) conflict(reason string) {
	n.action.Change = Conflict
	n.action.Reason = reason
	n.action.SQL = nil
}

// renamed says whether an object is called differently in the destination.
func (m *mapping) renamed(i *catalog.Item) bool {
	to := m.mapped(i)
	return to.Schema != i.Schema || to.Table != i.Table || to.Name != i.Name
}

// contextBefore is how much of two texts is shown before they part.
const contextBefore = 24

// firstDifference shows where two texts part, short enough for a line.
func firstDifference(want, have string) string {
	at := 0
	for at < len(want) && at < len(have) && want[at] == have[at] {
		at++
	}
	from := strings.LastIndexByte(want[:at], ' ') + 1
	if back := max(0, from-contextBefore); back > 0 {
		from = back + strings.IndexByte(want[back:from], ' ') + 1 // tokens stand whole
	}
	cut := func(s string) string {
		s = s[min(from, len(s)):]
		if r := []rune(s); len(r) > 80 {
			return string(r[:80]) + "..."
		}
		return s
	}
	return fmt.Sprintf("the source has %q, the destination %q", cut(want), cut(have))
}

// leftovers names objects of the destination that the source does not have; they stay as they are.
func (b *builder) leftovers(matched map[string]bool) []string {
	var names []string
	for _, o := range b.dst.Objects() {
		i := o.Meta()
		if i.Kind == catalog.KindSchema && (i.Name == "public" || i.Name == b.cfg.Destination.LedgerSchema) ||
			i.Schema == b.cfg.Destination.LedgerSchema || i.Kind == catalog.KindExtension || matched[b.there.key(*i)] {
			continue
		}
		names = append(names, i.Address())
	}
	sort.Strings(names)
	return names
}
