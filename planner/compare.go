package planner

import (
	"fmt"
	"sort"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// existing is what the destination has, findable by what the source's objects will be called there.
type existing struct {
	objects map[string]catalog.Object
	// relations are all names that a relation or type cannot take, with what has them.
	relations    map[catalog.Name]*catalog.Item
	largeObjects map[string]bool
	m            *mapping
}

func indexDestination(dst *catalog.Database, m *mapping) (*existing, error) {
	e := &existing{
		objects: map[string]catalog.Object{}, relations: map[catalog.Name]*catalog.Item{}, largeObjects: map[string]bool{}, m: m,
	}
	for _, o := range dst.Objects() {
		i := o.Meta()
		e.objects[e.key(*i)] = o
		if isRelation(i.Kind) || i.Kind == catalog.KindIndex {
			e.relations[catalog.Name{Schema: i.Schema, Name: i.Name}] = i
		}
		if i.Kind == catalog.KindLargeObject {
			e.largeObjects[i.Name] = true
		}
	}
	return e, nil
}

// key identifies an object by its names in the destination.
func (e *existing) key(i catalog.Item) string {
	args := i.Args
	if args != "" {
		args = ddl.Normalize(args, e.m.same)
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
	there := b.there.find(i)
	if there == nil {
		return b.compareNames(n, i)
	}
	if s, ok := n.obj.(*catalog.Schema); ok {
		return b.compareSchema(n, s, there.(*catalog.Schema))
	}
	want, err := b.core(n.obj)
	if err != nil {
		return err
	}
	have, err := b.core(there)
	if err != nil {
		return err
	}
	if want != have {
		n.conflict(fmt.Sprintf("already exists in the destination and differs: %s", firstDifference(want, have)))
		return nil
	}
	n.absent = true
	return b.alter(n, there)
}

// compareNames refuses what would collide with another object: of another kind, or under the name it has while the run lasts.
func (b *builder) compareNames(n *node, i *catalog.Item) error {
	if isRelation(i.Kind) || i.Kind == catalog.KindIndex {
		final := b.m.mapped(i)
		for _, name := range []catalog.Name{{Schema: final.Schema, Name: final.Name}, {Schema: i.Schema, Name: i.Name}} {
			if other := b.there.relations[name]; other != nil {
				n.conflict(fmt.Sprintf("the destination has a %s of this name", strings.ReplaceAll(string(other.Kind), "_", " ")))
				return nil
			}
		}
		return nil
	}
	if other := b.there.objects[b.there.key(*i)]; other != nil && i.Kind != catalog.KindSchema {
		n.conflict("the destination has an object of this name, which is needed while the run lasts")
	}
	return nil
}

// compareSchema never makes a schema that is there; what differs of it is altered.
func (b *builder) compareSchema(n *node, want, have *catalog.Schema) error {
	n.absent = true
	return b.alter(n, have)
}

// alter plans what can be changed in place: owner, comments and privileges.
func (b *builder) alter(n *node, have catalog.Object) error {
	i, h := n.obj.Meta(), have.Meta()
	var sql []string
	if i.Owner != h.Owner && i.Kind != catalog.KindExtension {
		sql = append(sql, ddl.SetOwner(n.obj))
	}
	if i.Kind != catalog.KindExtension { // an extension's comment is its own
		sql = append(sql, b.alterComments(n.obj, have)...)
	}
	sql = append(sql, ddl.ChangePrivileges(n.obj, have)...)
	if len(sql) == 0 {
		return nil
	}
	if b.m.renamed(i) {
		n.absent = false
		n.conflict("already exists in the destination under its new name; its owner, comments or privileges differ")
		return nil
	}
	c := &node{prio: n.prio, action: n.action}
	c.action.Address = "alter." + n.action.Address
	c.action.Change, c.action.SQL, c.action.Detail, c.action.Details = Alter, sql, "owner, comments or privileges", nil
	c.action.Section, c.action.Stage = PostData, StageRules
	b.g.add(c)
	return nil
}

// alterComments are the comments that the destination's object lacks or has otherwise.
func (b *builder) alterComments(want, have catalog.Object) []string {
	same := map[string]bool{}
	for _, s := range ddl.Comments(have) {
		same[ddl.Normalize(s, b.m.same)] = true
	}
	var sql []string
	for _, s := range ddl.Comments(want) {
		if !same[ddl.Normalize(s, b.m.same)] {
			sql = append(sql, s)
		}
	}
	return sql
}

// core is the canonical text of an object without what can be altered in place.
func (b *builder) core(o catalog.Object) (string, error) {
	c := clone(o)
	i := c.Meta()
	i.Owner, i.Comment, i.ACL, i.BaseACL = "", "", nil, nil
	text, err := ddl.Definition(c)
	if err != nil {
		return "", fmt.Errorf("definition of %s: %w", i.Address(), err)
	}
	for _, comment := range ddl.Comments(c) {
		text = strings.Replace(text, comment, "", 1)
	}
	return ddl.Normalize(text, b.m.same), nil
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

// firstDifference shows where two texts part, short enough for a line.
func firstDifference(want, have string) string {
	at := 0
	for at < len(want) && at < len(have) && want[at] == have[at] {
		at++
	}
	from := max(0, strings.LastIndexAny(want[:at], " (,")-20)
	cut := func(s string) string {
		s = s[min(from, len(s)):]
		if r := []rune(s); len(r) > 80 {
			return string(r[:80]) + "..."
		}
		return s
	}
	return fmt.Sprintf("the source has %q, the destination %q", cut(want), cut(have))
}

// newDatabase is what CREATE DATABASE ... TEMPLATE template0 will give on a server of the source's version.
func newDatabase(src *catalog.Database) *catalog.Database {
	return &catalog.Database{
		Encoding: src.Encoding, Collate: src.Collate, CType: src.CType, Provider: src.Provider, Locale: src.Locale,
	}
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
