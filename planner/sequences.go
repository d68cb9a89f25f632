package planner

import (
	"migrator/config"
	"migrator/planner/catalog"
)

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
		detail := "as it is when the run reads it"
		if there {
			v.Into = v.Final
			if v.Keep = b.keepsRows(s); v.Keep {
				v.Descending = s.Increment < 0
				detail += ", unless the destination's is ahead"
			}
		}
		n := b.g.add(&node{prio: kindOrder[ActionSequenceValue], action: Action{
			Address: (&catalog.Item{Kind: ActionSequenceValue, Schema: s.Schema, Name: s.Name}).Address(),
			Kind:    ActionSequenceValue, Change: Alter, Section: Data, Stage: StageData,
			Schema: s.Schema, Name: s.Name, Detail: detail, Sequence: v,
		}})
		n.needs(s.Address())
		n.absent = b.in.Done[n.action.Address] && there
		if !there && !b.cfg.Schema {
			n.conflict("the destination does not have this sequence, and migrate leaves out \"schema\"")
		}
	}
}

// keepsRows says whether rows that stay in the destination may have values of a sequence: those of the table that owns it, or
// of any for one that nobody owns.
func (b *builder) keepsRows(s *catalog.Sequence) bool {
	if s.OwnedBy == nil {
		return b.cfg.Conflict == config.ConflictIgnore
	}
	t := b.tables[catalog.Name{Schema: s.OwnedBy.Schema, Name: s.OwnedBy.Table}]
	if t == nil {
		return false
	}
	for _, address := range b.rowsOf(catalog.Name{Schema: t.Schema, Name: t.Name}) {
		if c := b.g.nodes[address].action.Copy; c.KeepExisting {
			return true
		}
	}
	return false
}
