package planner

import "migrator/planner/catalog"

// addSequenceValues makes a node for the value of each selected sequence.
func (b *builder) addSequenceValues() {
	for _, o := range b.objects {
		s, ok := o.(*catalog.Sequence)
		if !ok {
			continue
		}
		made := b.g.nodes[s.Address()]
		if made == nil || made.left != "" || made.action.Change == Conflict {
			continue
		}
		final := b.m.mapped(&s.Item)
		v := &SequenceValue{
			From:  Relation{Schema: s.Schema, Name: s.Name},
			Into:  Relation{Schema: s.Schema, Name: s.Name},
			Final: Relation{Schema: final.Schema, Name: final.Name},
		}
		there := b.there.find(&s.Item) != nil
		if there {
			v.Into = v.Final
		}
		n := b.g.add(&node{prio: kindOrder[ActionSequenceValue], action: Action{
			Address: (&catalog.Item{Kind: ActionSequenceValue, Schema: s.Schema, Name: s.Name}).Address(),
			Kind:    ActionSequenceValue, Change: Alter, Section: Data, Stage: StageData,
			Schema: s.Schema, Name: s.Name, Detail: "as it is when the run reads it", Sequence: v,
		}})
		n.needs(s.Address())
		n.absent = b.in.Done[n.action.Address] && there
		if !there && !b.cfg.Schema {
			n.conflict("the destination does not have this sequence, and migrate leaves out \"schema\"")
		}
	}
}
