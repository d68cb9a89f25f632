package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/count"
)

// Describe says in a few words what an object is, for its line in a plan: "14 columns", "enum, 5 labels", "references
// sales.customers". It is empty where kind and name say all.
func Describe(o catalog.Object) string {
	switch o := o.(type) {
	case *catalog.Extension:
		return "version " + o.Version
	case *catalog.Type:
		return describeType(o)
	case *catalog.Domain:
		return "over " + o.Type
	case *catalog.Function:
		return "language " + o.Language
	case *catalog.Aggregate:
		return "calls " + o.TransFunc
	case *catalog.Operator:
		return "calls " + o.Function
	case *catalog.Sequence:
		return describeSequence(o)
	case *catalog.Table:
		return describeTable(o)
	case *catalog.View:
		return count.Of(len(o.Columns), "column")
	case *catalog.Index:
		return describeIndex(o)
	case *catalog.Constraint:
		return describeConstraint(o)
	case *catalog.Rule:
		return stateWords[o.Enabled]
	case *catalog.Trigger:
		return stateWords[o.Enabled]
	case *catalog.Policy:
		return describePolicy(o)
	case *catalog.Collation:
		return describeCollation(o)
	case *catalog.Conversion:
		return "from " + o.From + " to " + o.To
	case *catalog.Cast:
		return describeCast(o)
	case *catalog.Statistics:
		return "on " + dotted(o.On.Schema, o.On.Name)
	case *catalog.TSDictionary:
		return "template " + o.Template
	case *catalog.TSConfiguration:
		return "parser " + o.Parser + ", " + count.Of(len(o.Mappings), "mapping")
	case *catalog.Publication:
		return describePublication(o)
	case *catalog.Subscription:
		return "disabled and without a connection"
	case *catalog.EventTrigger:
		return strings.TrimSuffix("on "+o.Event+", "+stateWords[o.Enabled], ", ")
	case *catalog.ForeignServer:
		return "wrapper " + o.Wrapper
	case *catalog.OperatorClass:
		return "for type " + o.Type + ", " + count.Of(len(o.Members), "member")
	case *catalog.OperatorFamily:
		return count.Of(len(o.Members), "member") + " of no class"
	case *catalog.DatabaseSetting:
		return "to " + o.Value
	case *catalog.MemberPrivileges:
		return describeMember(o)
	}
	return ""
}

// stateWords tell what is unusual about a trigger or a rule.
var stateWords = map[string]string{"D": "disabled", "R": "enabled for replicas", "A": "enabled always"}

func describeType(t *catalog.Type) string {
	switch {
	case t.Variant == "enum":
		return "enum, " + count.Of(len(t.Labels), "label")
	case t.Variant == "composite":
		return "composite, " + count.Of(len(t.Attributes), "attribute")
	case t.Range != nil:
		return "range of " + t.Range.Subtype
	}
	return t.Variant
}

func describeSequence(s *catalog.Sequence) string {
	switch {
	case s.OwnedBy == nil:
		return s.Type
	case s.Identity:
		return "identity of " + dotted(s.OwnedBy.Schema, s.OwnedBy.Table, s.OwnedBy.Column)
	}
	return "owned by " + dotted(s.OwnedBy.Schema, s.OwnedBy.Table, s.OwnedBy.Column)
}

func describeTable(t *catalog.Table) string {
	d := []string{count.Of(len(t.Columns), "column")}
	if t.Foreign {
		d = append(d, "rows stay on server "+t.Server)
	}
	if t.Persistence == "u" {
		d = append(d, "unlogged")
	}
	if t.Partitioned {
		strategy, _, _ := strings.Cut(t.PartitionBy, " ")
		d = append(d, "partitioned by "+strings.ToLower(strategy))
	}
	for _, p := range t.Parents {
		if t.Bound != "" {
			d = append(d, "partition of "+dotted(p.Schema, p.Name))
		} else {
			d = append(d, "inherits "+dotted(p.Schema, p.Name))
		}
	}
	return strings.Join(d, ", ")
}

func describeIndex(x *catalog.Index) string {
	var d []string
	if x.Unique {
		d = append(d, "unique")
	}
	if x.Method != "" {
		d = append(d, x.Method)
	}
	if x.Constraint != "" {
		d = append(d, "for constraint "+x.Constraint)
	}
	return strings.Join(d, ", ")
}

func describeConstraint(c *catalog.Constraint) string {
	var d []string
	switch c.Kind {
	case catalog.KindForeignKey:
		if c.References != nil {
			d = append(d, "references "+dotted(c.References.Schema, c.References.Name))
		}
	default:
		d = append(d, strings.ReplaceAll(string(c.Kind), "_", " "))
	}
	if !c.Valid {
		d = append(d, "not valid")
	}
	return strings.Join(d, ", ")
}

func describeMember(p *catalog.MemberPrivileges) string {
	d := "on a " + strings.ReplaceAll(string(p.Of), "_", " ")
	if p.Extension != "" {
		return d + " of extension " + p.Extension
	}
	return d + " of PostgreSQL's own"
}

func describePolicy(p *catalog.Policy) string {
	d := "for " + strings.ToLower(commands[p.Command])
	if !p.Permissive {
		d += ", restrictive"
	}
	return d
}

func dotted(parts ...string) string {
	for i, p := range parts {
		parts[i] = catalog.AddressPart(p)
	}
	return strings.Join(parts, ".")
}
