package planner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

func roleAddress(name string) string {
	return (&catalog.Item{Kind: catalog.KindRole, Name: name}).Address()
}

// addRoles plans the roles that are to be made, with those that they are members of, and a line for each that is left out.
func (b *builder) addRoles() {
	if !b.cfg.Schema {
		return
	}
	for queue := slices.Sorted(maps.Keys(b.roles.made)); len(queue) > 0; queue = queue[1:] {
		for _, m := range b.sourceRole(queue[0]).MemberOf {
			if b.roles.New(m.Role) && !b.roles.made[m.Role] {
				b.roles.made[m.Role] = true
				queue = append(queue, m.Role)
			}
		}
	}
	for _, role := range slices.Sorted(maps.Keys(b.roles.made)) {
		if name := b.roles.Name(role); b.g.nodes[roleAddress(name)] == nil { // several can be mapped to one
			b.addRole(name, b.sourceRole(role))
		}
	}
	for _, role := range slices.Sorted(maps.Keys(b.roles.left)) {
		n := b.g.add(&node{prio: kindOrder[string(catalog.KindRole)], action: Action{
			Address: roleAddress(role), Kind: string(catalog.KindRole), Section: PreData, Stage: StageSchema, Name: role,
		}})
		n.skip(b.roles.left[role].reason(b.dst.Server.User))
	}
}

// sourceRole is what the source says of a role.
func (b *builder) sourceRole(name string) *catalog.Role {
	if r := b.src.Server.Role(name); r != nil {
		return r
	}
	return &catalog.Role{Name: name, Inherit: true, ConnectionLimit: -1}
}

func (b *builder) addRole(name string, r *catalog.Role) {
	n := b.g.add(&node{prio: kindOrder[string(catalog.KindRole)], action: Action{
		Address: roleAddress(name), Kind: string(catalog.KindRole), Change: Create, Section: PreData, Stage: StageSchema, Name: name,
		Detail: "without login", SQL: []string{ddl.CreateRole(name, r)},
	}})
	a, me := &n.action, &b.dst.Server
	if !me.Superuser {
		a.SQL = append(a.SQL, ddl.JoinRole(name))
		a.Detail += ", " + me.User + " becomes a member"
	}
	if r.Comment != "" && !b.sel.skipsWord(skipComments) {
		a.SQL = append(a.SQL, ddl.CommentRole(name, r.Comment))
	}
	var lacks []string
	for _, s := range r.Settings {
		if s.Restricted && (!me.Superuser || s.Value == "") {
			lacks = append(lacks, "the setting of "+s.Name)
			continue
		}
		a.SQL = append(a.SQL, ddl.SetRole(name, s))
	}
	lacks = append(lacks, b.addMemberships(n, name, r)...)
	b.hazardRole(name, r, lacks)
}

// addMemberships makes a new role a member of others, and others that are there members of it. It returns what cannot be done.
func (b *builder) addMemberships(n *node, name string, r *catalog.Role) (lacks []string) {
	a := &n.action
	for _, m := range r.MemberOf {
		group := b.roles.Name(m.Role)
		switch why := b.roles.Left(m.Role); {
		case why != "":
			l := b.roles.leave(m.Role, why)
			l.memberships = append(l.memberships, name)
		case b.roles.New(m.Role):
			n.needs(roleAddress(group))
			a.SQL = append(a.SQL, ddl.GrantMembership(group, name, m))
		case b.dst.Server.MayGrant(b.dst.Server.User, group):
			a.SQL = append(a.SQL, ddl.GrantMembership(group, name, m))
		default:
			lacks = append(lacks, "membership in "+group+", which "+b.dst.Server.User+" may not grant")
		}
	}
	for _, member := range b.src.Server.Roles {
		for _, m := range member.MemberOf {
			to := b.roles.Name(member.Name)
			switch {
			case m.Role != r.Name || b.roles.made[member.Name]:
			case b.dst.Server.Role(to) != nil:
				if to != b.dst.Server.User || b.dst.Server.Superuser {
					a.SQL = append(a.SQL, ddl.GrantMembership(name, to, m))
				}
			case b.roles.Left(member.Name) == "":
				lacks = append(lacks, "its member "+to+", which nothing names and which is not made")
			}
		}
	}
	return lacks
}

// hazardRole says what a new role has in the source and lacks in the destination.
func (b *builder) hazardRole(name string, r *catalog.Role, lacks []string) {
	var powers []string
	for _, p := range []struct {
		has  bool
		word string
	}{
		{r.Login, "LOGIN"}, {r.Superuser, "SUPERUSER"}, {r.CreateDB, "CREATEDB"}, {r.CreateRole, "CREATEROLE"},
		{r.Replication, "REPLICATION"}, {r.BypassRLS, "BYPASSRLS"},
	} {
		if p.has {
			powers = append(powers, p.word)
		}
	}
	if len(powers) > 0 {
		do := "ALTER ROLE " + postgres.QuoteIdent(name) + " " + strings.Join(powers, " ") + ", as far as it is to have this in the destination"
		what := "is made without " + strings.Join(powers, ", ") + ", which it has in the source"
		if r.Login {
			what += "; its password cannot be read"
			do = strings.Replace(do, " LOGIN", " LOGIN PASSWORD '...'", 1)
		}
		b.hazard("role_without_powers", name, what, do)
	}
	if len(lacks) > 0 {
		b.hazard("role_incomplete", name, "is made without "+strings.Join(lacks, "; "), "add what it needs by hand, as a role that may")
	}
}

// reason says why a role is left out, and what changes for that.
func (l *leftRole) reason(user string) string {
	var effects []string
	add := func(effect string, of []string) {
		if len(of) > 0 {
			effects = append(effects, effect+": "+few(of))
		}
	}
	add("what it owns belongs to "+user, l.owned)
	add("without its privileges", l.privileges)
	add("granted by the owner in its place", l.grants)
	add("policies that do not name it", l.policies)
	add("without membership in it", l.memberships)
	return l.why + "; " + strings.Join(effects, "; ")
}

// few are the first of a list's names, and how many more there are.
func few(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
