package planner

import (
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addDatabase plans the owner, the privileges and the connection limit of a database that this migration makes or has made. Of one that others make
// they are theirs, as for pg_dump without --create, and a line says so where the source's are unusual.
func (b *builder) addDatabase() {
	if !b.cfg.Schema {
		return
	}
	if b.sel.skipsWord(string(catalog.KindDatabase)) {
		b.plan.Excluded[string(catalog.KindDatabase)]++
		return
	}
	name := b.databaseName()
	want, have := b.src.Properties(name), b.dst.Properties(name)
	n := &node{prio: kindOrder[string(catalog.KindDatabase)], deps: map[string]bool{}, action: Action{
		Address: want.Address(), Kind: string(catalog.KindDatabase), Change: Alter, Section: PostData, Stage: StageLast, Name: name,
	}}
	if !b.cfg.Destination.CreateDatabase {
		limited := want.ConnectionLimit > 0 && want.ConnectionLimit != have.ConnectionLimit
		if limited || want.ACL != nil && !b.sel.skipsWord(skipGrants) && !slices.Equal(want.ACL, have.ACL) {
			b.g.add(n)
			n.skip("the owner, the privileges and the connection limit of the database itself are carried with destination.create_database = true alone")
		}
		return
	}
	b.sel.leaveOut(want)
	if b.in.Destination != nil {
		b.there.objects[b.there.key(have.Item)] = have
	}
	b.settleRoles(want)
	n.needs(b.roles.needs[want]...)
	b.keepDatabase(want)
	sql := b.changeInPlace(want, have)
	var detail []string
	if len(sql) > 0 {
		detail = append(detail, "owner or privileges")
	}
	if want.ConnectionLimit != have.ConnectionLimit {
		sql = append(sql, ddl.LimitDatabase(want))
		detail = append(detail, "connection limit")
	}
	if len(sql) == 0 {
		return
	}
	b.g.add(n)
	n.action.SQL, n.action.Detail = sql, strings.Join(detail, ", ")
	if me := &b.dst.Server; me.Role(me.User) != nil && !me.MayActAs(me.User, have.Owner) {
		n.skip("only the owner of the database may change its owner, privileges and connection limit: " + me.User + " cannot act as " + have.Owner)
	}
}

// keepDatabase leaves the database with the role that connects, where that may not give it away: this takes being a member of the new
// owner, and CREATEDB.
func (b *builder) keepDatabase(want *catalog.DatabaseProperties) {
	me := &b.dst.Server
	role := me.Role(me.User)
	if role == nil || role.Superuser || want.StaysWithCreator || want.Owner == me.User {
		return
	}
	why := ""
	switch {
	case me.Role(want.Owner) != nil && !me.MayActAs(me.User, want.Owner):
		why = me.User + " cannot act as it"
	case !role.CreateDB:
		why = me.User + " has no CREATEDB, which giving a database away takes"
	default:
		return
	}
	l := b.roles.leave(b.src.Owner, why)
	l.owned = append(l.owned, want.Address())
	kept := withOwner(want, me.User).Meta()
	want.Owner, want.ACL, want.BaseACL, want.StaysWithCreator = kept.Owner, kept.ACL, kept.BaseACL, true
}
