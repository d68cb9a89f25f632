package catalog

// TSParser is a text search parser; its functions are qualified and quoted by the server, empty where there is none.
type TSParser struct {
	Item
	Start, Token, End, Headline, LexTypes string
}

// TSTemplate is a text search template.
type TSTemplate struct {
	Item
	Init   string `json:",omitempty"`
	Lexize string
}

// TSDictionary is a text search dictionary.
type TSDictionary struct {
	Item
	Template string // qualified and quoted
	Options  string `json:",omitempty"` // dictinitoption, as CREATE TEXT SEARCH DICTIONARY takes it
}

// TSConfiguration is a text search configuration.
type TSConfiguration struct {
	Item
	Parser   string // qualified and quoted
	Mappings []TSMapping
}

// TSMapping lists the dictionaries that a token type is looked up in, in their order; names are qualified and quoted.
type TSMapping struct {
	Token        string
	Dictionaries []string
}
