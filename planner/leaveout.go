package planner

import (
	"slices"
	"strings"

	"migrator/planner/catalog"
)

// The words of select.skip for what is no object of its own but a property of others.
const (
	skipComments = "comment"
	skipGrants   = "grant"
	skipDefaults = "default"
	skipChecks   = "check"
)

// uncarriedWords are the words of select.skip for kinds that are not read, where they are not those of the catalog.
var uncarriedWords = map[string]string{
	"shell operator":              "operator",
	"index of an extension table": "index", "trigger of an extension table": "trigger", "rule of an extension table": "rule",
	"policy of an extension table": "policy", "operator family member": "operator_family",
}

func (s *selection) skipsWord(word string) bool { return slices.Contains(s.cfg.Skip, word) }

// skipsUncarried says whether select.skip names the kind of something that is not read.
func (s *selection) skipsUncarried(kind string) bool {
	if word, ok := uncarriedWords[kind]; ok {
		kind = word
	}
	return s.skipsWord(strings.ReplaceAll(kind, " ", "_"))
}

// leaveOut takes out of an object, which is a clone, the properties that select.skip names.
func (s *selection) leaveOut(o catalog.Object) {
	i := o.Meta()
	if s.skipsWord(skipComments) {
		withoutComments(o)
	}
	if s.skipsWord(skipGrants) && i.Kind != catalog.KindDefaultPrivileges {
		i.ACL, i.BaseACL = nil, nil
	}
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			if s.skipsWord(skipGrants) {
				c.ACL = nil
			}
			if s.skipsWord(skipDefaults) && c.Generated == "" {
				c.Default, c.DefaultApart = "", false
			}
		}
		if s.skipsWord(skipChecks) {
			o.Checks = nil
		}
	case *catalog.View:
		for n := range o.Columns {
			if s.skipsWord(skipGrants) {
				o.Columns[n].ACL = nil
			}
			if s.skipsWord(skipDefaults) {
				o.Columns[n].Default = ""
			}
		}
	case *catalog.Domain:
		if s.skipsWord(skipDefaults) {
			o.Default = ""
		}
		if s.skipsWord(skipChecks) {
			o.Checks = nil
		}
	}
}
