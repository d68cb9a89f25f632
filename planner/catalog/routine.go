package catalog

// Function is a function, procedure or window function.
type Function struct {
	Item
	// Definition is pg_get_functiondef, without a final line break: all but owner, privileges and comment.
	Definition string
	Language   string
	// Body is prosrc (or the link symbol of a C function), to search it for names.
	Body string `json:"-"`
	// Library is probin for C functions.
	Library string `json:",omitempty"`
}

// Aggregate is a row of pg_aggregate; function names are qualified and quoted by the server (regprocedure without arguments).
type Aggregate struct {
	Item
	// Signature is the argument list of CREATE AGGREGATE: names, modes, ORDER BY, VARIADIC, or "*".
	Signature string
	// AggKind is pg_aggregate.aggkind: n normal, o ordered-set, h hypothetical-set.
	AggKind         string
	TransFunc       string
	TransType       string
	TransSpace      int32
	InitValue       *string `json:",omitempty"`
	FinalFunc       string  `json:",omitempty"`
	FinalExtra      bool    `json:",omitempty"`
	FinalModify     string  `json:",omitempty"` // r s w; empty when it is the kind's default
	CombineFunc     string  `json:",omitempty"`
	SerialFunc      string  `json:",omitempty"`
	DeserialFunc    string  `json:",omitempty"`
	MovingTransFunc string  `json:",omitempty"`
	MovingInvFunc   string  `json:",omitempty"`
	MovingTransType string  `json:",omitempty"`
	MovingSpace     int32   `json:",omitempty"`
	MovingInitValue *string `json:",omitempty"`
	MovingFinalFunc string  `json:",omitempty"`
	MovingExtra     bool    `json:",omitempty"`
	MovingModify    string  `json:",omitempty"`
	// SortOperator is OPERATOR(schema.op), empty for none.
	SortOperator string `json:",omitempty"`
	Parallel     string // u, r, s
}

// Operator is a row of pg_operator. Name is unquoted ("<->"), Args as in Item.
type Operator struct {
	Item
	Function   string
	Left       string `json:",omitempty"` // format_type, empty for a prefix operator
	Right      string `json:",omitempty"` // empty for a postfix operator (below 14)
	Commutator string `json:",omitempty"` // OPERATOR(schema.op)
	Negator    string `json:",omitempty"`
	Restrict   string `json:",omitempty"`
	Join       string `json:",omitempty"`
	Hashes     bool   `json:",omitempty"`
	Merges     bool   `json:",omitempty"`
}
