package config

import (
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// rootBody is what stands in the files outside of any block. The declarations are decoded
// before the rest; they are listed here because a misspelled one ends up with the rest.
func rootBody(c *Config, declared map[string]*declaration, locals map[string]*hclsyntax.Attribute) body {
	return body{
		attributes: []attribute{
			migrateAttribute(c),
			oneOf(&c.Conflict, "conflict", `"error"`, "what happens to a table that has rows in the destination already: error refuses the plan; "+
				"ignore keeps a table of equal structure and its rows, and leaves out rows that collide on a key", ConflictError, ConflictIgnore),
			oneOf(&c.Roles, "roles", `"map"`, "what becomes of roles that the destination does not have: map wants all of them to be there, by their own names or those in mapping; "+
				"create makes them; ignore leaves all objects with the role that connects", RolesMap, RolesCreate, RolesIgnore),
			oneOf(&c.CFunctions, "c_functions", `"skip"`, "what becomes of functions in C, of internal ones and of base types: skip leaves them behind; "+
				"create makes them with the destination's libraries; error refuses the plan", CFunctionsSkip, CFunctionsCreate, CFunctionsError),
		},
		blocks: []block{
			variableBlock(declared),
			localsBlock(locals),
			{name: "source", required: true, doc: "the database that is read",
				open: func(string, hcl.Range) body { return endpointBody(&c.Source) }},
			{name: "destination", required: true, doc: "the database that is filled",
				open: func(string, hcl.Range) body { return destinationBody(&c.Destination) }},
			{name: "select", doc: "which objects are migrated",
				open: func(string, hcl.Range) body { return selectBody(&c.Select) }},
			{name: "mapping", doc: "what differs in the destination on purpose",
				open: func(string, hcl.Range) body { return mappingBody(&c.Mapping) }},
			providerBlock(c),
			{name: "parallelism", doc: "how many things happen at once",
				open: func(string, hcl.Range) body { return parallelismBody(&c.Parallelism) }},
			{name: "throttle", doc: "limits on the load of the servers",
				open: func(string, hcl.Range) body { return throttleBody(&c.Throttle) }},
			{name: "retry", doc: "how long errors that can pass by themselves are retried, counted from the last progress",
				open: func(string, hcl.Range) body { return retryBody(&c.Retry) }},
			{name: "precheck", doc: "the checks before a migration",
				open: func(string, hcl.Range) body { return precheckBody(&c.Precheck) }},
			{name: "verify", doc: "how the destination is compared with the source",
				open: func(string, hcl.Range) body { return verifyBody(&c.Verify) }},
			{name: "state", doc: "where the state is kept",
				open: func(string, hcl.Range) body {
					return body{attributes: []attribute{
						path(&c.StatePath, "path", "the state file, relative to the configuration").withDefault(`"migrator.json"`),
					}}
				}},
		},
	}
}

func migrateAttribute(c *Config) attribute {
	var parts []string
	a := texts(&parts, "migrate", "what is moved: one of them alone, or both", func(s string) error {
		return checkOneOf(s, []string{"schema", "data"})
	}).withDefault(`["schema", "data"]`)
	a.kind = `list of "schema", "data"`
	a.want = cty.List(cty.String)
	setParts := a.set
	a.set = func(arg argument) error {
		if err := setParts(arg); err != nil {
			return err
		}
		if len(parts) == 0 {
			return errors.New(`nothing would be migrated; write ["schema"], ["data"] or ["schema", "data"]`)
		}
		c.Schema, c.Data = slices.Contains(parts, "schema"), slices.Contains(parts, "data")
		return nil
	}
	return a
}

// providerBlock is a managed service that is not among those known by themselves.
func providerBlock(c *Config) block {
	return block{
		name: "provider", label: "NAME", repeated: true,
		doc: "a managed service with roles and extensions of its own, beside those that are known",
		open: func(name string, at hcl.Range) body {
			p := Provider{Name: name}
			return body{
				attributes: []attribute{
					globs(texts(&p.Roles, "roles", "its roles, as globs on their names; they are never created", checkFilled)),
					globs(texts(&p.Extensions, "extensions", "its extensions, as globs on their names; they are never created", checkFilled)),
				},
				finish: func(places) hcl.Diagnostics {
					if slices.ContainsFunc(c.Providers, func(other Provider) bool { return other.Name == name }) {
						return hcl.Diagnostics{problem(hcl.DiagError, at, "Duplicate provider block", fmt.Sprintf("The provider %q has a block already.", name))}
					}
					c.Providers = append(c.Providers, p)
					return labelled(at, checkName(name))
				},
			}
		},
	}
}

// Kinds are the kinds of objects that select.skip can name, in the words of a plan. Schemas and tables are chosen by name, and what is a part of
// something else goes with that.
func Kinds() []string {
	return []string{
		"access_method", "aggregate", "cast", "check", "collation", "comment", "conversion", "database", "database_setting", "default",
		"default_privileges", "domain", "event_trigger", "exclusion", "extension", "foreign_data_wrapper", "foreign_key", "foreign_table",
		"function", "grant", "index", "language", "large_object", "materialized_view", "operator", "operator_class", "operator_family",
		"policy", "primary_key", "procedure", "publication", "rule", "security_label", "sequence", "server", "statistics", "subscription",
		"text_search_configuration", "text_search_dictionary", "text_search_parser", "text_search_template", "transform", "trigger", "type",
		"unique", "user_mapping", "view",
	}
}

func selectBody(s *Select) body {
	return body{
		attributes: []attribute{
			patterns(&s.Include, "include", "the objects to migrate, as globs on schema.object; everything that is not PostgreSQL's own when left out"),
			patterns(&s.Exclude, "exclude", "objects that stay behind although include names them"),
			texts(&s.Skip, "skip", "kinds of objects that stay behind: "+enumeration(Kinds()), func(k string) error { return checkOneOf(k, Kinds()) }),
		},
		blocks: []block{{
			name: "extension", label: "NAME", repeated: true, doc: "what happens to one extension",
			open: func(name string, at hcl.Range) body {
				var skip bool
				return body{
					attributes: []attribute{yesNo(&skip, "skip", "", "whether the extension stays behind, with all that needs it").asRequired()},
					finish: func(places) hcl.Diagnostics {
						if slices.Contains(s.SkipExtensions, name) {
							return hcl.Diagnostics{problem(hcl.DiagError, at, "Duplicate extension block", fmt.Sprintf("The extension %q has a block already.", name))}
						}
						if skip {
							s.SkipExtensions = append(s.SkipExtensions, name)
						}
						return labelled(at, checkName(name))
					},
				}
			},
		}},
	}
}

// labelled is the diagnostic of an error in a block's label; nil without one.
func labelled(at hcl.Range, err error) hcl.Diagnostics {
	if err == nil {
		return nil
	}
	return hcl.Diagnostics{problem(hcl.DiagError, at, "Invalid label", sentence(err))}
}
