package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// decoder fills the values behind a table from the syntax tree.
type decoder struct {
	scope scope
	dir   string
	diags hcl.Diagnostics
}

// decode fills b from the bodies, which count as one: the files of a directory, or one block.
func (d *decoder) decode(b body, head hcl.Range, bodies ...*hclsyntax.Body) {
	before := len(d.diags)
	placed := places{block: head, arguments: map[string]hcl.Range{}}
	for _, content := range bodies {
		for _, a := range inOrder(content.Attributes) {
			d.attribute(b, a, placed)
		}
	}
	first := map[string]hcl.Range{}
	for _, content := range bodies {
		for _, inner := range content.Blocks {
			d.block(b, inner, first)
		}
	}
	d.absent(b, placed, first)
	// The checks across attributes would complain of what is only a consequence of the above.
	if b.finish != nil && !d.diags[before:].HasErrors() {
		d.add(b.finish(placed))
	}
}

func (d *decoder) attribute(b body, a *hclsyntax.Attribute, placed places) {
	if b.free != nil {
		d.add(b.free(a))
		return
	}
	i := slices.IndexFunc(b.attributes, func(k attribute) bool { return k.name == a.Name })
	switch {
	case i < 0 && slices.ContainsFunc(b.blocks, func(k block) bool { return k.name == a.Name }):
		d.fail(a.NameRange, "Unsupported argument", fmt.Sprintf("%q is a block: write it as %s { ... }, without the equals sign.", a.Name, a.Name))
		return
	case i < 0:
		d.fail(a.NameRange, "Unsupported argument", fmt.Sprintf("An argument named %q is not expected here.%s", a.Name, didYouMean(a.Name, b.names())))
		return
	}
	if first, ok := placed.arguments[a.Name]; ok {
		d.fail(a.NameRange, "Duplicate argument", fmt.Sprintf("%q is already set at %s.", a.Name, place(first)))
		return
	}
	placed.arguments[a.Name] = a.Expr.Range()
	d.argument(b.attributes[i], a.Expr)
}

// argument evaluates one expression and hands its value to the attribute.
func (d *decoder) argument(a attribute, expr hclsyntax.Expression) {
	if a.static != nil {
		d.add(a.static(expr))
		return
	}
	v, diags := d.scope.evaluate(expr)
	d.add(diags)
	if diags.HasErrors() {
		return
	}
	if v.ContainsMarked() && !a.private {
		d.fail(expr.Range(), "Sensitive value in a place that is shown", fmt.Sprintf(
			"%q can be read in plans and messages, so it cannot hold a sensitive value. If the value is not a secret, write nonsensitive(...) around it.", a.name))
		return
	}
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsWhollyKnown() {
		// null is as good as absent, as in Terraform; unknown is what an earlier error left behind.
		d.missing(a, v, expr.Range())
		return
	}
	v, err := convert.Convert(v, a.want)
	if err == nil {
		err = a.set(argument{value: v, expr: expr, dir: d.dir})
	} else if !a.want.IsPrimitiveType() {
		err = fmt.Errorf("a %s is required: %w", a.kind, err)
	}
	if err != nil {
		at := expr.Range()
		if e, ok := errors.AsType[elementError](err); ok {
			at = argument{expr: expr}.at(e.index)
		}
		d.fail(at, fmt.Sprintf("Invalid value for %q", a.name), sentence(err))
		return
	}
	if a.reveals != nil && a.reveals(v.AsString()) && isLiteral(expr) {
		d.warn(expr.Range(), "Secret written in the configuration", fmt.Sprintf(
			"The value of %q stands in a file that others can read. Keep it in a sensitive variable, and set that with MIGRATOR_VAR_name or in a file that is not committed.", a.name))
	}
}

func (d *decoder) missing(a attribute, v cty.Value, at hcl.Range) {
	if !v.IsKnown() {
		return
	}
	if a.required {
		d.fail(at, "Missing value", fmt.Sprintf("%q is required and must not be null.", a.name))
		return
	}
	d.setDefault(a)
}

