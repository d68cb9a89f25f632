package catalog

import "strings"

// Kind names a kind of object in the words of pg_dump and the SQL commands.
type Kind string

// The kinds of objects this package reads.
const (
	KindSchema           Kind = "schema"
	KindExtension        Kind = "extension"
	KindType             Kind = "type" // enum, composite, range, base; see Type.Variant
	KindDomain           Kind = "domain"
	KindFunction         Kind = "function"
	KindProcedure        Kind = "procedure"
	KindAggregate        Kind = "aggregate"
	KindOperator         Kind = "operator"
	KindSequence         Kind = "sequence"
	KindTable            Kind = "table"
	KindView             Kind = "view"
	KindMaterializedView Kind = "materialized_view"
	KindDefault          Kind = "default"   // a column default that stands apart from its table
	KindPartition        Kind = "partition" // attaching a table to its partitioned parent
	KindIndex            Kind = "index"
	KindIndexPartition   Kind = "index_partition" // attaching an index to its partitioned parent
	KindPrimaryKey       Kind = "primary_key"
	KindUnique           Kind = "unique"
	KindExclusion        Kind = "exclusion"
	KindCheck            Kind = "check" // a check constraint that stands apart from its table
	KindForeignKey       Kind = "foreign_key"
	KindRule             Kind = "rule"
	KindTrigger          Kind = "trigger"
	KindPolicy           Kind = "policy"
	KindLargeObject      Kind = "large_object"
	KindPrivileges       Kind = "privileges" // those of an object that is not the database's own; see MemberPrivileges
)

// Kinds of objects that are not read, but on which privileges are.
const (
	KindColumn Kind = "column"
)

// Ref is an object's identity inside one server: the catalog that holds its row and the
// row's OID, as (classid, objid) of pg_depend. It means nothing on another server.
type Ref struct {
	Class string // "pg_class", "pg_proc", ...
	OID   uint32
}

// Item is what every object has.
type Item struct {
	Kind Kind
	// Of is the kind of the object that MemberPrivileges are on, empty for all others.
	Of     Kind   `json:",omitempty"`
	Ref    Ref    `json:"-"`
	Schema string `json:",omitempty"` // empty for objects without a schema
	Table  string `json:",omitempty"` // for what belongs to a relation: its name, in Schema
	Name   string
	// Args are the identity arguments of functions, aggregates ("integer, text") and operators
	// ("integer, integer", NONE for a missing side), as pg_get_function_identity_arguments
	// and format_type print them.
	Args  string `json:",omitempty"`
	Owner string `json:",omitempty"` // empty where the kind has none
	// Comment is obj_description; nil and "" are the same, PostgreSQL does not keep empty ones.
	Comment string `json:",omitempty"`
	// ACL is the aclitem[] in its order, each item as aclitemout prints it; nil is SQL NULL: the default.
	ACL []string `json:",omitempty"`
	// BaseACL is what ACL is a change of: the initial privileges (pg_init_privs) if there are any, else acldefault() of kind and owner.
	// It is read only where ACL is not nil.
	BaseACL []string `json:"-"`
	// StaysWithCreator says that the object is not given to Owner, who is the role that makes it.
	StaysWithCreator bool `json:"-"`
	// DependsOnExtension names the extensions given by ALTER ... DEPENDS ON EXTENSION (functions, materialized views, indexes and
	// triggers can have them), sorted.
	DependsOnExtension []string `json:",omitempty"`
}

// Meta returns the item itself; embedding Item makes a type an Object.
func (i *Item) Meta() *Item { return i }

// Object is one object of a database: one of the struct types of this package, by pointer.
type Object interface{ Meta() *Item }

// Address is unique in its database, stable and readable: kind.schema.name,
// kind.schema.table.name, kind.schema.name(args). A part that holds a dot, a parenthesis, white space
// or a quote is put in double quotes (with inner quotes doubled).
func (i *Item) Address() string {
	var b strings.Builder
	b.WriteString(string(i.Kind))
	kind := i.Kind
	if i.Of != "" {
		kind = i.Of
		b.WriteString("." + string(kind))
	}
	for _, p := range []string{i.Schema, i.Table, i.Name} {
		if p != "" {
			b.WriteByte('.')
			b.WriteString(AddressPart(p))
		}
	}
	switch kind {
	case KindDatabaseSetting:
		if i.Args != "" {
			b.WriteString("(" + i.Args + ")")
		}
	case KindFunction, KindProcedure, KindAggregate, KindOperator, KindDefaultPrivileges, KindUserMapping, KindOperatorFamily, KindOperatorClass:
		b.WriteString("(" + i.Args + ")")
	}
	return b.String()
}

// AddressPart quotes a name for an address where it must be.
func AddressPart(name string) string {
	if strings.ContainsAny(name, ".()[]\" \t\r\n") {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return name
}
