package catalog

import "slices"

// NewObjects is what ALTER DEFAULT PRIVILEGES has set, for one type of object in one schema or in all of them, for the role that
// has read the catalog: objects that it makes begin with these privileges.
type NewObjects struct {
	// Type is pg_default_acl.defaclobjtype: r relations, S sequences, f routines, T types, n schemas, L large objects.
	Type   string
	Schema string // empty for the whole database, where ACL stands in Standard's place; in a schema it comes on top
	ACL    []string
	// Standard is acldefault() for the type and the role: what objects begin with when nothing is set.
	Standard []string
}

// newTypes are the letters of NewObjects.Type.
var newTypes = map[Kind]string{
	KindTable: "r", KindForeignTable: "r", KindView: "r", KindMaterializedView: "r", KindSequence: "S",
	KindFunction: "f", KindProcedure: "f", KindAggregate: "f", KindType: "T", KindDomain: "T",
	KindSchema: "n", KindLargeObject: "L",
}

// PrivilegesOfNew is the access control list that an object of a kind begins with when the role that has read the catalog makes it in a
// schema (empty for kinds without one), and what it would begin with if no default privileges were set. Both are nil if none are.
func (d *Database) PrivilegesOfNew(kind Kind, schema string) (acl, standard []string) {
	letter := newTypes[kind]
	if letter == "" {
		return nil, nil
	}
	var global *NewObjects
	var added []string
	for i := range d.NewObjects {
		n := &d.NewObjects[i]
		switch {
		case n.Type != letter || n.Schema != "" && n.Schema != schema:
			continue
		case n.Schema == "":
			global = n
		default:
			added = n.ACL
		}
		standard = n.Standard
	}
	if standard == nil {
		return nil, nil
	}
	acl = standard
	if global != nil {
		acl = global.ACL
	}
	return slices.Concat(acl, added), standard
}
