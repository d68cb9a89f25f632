package catalog

// Index is an index, also one that stands behind a constraint.
type Index struct {
	Item
	Definition string // pg_get_indexdef; for an index on a partitioned table with ON ONLY
	Method     string
	Unique     bool   `json:",omitempty"`
	Tablespace string `json:",omitempty"`
	// Constraint is the name of the primary key, unique or exclusion constraint it stands behind; such an index is no object of
	// its own in pg_dump's eyes, but is built apart from its constraint here.
	Constraint string `json:",omitempty"`
	// Partitioned says that its table is; Parent is the index it is a partition of.
	Partitioned bool  `json:",omitempty"`
	Parent      *Name `json:",omitempty"`
	Clustered   bool  `json:",omitempty"` // indisclustered
	ReplicaID   bool  `json:",omitempty"` // indisreplident
	// OnView says that its relation is a materialized view.
	OnView bool `json:",omitempty"`
	// Statistics are targets of expression columns: position from 1 to target.
	Statistics map[int]int `json:",omitempty"`
	Bytes      int64       `json:"-"` // pg_relation_size
}

// Constraint is a constraint that is created after its table: keys, exclusion and foreign keys, and checks that are not valid.
// Item.Kind says which.
type Constraint struct {
	Item
	Definition string // pg_get_constraintdef
	Valid      bool
	Deferrable bool   `json:",omitempty"`
	Deferred   bool   `json:",omitempty"`
	Index      string `json:",omitempty"` // the name of its index, in the table's schema
	// IndexComment is the comment on the index of a key, which is an object of its own.
	IndexComment string `json:",omitempty"`
	// OnPartitioned says that its table is partitioned.
	OnPartitioned bool `json:",omitempty"`
	// WithoutOverlaps (18) and exclusion constraints cannot be made from an index.
	WithoutOverlaps bool `json:",omitempty"`
	// References is the table a foreign key points to.
	References *Name `json:",omitempty"`
	// ReferencesPartitioned says that it is partitioned.
	ReferencesPartitioned bool `json:",omitempty"`
}

// Rule is a rewrite rule other than a view's ON SELECT.
type Rule struct {
	Item
	Definition string // pg_get_ruledef, without the final semicolon
	Enabled    string // ev_enabled: O D R A
	OnView     bool   `json:",omitempty"`
	OnInsert   bool   `json:"-"` // of its definition
}

// Trigger is a trigger that no constraint and no parent's trigger made, or a partition's clone whose enabled state differs from its parent's.
type Trigger struct {
	Item
	Definition string // pg_get_triggerdef(oid, false)
	Enabled    string // tgenabled: O D R A
	// Clone says that only the enabled state is to be set.
	Clone  bool `json:",omitempty"`
	OnView bool `json:",omitempty"`
	// OnInsert and ForEachRow are of its definition (tgtype).
	OnInsert, ForEachRow bool `json:"-"`
}

// Policy is a row-level security policy.
type Policy struct {
	Item
	Command    string // r a w d, * for all
	Permissive bool
	Roles      []string // names; empty is PUBLIC
	Using      string   `json:",omitempty"`
	Check      string   `json:",omitempty"`
}
