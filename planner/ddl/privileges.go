package ddl

import (
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// Privileges returns the statements that give an object, just created by its owner, the privileges it has in the source: as pg_dump does,
// what its BaseACL has and its ACL has not is revoked, and what is new is granted. An ACL that is nil is the default
// and needs nothing; one that is empty is not. Columns are part of their relation. An item that cannot be read is left out
// here: Create has refused such an object.
func Privileges(o catalog.Object) []string {
	return changeObject(o, o.Meta().BaseACL, o.Meta().ACL, nil)
}

// PrivilegesFrom is Privileges for an object, just created, that began with the access control list have and not with the standard one of its
// kind and owner, because default privileges were set. What the standard gives its owner beyond what the source's server knows,
// the owner keeps.
func PrivilegesFrom(o catalog.Object, have, standard []string) []string {
	i := o.Meta()
	want := standard
	if i.ACL != nil {
		want = withNewRights(i, standard)
	}
	return changeObject(o, have, want, nil)
}

// withNewRights are an object's privileges with those that its owner has by the standard of another server, and that the object's own
// server, being older, does not know.
func withNewRights(i *catalog.Item, standard []string) []string {
	own := ACLItem{Grantee: i.Owner, Grantor: i.Owner}
	known, _ := rightsIn(readACL(i.BaseACL), own)
	given, _ := rightsIn(readACL(standard), own)
	if own.Rights = given &^ known; own.Rights == 0 || i.BaseACL == nil {
		return i.ACL
	}
	return append(slices.Clone(i.ACL), own.String())
}

// ChangePrivileges returns the statements that give an object which exists already as have the privileges of want, columns included.
// It returns nothing if they are the same. Names and owner are want's.
func ChangePrivileges(want, have catalog.Object) []string {
	w, h := want.Meta(), have.Meta()
	base, acl := h.ACL, w.ACL
	switch {
	case base == nil:
		base = w.BaseACL
	case acl == nil:
		acl = h.BaseACL // what the default means
	default:
		acl = withNewRights(w, h.BaseACL)
	}
	return changeObject(want, base, acl, columnACLs(have))
}

// changeObject is what the exported functions share: from the list have to the list want, which may be nil for the default; columns are the
// lists that columns have already.
func changeObject(o catalog.Object, have, want []string, columns map[string][]string) []string {
	var sql []string
	i := o.Meta()
	if on, column := grantTarget(o); on != "" && want != nil {
		sql = change(i.Owner, on, column, readACL(have), readACL(want))
		if i.Kind == catalog.KindDefaultPrivileges {
			sql = alterDefault(i, sql)
		}
	}
	return append(sql, changeColumns(o, columns)...)
}

func changeColumns(o catalog.Object, have map[string][]string) []string {
	i := o.Meta()
	want := columnACLs(o)
	var sql []string
	for _, name := range columnNames(o) {
		sql = append(sql, change(i.Owner, "TABLE "+qualified(i), postgres.QuoteIdent(name), readACL(have[name]), readACL(want[name]))...)
	}
	return sql
}

// columnACLs are the access control lists of a relation's columns, which by default are empty.
func columnACLs(o catalog.Object) map[string][]string {
	acls := map[string][]string{}
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			acls[c.Name] = c.ACL
		}
	case *catalog.View:
		for _, c := range o.Columns {
			acls[c.Name] = c.ACL
		}
	}
	return acls
}

func columnNames(o catalog.Object) []string {
	var names []string
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			names = append(names, c.Name)
		}
	case *catalog.View:
		for _, c := range o.Columns {
			names = append(names, c.Name)
		}
	}
	return names
}

// grantTarget names an object the way GRANT does, and the column where the object is one.
func grantTarget(o catalog.Object) (on, column string) {
	i := o.Meta()
	switch i.Kind {
	case catalog.KindTable, catalog.KindForeignTable, catalog.KindView, catalog.KindMaterializedView:
		return "TABLE " + qualified(i), ""
	case catalog.KindAggregate:
		return "FUNCTION " + qualified(i) + "(" + callArgs(i.Args) + ")", ""
	case catalog.KindDatabase, catalog.KindSchema, catalog.KindSequence, catalog.KindFunction, catalog.KindProcedure, catalog.KindType,
		catalog.KindDomain, catalog.KindLargeObject:
		return target(o), ""
	case catalog.KindForeignDataWrapper, catalog.KindServer, catalog.KindLanguage:
		return memberWords[i.Kind] + " " + qualified(i), ""
	case catalog.KindDefaultPrivileges:
		return strings.ToUpper(i.Args), ""
	case catalog.KindPrivileges:
		return memberTarget(i)
	}
	return "", ""
}

