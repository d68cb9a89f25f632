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
}

// LargeObject is a row of pg_largeobject_metadata; Name is its OID in decimal.
type LargeObject struct {
	Item
}
