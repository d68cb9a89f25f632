package catalog

// Schema is a row of pg_namespace. "public" is one like any other; that it exists in every
// new database is the planner's business.
type Schema struct {
	Item
}

// Extension is a row of pg_extension.
type Extension struct {
	Item
	Version string
	// In is the schema it is installed in. Item.Schema stays empty: an extension's name is not qualified.
	In          string
	Relocatable bool
	// Config are the relations whose rows belong to the database though the relation is the extension's.
	Config []ExtensionTable `json:",omitempty"`
}

// ExtensionTable is one entry of pg_extension.extconfig.
type ExtensionTable struct {
	Table Name
	Ref   Ref `json:"-"`
	// Sequence says that it is a sequence; otherwise Columns are what COPY carries: neither dropped nor generated.
	Sequence  bool     `json:",omitempty"`
	Columns   []string `json:",omitempty"`
	Condition string   `json:",omitempty"` // extcondition: "WHERE ..."; empty for all rows
}

// LargeObject is a row of pg_largeobject_metadata; Name is its OID in decimal.
type LargeObject struct {
	Item
}
