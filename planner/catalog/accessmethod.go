package catalog

// AccessMethod is a row of pg_am.
type AccessMethod struct {
	Item
	Type    string // amtype: i index, t table (12)
	Handler string
}

// OperatorFamily is a row of pg_opfamily; Args is its access method. Members are those that belong to none of its classes.
type OperatorFamily struct {
	Item
	Members []string `json:",omitempty"` // "OPERATOR 1 <(integer,integer)", "FUNCTION 1 (integer, integer) f(integer,integer)"
}

// OperatorClass is a row of pg_opclass; Args is its access method. Names are qualified and quoted by the server.
type OperatorClass struct {
	Item
	Default bool `json:",omitempty"`
	Type    string
	Family  string
	Storage string   `json:",omitempty"` // empty when it is the type itself
	Members []string `json:",omitempty"` // as in OperatorFamily
}

// Language is a row of pg_language.
type Language struct {
	Item
	Trusted                    bool
	Handler, Inline, Validator string `json:",omitempty"`
}

// Transform is a row of pg_transform; its name is "FOR type LANGUAGE language". It has no schema and no owner.
type Transform struct {
	Item
	FromSQL, ToSQL string `json:",omitempty"` // regprocedure
}
