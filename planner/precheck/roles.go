package precheck

import (
	"maps"
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// roles are those that a migration names in the destination, after mapping.
type roles struct {
	all    []string // owners, grantees, grantors, roles of policies
	owners []string
	// inSchema are the owners of objects by the schemas that these are created in, under their source's names.
	inSchema map[string]map[string]bool
}

func neededRoles(in *Input) roles {
	renamed := map[string]string{}
	for _, m := range in.Config.Mapping.Roles {
		renamed[m.Name] = m.Rename
	}
	mapped := func(role string) string {
		if to := renamed[role]; to != "" {
			return to
		}
		return role
	}
	schemas := map[string]string{} // the destination's, with their owners
	if in.Destination != nil {
		for _, s := range in.Destination.Schemas {
			schemas[s.Name] = s.Owner
		}
	}
	all, owners := map[string]bool{}, map[string]bool{}
	r := roles{inSchema: map[string]map[string]bool{}}
	for _, o := range in.Selected {
		i := o.Meta()
		if i.Kind == catalog.KindExtension || i.Kind == catalog.KindSchema && schemas[i.Name] == mapped(i.Owner) {
			continue // an extension belongs to who creates it; such a schema is left as it is
		}
		if i.Schema != "" && r.inSchema[i.Schema] == nil {
			r.inSchema[i.Schema] = map[string]bool{}
		}
		if i.Owner != "" {
			owner := mapped(i.Owner)
			all[owner], owners[owner] = true, true
			if i.Schema != "" {
				r.inSchema[i.Schema][owner] = true
			}
		}
		for _, role := range otherRoles(o) {
			all[mapped(role)] = true
		}
	}
	for _, builtIn := range []string{"", "public"} {
		delete(all, builtIn)
	}
	r.all, r.owners = slices.Sorted(maps.Keys(all)), slices.Sorted(maps.Keys(owners))
	return r
}

// otherRoles are those in an object's privileges and in a policy.
func otherRoles(o catalog.Object) []string {
	lists := [][]string{o.Meta().ACL}
	var names []string
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			lists = append(lists, c.ACL)
		}
	case *catalog.View:
		for _, c := range o.Columns {
			lists = append(lists, c.ACL)
		}
	case *catalog.Policy:
		names = append(names, o.Roles...)
	}
	for _, list := range lists {
		for _, text := range list {
			if item, err := ddl.ParseACLItem(text); err == nil { // one that cannot be read is reported when the plan is made
				names = append(names, item.Grantee, item.Grantor)
			}
		}
	}
	return names
}

// creators pairs schemas with the roles that need CREATE on them: user, who makes the objects, and their owners.
func (r roles) creators(user string) (schemas, who []string) {
	for _, schema := range slices.Sorted(maps.Keys(r.inSchema)) {
		owners := maps.Clone(r.inSchema[schema])
		owners[user] = true
		for _, owner := range slices.Sorted(maps.Keys(owners)) {
			schemas, who = append(schemas, schema), append(who, owner)
		}
	}
	return schemas, who
}
