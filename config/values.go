package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// variablePrefix begins the names of the environment variables that set variables.
const variablePrefix = "MIGRATOR_VAR_"

// assignment gathers the variables' values; a later source wins over an earlier one.
type assignment struct {
	declared map[string]*declaration
	values   map[string]cty.Value
	sources  []*source // the files of values
	diags    hcl.Diagnostics
}

// assign gives every declared variable its value: defaults, then the environment, then
// migrator.vars, *.auto.vars, -var-file and -var, as Terraform orders them. A variable whose
// value is missing or wrong becomes unknown, so that its uses do not complain again.
func assign(dir string, declared map[string]*declaration, opts Options, environ map[string]string) *assignment {
	a := &assignment{declared: declared, values: map[string]cty.Value{}}
	names := slices.Sorted(maps.Keys(declared))
	for _, name := range names {
		if v := declared[name]; v.value != cty.NilVal {
			a.setDefault(v)
		}
		if text, ok := environ[variablePrefix+name]; ok {
			a.setText(declared[name], text, variablePrefix+name)
		}
	}
	a.files(dir, opts.VarFiles)
	for _, arg := range opts.Vars {
		a.argument(arg)
	}
	for _, name := range names {
		if _, ok := a.values[name]; !ok {
			a.ask(declared[name], opts.Ask)
		}
	}
	return a
}

func (a *assignment) files(dir string, given []string) {
	found, err := list(dir, "migrator.vars", ".auto.vars")
	if err != nil {
		// The directory was read for its *.hcl files before; those errors are reported there.
		found = nil
	}
	automatic := slices.DeleteFunc(found, func(name string) bool {
		base := filepath.Base(name)
		return base != "migrator.vars" && !strings.HasSuffix(base, ".auto.vars")
	})
	// migrator.vars is the weakest of the files, whatever the others are called.
	slices.SortStableFunc(automatic, func(x, y string) int {
		return boolToInt(filepath.Base(y) == "migrator.vars") - boolToInt(filepath.Base(x) == "migrator.vars")
	})
	for _, name := range automatic {
		a.file(name)
	}
	for _, name := range given {
		a.file(shown(dir, name))
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// file reads one file of NAME = VALUE lines.
func (a *assignment) file(name string) {
	s, diags := parse(name)
	a.diags = append(a.diags, diags...)
	if s == nil {
		return
	}
	s.vars = true
	a.sources = append(a.sources, s)
	for _, b := range s.body().Blocks {
		a.diags = append(a.diags, problem(hcl.DiagError, b.DefRange(), "Block in a file of values", "A file of values has lines of the form name = value. Blocks belong into *.hcl files."))
	}
	for _, attr := range inOrder(s.body().Attributes) {
		v, ok := a.declared[attr.Name]
		if !ok {
			a.diags = append(a.diags, problem(hcl.DiagWarning, attr.NameRange, "Value for undeclared variable",
				fmt.Sprintf("No variable named %q is declared.%s", attr.Name, a.offer(attr.Name))))
			continue
		}
		value, diags := attr.Expr.Value(nil)
		if diags.HasErrors() {
			if v.Sensitive {
				diags = hcl.Diagnostics{problem(hcl.DiagError, attr.Expr.Range(), "Invalid value for variable", fmt.Sprintf("The value of the sensitive variable %q is not a plain value. Texts stand in double quotes.", v.Name))}
			}
			a.diags = append(a.diags, diags...)
			a.values[v.Name] = cty.UnknownVal(v.typ)
			continue
		}
		at := attr.Expr.Range()
		a.set(v, value, &at, "")
	}
}

// argument is one -var.
func (a *assignment) argument(arg string) {
	name, text, ok := strings.Cut(arg, "=")
	name = strings.TrimSpace(name)
	if !ok {
		// The argument may be a value whose name was forgotten, so it is not repeated.
		a.fail("Invalid -var", "The form is -var NAME=VALUE.")
		return
	}
	v, ok := a.declared[name]
	if !ok {
		a.fail("Value for undeclared variable", fmt.Sprintf("-var sets %q, but no variable of that name is declared.%s", name, a.offer(name)))
		return
	}
	a.setText(v, text, "-var")
}

// setText takes a value from outside of any file. Where the variable is no string, the text is an expression.
func (a *assignment) setText(v *declaration, text, from string) {
	if v.typ == cty.String || v.typ == cty.DynamicPseudoType {
		a.set(v, cty.StringVal(text), nil, from)
		return
	}
	src := []byte(text)
	diags := checkLimits(src, from)
	value := cty.DynamicVal
	if !diags.HasErrors() {
		var expr hclsyntax.Expression
		expr, diags = hclsyntax.ParseExpression(src, from, hcl.InitialPos)
		if !diags.HasErrors() {
			value, diags = expr.Value(nil)
		}
	}
	if diags.HasErrors() {
		detail := fmt.Sprintf("The text given with %s for variable %q is not an HCL value", from, v.Name)
		if !v.Sensitive {
			detail += ": " + diags[0].Summary + "; " + diags[0].Detail
		}
		a.fail("Invalid value for variable", strings.TrimSuffix(detail, ".")+".")
		a.values[v.Name] = cty.UnknownVal(v.typ)
		return
	}
	a.set(v, value, nil, from)
}

// setDefault takes the default; what is wrong with it was told with its declaration.
func (a *assignment) setDefault(v *declaration) {
	out, err := v.convert(v.value)
	if err != nil {
		out = cty.UnknownVal(v.typ)
	}
	a.values[v.Name] = out
}

// set converts and keeps a value; at is nil when it comes from outside of any file.
func (a *assignment) set(v *declaration, value cty.Value, at *hcl.Range, from string) {
	out, err := v.convert(value)
	if err == nil {
		a.values[v.Name] = out
		return
	}
	a.values[v.Name] = cty.UnknownVal(v.typ)
	if at != nil {
		a.diags = append(a.diags, problem(hcl.DiagError, *at, "Invalid value for variable", sentence(err)))
		return
	}
	a.fail("Invalid value for variable", sentence(fmt.Errorf("given with %s: %w", from, err)))
}

// ask is the last resort for a variable without a value.
func (a *assignment) ask(v *declaration, ask func(Variable) (string, error)) {
	if ask == nil {
		a.diags = append(a.diags, problem(hcl.DiagError, v.at, "No value for required variable", fmt.Sprintf(
			"The variable %q has no default and no value. Set it with -var %s=VALUE, with a line in migrator.vars, *.auto.vars or a -var-file, or with the environment variable %s%s.", v.Name, v.Name, variablePrefix, v.Name)))
		a.values[v.Name] = cty.UnknownVal(v.typ)
		return
	}
	text, err := ask(v.Variable)
	if err != nil {
		a.diags = append(a.diags, problem(hcl.DiagError, v.at, "No value for required variable", sentence(err)))
		a.values[v.Name] = cty.UnknownVal(v.typ)
		return
	}
	a.setText(v, text, "the prompt")
}

func (a *assignment) offer(name string) string {
	return didYouMean(name, slices.Sorted(maps.Keys(a.declared)))
}

func (a *assignment) fail(summary, detail string) {
	a.diags = append(a.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail})
}

// shown is a file's name as messages have it: relative names go through the directory.
func shown(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}
