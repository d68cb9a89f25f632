package planner

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// removedTypes are built-in types with the version that has them no longer, not even for a column.
var removedTypes = map[string]int{"abstime": 120000, "reltime": 120000, "tinterval": 120000, "smgr": 120000, "unknown": 100000, "opaque": 130000}

// since14 is the version that has no operators behind their operand, the factorial's among them, and whose widened functions take
// anycompatiblearray and anycompatible.
const since14 = 140000

var widened = []string{"array_append", "array_cat", "array_position", "array_positions", "array_prepend", "array_remove", "array_replace", "width_bucket"}

// breaks says why the destination's version cannot have an object of an older source, and what to do; it is empty for most.
func (b *builder) breaks(o catalog.Object) string {
	crosses14 := b.src.Server.Version < since14 && b.destinationVersion() >= since14
	if column, typ := b.removedType(o); typ != "" {
		if column != "" {
			column = fmt.Sprintf("column %q", column)
			return fmt.Sprintf("%s has the type %s, which PostgreSQL %d and later do not have: change its type in the source, or exclude it", column, typ, removedTypes[typ]/10000)
		}
		return fmt.Sprintf("uses the type %s, which PostgreSQL %d and later do not have: change it in the source, or exclude it", typ, removedTypes[typ]/10000)
	}
	switch o := o.(type) {
	case *catalog.Constraint:
		x := b.indexes[catalog.Name{Schema: o.Schema, Name: o.Index}]
		if excludes := o.Kind == catalog.KindExclusion || o.WithoutOverlaps; excludes && x != nil && (x.Partitioned || x.Parent != nil) {
			return "excludes rows of a partitioned table, and no server attaches a partition's index for that: " +
				"ALTER TABLE ... ADD CONSTRAINT on the partitioned table makes it, by hand, after the run"
		}
	case *catalog.Operator:
		if o.Right == "" && crosses14 {
			return "an operator behind its operand, which PostgreSQL 14 and later do not have: make one that stands before it, and use that"
		}
		if crosses14 && slices.Contains(widened, o.Function) && (strings.HasPrefix(o.Left, "any") || strings.HasPrefix(o.Right, "any")) {
			return widenedReason(o.Function)
		}
	case *catalog.Aggregate:
		if crosses14 && slices.Contains(widened, o.TransFunc) && strings.HasPrefix(o.TransType, "any") {
			return widenedReason(o.TransFunc)
		}
	case *catalog.DatabaseSetting:
		if b.unknownParameter(o.Name) {
			return "the destination's server has no parameter of this name: see its release notes for what took its place"
		}
	case *catalog.Function:
		for _, m := range functionSetting.FindAllStringSubmatch(o.Definition, -1) {
			if b.unknownParameter(m[1]) {
				return fmt.Sprintf("sets the parameter %s, which the destination's server does not have: ALTER FUNCTION ... RESET %s in the source", m[1], m[1])
			}
		}
	case *catalog.MemberPrivileges:
		if o.Extension == "" && b.dst.Server.Builtins != nil && !b.dst.Server.Builtins[builtin(o)] {
			return "the destination's server has no such object: grant what took its place by hand"
		}
	}
	if crosses14 && ddl.HasPostfix(definitionText(o)) {
		return "uses the operator ! behind its operand, which PostgreSQL 14 and later do not have: call factorial() instead"
	}
	return ""
}

// functionSetting is a SET clause as pg_get_functiondef prints it, on a line of its own before the body.
var functionSetting = regexp.MustCompile(`(?m)^ SET "?([A-Za-z_0-9.]+)"? TO `)

func widenedReason(function string) string {
	return fmt.Sprintf("its function %s takes anycompatible types since PostgreSQL 14: make it over there with anycompatiblearray and anycompatible in the place of anyarray and anyelement", function)
}

// unknownParameter says whether the destination would refuse to set a parameter. One with a dot is an extension's, and is taken by any server.
func (b *builder) unknownParameter(name string) bool {
	return b.dst.Server.Parameters != nil && !strings.Contains(name, ".") && !b.dst.Server.Parameters[strings.ToLower(name)]
}

// builtin is how Server.Builtins knows the object that privileges are on; columns are known by their table.
func builtin(p *catalog.MemberPrivileges) string {
	i := p.Item
	if i.Of == catalog.KindColumn {
		return "relation." + i.Table
	}
	switch i.Of {
	case catalog.KindFunction, catalog.KindProcedure, catalog.KindAggregate:
		return "routine." + i.Name + "(" + i.Args + ")"
	case catalog.KindType, catalog.KindDomain:
		return "type." + i.Name
	case catalog.KindSchema:
		return "schema." + i.Name
	case catalog.KindLanguage:
		return "language." + i.Name
	}
	return "relation." + i.Name
}

// removedType finds a type that the destination's version does not have: of a column, or somewhere in an object's definition.
func (b *builder) removedType(o catalog.Object) (column, typ string) {
	gone := func(name string) bool {
		version := removedTypes[name]
		return version > 0 && b.src.Server.Version < version && b.destinationVersion() >= version
	}
	base := func(name string) string { return strings.TrimRight(name, "[]") }
	var others []string
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			if gone(base(c.Type)) {
				return c.Name, base(c.Type)
			}
		}
	case *catalog.View:
		for _, c := range o.Columns {
			if gone(base(c.Type)) {
				return c.Name, base(c.Type)
			}
		}
	case *catalog.Type:
		for _, a := range o.Attributes {
			others = append(others, a.Type)
		}
		if o.Range != nil {
			others = append(others, o.Range.Subtype)
		}
	case *catalog.Domain:
		others = append(others, o.Type)
	case *catalog.Aggregate:
		others = append(others, o.TransType, o.MovingTransType)
	case *catalog.Operator:
		others = append(others, o.Left, o.Right)
	case *catalog.Cast:
		from, to, _ := strings.Cut(o.Name, " AS ")
		others = append(others, from, to)
	}
	for name := range removedTypes {
		if gone(name) && ddl.UsesType(definitionText(o), name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	for _, name := range others {
		if gone(base(name)) {
			return "", base(name)
		}
	}
	return "", ""
}

// definitionText is the SQL of an object that may name types and operators.
func definitionText(o catalog.Object) string {
	switch o := o.(type) {
	case *catalog.View:
		return o.Definition
	case *catalog.Function:
		return o.Definition
	case *catalog.Index:
		return o.Definition
	case *catalog.Constraint:
		return o.Definition
	case *catalog.Rule:
		return o.Definition
	case *catalog.Trigger:
		return o.Definition
	case *catalog.Table:
		var parts []string
		for _, c := range o.Columns {
			parts = append(parts, "("+c.Default+")")
		}
		for _, c := range o.Checks {
			parts = append(parts, c.Definition)
		}
		return strings.Join(parts, " ")
	}
	return ""
}
