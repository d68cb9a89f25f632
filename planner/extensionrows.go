package planner

import (
	"regexp"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// whereWord begins pg_extension.extcondition.
var whereWord = regexp.MustCompile(`(?i)^\s*WHERE\b\s*`)

// addExtensionRows copies what a database keeps in the tables of its extensions (pg_extension.extconfig). The extension brings rows of its
// own; those of the database are what its condition selects, in the source and in the destination.
func (b *builder) addExtensionRows() {
	for _, o := range b.objects {
		e, ok := o.(*catalog.Extension)
		if !ok {
			continue
		}
		made := b.g.nodes[e.Address()]
		if made == nil || made.left != "" {
			continue
		}
		before := e.Address()
		for _, t := range e.Config {
			if b.sel.matches(b.cfg.Select.Exclude, t.Table.Schema, t.Table.Name) {
				b.plan.Excluded[ActionRows]++
				continue
			}
			// Their keys are there already: the order in which the extension names its tables is the one that they allow.
			n := b.addExtensionTable(e, made, t)
			n.needs(before)
			before = n.action.Address
		}
	}
}

func (b *builder) addExtensionTable(e *catalog.Extension, made *node, t catalog.ExtensionTable) *node {
	from := Relation(t.Table)
	final := Relation{Schema: b.m.schema(from.Schema), Name: from.Name}
	into := from
	if made.absent {
		into = final
	}
	a := Action{Section: Data, Stage: StageData, Schema: from.Schema, Name: from.Name, Detail: "rows that extension " + e.Name + " leaves to the database"}
	if t.Sequence {
		a.Kind, a.Change = ActionSequenceValue, Alter
		a.Sequence = &SequenceValue{From: from, Into: into, Final: final}
	} else {
		a.Kind, a.Change = ActionRows, Copy
		where := whereWord.ReplaceAllString(t.Condition, "")
		c := &RowCopy{From: from, Into: into, Final: final, Where: where, FinalWhere: where, Format: "text", Encoding: b.sharedEncoding(), Columns: t.Columns, FinalColumns: t.Columns, Select: []string{}}
		for _, column := range t.Columns {
			c.Select = append(c.Select, postgres.QuoteIdent(column))
		}
		a.Copy = c
	}
	a.Address = (&catalog.Item{Kind: catalog.Kind(a.Kind), Schema: from.Schema, Name: from.Name}).Address()
	n := b.g.add(&node{prio: kindOrder[a.Kind], action: a})
	n.needs(e.Address())
	n.absent = b.in.Done[a.Address] && made.absent
	if !n.absent && a.Copy != nil && b.in.NonEmpty[catalog.Name(final)] {
		n.conflict("the destination has rows in it already that are not the extension's; delete them, or skip the extension")
	}
	return n
}
