package planner

import (
	"cmp"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// The versions that gave objects something by themselves, which an older source knows nothing of.
const (
	multirangesSince    = 140000 // a range type has a multirange type
	looseMembersSince   = 140000 // operators of GIN and GiST classes belong to the family
	streamingSince      = 140000 // subscriptions can stream transactions
	ownPersistenceSince = 150000 // a sequence is logged or not, whatever its table is
	singleItemSince     = 160000 // a view's columns are printed without the name of its only table
	namedDomainNotNull  = 170000 // NOT NULL of a domain is a constraint with a name
	maintainSince       = 170000 // the privilege MAINTAIN, which owners have
	namedColumnNotNull  = 180000 // NOT NULL of a column is a constraint with a name
)

// withoutNews is an object of the destination as the source's version knows it: without what the newer server gave it by itself.
func (b *builder) withoutNews(have catalog.Object) catalog.Object {
	from, to := b.src.Server.Version, b.dst.Server.Version
	if from/10000 >= to/10000 {
		return have
	}
	c := clone(have)
	if from < maintainSince {
		i := c.Meta()
		i.ACL, i.BaseACL = withoutMaintain(i.ACL), withoutMaintain(i.BaseACL)
	}
	switch c := c.(type) {
	case *catalog.Table:
		for _, column := range c.Columns {
			// What was done to the constraint by hand stays, and makes the tables differ.
			if from < namedColumnNotNull && !column.NotNullInvalid && !column.NotNullNoInherit {
				column.NotNullName, column.NotNullLocal, column.NotNullComment = "", false, ""
			}
		}
	case *catalog.Domain:
		if from < namedDomainNotNull {
			c.NotNullName, c.NotNullComment = "", ""
		}
	case *catalog.Type:
		if from < multirangesSince && c.Range != nil {
			r := *c.Range
			r.MultirangeSchema, r.MultirangeName = "", ""
			c.Range = &r
		}
	}
	return c
}

// withoutMaintain takes MAINTAIN out of an access control list.
func withoutMaintain(acl []string) []string {
	if acl == nil {
		return nil
	}
	kept := []string{}
	for _, text := range acl {
		item, err := ddl.ParseACLItem(text)
		if err != nil {
			kept = append(kept, text)
			continue
		}
		if item = item.WithoutMaintain(); item.Rights != 0 {
			kept = append(kept, item.String())
		}
	}
	return kept
}

// canonical brings an object of a database, which is a clone, into a form that does not depend on the version that printed it, nor on the
// way in which it was made.
func (b *builder) canonical(o catalog.Object, of *catalog.Database) {
	crosses := func(version int) bool { return b.src.Server.Version < version && b.dst.Server.Version >= version }
	switch o := o.(type) {
	case *catalog.View:
		if crosses(singleItemSince) {
			o.Definition = ddl.Unqualified(o.Definition)
		}
	case *catalog.Table:
		if o.Bound == "" && !o.JoinsLater && slices.ContainsFunc(o.Columns, func(c *catalog.Column) bool { return c.Inherited && !c.Local }) {
			// CREATE TABLE ... INHERITS puts inherited columns first, in the order of the parents.
			slices.SortStableFunc(o.Columns, b.inheritedFirst)
		}
	case *catalog.OperatorClass:
		if crosses(looseMembersSince) {
			o.Members = nil
		}
	case *catalog.OperatorFamily:
		if crosses(looseMembersSince) {
			// Whether a member is a class's or its family's, the versions see in different ways. What it is for stands in itself.
			o.Members = slices.Clone(o.Members)
			for _, c := range of.OperatorClasses {
				if c.Args == o.Args && c.Family == postgres.QuoteIdent(o.Schema, o.Name) {
					o.Members = append(o.Members, c.Members...)
				}
			}
			slices.Sort(o.Members)
		}
	case *catalog.Subscription:
		if b.src.Server.Version < streamingSince {
			o.Options = slices.DeleteFunc(slices.Clone(o.Options), func(option string) bool { return option == notStreaming })
		}
	}
}

// notStreaming is an option that is the default up to 17, and unknown below 14.
const notStreaming = "streaming = off"

// forDestination leaves out of an object, which is a clone, what the destination's version has no words for and does anyway.
func (b *builder) forDestination(o catalog.Object) {
	if s, ok := o.(*catalog.Subscription); ok && b.destinationVersion() < streamingSince {
		s.Options = slices.DeleteFunc(slices.Clone(s.Options), func(option string) bool { return option == notStreaming })
	}
}

// destinationVersion is known before the database is.
func (b *builder) destinationVersion() int {
	return cmp.Or(b.dst.Server.Version, b.in.DestinationAt.Version, b.src.Server.Version)
}

func (b *builder) inheritedFirst(x, y *catalog.Column) int {
	switch {
	case x.Inherited && y.Inherited:
		return strings.Compare(b.m.same(x.Name), b.m.same(y.Name))
	case x.Inherited:
		return -1
	case y.Inherited:
		return 1
	}
	return 0
}
