package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// BlockDoc is what the manual says of one block.
type BlockDoc struct {
	// Path is the block's name with the blocks around it: "mapping.table.column". It is
	// empty for what stands outside of any block.
	Path string
	// Label is what its label stands for, empty for blocks without.
	Label string
	// Doc is one line, without a full stop.
	Doc        string
	Required   bool
	Repeated   bool // more than one is allowed
	Attributes []AttributeDoc
}

// AttributeDoc is what the manual says of one attribute.
type AttributeDoc struct {
	Name string
	Type string // "string", "list of globs", `"error", "ignore"`, ...
	// Default is in HCL; empty when there is none, or when it is taken from elsewhere, as Doc then says.
	Default  string
	Doc      string // one line, without a full stop
	Required bool
	// Sensitive attributes may hold sensitive values; all others can be read in a plan.
	Sensitive bool
}

// Schema lists every block and attribute of a configuration, outer blocks before inner
// ones. The decoder reads the same table, so nothing else is accepted.
func Schema() []BlockDoc {
	root := rootBody(&Config{}, map[string]*declaration{}, map[string]*hclsyntax.Attribute{})
	docs := []BlockDoc{{Doc: "outside of any block", Required: true, Attributes: attributeDocs(root)}}
	return append(docs, blockDocs("", root)...)
}

func blockDocs(path string, b body) []BlockDoc {
	var docs []BlockDoc
	for _, k := range b.blocks {
		inner := k.open("", hcl.Range{})
		at := path + k.name
		docs = append(docs, BlockDoc{Path: at, Label: k.label, Doc: k.doc, Required: k.required, Repeated: k.repeated, Attributes: attributeDocs(inner)})
		docs = append(docs, blockDocs(at+".", inner)...)
	}
	return docs
}

func attributeDocs(b body) []AttributeDoc {
	var docs []AttributeDoc
	for _, a := range b.attributes {
		docs = append(docs, AttributeDoc{Name: a.name, Type: a.kind, Default: a.def, Doc: a.doc, Required: a.required, Sensitive: a.private})
	}
	return docs
}
