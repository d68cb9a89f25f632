package catalog

// Role is what everybody can read of a role of the server: never its password.
type Role struct {
	Name                                   string
	Superuser, CreateRole, CreateDB        bool
	Inherit, Login, Replication, BypassRLS bool
	ConnectionLimit                        int // -1 for none
	ValidUntil                             string
	Comment                                string
	// Settings are those of ALTER ROLE ... SET for all databases.
	Settings []RoleSetting
	// MemberOf are the roles that it is a member of, by name.
	MemberOf []Membership
}

// RoleSetting is one parameter that a role's sessions begin with.
type RoleSetting struct {
	Name, Value string
	// List says that Value is a list of names, of which each is quoted by itself.
	List bool
	// Restricted says that not everybody may set it.
	Restricted bool
}

// Membership is that of one role in another. Inherit and Set are known from 16 on, as OptionsKnown says.
type Membership struct {
	Role         string
	Admin        bool
	Inherit, Set bool
	OptionsKnown bool
}

// Role finds a role by its name, nil if there is none.
func (s *Server) Role(name string) *Role {
	for _, r := range s.Roles {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// MayActAs says whether a role can SET ROLE to another one: a superuser to any, others to those that they are members of.
func (s *Server) MayActAs(role, other string) bool {
	return s.reaches(role, other, func(m Membership) bool { return m.Set || !m.OptionsKnown })
}

// MayGrant says whether a role can make others members of one that exists. createRoleReachesAll is what 16 has ended.
func (s *Server) MayGrant(role, group string) bool {
	me, to := s.Role(role), s.Role(group)
	switch {
	case me == nil || to == nil:
		return false
	case me.Superuser:
		return true
	case to.Superuser:
		return false
	case s.Version < createRoleEnds && me.CreateRole:
		return true
	}
	// The last step must be a membership with ADMIN; those before it are only to inherit it.
	for _, r := range s.Roles {
		for _, m := range r.MemberOf {
			if m.Role == group && m.Admin && s.reaches(role, r.Name, func(m Membership) bool { return m.Inherit || !m.OptionsKnown }) {
				return true
			}
		}
	}
	return false
}

// createRoleEnds is the version from which on CREATEROLE gives power only over roles that one has ADMIN on.
const createRoleEnds = 160000

// reaches says whether memberships lead from a role to another one.
func (s *Server) reaches(role, other string, by func(Membership) bool) bool {
	if r := s.Role(role); r != nil && r.Superuser {
		return true
	}
	seen := map[string]bool{role: true}
	for queue := []string{role}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == other {
			return true
		}
		r := s.Role(queue[0])
		if r == nil {
			continue
		}
		for _, m := range r.MemberOf {
			if by(m) && !seen[m.Role] {
				seen[m.Role] = true
				queue = append(queue, m.Role)
			}
		}
	}
	return false
}
