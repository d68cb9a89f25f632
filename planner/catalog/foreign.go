package catalog

// ForeignDataWrapper is a row of pg_foreign_data_wrapper; functions are qualified and quoted by the server. One with an
// option that may be a secret is Uncarried, and so are such servers and user mappings.
type ForeignDataWrapper struct {
	Item
	Handler   string   `json:",omitempty"`
	Validator string   `json:",omitempty"`
	Options   []string `json:",omitempty"` // "name=value", as in all that is foreign
}

// ForeignServer is a row of pg_foreign_server.
type ForeignServer struct {
	Item
	Wrapper string
	Type    string   `json:",omitempty"`
	Version string   `json:",omitempty"`
	Options []string `json:",omitempty"`
}

// UserMapping is a row of pg_user_mapping. Its name is the server's, and Args is the role.
type UserMapping struct {
	Item
	Public  bool     `json:",omitempty"` // for PUBLIC; Args says so too
	Options []string `json:",omitempty"`
}
