package planner

import (
	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addMember plans the privileges of an object that is not the database's own: it comes with its extension, or with the server,
// and has then those that it was made with.
func (b *builder) addMember(n *node, p *catalog.MemberPrivileges) {
	a := &n.action
	a.Change, a.Section, a.Stage = Alter, PostData, StageRules
	if p.Extension != "" {
		n.needs((&catalog.Item{Kind: catalog.KindExtension, Name: p.Extension}).Address())
	}
	if there := b.there.find(&p.Item); there != nil {
		a.SQL = ddl.ChangePrivileges(p, b.withoutNews(there))
	} else {
		a.SQL = ddl.Privileges(p)
	}
	n.absent = len(a.SQL) == 0
}
