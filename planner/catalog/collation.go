package catalog

// Collation is a row of pg_collation. Its version is the library's and is not carried.
type Collation struct {
	Item
	Provider         string // c libc, i ICU, b builtin (17)
	Nondeterministic bool   `json:",omitempty"`
	// Collate and CType are those of libc; Locale is that of the other providers.
	Collate string `json:",omitempty"`
	CType   string `json:",omitempty"`
	Locale  string `json:",omitempty"`
	Rules   string `json:",omitempty"` // collicurules (16)
}

// Conversion is a row of pg_conversion.
type Conversion struct {
	Item
	Default  bool `json:",omitempty"`
	From, To string
	Function string // qualified and quoted by the server
}

// Cast is a row of pg_cast. It has no schema and no owner; its name is "source AS target", types as format_type prints them.
type Cast struct {
	Item
	// Function is the regprocedure of a cast WITH FUNCTION.
	Function string `json:",omitempty"`
	Method   string // castmethod: f function, i through text, b binary-coercible
	Context  string // castcontext: e explicit, a assignment, i implicit
}

// Statistics is an extended statistics object.
type Statistics struct {
	Item
	Definition string // pg_get_statisticsobjdef
	On         Name   // its table
	Target     int    // stxstattarget, -1 for the default
}
