package config

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Options is what a configuration takes from outside of its directory.
type Options struct {
	// Vars are the -var arguments, NAME=VALUE, in order.
	Vars []string
	// VarFiles are the -var-file arguments, in order; relative ones are relative to the
	// configuration's directory, as with Terraform's -chdir.
	VarFiles []string
	// Environ is the environment, in the form of os.Environ, for MIGRATOR_VAR_name and env().
	Environ []string
	// Ask asks a person for a variable that has no value; nil where nobody can be asked
	// (-input=false, no terminal).
	Ask func(Variable) (string, error)
}

// Load reads the *.hcl files of a directory. The configuration is nil when the diagnostics
// have an error; with warnings alone it is complete. No server is asked: this is all of validate.
func Load(dir string, opts Options) (*Config, Diagnostics) {
	l := loader{dir: dir, environ: environment(opts.Environ)}
	c := l.load(opts)
	diags := l.publish()
	if diags.HasErrors() {
		return nil, diags
	}
	return c, diags
}

// loader is one run of Load: what was read, what went wrong, and what must not be said.
type loader struct {
	dir      string
	environ  map[string]string
	sources  []*source
	declared map[string]*declaration
	secrets  []string // texts of sensitive values met on the way
	diags    hcl.Diagnostics
}

func (l *loader) load(opts Options) *Config {
	root, err := filepath.Abs(l.dir)
	if err != nil {
		l.fail("Cannot find the configuration's directory", sentence(err))
		return nil
	}
	l.declared = map[string]*declaration{}
	if !l.parse() {
		return nil
	}
	declarations, rest := l.split()

	locals := map[string]*hclsyntax.Attribute{}
	first := decoder{dir: root}
	first.decode(body{blocks: []block{variableBlock(l.declared), localsBlock(locals)}}, hcl.Range{}, declarations...)
	l.diags = append(l.diags, first.diags...)

	given := assign(l.dir, l.declared, opts, l.environ)
	l.sources = append(l.sources, given.sources...)
	l.diags = append(l.diags, given.diags...)
	for _, v := range given.values {
		if v.ContainsMarked() {
			l.learn(v)
		}
	}

	s := scope{variables: given.values, locals: map[string]cty.Value{}, functions: functions(root, l.environ, l.learn)}
	for name := range l.declared {
		if _, ok := s.variables[name]; !ok {
			s.variables[name] = cty.DynamicVal
		}
	}
	l.diags = append(l.diags, resolveLocals(locals, s)...)

	c := &Config{Dir: root}
	d := decoder{scope: s, dir: root}
	d.decode(rootBody(c, l.declared, locals), hcl.Range{}, rest...)
	l.diags = append(l.diags, d.diags...)
	l.secrets = append(l.secrets, c.secrets()...)
	return c
}

// parse reads the *.hcl files, and tells whether they can be looked into further: a file
// that is not understood would only make the others look wrong.
func (l *loader) parse() bool {
	names, err := list(l.dir, ".hcl")
	if err != nil {
		l.fail("Cannot read the configuration's directory", fmt.Sprintf("%s: %s", l.dir, sentence(err)))
		return false
	}
	if len(names) == 0 {
		l.fail("No configuration", fmt.Sprintf("The directory %s has no *.hcl files. \"migrator init\" writes one to begin with; -chdir=DIR picks another directory.", l.dir))
		return false
	}
	for _, name := range names {
		s, diags := parse(name)
		l.diags = append(l.diags, diags...)
		if s != nil {
			l.sources = append(l.sources, s)
		}
	}
	return !l.diags.HasErrors()
}

// split parts the variable and locals blocks, which make the scope, from all that is
// evaluated in it.
func (l *loader) split() (declarations, rest []*hclsyntax.Body) {
	for _, s := range l.sources {
		all := s.body()
		inner := &hclsyntax.Body{}
		outer := &hclsyntax.Body{Attributes: all.Attributes}
		for _, b := range all.Blocks {
			if b.Type == "variable" || b.Type == "locals" {
				inner.Blocks = append(inner.Blocks, b)
			} else {
				outer.Blocks = append(outer.Blocks, b)
			}
		}
		declarations, rest = append(declarations, inner), append(rest, outer)
	}
	return declarations, rest
}

// learn keeps the texts inside of a sensitive value.
func (l *loader) learn(v cty.Value) {
	plain, _ := v.UnmarkDeep()
	// The callback never fails.
	_ = cty.Walk(plain, func(_ cty.Path, leaf cty.Value) (bool, error) {
		if leaf.Type() == cty.String && leaf.IsKnown() && !leaf.IsNull() {
			l.secrets = append(l.secrets, leaf.AsString())
		}
		return true, nil
	})
}

func (l *loader) fail(summary, detail string) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail})
}

func environment(environ []string) map[string]string {
	all := map[string]string{}
	for _, e := range environ {
		if name, value, ok := strings.Cut(e, "="); ok && name != "" {
			all[name] = value
		}
	}
	return all
}
