package planner

import (
	"cmp"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addDatabaseComment plans the comment on the database itself. A comment that only the destination has stays.
func (b *builder) addDatabaseComment() {
	if !b.cfg.Schema || b.src.Comment == "" || b.src.Comment == b.dst.Comment ||
		b.sel.skipsWord(skipComments) || b.sel.skipsWord(string(catalog.KindDatabaseSetting)) {
		return
	}
	b.g.add(&node{prio: kindOrder[string(catalog.KindDatabaseSetting)], action: Action{
		Address: string(catalog.KindDatabaseSetting) + ".comment", Kind: string(catalog.KindDatabaseSetting), Change: Alter,
		Section: PostData, Stage: StageLast, Name: "comment", SQL: []string{ddl.CommentDatabase(b.databaseName(), b.src.Comment)},
	}})
}

// orderSettings keeps the order in which settings were made, which is that of the catalog's array.
func (b *builder) orderSettings() {
	last := map[string]string{} // by role
	for _, o := range b.objects {
		s, ok := o.(*catalog.DatabaseSetting)
		if n := b.g.nodes[o.Meta().Address()]; ok && n != nil && n.action.Change != Skip {
			n.needs(last[s.Args])
			last[s.Args] = n.action.Address
		}
	}
}

// databaseName is what the destination's database is called.
func (b *builder) databaseName() string {
	return cmp.Or(b.dst.Name, b.in.DestinationAt.Database, b.in.DestinationAt.User)
}

// compareSetting lets the source's value replace the destination's.
func (b *builder) compareSetting(n *node, want *catalog.DatabaseSetting) {
	have, ok := b.there.find(&want.Item).(*catalog.DatabaseSetting)
	switch {
	case !ok:
	case have.Value == want.Value:
		n.absent = true
	default:
		n.action.Change = Alter
		n.action.Detail = "it is " + have.Value
	}
}
