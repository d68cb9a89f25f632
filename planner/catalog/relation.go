package catalog

// Table is an ordinary, partitioned or foreign table.
type Table struct {
	Item
	Columns []*Column
	// Checks are the valid, local check constraints that are created with the table. Others are Constraints.
	Checks []TableCheck `json:",omitempty"`
	// Persistence is pg_class.relpersistence: p or u.
	Persistence string
	Partitioned bool `json:",omitempty"`
	// Foreign says that its rows are another server's: Server names it. ForeignOptions are "name=value".
	Foreign        bool     `json:",omitempty"`
	Server         string   `json:",omitempty"`
	ForeignOptions []string `json:",omitempty"`
	PartitionBy    string   `json:",omitempty"` // pg_get_partkeydef
	// Parents are the tables it inherits from in inhseqno order; for a partition its one partitioned parent.
	Parents []Name `json:",omitempty"`
	// JoinsLater says that it was made for itself and became a child by ALTER TABLE ... INHERIT: all its columns are its own, and stand in
	// an order in which CREATE TABLE ... INHERITS would not put them.
	JoinsLater bool `json:",omitempty"`
	// Bound is the partition's bound, pg_get_expr(relpartbound); empty when it is no partition.
	Bound string `json:",omitempty"`
	// OfType is the composite type of a typed table, qualified and quoted.
	OfType        string   `json:",omitempty"`
	Tablespace    string   `json:",omitempty"` // empty: the database's
	AccessMethod  string   `json:",omitempty"` // empty: heap or none
	Options       []string `json:",omitempty"` // reloptions, "fillfactor=70"
	ToastOptions  []string `json:",omitempty"` // without the prefix "toast."
	WithOIDs      bool     `json:",omitempty"`
	RowSecurity   bool     `json:",omitempty"`
	ForceSecurity bool     `json:",omitempty"`
	// ReplicaIdentity is relreplident: d default, n nothing, f full, i index (the index says so itself).
	ReplicaIdentity string
	// HashesEnum says that a partition key above or in this table hashes an enum, whose hash depends on OIDs:
	// rows of its partitions go in through the root.
	HashesEnum bool `json:",omitempty"`
	// Routing is set for a partitioned table whose own key holds texts.
	Routing *Routing `json:"-"`

	// Rows is reltuples (-1 unknown), Bytes the size on disk of heap and TOAST, Pages that of the heap in blocks,
	// FileNode pg_relation_filenode. They are estimates and hints, no part of the definition.
	Rows     int64  `json:"-"`
	Bytes    int64  `json:"-"`
	Pages    int64  `json:"-"`
	FileNode uint32 `json:"-"`
}

// Name is a qualified name.
type Name struct{ Schema, Name string }

// Column is one column of a table, by attnum; dropped columns are left out.
type Column struct {
	Number int16 `json:"-"` // attnum; it may have gaps
	// ForeignOptions are those of a foreign table's column.
	ForeignOptions []string `json:",omitempty"`
	Name           string
	Type           string // format_type with the modifier
	TypeOID        uint32 `json:"-"`
	Collation      string `json:",omitempty"` // qualified and quoted; empty when it is the type's own
	NotNull        bool   `json:",omitempty"`
	// NotNullName, NotNullNoInherit, NotNullInvalid, NotNullLocal and NotNullComment describe the named constraint of 18 and later.
	NotNullName      string `json:",omitempty"`
	NotNullNoInherit bool   `json:",omitempty"`
	NotNullInvalid   bool   `json:",omitempty"`
	NotNullLocal     bool   `json:",omitempty"`
	NotNullComment   string `json:",omitempty"`
	// NotNullApart says that the column comes from parents that allow nulls in it, so that NOT NULL must be set on this table alone,
	// after its creation.
	NotNullApart bool `json:",omitempty"`
	// Default is pg_get_expr of the default, or the expression of a generated column.
	Default string `json:",omitempty"`
	// DefaultApart says that the default must be set after the table's creation (a dependency cycle, or an inherited column).
	// Where a parent has a default that this table dropped, Default is "NULL".
	DefaultApart bool `json:",omitempty"`
	// Generated is attgenerated: s stored, v virtual, empty for neither.
	Generated string `json:",omitempty"`
	// Identity is attidentity: a always, d by default. Its sequence is a Sequence with Identity set.
	Identity string `json:",omitempty"`
	// Local is attislocal, Inherited attinhcount > 0.
	Local, Inherited bool
	Statistics       int      `json:",omitempty"` // attstattarget, -1 for the default
	Storage          string   `json:",omitempty"` // PLAIN, EXTERNAL, EXTENDED, MAIN; empty when it is the type's own, and no parent's is another
	Compression      string   `json:",omitempty"` // pglz, lz4; empty for the default, "default" where a parent has one of these
	Options          []string `json:",omitempty"` // attoptions that the manual names: n_distinct, n_distinct_inherited
	ACL              []string `json:",omitempty"`
	Comment          string   `json:",omitempty"`
	// BinarySafe says that the type's binary form means the same on every server (see rowcopy).
	BinarySafe bool `json:"-"`
}

// TableCheck is a check constraint that is created with its table.
type TableCheck struct {
	Name       string
	Definition string // pg_get_constraintdef
	Comment    string `json:",omitempty"`
	Inherited  bool   `json:",omitempty"` // coninhcount > 0 (a partition's checks are listed even if they are not local)
}

// View is a view or a materialized view, by Item.Kind.
type View struct {
	Item
	Columns    []ViewColumn
	Definition string   // pg_get_viewdef, without the final semicolon
	Options    []string `json:",omitempty"` // reloptions without check_option
	// CheckOption is LOCAL or CASCADED, empty for none.
	CheckOption  string `json:",omitempty"`
	Tablespace   string `json:",omitempty"`
	AccessMethod string `json:",omitempty"`
	// ToastOptions (without the prefix "toast.") and ReplicaIdentity (relreplident) are those of a materialized view.
	ToastOptions    []string `json:",omitempty"`
	ReplicaIdentity string   `json:",omitempty"`
	// Populated is relispopulated of a materialized view.
	Populated bool  `json:",omitempty"`
	Bytes     int64 `json:"-"`
}

// ViewColumn is one column of a view.
type ViewColumn struct {
	Number     int16 `json:"-"` // attnum
	Name       string
	Type       string
	Collation  string   `json:",omitempty"`
	Default    string   `json:",omitempty"`
	ACL        []string `json:",omitempty"`
	Comment    string   `json:",omitempty"`
	Statistics int      `json:",omitempty"` // materialized views: attstattarget, -1 for the default
	Storage    string   `json:",omitempty"` // these three as in Column, of materialized views
	// Compression is attcompression, Options attoptions.
	Compression string   `json:",omitempty"`
	Options     []string `json:",omitempty"`
}

// Sequence is a free-standing, owned or identity sequence.
type Sequence struct {
	Item
	Type        string // smallint, integer, bigint
	Start       int64
	Increment   int64
	Min, Max    int64
	Cache       int64
	Cycle       bool   `json:",omitempty"`
	Persistence string // p or u
	// OwnedBy is the column it belongs to (schema, table, column), nil for a free-standing one.
	OwnedBy *ColumnName `json:",omitempty"`
	// Identity says that it is made by its column's GENERATED ... AS IDENTITY.
	Identity bool `json:",omitempty"`
	// Last and Called are last_value and is_called, no part of the definition; LastKnown is false when they could not be read.
	Last      int64 `json:"-"`
	Called    bool  `json:"-"`
	LastKnown bool  `json:"-"`
}

// ColumnName names a column.
type ColumnName struct{ Schema, Table, Column string }
