package planner

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// addExtensionRows plans the rows that extensions leave to the database (pg_extension.extconfig), and the values of their sequences.
// The tables come with their extension and may hold rows of its own, which stay.
func (b *builder) addExtensionRows() {
	for _, e := range b.src.Extensions {
		before := e.Address()
		for _, t := range e.Config {
			if b.sel.matches(b.cfg.Select.Exclude, t.Table.Schema, t.Table.Name) {
				b.plan.Excluded[ActionRows]++
				continue
			}
			n := b.extensionRows(e, t)
			// Their keys are there already: the order in which the extension names its tables is the one that they allow.
			n.needs(e.Address(), before)
			before = n.action.Address
			n.absent = b.in.Done[n.action.Address]
		}
	}
}

func (b *builder) extensionRows(e *catalog.Extension, t catalog.ExtensionTable) *node {
	final := Relation{Schema: b.m.schema(t.Table.Schema), Name: t.Table.Name}
	into := Relation(t.Table)
	if b.there.find(&e.Item) != nil {
		into = final
	}
	action := Action{
		Section: Data, Stage: StageData, Schema: t.Table.Schema, Name: t.Table.Name, Detail: "configuration of extension " + e.Name,
	}
	if t.Sequence {
		action.Kind, action.Change = ActionSequenceValue, Alter
		action.Sequence = &SequenceValue{From: Relation(t.Table), Into: into, Final: final}
	} else {
		action.Kind, action.Change = ActionRows, Copy
		action.Copy = &RowCopy{
			From: Relation(t.Table), Into: into, Final: final, Where: condition(t.Condition),
			Columns: t.Columns, FinalColumns: t.Columns, Format: "text", KeepExisting: true,
		}
		for _, c := range t.Columns {
			action.Copy.Select = append(action.Copy.Select, postgres.QuoteIdent(c))
		}
	}
	action.Address = (&catalog.Item{Kind: catalog.Kind(action.Kind), Schema: t.Table.Schema, Name: t.Table.Name}).Address()
	return b.g.add(&node{prio: kindOrder[action.Kind], action: action})
}

// condition is what extcondition says after its WHERE.
func condition(extcondition string) string {
	const word = "where"
	s := strings.TrimSpace(extcondition)
	if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) {
		return strings.TrimSpace(s[len(word):])
	}
	return s
}
