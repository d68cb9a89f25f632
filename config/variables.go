package config

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Variable is a declared input variable, for whoever asks a person for its value.
type Variable struct {
	Name        string
	Description string
	// Sensitive values are neither shown nor echoed.
	Sensitive bool
}

// declaration is a variable block.
type declaration struct {
	Variable
	typ      cty.Type
	defaults *typeexpr.Defaults // of optional attributes inside of the type; nil when there are none
	value    cty.Value          // the default; cty.NilVal when there is none
	valueAt  hcl.Range
	at       hcl.Range
}

// convert makes a value one of the variable's type, sensitive if the variable is.
func (v *declaration) convert(given cty.Value) (cty.Value, error) {
	if v.defaults != nil && !given.IsNull() {
		given = v.defaults.Apply(given)
	}
	out, err := convert.Convert(given, v.typ)
	if err != nil {
		if v.Sensitive {
			// The converter's words can quote keys of a map.
			return cty.NilVal, fmt.Errorf("variable %q needs a value of type %s", v.Name, typeexpr.TypeString(v.typ))
		}
		return cty.NilVal, fmt.Errorf("variable %q needs a value of type %s: %w", v.Name, typeexpr.TypeString(v.typ), err)
	}
	if v.Sensitive {
		out = out.Mark(sensitive)
	}
	return out, nil
}

// variableBlock declares variables into declared.
func variableBlock(declared map[string]*declaration) block {
	return block{
		name: "variable", label: "NAME", repeated: true,
		doc: "a value that is given from outside: with -var, a file of values or the environment",
		open: func(name string, at hcl.Range) body {
			v := &declaration{Variable: Variable{Name: name}, typ: cty.DynamicPseudoType, at: at}
			// It counts as declared even if its block has mistakes: its uses are none.
			if _, ok := declared[name]; !ok && hclsyntax.ValidIdentifier(name) {
				declared[name] = v
			}
			return body{attributes: v.attributes(), finish: func(places) hcl.Diagnostics {
				if !hclsyntax.ValidIdentifier(name) {
					return hcl.Diagnostics{problem(hcl.DiagError, at, "Invalid variable name", "A name begins with a letter and has letters, digits, dashes and underscores.")}
				}
				if first := declared[name]; first != v {
					return hcl.Diagnostics{problem(hcl.DiagError, at, "Duplicate variable", fmt.Sprintf("A variable named %q is already declared at %s.", name, place(first.at)))}
				}
				return v.checkDefault()
			}}
		},
	}
}

func (v *declaration) attributes() []attribute {
	constant := func(doc string, a attribute) attribute {
		set := a.set
		a.doc, a.want = doc, cty.NilType
		a.static = func(expr hcl.Expression) hcl.Diagnostics { return setConstant(a, set, expr) }
		return a
	}
	return []attribute{
		{name: "type", kind: "type", doc: "the type of its values: string, number, bool, list(string), map(string), object({...}), ...; any type when left out",
			static: func(expr hcl.Expression) hcl.Diagnostics {
				t, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
				if !diags.HasErrors() {
					v.typ, v.defaults = t, defaults
				}
				return diags
			}},
		{name: "default", kind: "any", doc: "the value when none is given; without a default the variable must be set", static: func(expr hcl.Expression) hcl.Diagnostics {
			value, diags := expr.Value(nil)
			if diags.HasErrors() {
				value = cty.DynamicVal
			}
			v.value, v.valueAt = value, expr.Range()
			return diags
		}},
		constant("what the variable is for; shown when its value is asked for", text(&v.Description, "description", "")),
		constant("whether the value is a secret, which is shown nowhere", yesNo(&v.Sensitive, "sensitive", "false", "")),
	}
}

// setConstant sets an attribute that cannot refer to anything.
func setConstant(a attribute, set func(argument) error, expr hcl.Expression) hcl.Diagnostics {
	want := cty.String
	if a.kind == "bool" {
		want = cty.Bool
	}
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		return diags
	}
	value, err := convert.Convert(value, want)
	if err == nil && value.IsNull() {
		err = errors.New("must not be null")
	}
	if err == nil {
		err = set(argument{value: value, expr: expr})
	}
	if err != nil {
		diags = append(diags, problem(hcl.DiagError, expr.Range(), fmt.Sprintf("Invalid value for %q", a.name), sentence(err)))
	}
	return diags
}

func (v *declaration) checkDefault() hcl.Diagnostics {
	if v.value == cty.NilVal {
		return nil
	}
	if _, err := v.convert(v.value); err != nil {
		return hcl.Diagnostics{problem(hcl.DiagError, v.valueAt, "Invalid default value", sentence(err))}
	}
	if v.Sensitive && !v.value.IsNull() && !v.value.RawEquals(cty.StringVal("")) {
		return hcl.Diagnostics{problem(hcl.DiagWarning, v.valueAt, "Secret written in the configuration",
			"The default of a sensitive variable stands in a file that others can read. Leave it out, and give the value from outside.")}
	}
	return nil
}
