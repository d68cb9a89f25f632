package planner

import (
	"fmt"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/roles"
)

// roleChanges gathers what becomes of objects for the sake of the roles that they name.
type roleChanges struct {
	*roles.Fates
	// barred are objects that cannot be made without a role, each with the reason; needs are the roles to be made first, by address.
	barred map[catalog.Object]string
	needs  map[catalog.Object][]string
	made   map[string]bool // roles to be made, by their names in the source
	left   map[string]*leftRole
}

// leftRole is a role that is not named in the destination, or not as an owner, and what changes for that.
type leftRole struct {
	why         string
	owned       []string // addresses of what the role that connects will own
	privileges  []string // of what it has no privileges on any more
	grants      []string // of what it has granted others privileges on, which the owner grants now
	policies    []string
	memberships []string // roles that are not made its members
}

func newRoleChanges(fates *roles.Fates) *roleChanges {
	return &roleChanges{
		Fates: fates, barred: map[catalog.Object]string{}, needs: map[catalog.Object][]string{}, made: map[string]bool{}, left: map[string]*leftRole{},
	}
}

// leave notes a role that something has to do without.
func (c *roleChanges) leave(role, why string) *leftRole {
	if c.left[role] == nil {
		c.left[role] = &leftRole{why: why}
	}
	return c.left[role]
}

// settleRoles gives an object, which is a clone, the roles that it is to have in the destination.
func (b *builder) settleRoles(o catalog.Object) {
	i := o.Meta()
	there := b.there.find(i)
	s := &settling{roleChanges: b.roles, object: o, was: i.Owner, stands: there != nil, counts: b.cfg.Schema && b.sel.selects(o)}
	switch o := o.(type) {
	case *catalog.DefaultPrivileges: // the owner is whom they are of, and no other role will do
		o.Name = s.demand(o.Name, "default privileges of a role")
		i.Owner = o.Name
	case *catalog.DatabaseSetting:
		o.Args = s.demand(o.Args, "a setting of a role")
	case *catalog.MemberPrivileges:
		i.Owner = s.Name(i.Owner)
		if there != nil {
			i.Owner = there.Meta().Owner // it comes with the server or with an extension, and so does its owner
		}
	case *catalog.Extension: // belongs to who creates it
		i.Owner = s.Name(i.Owner)
	default:
		s.own()
	}
	switch o := o.(type) {
	case *catalog.UserMapping:
		if !o.Public {
			o.Args = s.demand(o.Args, "a user mapping of a role")
		}
	case *catalog.Policy:
		s.policy(o)
	}
	mapPrivileges(o, s.item)
}

// settling is the work on one object.
type settling struct {
	*roleChanges
	object catalog.Object
	was    string // its owner in the source
	stands bool   // whether the destination has it, and so an owner of it
	counts bool   // whether it is selected, so that what changes is to be told
}

// leave notes what a role is not named for; the result is not kept where nothing is to be told.
func (s *settling) leave(role, why string) *leftRole {
	if !s.counts {
		return &leftRole{}
	}
	return s.roleChanges.leave(role, why)
}

// name is the destination's name of a role, which is made if it must be.
func (s *settling) name(role string) string {
	if s.counts && s.New(role) {
		s.made[role] = true
		if a := roleAddress(s.Name(role)); !slices.Contains(s.needs[s.object], a) {
			s.needs[s.object] = append(s.needs[s.object], a)
		}
	}
	return s.Name(role)
}

// own finds the object's owner.
func (s *settling) own() {
	i := s.object.Meta()
	owner, why := s.Owner(i.Owner)
	if why == "" {
		i.Owner = s.name(i.Owner)
		return
	}
	if !s.stands {
		l := s.leave(i.Owner, why)
		l.owned = append(l.owned, i.Address())
	}
	i.Owner, i.StaysWithCreator = owner, true
}

// demand is a role without which there is no point in the object.
func (s *settling) demand(role, what string) string {
	if why := s.Left(role); why != "" {
		s.barred[s.object] = fmt.Sprintf("%s, %q, that is not carried: %s", what, role, why)
		return role
	}
	return s.name(role)
}

// policy leaves out roles to which the policy cannot apply. Without any it would be for everybody.
func (s *settling) policy(p *catalog.Policy) {
	var kept []string
	for _, role := range p.Roles {
		if why := s.Left(role); why != "" {
			l := s.leave(role, why)
			l.policies = append(l.policies, p.Address())
			continue
		}
		kept = append(kept, s.name(role))
	}
	if len(kept) == 0 && len(p.Roles) > 0 {
		s.barred[p] = "it is for roles alone that are not carried: " + strings.Join(p.Roles, ", ")
		return
	}
	slices.Sort(kept) // as the catalog's reader does
	p.Roles = slices.Compact(kept)
}

// item is an item of an access control list with the destination's roles; false leaves it out. What a role has granted that cannot be
// named is granted by the owner.
func (s *settling) item(item ddl.ACLItem) (ddl.ACLItem, bool) {
	i := s.object.Meta()
	switch why := s.Left(item.Grantor); {
	case item.Grantor == s.was:
		item.Grantor = i.Owner
	case why != "":
		l := s.leave(item.Grantor, why)
		l.grants = appendNew(l.grants, i.Address())
		item.Grantor = i.Owner
	default:
		item.Grantor = s.name(item.Grantor)
	}
	switch why := s.Left(item.Grantee); {
	case item.Grantee == s.was:
		item.Grantee = i.Owner
	case why != "":
		l := s.leave(item.Grantee, why)
		l.privileges = appendNew(l.privileges, i.Address())
		return item, false
	default:
		item.Grantee = s.name(item.Grantee)
	}
	return item, true
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// mapPrivileges changes the items of the access control lists of an object and of its columns, or leaves them out.
func mapPrivileges(o catalog.Object, change func(ddl.ACLItem) (ddl.ACLItem, bool)) {
	i := o.Meta()
	i.ACL, i.BaseACL = mapACL(i.ACL, change), mapACL(i.BaseACL, change)
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			c.ACL = mapACL(c.ACL, change)
		}
	case *catalog.View:
		for n := range o.Columns {
			o.Columns[n].ACL = mapACL(o.Columns[n].ACL, change)
		}
	}
}

// mapACL keeps nil, which is the default, apart from an empty list.
func mapACL(acl []string, change func(ddl.ACLItem) (ddl.ACLItem, bool)) []string {
	if acl == nil {
		return nil
	}
	out := make([]string, 0, len(acl))
	for _, text := range acl {
		item, err := ddl.ParseACLItem(text)
		if err != nil {
			out = append(out, text) // the server wrote it; ddl.Create will refuse it
			continue
		}
		if item, keep := change(item); keep {
			out = append(out, item.String())
		}
	}
	return out
}
