package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// attribute is one name that may stand in a block: what the manual says of it and where
// its value goes. The decoder, the "did you mean" offers and Schema all read the same
// attributes, so that none of them can know a name that another does not.
type attribute struct {
	name string
	kind string // the type, in the manual's words: "string", "list of strings", ...
	// def is the default as HCL text. The decoder evaluates it when the attribute is absent,
	// so what the manual prints is what happens. Empty: there is none.
	def      string
	doc      string
	required bool
	// private values stay in the process and may be sensitive. All others can end up in a
	// plan or a message, where a sensitive value has no place.
	private bool
	// reveals tells, of a text that is written in a file, whether it gives a secret away. It is
	// set for the attributes whose values hold secrets, and no message shows what they hold.
	reveals func(string) bool
	// want is the type that a value is converted to before set sees it.
	want cty.Type
	set  func(argument) error
	// static replaces want and set where the expression itself is the value, as in a variable's type.
	static func(hcl.Expression) hcl.Diagnostics
}

// argument is a value for an attribute: known, not null, without marks, of the wanted type.
type argument struct {
	value cty.Value
	expr  hcl.Expression // nil for a default
	dir   string         // what relative paths are relative to
}

// at is the place of the i-th element where the value is written as a list, else of the whole.
func (a argument) at(i int) hcl.Range {
	if a.expr == nil {
		return hcl.Range{}
	}
	if list, ok := a.expr.(*hclsyntax.TupleConsExpr); ok && i < len(list.Exprs) {
		return list.Exprs[i].Range()
	}
	return a.expr.Range()
}

// elementError is an error in one element of a list, so that the snippet can point at it.
type elementError struct {
	index int
	err   error
}

// Error gives the element's error.
func (e elementError) Error() string { return e.err.Error() }

// body is what may stand between the braces of one block, bound to the values that it fills.
type body struct {
	attributes []attribute
	blocks     []block
	// free takes attributes of any name, as locals does.
	free func(*hclsyntax.Attribute) hcl.Diagnostics
	// finish checks what concerns several attributes, after all of them are set.
	finish func(places) hcl.Diagnostics
}

// block is a kind of block.
type block struct {
	name     string
	label    string // what the label is, in the manual's words: "SCHEMA.TABLE"; empty for blocks without
	doc      string
	required bool
	repeated bool
	// open binds the block's body to a new value. The label is "" and the range zero when
	// the block is absent and only its defaults are wanted, and for the manual.
	open func(label string, at hcl.Range) body
}

// places are the ranges of the arguments that one block has, for checks across attributes.
type places struct {
	block     hcl.Range
	arguments map[string]hcl.Range
}

// of is the place of an argument, or the block's head when it is absent.
func (p places) of(name string) hcl.Range {
	if at, ok := p.arguments[name]; ok {
		return at
	}
	return p.block
}

// has tells whether the argument is written in the block.
func (p places) has(name string) bool {
	_, ok := p.arguments[name]
	return ok
}

// asPrivate lets the attribute hold a sensitive value.
func (a attribute) asPrivate() attribute {
	a.private = true
	return a
}

// asSecret makes the attribute one that holds secrets.
func (a attribute) asSecret(reveals func(string) bool) attribute {
	a.private, a.reveals = true, reveals
	return a
}

// asRequired makes the attribute's absence an error.
func (a attribute) asRequired() attribute {
	a.required = true
	return a
}

// names lists what may stand in the body, for the offers after a misspelling.
func (b body) names() []string {
	var all []string
	for _, a := range b.attributes {
		all = append(all, a.name)
	}
	for _, c := range b.blocks {
		all = append(all, c.name)
	}
	return all
}
