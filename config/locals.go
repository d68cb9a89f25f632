package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// localsBlock takes the attributes of locals blocks into declared.
func localsBlock(declared map[string]*hclsyntax.Attribute) block {
	take := func(a *hclsyntax.Attribute) hcl.Diagnostics {
		if first, ok := declared[a.Name]; ok {
			return hcl.Diagnostics{problem(hcl.DiagError, a.NameRange, "Duplicate local value",
				fmt.Sprintf("A local value named %q is already declared at %s.", a.Name, place(first.NameRange)))}
		}
		declared[a.Name] = a
		return nil
	}
	return block{
		name: "locals", repeated: true,
		doc:  "names for expressions, any number of them; used as local.NAME",
		open: func(string, hcl.Range) body { return body{free: take} },
	}
}

// resolver evaluates local values in the order of their references.
type resolver struct {
	declared map[string]*hclsyntax.Attribute
	scope    scope
	path     []string // the locals being evaluated, outermost first
	done     map[string]bool
	diags    hcl.Diagnostics
}

// resolveLocals fills scope.locals. A local that cannot be evaluated becomes unknown, so
// that its users do not report the same mistake again.
func resolveLocals(declared map[string]*hclsyntax.Attribute, s scope) hcl.Diagnostics {
	for name := range declared {
		s.locals[name] = cty.DynamicVal
	}
	r := resolver{declared: declared, scope: s, done: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		r.resolve(name)
	}
	return r.diags
}

func (r *resolver) resolve(name string) {
	if r.done[name] {
		return
	}
	if i := slices.Index(r.path, name); i >= 0 {
		r.cycle(append(slices.Clone(r.path[i:]), name))
		return
	}
	r.path = append(r.path, name)
	expr := r.declared[name].Expr
	for _, t := range expr.Variables() {
		other, ok := referenced(t)
		if _, declared := r.declared[other]; ok && declared && t.RootName() == "local" {
			r.resolve(other)
		}
	}
	r.path = r.path[:len(r.path)-1]
	r.done[name] = true
	v, diags := r.scope.evaluate(expr)
	r.diags = append(r.diags, diags...)
	if !diags.HasErrors() {
		r.scope.locals[name] = v
	}
}

func (r *resolver) cycle(path []string) {
	for i, name := range path {
		path[i] = "local." + name
	}
	first := strings.TrimPrefix(path[0], "local.")
	r.diags = append(r.diags, problem(hcl.DiagError, r.declared[first].Expr.Range(), "Cycle of local values",
		fmt.Sprintf("These local values need each other: %s.", strings.Join(path, " -> "))))
}
