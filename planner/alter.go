package planner

import (
	"reflect"
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// alter plans what can be changed in place: owner, comments and privileges.
func (b *builder) alter(n *node, have catalog.Object) {
	sql := b.changeInPlace(n.obj, have)
	if len(sql) == 0 {
		return
	}
	c := &node{prio: n.prio, action: n.action}
	c.action.Address = "alter." + n.action.Address
	c.action.Change, c.action.SQL, c.action.Detail, c.action.Details = Alter, sql, "owner, comments or privileges", nil
	c.action.Section, c.action.Estimate = PostData, Estimate{}
	if c.action.Stage != StageLast {
		c.action.Stage = StageRules
	}
	b.g.add(c)
}

// changeInPlace are the statements that give an object of the destination the owner, comments and privileges of the source's.
func (b *builder) changeInPlace(want, have catalog.Object) []string {
	want = b.asItShouldBe(want, have)
	have = b.withoutNews(have)
	i, h := want.Meta(), have.Meta()
	var sql []string
	if s, ok := want.(*catalog.Sequence); i.Owner != h.Owner && !(ok && s.OwnedBy != nil) { // an owned sequence follows its table
		if owner := ddl.SetOwner(want); owner != "" {
			sql = append(sql, owner)
			have = withOwner(have, i.Owner)
		}
	}
	x, isIndex := want.(*catalog.Index)
	// An extension's comment is its own, and that on the index of a key comes with the key.
	if i.Kind != catalog.KindExtension && !(isIndex && x.Constraint != "") && !b.sel.skipsWord(skipComments) {
		sql = append(sql, ddl.ChangeComments(want, have)...)
	}
	if !b.sel.skipsWord(skipGrants) {
		sql = append(sql, ddl.ChangePrivileges(want, have)...)
	}
	return sql
}

// asItShouldBe is an object under the names that its counterpart has, and with the owner that that one keeps if no owner is carried.
func (b *builder) asItShouldBe(want, have catalog.Object) catalog.Object {
	want = callLike(want, have, b.m.same)
	if want.Meta().StaysWithCreator {
		want = withOwner(want, have.Meta().Owner)
	}
	return want
}

// callLike is an object under the names that its counterpart has, which renames may have changed.
func callLike(o, named catalog.Object, same func(string) string) catalog.Object {
	c := clone(o)
	i, n := c.Meta(), named.Meta()
	i.Schema, i.Table, i.Name, i.Args = n.Schema, n.Table, n.Name, n.Args
	from, to := columnsOf(c), columnsOf(named)
	for at, name := range from {
		if at < len(to) && same(to[at]) == same(name) {
			setColumnName(c, at, to[at])
			continue
		}
		// What is inherited can stand at another place.
		if n := slices.IndexFunc(to, func(other string) bool { return same(other) == same(name) }); n >= 0 {
			setColumnName(c, at, to[n])
		}
	}
	return c
}

func setColumnName(o catalog.Object, at int, name string) {
	switch o := o.(type) {
	case *catalog.Table:
		o.Columns[at].Name = name
	case *catalog.View:
		o.Columns[at].Name = name
	}
}

// withOwner is an object as ALTER ... OWNER TO leaves it: the new owner stands in the old one's place in all privileges.
func withOwner(o catalog.Object, owner string) catalog.Object {
	c := clone(o)
	i := c.Meta()
	old := i.Owner
	replace := func(role string) string {
		if role == old {
			return owner
		}
		return role
	}
	i.Owner = owner
	mapPrivileges(c, func(item ddl.ACLItem) (ddl.ACLItem, bool) {
		item.Grantee, item.Grantor = replace(item.Grantee), replace(item.Grantor)
		return item, true
	})
	return c
}

// bare is an object without what can be altered in place.
func bare(o catalog.Object) catalog.Object {
	c := clone(o)
	withoutComments(c)
	i := c.Meta()
	i.Owner, i.ACL, i.BaseACL = "", nil, nil
	return c
}

// withoutComments takes the comments off an object, which is a clone, and off its parts.
func withoutComments(o catalog.Object) {
	o.Meta().Comment = ""
	switch o := o.(type) {
	case *catalog.Type:
		o.Attributes = slices.Clone(o.Attributes)
		for n := range o.Attributes {
			o.Attributes[n].Comment = ""
		}
	case *catalog.Domain:
		o.NotNullComment = ""
		o.Checks = slices.Clone(o.Checks)
		for n := range o.Checks {
			o.Checks[n].Comment = ""
		}
	case *catalog.Table:
		for _, c := range o.Columns {
			c.Comment, c.NotNullComment = "", ""
		}
		o.Checks = slices.Clone(o.Checks)
		for n := range o.Checks {
			o.Checks[n].Comment = ""
		}
	case *catalog.View:
		for n := range o.Columns {
			o.Columns[n].Comment = ""
		}
	case *catalog.Constraint:
		o.IndexComment = ""
	}
}

// clone copies an object so far that roles, names and columns can be changed without touching the catalog it came from.
func clone(o catalog.Object) catalog.Object {
	v := reflect.New(reflect.TypeOf(o).Elem())
	v.Elem().Set(reflect.ValueOf(o).Elem())
	c, ok := v.Interface().(catalog.Object)
	if !ok {
		return o // cannot be: it has the type of an object
	}
	switch c := c.(type) {
	case *catalog.Table:
		columns := make([]*catalog.Column, len(c.Columns))
		for i, col := range c.Columns {
			copied := *col
			columns[i] = &copied
		}
		c.Columns = columns
	case *catalog.View:
		c.Columns = append([]catalog.ViewColumn(nil), c.Columns...)
	}
	return c
}
