package ddl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// createExtension names no version: the destination installs the one it has.
func createExtension(e *catalog.Extension) string {
	sql := "CREATE EXTENSION " + postgres.QuoteIdent(e.Name)
	if e.In != "" {
		sql += " WITH SCHEMA " + postgres.QuoteIdent(e.In)
	}
	return sql
}

func createType(t *catalog.Type) ([]string, error) {
	name := qualified(&t.Item)
	switch t.Variant {
	case "enum":
		labels := make([]string, len(t.Labels))
		for i, l := range t.Labels {
			labels[i] = postgres.QuoteLiteral(l)
		}
		return []string{"CREATE TYPE " + name + " AS ENUM " + list(labels)}, nil
	case "composite":
		attributes := make([]string, len(t.Attributes))
		for i, a := range t.Attributes {
			attributes[i] = postgres.QuoteIdent(a.Name) + " " + a.Type + collate(a.Collation)
		}
		return []string{"CREATE TYPE " + name + " AS " + list(attributes)}, nil
	case "range":
		if t.Range == nil {
			return nil, errors.New("a range type without its definition")
		}
		return []string{"CREATE TYPE " + name + " AS RANGE " + list(rangeParameters(t.Range))}, nil
	case "base":
		if t.Base == nil {
			return nil, errors.New("a base type without its definition")
		}
		return []string{"CREATE TYPE " + name + " " + list(baseParameters(t.Base))}, nil
	case "shell":
		return []string{Shell(t)}, nil
	}
	return nil, fmt.Errorf("no DDL for a type of variant %q", t.Variant)
}

func rangeParameters(r *catalog.Range) []string {
	p := []string{"subtype = " + r.Subtype}
	if r.MultirangeName != "" {
		p = append(p, "multirange_type_name = "+qualify(r.MultirangeSchema, r.MultirangeName))
	}
	for _, o := range []struct{ key, value string }{
		{"subtype_opclass", r.OpClass},
		{"collation", r.Collation},
		{"canonical", r.Canonical},
		{"subtype_diff", r.SubtypeDiff},
	} {
		if o.value != "" {
			p = append(p, o.key+" = "+o.value)
		}
	}
	return p
}

// The words of CREATE TYPE for typalign and typstorage.
var (
	alignments = map[string]string{"c": "char", "s": "int2", "i": "int4", "d": "double"}
	storages   = map[string]string{"p": "plain", "e": "external", "x": "extended", "m": "main"}
)

// baseParameters leave out what CREATE TYPE has by itself.
func baseParameters(t *catalog.Base) []string {
	var p []string
	add := func(key, value string) {
		if value != "" {
			p = append(p, key+" = "+value)
		}
	}
	length := "variable"
	if t.Length >= 0 {
		length = strconv.Itoa(t.Length)
	}
	add("INTERNALLENGTH", length)
	add("INPUT", t.Input)
	add("OUTPUT", t.Output)
	add("RECEIVE", t.Receive)
	add("SEND", t.Send)
	add("TYPMOD_IN", t.TypmodIn)
	add("TYPMOD_OUT", t.TypmodOut)
	add("ANALYZE", t.Analyze)
	add("SUBSCRIPT", t.Subscript)
	if t.Collatable {
		add("COLLATABLE", "true")
	}
	add("DEFAULT", literal(t.Default))
	add("ELEMENT", t.Element)
	if t.Category != "U" {
		add("CATEGORY", postgres.QuoteLiteral(t.Category))
	}
	if t.Preferred {
		add("PREFERRED", "true")
	}
	if t.Delimiter != "," {
		add("DELIMITER", postgres.QuoteLiteral(t.Delimiter))
	}
	add("ALIGNMENT", alignments[t.Alignment])
	add("STORAGE", storages[t.Storage])
	if t.ByValue {
		p = append(p, "PASSEDBYVALUE")
	}
	return p
}

// Shell declares a type without defining it. A base type needs that, and a range type with a canonical function: their functions take
// and give back the type.
func Shell(t *catalog.Type) string {
	return "CREATE TYPE " + qualified(&t.Item)
}

func createDomain(d *catalog.Domain) string {
	var b strings.Builder
	b.WriteString("CREATE DOMAIN " + qualified(&d.Item) + " AS " + d.Type + collate(d.Collation))
	if d.Default != "" {
		b.WriteString(" DEFAULT " + d.Default)
	}
	if d.NotNull {
		b.WriteString(notNull(d.NotNullName, false))
	}
	for _, c := range d.Checks {
		if c.Valid {
			b.WriteString("\n    CONSTRAINT " + postgres.QuoteIdent(c.Name) + " " + c.Definition)
		}
	}
	return b.String()
}

// domainConstraint names a constraint of a domain for COMMENT ON.
func domainConstraint(d *catalog.Domain, name string) string {
	return "CONSTRAINT " + postgres.QuoteIdent(name) + " ON DOMAIN " + qualified(&d.Item)
}

// list puts each item on a line of its own, in parentheses.
func list(items []string) string {
	if len(items) == 0 {
		return "()"
	}
	return "(\n    " + strings.Join(items, ",\n    ") + "\n)"
}

// collate takes a collation that the server has already qualified and quoted.
func collate(collation string) string {
	if collation == "" {
		return ""
	}
	return " COLLATE " + collation
}

// notNull is the constraint in its named form where it has a name; versions that do not keep the name accept it too.
func notNull(name string, noInherit bool) string {
	sql := " NOT NULL"
	if name != "" {
		sql = " CONSTRAINT " + postgres.QuoteIdent(name) + sql
	}
	if noInherit {
		sql += " NO INHERIT"
	}
	return sql
}
