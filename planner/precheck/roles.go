package precheck

import (
	"maps"
	"slices"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
	fates "migrator/planner/roles"
)

// fates are what becomes of the source's roles.
func (in *Input) fates() *fates.Fates {
	if in.Destination != nil {
		return fates.Settle(in.Config, &in.Destination.Server)
	}
	return fates.Settle(in.Config, &in.DestinationServer)
}

// ownerNames gives the role that will own what a role of the source owns, roleNames the one that is named in its place otherwise: none
// for a role that is left out.
func (in *Input) ownerNames() func(string) string {
	f := in.fates()
	return func(role string) string {
		owner, _ := f.Owner(role)
		return owner
	}
}

func (in *Input) roleNames() func(string) string {
	f := in.fates()
	return func(role string) string {
		if f.Left(role) != "" {
			return ""
		}
		return f.Name(role)
	}
}

// roles are those that a migration names in the destination, after mapping.
type roles struct {
	all []string // owners, grantees, grantors, roles of policies
	// owners are roles that objects are given to, and that the run acts as afterwards; grantors are others that it acts as.
	owners, grantors []string
	// inDatabase are owners of what only a role with CREATE on the database may own.
	inDatabase []string
	// inSchema are the owners of objects by the schemas that these are created in, under their source's names.
	inSchema map[string]map[string]bool
	// newSchemas are the schemas to be made, with their owners.
	newSchemas map[string]string
	// made are the roles that the plan makes.
	made map[string]bool
}

func neededRoles(in *Input) roles {
	owned, mapped, made := in.ownerNames(), in.roleNames(), in.madeRoles()
	schemas := map[string]string{} // the destination's, with their owners
	if in.Destination != nil {
		for _, s := range in.Destination.Schemas {
			schemas[s.Name] = s.Owner
		}
	}
	all, owners, grantors, inDatabase := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	r := roles{inSchema: map[string]map[string]bool{}, newSchemas: map[string]string{}, made: made}
	objects := in.made()
	for _, o := range slices.Concat(objects, in.selectedAlters()) {
		i := o.Meta()
		owner := owned(i.Owner)
		switch o.(type) {
		case *catalog.DefaultPrivileges: // of this role, whoever sets them
			owner = mapped(i.Owner)
		case *catalog.Extension: // it belongs to who creates it
			continue
		case *catalog.Schema:
			if host, ok := schemas[i.Name]; ok && (host == owner || in.Config.Roles == config.RolesIgnore) && in.Makes == nil {
				continue // such a schema is left as it is
			}
		case *catalog.Publication, *catalog.Subscription:
			inDatabase[owner] = true
		}
		for _, role := range otherRoles(o) {
			all[mapped(role)] = true
		}
		for _, role := range grantorsOf(o) {
			if to := mapped(role); role != i.Owner && to != owner {
				grantors[to] = true
			}
		}
		if o.Meta().Kind != catalog.KindPrivileges && owner != "" { // those are on what is another's
			all[owner], owners[owner] = true, true
		}
	}
	for _, o := range objects {
		i := o.Meta()
		if i.Kind == catalog.KindSchema {
			r.newSchemas[i.Name] = owned(i.Owner)
		}
		if i.Schema == "" || i.Kind == catalog.KindPrivileges || i.Kind == catalog.KindDefaultPrivileges {
			continue
		}
		if r.inSchema[i.Schema] == nil {
			r.inSchema[i.Schema] = map[string]bool{}
		}
		if i.Owner != "" {
			r.inSchema[i.Schema][owned(i.Owner)] = true
		}
	}
	for _, builtIn := range []string{"", "public"} {
		delete(all, builtIn)
	}
	maps.DeleteFunc(all, func(role string, _ bool) bool { return made[role] })
	for _, some := range []map[string]bool{grantors, inDatabase} {
		delete(some, "")
	}
	r.all, r.owners = slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(owners))
	r.grantors, r.inDatabase = slices.Sorted(maps.Keys(grantors)), slices.Sorted(maps.Keys(inDatabase))
	return r
}

// madeRoles are those that the plan makes, by the names that they get.
func (in *Input) madeRoles() map[string]bool {
	made, f := map[string]bool{}, in.fates()
	for _, o := range in.Selected {
		for _, role := range append(otherRoles(o), o.Meta().Owner) {
			if f.New(role) {
				made[f.Name(role)] = true
			}
		}
	}
	return made
}

// selectedAlters are the objects that are there and are changed.
func (in *Input) selectedAlters() []catalog.Object {
	if in.Alters == nil {
		return nil
	}
	return in.selected(in.Alters)
}

// lists are an object's access control lists, its columns' among them.
func lists(o catalog.Object) [][]string {
	all := [][]string{o.Meta().ACL}
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			all = append(all, c.ACL)
		}
	case *catalog.View:
		for _, c := range o.Columns {
			all = append(all, c.ACL)
		}
	}
	return all
}

// items are what an object's access control lists say. One that cannot be read is reported when the plan is made.
func items(o catalog.Object) []ddl.ACLItem {
	var all []ddl.ACLItem
	for _, list := range lists(o) {
		for _, text := range list {
			if item, err := ddl.ParseACLItem(text); err == nil {
				all = append(all, item)
			}
		}
	}
	return all
}

// grantorsOf are the roles that have granted something on an object.
func grantorsOf(o catalog.Object) []string {
	var names []string
	for _, item := range items(o) {
		names = append(names, item.Grantor)
	}
	return names
}

// otherRoles are those in an object's privileges, in a policy, and that a user mapping or a setting is for. A grantor that owns
// the object is named in no statement.
func otherRoles(o catalog.Object) []string {
	var names []string
	switch o := o.(type) {
	case *catalog.Policy:
		names = append(names, o.Roles...)
	case *catalog.UserMapping:
		if !o.Public {
			names = append(names, o.Args)
		}
	case *catalog.DatabaseSetting:
		names = append(names, o.Args)
	}
	for _, item := range items(o) {
		names = append(names, item.Grantee)
		if item.Grantor != o.Meta().Owner {
			names = append(names, item.Grantor)
		}
	}
	return names
}

// schemas are those that objects are made in, in order.
func (r roles) schemas() []string { return slices.Sorted(maps.Keys(r.inSchema)) }

// ownersIn are the owners of the objects made in a schema, in order.
func (r roles) ownersIn(schema string) []string { return slices.Sorted(maps.Keys(r.inSchema[schema])) }

// creators pairs schemas with the roles that need CREATE on them: user, who makes the objects, and their owners.
func (r roles) creators(user string) (schemas, who []string) {
	for _, schema := range r.schemas() {
		for _, role := range append(slices.DeleteFunc(r.ownersIn(schema), func(o string) bool { return o == user }), user) {
			schemas, who = append(schemas, schema), append(who, role)
		}
	}
	return schemas, who
}
