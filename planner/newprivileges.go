package planner

import (
	"cmp"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// newPrivileges are the statements that give an object, just created and given to its owner, the privileges it has in the source. The
// destination's default privileges of the role that creates it have gone before: a new owner stands in that role's place in them.
func (b *builder) newPrivileges(o catalog.Object) []string {
	if b.sel.skipsWord(skipGrants) {
		return ddl.Privileges(o)
	}
	sql := b.setPrivileges(o)
	if t, ok := o.(*catalog.Type); ok && t.Range != nil {
		for _, made := range b.madeByRange(t) {
			sql = append(sql, b.setPrivileges(made)...)
		}
	}
	return sql
}

// setPrivileges does it for one object.
func (b *builder) setPrivileges(o catalog.Object) []string {
	i := o.Meta()
	owner := func(item ddl.ACLItem) (ddl.ACLItem, bool) {
		for _, role := range []*string{&item.Grantee, &item.Grantor} {
			if *role == b.dst.Server.User {
				*role = i.Owner
			}
		}
		return item, true
	}
	have, standard := b.dst.PrivilegesOfNew(i.Kind, i.Schema)
	if standard == nil {
		if i.Kind != catalog.KindSchema || i.Owner == "" {
			return ddl.Privileges(o)
		}
		// That of "public" is none: its base is what initdb gives, and not what CREATE SCHEMA does.
		have = []string{ddl.ACLItem{Grantee: i.Owner, Grantor: i.Owner, Rights: ddl.SchemaRights}.String()}
		standard = have
	}
	return ddl.PrivilegesFrom(o, mapACL(have, owner), mapACL(standard, owner))
}

// multirangesFollow is the version from which on a multirange type has the owner and the privileges of its range type.
const multirangesFollow = 170000

// madeByRange are the objects that come with a range type and begin with default privileges like any others: constructors and the multirange type, which
// stay with who has made them. The catalog's reader knows none of them, so that they are to have the standard.
func (b *builder) madeByRange(t *catalog.Type) []catalog.Object {
	constructor := func(schema, name, args string) catalog.Object {
		return &catalog.Function{Item: catalog.Item{
			Kind: catalog.KindFunction, Schema: schema, Name: name, Args: args, Owner: b.dst.Server.User,
		}}
	}
	own, sub, schema := postgres.QuoteIdent(t.Schema, t.Name), t.Range.Subtype, t.Schema
	made := []catalog.Object{constructor(schema, t.Name, sub+", "+sub), constructor(schema, t.Name, sub+", "+sub+", text")}
	if name := cmp.Or(t.Range.MultirangeName, multirangeName(t.Name)); b.dst.Server.Version >= multirangesSince {
		schema = cmp.Or(t.Range.MultirangeSchema, schema)
		made = append(made, constructor(schema, name, ""), constructor(schema, name, own), constructor(schema, name, own+"[]"))
		if b.dst.Server.Version < multirangesFollow {
			made = append(made, &catalog.Type{Item: catalog.Item{Kind: catalog.KindType, Schema: schema, Name: name, Owner: b.dst.Server.User}})
		}
	}
	return made
}

// multirangeName is what the server calls the multirange type of a range whose source knows none.
func multirangeName(name string) string {
	if before, after, found := strings.Cut(name, "range"); found {
		return before + "multirange" + after
	}
	return name + "_multirange"
}