// checkPrivileges finds access control lists that cannot be read, of a newer version perhaps.
func checkPrivileges(o catalog.Object) error {
	check := func(acl []string) error {
		for _, text := range acl {
			if _, err := ParseACLItem(text); err != nil {
				return &PrivilegesError{Address: o.Meta().Address(), Err: err}
			}
		}
		return nil
	}
	lists := [][]string{o.Meta().ACL, o.Meta().BaseACL}
	for _, acl := range columnACLs(o) {
		lists = append(lists, acl)
	}
	for _, acl := range lists {
		if err := check(acl); err != nil {
			return err
		}
	}
	return nil
}

// PrivilegesError says that an object's privileges cannot be read and so cannot be carried.
type PrivilegesError struct {
	Address string
	Err     error
}

func (e *PrivilegesError) Error() string { return e.Address + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the item.
func (e *PrivilegesError) Unwrap() error { return e.Err }

// readACL reads a list, with the items of one grantor for one grantee made one.
func readACL(acl []string) []ACLItem {
	var items []ACLItem
	for _, text := range acl {
		item, err := ParseACLItem(text)
		if err != nil {
			continue
		}
		if n := find(items, item); n >= 0 {
			items[n].Rights |= item.Rights
			items[n].Options |= item.Options
		} else {
			items = append(items, item)
		}
	}
	return items
}

func find(items []ACLItem, item ACLItem) int {
	return slices.IndexFunc(items, func(i ACLItem) bool { return i.Grantee == item.Grantee && i.Grantor == item.Grantor })
}

// rightsIn are the privileges that a list has for the same grantee from the same grantor.
func rightsIn(items []ACLItem, item ACLItem) (rights, options Rights) {
	if n := find(items, item); n >= 0 {
		return items[n].Rights, items[n].Options
	}
	return 0, 0
}

// change returns the statements that turn one list into another. Each privilege is named, because ALL means
// more on a newer version. on is the object, column one of its columns (quoted) or empty.
func change(owner, on, column string, have, want []ACLItem) []string {
	w := &grants{owner: owner, on: on, column: column}
	for _, h := range revokeOrder(have, owner) {
		rights, options := rightsIn(want, h)
		w.write("REVOKE ", h.Rights&^rights, " FROM ", h, "")
		w.write("REVOKE GRANT OPTION FOR ", h.Options&rights&^options, " FROM ", h, "")
	}
	for _, item := range grantOrder(want, owner) {
		rights, options := rightsIn(have, item)
		w.write("GRANT ", item.Rights&^rights&^item.Options, " TO ", item, "")
		w.write("GRANT ", item.Options&^options, " TO ", item, " WITH GRANT OPTION")
	}
	w.as(owner)
	return w.sql
}

// revokeOrder puts what was granted by virtue of a grant option first, the latest first: it must be gone before the option goes.
func revokeOrder(items []ACLItem, owner string) []ACLItem {
	var derived, own []ACLItem
	for _, i := range items {
		if i.Grantor == owner {
			own = append(own, i)
		} else {
			derived = append(derived, i)
		}
	}
	slices.Reverse(derived)
	return append(derived, own...)
}

// grantOrder puts the owner's own privileges first, then keeps the order of the list, except that a grant by virtue of a
// grant option follows the one that gives the option.
func grantOrder(items []ACLItem, owner string) []ACLItem {
	var sorted, waiting []ACLItem
	for _, i := range items {
		if i.Grantee == owner && i.Grantor == owner {
			sorted = append(sorted, i)
		} else {
			waiting = append(waiting, i)
		}
	}
	for len(waiting) > 0 {
		var later []ACLItem
		for _, i := range waiting {
			var may Rights
			for _, s := range sorted {
				if s.Grantee == i.Grantor {
					may |= s.Options
				}
			}
			if i.Grantor == owner || i.Rights&^may == 0 {
				sorted = append(sorted, i)
			} else {
				later = append(later, i)
			}
		}
		if len(later) == len(waiting) {
			return append(sorted, later...)
		}
		waiting = later
	}
	return sorted
}

// grants collects statements on one object or column.
type grants struct {
	owner, on, column string
	role              string // whom the session acts as, empty for itself
	sql               []string
}

func (g *grants) write(verb string, rights Rights, to string, item ACLItem, end string) {
	if rights == 0 {
		return
	}
	g.as(item.Grantor)
	words := rights.Words()
	if g.column != "" {
		for n := range words {
			words[n] += " (" + g.column + ")"
		}
	}
	grantee := "PUBLIC"
	if item.Grantee != "" {
		grantee = postgres.QuoteIdent(item.Grantee)
	}
	g.sql = append(g.sql, verb+strings.Join(words, ", ")+" ON "+g.on+to+grantee+end)
}

// as makes the session act as the grantor where that is not the owner: GRANT records who has executed it, or the owner if
// that is a superuser or a member of the owner.
func (g *grants) as(grantor string) {
	role := grantor
	if grantor == g.owner {
		role = ""
	}
	if role == g.role {
		return
	}
	if g.role != "" {
		g.sql = append(g.sql, "RESET ROLE")
	}
	if role != "" {
		g.sql = append(g.sql, "SET ROLE "+postgres.QuoteIdent(role))
	}
	g.role = role
}
