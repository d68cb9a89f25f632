// Package roles decides what becomes of the roles that a source's objects name: which role takes the place of one, which are to be
// made, and which nothing names in the destination.
//
// Invariants:
//   - A role of a managed service is never made.
//   - What mapping says of a role goes before everything that is known of it.
package roles

import (
	"fmt"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
)

// Fates are what becomes of each role. Roles are asked for by their names in the source.
type Fates struct {
	policy      config.RolePolicy
	renamed     map[string]string
	destination *catalog.Server
	there       map[string]bool
	providers   []provider
}

// Settle decides for a migration to a server. Where that server's roles are not known, all are taken to be there.
func Settle(cfg *config.Config, destination *catalog.Server) *Fates {
	f := &Fates{
		policy: cfg.Roles, destination: destination, renamed: map[string]string{}, there: map[string]bool{}, providers: providers(cfg),
	}
	for _, m := range cfg.Mapping.Roles {
		f.renamed[m.Name] = m.Rename
	}
	for _, r := range destination.Roles {
		f.there[r.Name] = true
	}
	return f
}

// Name is what a role is called in the destination.
func (f *Fates) Name(role string) string {
	if to, ok := f.renamed[role]; ok {
		return to
	}
	return role
}

// Left says why nothing can name a role in the destination; it is empty where the role is there, is made, or must be there.
func (f *Fates) Left(role string) string {
	name := f.Name(role)
	_, mapped := f.renamed[role]
	if name == "" || len(f.there) == 0 || f.there[name] {
		return ""
	}
	if !mapped {
		if p := ofRole(f.providers, name); p != "" {
			return "it is a role of " + p + ", which the destination does not have"
		}
		if strings.HasPrefix(name, "pg_") {
			return "it is one of PostgreSQL's own roles, which the destination's version does not have"
		}
	}
	if f.policy == config.RolesIgnore {
		return `it does not exist in the destination (roles = "ignore")`
	}
	return ""
}

// New says whether a role is to be made.
func (f *Fates) New(role string) bool {
	name := f.Name(role)
	return f.policy == config.RolesCreate && name != "" && len(f.there) > 0 && !f.there[name] && f.Left(role) == ""
}

// Owner is who will own what a role owns. Where that is the role that connects in the owner's place, why says so.
func (f *Fates) Owner(role string) (owner, why string) {
	name, user := f.Name(role), f.destination.User
	if role == "" || user == "" || name == user {
		return name, ""
	}
	if why := f.Left(role); why != "" {
		return user, why
	}
	if f.policy == config.RolesIgnore {
		return user, `no owner is carried (roles = "ignore")`
	}
	if _, mapped := f.renamed[role]; !mapped && f.there[name] {
		if p := ofRole(f.providers, name); p != "" && !f.destination.MayActAs(user, name) {
			return user, fmt.Sprintf("it is a role of %s, which %s cannot act as", p, user)
		}
	}
	return name, ""
}
