package catalog

// MemberPrivileges are the privileges of something that every database of its kind has by itself: a member of an extension, or an
// object of PostgreSQL's own in pg_catalog. The object is not the database's, but what was granted on it since it was made is.
//
// Item names the object (its schema, name and arguments; for a column, Table is its relation) and has its owner. ACL is never nil, and
// BaseACL is what the object was made with.
type MemberPrivileges struct {
	Item
	// Extension is the one that the object belongs to; it is empty for an object of PostgreSQL's own.
	Extension string `json:",omitempty"`
}
