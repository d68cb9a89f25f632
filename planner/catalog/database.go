package catalog

// Database is everything the catalogs say about one database.
type Database struct {
	Server   Server
	Name     string
	OID      uint32 `json:"-"`
	Owner    string
	Encoding string // pg_encoding_to_char
	Collate  string // datcollate
	CType    string // datctype
	Provider string // "c" libc, "i" ICU, "b" builtin; "c" below 15
	Locale   string // daticulocale (15, 16), datlocale (17)
	ICURules string `json:",omitempty"` // daticurules (16)
	Size     int64  `json:"-"`          // pg_database_size; 0 when not permitted

	Tablespace      string   // its default tablespace
	ConnectionLimit int      // datconnlimit, -1 for none
	Comment         string   `json:",omitempty"`
	ACL             []string `json:",omitempty"` // datacl; nil is the default
	BaseACL         []string `json:"-"`          // acldefault, where ACL is not nil

	Schemas      []*Schema
	Extensions   []*Extension
	Types        []*Type
	Domains      []*Domain
	Functions    []*Function // functions, procedures, window functions
	Aggregates   []*Aggregate
	Operators    []*Operator
	Sequences    []*Sequence
	Tables       []*Table
	Views        []*View // views and materialized views
	Indexes      []*Index
	Constraints  []*Constraint
	Rules        []*Rule
	Triggers     []*Trigger
	Policies     []*Policy
	LargeObjects []*LargeObject

	Collations       []*Collation
	Conversions      []*Conversion
	Casts            []*Cast
	Statistics       []*Statistics
	TSParsers        []*TSParser
	TSTemplates      []*TSTemplate
	TSDictionaries   []*TSDictionary
	TSConfigurations []*TSConfiguration

	Publications      []*Publication
	Subscriptions     []*Subscription
	EventTriggers     []*EventTrigger
	DefaultPrivileges []*DefaultPrivileges

	AccessMethods    []*AccessMethod
	Languages        []*Language
	Transforms       []*Transform
	OperatorFamilies []*OperatorFamily
	OperatorClasses  []*OperatorClass

	Settings []*DatabaseSetting // in the order in which they were made

	ForeignDataWrappers []*ForeignDataWrapper
	ForeignServers      []*ForeignServer
	UserMappings        []*UserMapping
	// MemberPrivileges are those that differ from the ones their objects were made with.
	MemberPrivileges []*MemberPrivileges

	SecurityLabels []*SecurityLabel `json:",omitempty"`

	// NewObjects are the privileges that objects begin with which the reading session's role makes, where it has any set.
	NewObjects []NewObjects `json:"-"`

	// Depends are the edges of pg_depend between objects of this Database (and of constituent parts
	// folded into them: a view's ON SELECT rule is the view, a column default its table unless it
	// stands apart, a row type its relation, an array type its element type).
	Depends []Dependency `json:"-"`

	// Uncarried are user objects of kinds that are not read, by address.
	Uncarried []Uncarried `json:",omitempty"`
}

// DatabaseProperties are those of a database itself that it does not get when it is made. Item has its name, owner and privileges.
type DatabaseProperties struct {
	Item
	ConnectionLimit int
}

// Properties are the database's own, under a name.
func (d *Database) Properties(name string) *DatabaseProperties {
	return &DatabaseProperties{
		Item:            Item{Kind: KindDatabase, Name: name, Owner: d.Owner, ACL: d.ACL, BaseACL: d.BaseACL},
		ConnectionLimit: d.ConnectionLimit,
	}
}

// Server is the identity and the limits of the server a database is on.
type Server struct {
	Version     int    // server_version_num: 150018
	VersionText string // server_version
	// SystemID is pg_control_system().system_identifier in decimal; empty when it cannot be read (below 9.6, or not permitted).
	SystemID string
	User     string // current_user of the reading session
	// Superuser is whether User is one.
	Superuser bool
	// Formats are the settings that decide how values are read and printed, as a session of User has them that sets none.
	Formats map[string]string `json:"-"`
	// Parameters are the names of the server's settings, in lower case.
	Parameters map[string]bool `json:"-"`
	// Libraries are the versions of what compares texts: "c" is libc's, "i" ICU's. A missing or empty one is not known.
	Libraries map[string]string `json:"-"`
	// Builtins are PostgreSQL's own objects that privileges can be granted on: "relation.pg_authid", "routine.pg_ls_dir(text)",
	// "type.text", "schema.pg_catalog", "language.plpgsql".
	Builtins map[string]bool `json:"-"`
	// Preloaded are the libraries that a session begins with, without their directories, as far as the role may know.
	Preloaded []string `json:"-"`
	// Roles are all that the server has, by name.
	Roles []*Role `json:"-"`
}

// Dependency says that From needs To. Sub-ids are columns (attnum), 0 for the whole object.
type Dependency struct {
	From, To       Ref
	FromSub, ToSub int16
	// Type is pg_depend.deptype: n normal, a auto, i internal, P and S partition.
	Type byte
}

// Uncarried is an object of a kind that this package does not read.
type Uncarried struct {
	Kind string // pg_dump's word: "cast", "publication", ...
	Name string // qualified, quoted as the server does
	Ref  Ref    `json:"-"`
	// Reason says why it is not carried; empty where no object of the kind is.
	Reason string `json:",omitempty"`
}

// Objects lists every object, by kind in the order of Database's fields.
func (d *Database) Objects() []Object {
	var all []Object
	all = appendObjects(all, d.Schemas)
	all = appendObjects(all, d.Extensions)
	all = appendObjects(all, d.Types)
	all = appendObjects(all, d.Domains)
	all = appendObjects(all, d.Functions)
	all = appendObjects(all, d.Aggregates)
	all = appendObjects(all, d.Operators)
	all = appendObjects(all, d.Sequences)
	all = appendObjects(all, d.Tables)
	all = appendObjects(all, d.Views)
	all = appendObjects(all, d.Indexes)
	all = appendObjects(all, d.Constraints)
	all = appendObjects(all, d.Rules)
	all = appendObjects(all, d.Triggers)
	all = appendObjects(all, d.Policies)
	all = appendObjects(all, d.LargeObjects)
	all = appendObjects(all, d.Collations)
	all = appendObjects(all, d.Conversions)
	all = appendObjects(all, d.Casts)
	all = appendObjects(all, d.Statistics)
	all = appendObjects(all, d.TSParsers)
	all = appendObjects(all, d.TSTemplates)
	all = appendObjects(all, d.TSDictionaries)
	all = appendObjects(all, d.TSConfigurations)
	all = appendObjects(all, d.Publications)
	all = appendObjects(all, d.Subscriptions)
	all = appendObjects(all, d.EventTriggers)
	all = appendObjects(all, d.DefaultPrivileges)
	all = appendObjects(all, d.AccessMethods)
	all = appendObjects(all, d.Languages)
	all = appendObjects(all, d.Transforms)
	all = appendObjects(all, d.OperatorFamilies)
	all = appendObjects(all, d.OperatorClasses)
	all = appendObjects(all, d.Settings)
	all = appendObjects(all, d.ForeignDataWrappers)
	all = appendObjects(all, d.ForeignServers)
	all = appendObjects(all, d.UserMappings)
	return appendObjects(all, d.MemberPrivileges)
}

func appendObjects[T Object](all []Object, some []T) []Object {
	for _, o := range some {
		all = append(all, o)
	}
	return all
}
