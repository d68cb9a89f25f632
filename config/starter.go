package config

import (
	"bytes"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

//go:embed starter.hcl.tmpl
var starterText string

// Starter is a commented configuration to begin with, for `init`.
func Starter() string {
	s, err := starter(
		connString{hosts: []string{"old.example.com"}, ports: []string{"5432"}, database: "shop", user: "migrator", secrets: []string{""}},
		connString{hosts: []string{"new.example.com"}, ports: []string{"5432"}, database: "shop", user: "migrator", secrets: []string{""}})
	if err != nil {
		panic(err) // the template and its values are constants, and a test executes them
	}
	return s
}

// StarterFrom is Starter with the addresses of two URLs or keyword strings. Passwords do not
// get into the text: it declares a sensitive variable where a URL has one. Errors name the
// URL by its role and do not repeat it.
func StarterFrom(source, destination string) (string, error) {
	from, err := parseConnString(source)
	if err != nil {
		return "", fmt.Errorf("source URL: %w", err)
	}
	to, err := parseConnString(destination)
	if err != nil {
		return "", fmt.Errorf("destination URL: %w", err)
	}
	return starter(from, to)
}

// Gitignore is what `init` writes beside the configuration: state and secrets stay out of git.
func Gitignore() string {
	return `# The state of a run, its lock and its copies
migrator.json
migrator.json.*
*.migrator.json
*.migrator.json.*

# Values of variables, which can be secrets
migrator.vars
*.auto.vars
`
}

func starter(source, destination connString) (string, error) {
	t, err := template.New("migration.hcl").Parse(starterText)
	if err != nil {
		return "", fmt.Errorf("starter: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, map[string]any{"Source": starterEndpoint("source", source), "Destination": starterEndpoint("destination", destination)}); err != nil {
		return "", fmt.Errorf("starter: %w", err)
	}
	return string(Format(b.Bytes())), nil
}

// starterEndpoint is what the template fills in; texts are HCL.
func starterEndpoint(role string, c connString) map[string]string {
	e := map[string]string{}
	switch len(c.hosts) {
	case 0:
	case 1:
		if c.hosts[0] != "" {
			e["host"] = literal(c.hosts[0])
		}
	default:
		quoted := make([]string, len(c.hosts))
		for i, h := range c.hosts {
			quoted[i] = literal(h)
		}
		e["host"] = "[" + strings.Join(quoted, ", ") + "]"
	}
	if len(c.ports) > 0 && c.ports[0] != "" {
		e["port"] = c.ports[0]
	}
	if c.database != "" {
		e["database"] = literal(c.database)
	}
	if c.user != "" {
		e["user"] = literal(c.user)
	}
	if len(c.secrets) > 0 {
		e["password"] = "var." + role + "_password"
	}
	if c.mode != "" {
		e["mode"] = literal(c.mode)
	}
	return e
}

func literal(s string) string {
	return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes())
}

func portText(port uint16) string { return strconv.Itoa(int(port)) }