// setDefault evaluates the default of the table. It is ours, so a failure is a defect of the table.
func (d *decoder) setDefault(a attribute) {
	if a.def == "" || a.static != nil {
		return
	}
	expr, diags := hclsyntax.ParseExpression([]byte(a.def), "default of "+a.name, hcl.InitialPos)
	d.add(diags)
	if diags.HasErrors() {
		return
	}
	v, diags := expr.Value(nil)
	d.add(diags)
	v, err := convert.Convert(v, a.want)
	if err == nil {
		err = a.set(argument{value: v, dir: d.dir})
	}
	if err != nil {
		d.fail(expr.Range(), "Invalid default", sentence(err))
	}
}

func (d *decoder) block(b body, inner *hclsyntax.Block, first map[string]hcl.Range) {
	head := inner.DefRange()
	i := slices.IndexFunc(b.blocks, func(k block) bool { return k.name == inner.Type })
	switch {
	case i < 0 && slices.ContainsFunc(b.attributes, func(k attribute) bool { return k.name == inner.Type }):
		d.fail(head, "Unsupported block type", fmt.Sprintf("%q is an argument: write it as %s = ...", inner.Type, inner.Type))
		return
	case i < 0:
		d.fail(inner.TypeRange, "Unsupported block type", fmt.Sprintf("Blocks of type %q are not expected here.%s", inner.Type, didYouMean(inner.Type, b.names())))
		return
	}
	k := b.blocks[i]
	label, ok := d.label(k, inner)
	if !ok {
		return
	}
	if at, again := first[k.name]; again && !k.repeated {
		d.fail(head, fmt.Sprintf("Duplicate %s block", k.name), fmt.Sprintf("There can be only one %s block here; the first one is at %s.", k.name, place(at)))
		return
	}
	first[k.name] = head
	d.decode(k.open(label, head), head, inner.Body)
}

func (d *decoder) label(k block, inner *hclsyntax.Block) (string, bool) {
	switch {
	case k.label == "" && len(inner.Labels) > 0:
		d.fail(inner.LabelRanges[0], "Extraneous label", fmt.Sprintf("Blocks of type %q have no label.", k.name))
		return "", false
	case k.label == "":
		return "", true
	case len(inner.Labels) == 0:
		d.fail(inner.TypeRange, "Missing label", fmt.Sprintf("A block of type %q needs a label: %s %q { ... }", k.name, k.name, k.label))
		return "", false
	case len(inner.Labels) > 1:
		d.fail(inner.LabelRanges[1], "Extraneous label", fmt.Sprintf("A block of type %q has one label: %s %q { ... }", k.name, k.name, k.label))
		return "", false
	}
	return inner.Labels[0], true
}

// absent fills in the defaults of what is not written and complains of what must be.
func (d *decoder) absent(b body, placed places, first map[string]hcl.Range) {
	for _, a := range b.attributes {
		if placed.has(a.name) {
			continue
		}
		if a.required && placed.block != (hcl.Range{}) {
			d.fail(placed.block, "Missing required argument", fmt.Sprintf("The argument %q is required: %s.", a.name, a.doc))
			continue
		}
		d.setDefault(a)
	}
	for _, k := range b.blocks {
		if _, ok := first[k.name]; ok || k.repeated {
			continue
		}
		if k.required {
			d.diags = append(d.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf("Missing %s block", k.name),
				Detail: fmt.Sprintf("A configuration needs one block %s { ... }: %s.", k.name, k.doc)})
			continue
		}
		inner := k.open("", hcl.Range{})
		inner.finish = nil
		d.decode(inner, hcl.Range{})
	}
}

func (d *decoder) add(diags hcl.Diagnostics) { d.diags = append(d.diags, diags...) }

func (d *decoder) fail(at hcl.Range, summary, detail string) {
	d.diags = append(d.diags, problem(hcl.DiagError, at, summary, detail))
}

func (d *decoder) warn(at hcl.Range, summary, detail string) {
	d.diags = append(d.diags, problem(hcl.DiagWarning, at, summary, detail))
}

func problem(severity hcl.DiagnosticSeverity, at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: severity, Summary: summary, Detail: detail, Subject: &at}
}

// inOrder lists the attributes as they stand in the file; the parser keeps them in a map.
func inOrder(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	all := make([]*hclsyntax.Attribute, 0, len(attributes))
	for _, a := range attributes {
		all = append(all, a)
	}
	slices.SortFunc(all, func(a, b *hclsyntax.Attribute) int {
		return cmp.Compare(a.SrcRange.Start.Byte, b.SrcRange.Start.Byte)
	})
	return all
}
