package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
)

// seen finds names that are used twice, and says where the first one is.
type seen map[string]hcl.Range

func (s seen) again(key string, at hcl.Range, summary, what string) hcl.Diagnostics {
	if first, ok := s[key]; ok {
		return hcl.Diagnostics{problem(hcl.DiagError, at, summary, fmt.Sprintf("%s at %s.", what, place(first)))}
	}
	s[key] = at
	return nil
}

func mappingBody(m *Mapping) body {
	b := body{attributes: []attribute{
		oneOf(&m.Names, "names", `"source"`, "the capitalization of the names of schemas, relations and columns: as in the source, or all lower or upper case",
			NamesSource, NamesLower, NamesUpper),
	}}
	schemas, roles := seen{}, seen{}
	tables, results := seen{}, seen{}
	b.blocks = []block{
		{name: "schema", label: "NAME", repeated: true, doc: "what differs for one schema", open: func(name string, at hcl.Range) body {
			s := SchemaMapping{Name: name, Pos: position(at)}
			return renameBody(&s.Rename, name, at, "schema", schemas, []func(string) error{checkName, checkNewSchema}, func() { m.Schemas = append(m.Schemas, s) })
		}},
		{name: "role", label: "NAME", repeated: true, doc: "which role takes the place of one, as an owner, grantee, grantor or in a policy", open: func(name string, at hcl.Range) body {
			r := RoleMapping{Name: name, Pos: position(at)}
			return renameBody(&r.Rename, name, at, "role", roles, []func(string) error{checkName}, func() { m.Roles = append(m.Roles, r) })
		}},
		{name: "table", label: "SCHEMA.TABLE", repeated: true, doc: "what differs for one table, or for a view its name; by its name in the source", open: func(label string, at hcl.Range) body {
			return tableBody(m, label, at, tables, results)
		}},
	}
	return b
}

// renameBody is that of a schema and of a role; checks are those of the new name, and keep is called when all is well.
func renameBody(rename *string, name string, at hcl.Range, what string, names seen, checks []func(string) error, keep func()) body {
	return body{
		attributes: []attribute{text(rename, "rename", "the "+what+"'s name in the destination", checks...).asRequired()},
		finish: func(places) hcl.Diagnostics {
			diags := labelled(at, checkName(name))
			diags = append(diags, names.again(name, at, fmt.Sprintf("Duplicate %s mapping", what), fmt.Sprintf("The %s %q is mapped already,", what, name))...)
			keep()
			return diags
		},
	}
}

func tableBody(m *Mapping, label string, at hcl.Range, tables, results seen) body {
	t := &TableMapping{Pos: position(at)}
	columns, columnNames := seen{}, seen{}
	return body{
		attributes: []attribute{
			text(&t.Rename, "rename", "the table's name in the destination, without a schema", checkName),
			text(&t.Where, "where", "an SQL condition on the source; only rows that meet it are copied", checkFilled, checkNoNull),
			yesNo(&t.Data, "data", "true", "false creates the table and leaves its rows behind"),
			oneOf(&t.Conflict, "conflict", "", "what happens when the table has rows in the destination; as the conflict of the configuration when left out",
				ConflictError, ConflictIgnore),
		},
		blocks: []block{{name: "column", label: "NAME", repeated: true, doc: "what differs for one column", open: func(name string, at hcl.Range) body {
			return columnBody(t, name, at, columns, columnNames)
		}}},
		finish: func(p places) hcl.Diagnostics {
			schema, name, err := splitName(label)
			if err != nil {
				return labelled(at, err)
			}
			t.Schema, t.Name = schema, name
			m.Tables = append(m.Tables, *t)
			diags := tables.again(schema+"\x00"+name, at, "Duplicate table mapping", fmt.Sprintf("The table %q is mapped already,", label))
			if len(diags) == 0 && t.Rename != "" {
				diags = append(diags, results.again(schema+"\x00"+t.Rename, p.of("rename"), "Two tables of one name",
					fmt.Sprintf("Another table of schema %q is renamed to %q,", schema, t.Rename))...)
			}
			if !t.Data && p.has("where") {
				diags = append(diags, problem(hcl.DiagError, p.of("where"), "Condition without rows", "With data = false no rows are copied, so where has nothing to choose from."))
			}
			return diags
		},
	}
}

func columnBody(t *TableMapping, name string, at hcl.Range, columns, results seen) body {
	c := &ColumnMapping{Name: name, Pos: position(at)}
	return body{
		attributes: []attribute{
			text(&c.Rename, "rename", "the column's name in the destination", checkName, checkNewColumn),
			text(&c.Value, "value", "an SQL expression that is evaluated on the source in place of the column", checkFilled, checkNoNull),
			yesNo(&c.Exclude, "exclude", "false", "true leaves the column out of the destination's table"),
		},
		finish: func(p places) hcl.Diagnostics {
			t.Columns = append(t.Columns, *c)
			diags := labelled(at, checkName(name))
			diags = append(diags, columns.again(name, at, "Duplicate column mapping", fmt.Sprintf("The column %q is mapped already,", name))...)
			if c.Rename != "" && len(diags) == 0 {
				diags = append(diags, results.again(c.Rename, p.of("rename"), "Two columns of one name",
					fmt.Sprintf("Another column of the table is renamed to %q,", c.Rename))...)
			}
			for _, other := range []string{"rename", "value"} {
				if c.Exclude && p.has(other) {
					diags = append(diags, problem(hcl.DiagError, p.of(other), "Excluded column with a "+other,
						fmt.Sprintf("The column %q is excluded, so it has no %s in the destination. Remove one of the two.", name, other)))
				}
			}
			return diags
		},
	}
}
