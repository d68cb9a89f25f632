package planner

import (
	"fmt"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// libraryCode says why an object is none but where the server has a certain library; it is empty for all others.
func libraryCode(o catalog.Object) string {
	switch o := o.(type) {
	case *catalog.Function:
		if o.Language == "c" || o.Language == "internal" {
			return "language " + o.Language + ": its code is a library on the source's server"
		}
	case *catalog.Type:
		if o.Base != nil {
			return "its input and output functions are code in a library on the source's server"
		}
	}
	return ""
}

// leaveCode leaves such an object behind. One that somebody has made in the destination, and that is equal, is there for what needs it.
func (b *builder) leaveCode(n *node, reason string) error {
	if there := b.there.find(n.obj.Meta()); there != nil {
		want, err := b.core(n.obj, b.src)
		if err != nil {
			return err
		}
		have, err := b.core(b.withoutNews(there), b.dst)
		if err != nil {
			return err
		}
		n.absent = want == have
	}
	n.skip(reason)
	if !n.absent {
		b.code = append(b.code, spell(n.action.Address))
	}
	return nil
}

// refuseCode is for who wants no plan rather than one without such objects.
func (b *builder) refuseCode() error {
	if b.cfg.CFunctions != config.CFunctionsError || len(b.code) == 0 {
		return nil
	}
	return &ConfigError{
		Summary: "Functions in C, or base types, are selected",
		Detail: fmt.Sprintf("With c_functions = \"error\" there is no plan without these: %s. Exclude them with what needs them, create them in the destination, "+
			"or set c_functions to \"create\" or \"skip\".", strings.ReplaceAll(few(b.code), "\n", " ")),
	}
}

// splitType declares a type before the functions that take it, which it needs itself.
func (b *builder) splitType(n *node, in map[string]bool) (bool, error) {
	t, ok := n.obj.(*catalog.Type)
	if !ok || t.Base == nil && t.Range == nil {
		return false, nil
	}
	shell := b.declaration(n, t)
	if b.g.nodes[shell.action.Address] != nil {
		return false, nil // that was not enough
	}
	found := false
	for address := range in {
		f := b.g.nodes[address]
		if _, ok := f.obj.(*catalog.Function); ok && f.deps[n.action.Address] && n.deps[address] {
			delete(f.deps, n.action.Address)
			f.needs(shell.action.Address)
			found = true
		}
	}
	if found {
		b.g.add(shell)
		n.needs(shell.action.Address)
	}
	return found, nil
}

// declaration is the action that makes a type's name known.
func (b *builder) declaration(n *node, t *catalog.Type) *node {
	shell := &node{prio: n.prio, deps: map[string]bool{}, action: Action{
		Address: "shell." + n.action.Address, Kind: string(catalog.KindType), Change: Create, Section: PreData, Stage: StageSchema,
		Schema: t.Schema, Name: t.Name, Detail: "declared, for the functions that it needs", SQL: []string{ddl.Shell(t)},
	}}
	if schema := (&catalog.Item{Kind: catalog.KindSchema, Name: t.Schema}).Address(); n.deps[schema] {
		shell.needs(schema)
	}
	return shell
}
