package catalog

// Type is an enum, a composite type, a range type, a base type or a shell.
type Type struct {
	Item
	Variant string // "enum", "composite", "range", "base", "shell" (declared, but not defined)
	// Labels of an enum in enumsortorder.
	Labels []string `json:",omitempty"`
	// Attributes of a composite type in attnum order.
	Attributes []Attribute `json:",omitempty"`
	// Range is set for a range type.
	Range *Range `json:",omitempty"`
	// Base is set for a base type.
	Base *Base `json:",omitempty"`
}

// Base is the definition of a type whose values only its functions can read; names are qualified and quoted by the server.
type Base struct {
	Input, Output                  string
	Receive, Send                  string  `json:",omitempty"`
	TypmodIn, TypmodOut            string  `json:",omitempty"`
	Analyze, Subscript             string  `json:",omitempty"`
	Length                         int     // typlen: -1 variable, -2 a C string
	ByValue, Collatable, Preferred bool    `json:",omitempty"`
	Alignment, Storage, Category   string  // typalign, typstorage, typcategory
	Default                        *string `json:",omitempty"`
	Element                        string  `json:",omitempty"` // format_type
	Delimiter                      string
}

// Attribute is one attribute of a composite type.
type Attribute struct {
	Name      string
	Type      string // format_type
	Collation string `json:",omitempty"` // qualified and quoted; empty when it is the type's own
	Comment   string `json:",omitempty"`
}

// Range is the definition of a range type; names are qualified and quoted by the server.
type Range struct {
	Subtype     string
	OpClass     string `json:",omitempty"` // empty when it is the subtype's default
	Collation   string `json:",omitempty"` // empty when it is the subtype's own
	Canonical   string `json:",omitempty"`
	SubtypeDiff string `json:",omitempty"`
	// MultirangeSchema and MultirangeName name the multirange type (14); unquoted.
	MultirangeSchema, MultirangeName string `json:",omitempty"`
}

// Domain is a domain over another type.
type Domain struct {
	Item
	Type      string // format_type of the base type with its modifier
	Collation string `json:",omitempty"`
	NotNull   bool
	// NotNullName is the constraint's name (17 and later).
	NotNullName string `json:",omitempty"`
	// NotNullComment is the comment on that constraint.
	NotNullComment string `json:",omitempty"`
	Default        string `json:",omitempty"` // pg_get_expr, or the literal text of typdefault
	Checks         []DomainCheck
}

// DomainCheck is a check constraint of a domain.
type DomainCheck struct {
	Name       string
	Definition string // pg_get_constraintdef
	Valid      bool
	Comment    string `json:",omitempty"`
}
