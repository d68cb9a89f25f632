package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// mark is the type of the mark that sensitive values carry through every expression.
type mark string

const sensitive mark = "sensitive"

// scope is what an expression can refer to.
type scope struct {
	variables map[string]cty.Value
	locals    map[string]cty.Value
	functions map[string]function.Function
}

// evaluate gives the value of an expression. What is wrong with the expression is told
// without the text of sensitive values.
func (s scope) evaluate(expr hclsyntax.Expression) (cty.Value, hcl.Diagnostics) {
	if diags := s.checkReferences(expr); diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	ctx := &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(s.variables), "local": cty.ObjectVal(s.locals)},
		Functions: s.functions,
	}
	v, diags := expr.Value(ctx)
	if s.touchesSensitive(expr) {
		for _, d := range diags {
			d.Expression, d.EvalContext = nil, nil
			if isMissingEnv(d) {
				continue
			}
			// The text may quote the value, or a part of it.
			d.Detail = "A sensitive value takes part in this expression, so what exactly is wrong is not shown."
		}
	}
	return v, diags
}

func isMissingEnv(d *hcl.Diagnostic) bool {
	call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d)
	if !ok {
		return false
	}
	_, ok = errors.AsType[missingEnvError](call.FunctionCallError())
	return ok
}

// checkReferences refuses what is neither var.NAME nor local.NAME of something declared.
// The name of an unknown root is not repeated: it may be a password without quotes.
func (s scope) checkReferences(expr hclsyntax.Expression) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, t := range expr.Variables() {
		root := t.RootName()
		known, word := s.variables, "variable"
		switch root {
		case "var":
		case "local":
			known, word = s.locals, "local value"
		default:
			diags = append(diags, problem(hcl.DiagError, t.SourceRange(), "Invalid reference",
				"A value is a text in double quotes, a number, or a reference such as var.NAME or local.NAME."))
			continue
		}
		name, ok := referenced(t)
		if !ok {
			diags = append(diags, problem(hcl.DiagError, t.SourceRange(), "Invalid reference",
				fmt.Sprintf("%q must be followed by a dot and the name of a %s.", root, word)))
			continue
		}
		if _, ok := known[name]; !ok {
			names := slices.Sorted(maps.Keys(known))
			diags = append(diags, problem(hcl.DiagError, t.SourceRange(), fmt.Sprintf("Reference to undeclared %s", word),
				fmt.Sprintf("There is no %s named %q.%s", word, name, didYouMean(name, names))))
		}
	}
	return diags
}

// referenced is the NAME of var.NAME and local.NAME.
func referenced(t hcl.Traversal) (string, bool) {
	if len(t) < 2 {
		return "", false
	}
	step, ok := t[1].(hcl.TraverseAttr)
	return step.Name, ok
}

// touchesSensitive tells whether a sensitive value takes part in the expression.
func (s scope) touchesSensitive(expr hclsyntax.Expression) bool {
	for _, t := range expr.Variables() {
		name, _ := referenced(t)
		from := s.variables
		if t.RootName() == "local" {
			from = s.locals
		}
		if v, ok := from[name]; ok && v.ContainsMarked() {
			return true
		}
	}
	found := false
	visit(expr, func(n hclsyntax.Node) {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && (call.Name == "env" || call.Name == "sensitive") {
			found = true
		}
	})
	return found
}

// isLiteral tells whether the value is written out in the file.
func isLiteral(expr hclsyntax.Expression) bool {
	computed := len(expr.Variables()) > 0
	visit(expr, func(n hclsyntax.Node) {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && (call.Name == "env" || call.Name == "file") {
			computed = true
		}
	})
	return !computed
}

func visit(expr hclsyntax.Expression, see func(hclsyntax.Node)) {
	// The callback never fails, and VisitAll adds no diagnostics of its own.
	_ = hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		see(n)
		return nil
	})
}
