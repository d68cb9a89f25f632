package planner

import (
	"cmp"
	"fmt"
	"slices"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// skipLabels is the word of select.skip for security labels.
const skipLabels = "security_label"

// labelLibraries are the libraries of those providers of labels that are called otherwise.
var labelLibraries = map[string]string{"selinux": "sepgsql", "dummy": "dummy_seclabel"}

// addSecurityLabels plans the labels of what is carried, where the destination has their provider.
func (b *builder) addSecurityLabels() {
	if !b.cfg.Schema {
		return
	}
	objects := map[catalog.Ref]catalog.Object{}
	for _, o := range b.objects {
		objects[o.Meta().Ref] = o
	}
	have := b.labelsThere(objects)
	for _, l := range b.src.SecurityLabels {
		if b.sel.skipsWord(skipLabels) {
			b.plan.Excluded[skipLabels]++
			continue
		}
		n := &node{prio: kindOrder[ActionSecurityLabel], deps: map[string]bool{}, action: Action{
			Address: ActionSecurityLabel + "." + catalog.AddressPart(l.Provider) + "." + catalog.AddressPart(l.Name), Kind: ActionSecurityLabel, Change: Alter,
			Section: PostData, Stage: StageRules, Name: l.Name, Detail: "for " + l.Provider,
		}}
		there := have[labelKey{l.On, l.Column, l.Provider}]
		if b.labelSQL(n, l, objects[l.On]) {
			b.g.add(n)
			n.absent = there == l.Text
			if why := b.noProvider(l.Provider); why != "" && n.action.Change != Skip && !n.absent {
				n.skip(why)
			}
		}
	}
}

// labelSQL fills in the statement. It says false where the label goes with something that stays behind.
func (b *builder) labelSQL(n *node, l *catalog.SecurityLabel, o catalog.Object) bool {
	if l.On.Class == "pg_database" {
		n.action.SQL = []string{ddl.LabelDatabase(b.databaseName(), l.Provider, l.Text)}
		return true
	}
	if o == nil {
		n.skip("what it is on is an extension's or PostgreSQL's own, or is not carried")
		return true
	}
	i := o.Meta()
	if of := b.g.nodes[i.Address()]; of != nil {
		n.needs(i.Address())
		n.left = of.left
	}
	if _, gone := b.excluded[i.Ref][l.Column]; gone || !b.sel.selects(o) && n.left == "" {
		return false
	}
	if there := b.there.find(i); there != nil {
		o = callLike(o, there, b.m.same)
	}
	n.action.SQL = []string{ddl.LabelObject(o, columnNumbered(o, l.Column), l.Provider, l.Text)}
	return true
}

// labelKey identifies a label by the source's object.
type labelKey struct {
	on       catalog.Ref
	column   int16
	provider string
}

// labelsThere are the texts of the destination's labels, by the source's objects.
func (b *builder) labelsThere(objects map[catalog.Ref]catalog.Object) map[labelKey]string {
	found := map[labelKey]string{}
	theirs := map[labelKey]string{} // by the destination's objects
	for _, l := range b.dst.SecurityLabels {
		theirs[labelKey{l.On, l.Column, l.Provider}] = l.Text
	}
	for _, l := range b.src.SecurityLabels {
		at := catalog.Ref{Class: l.On.Class, OID: b.dst.OID}
		column := l.Column
		if l.On.Class != "pg_database" {
			ours := objects[l.On]
			if ours == nil {
				continue
			}
			there := b.there.find(ours.Meta())
			if there == nil {
				continue
			}
			at, column = there.Meta().Ref, b.numberThere(ours, there, l.Column)
		}
		if text, ok := theirs[labelKey{at, column, l.Provider}]; ok {
			found[labelKey{l.On, l.Column, l.Provider}] = text
		}
	}
	return found
}

// numberThere is the number that a column has in the destination, where other columns may have been dropped.
func (b *builder) numberThere(o, there catalog.Object, number int16) int16 {
	if number == 0 {
		return 0
	}
	i := o.Meta()
	name := b.m.column(i.Schema, i.Name, columnNumbered(o, number))
	switch there := there.(type) {
	case *catalog.Table:
		for _, c := range there.Columns {
			if c.Name == name {
				return c.Number
			}
		}
	case *catalog.View:
		for _, c := range there.Columns {
			if c.Name == name {
				return c.Number
			}
		}
	}
	return -1
}

// columnNumbered is the name of a relation's column, empty for 0.
func columnNumbered(o catalog.Object, number int16) string {
	switch o := o.(type) {
	case *catalog.Table:
		for _, c := range o.Columns {
			if c.Number == number {
				return c.Name
			}
		}
	case *catalog.View:
		for _, c := range o.Columns {
			if c.Number == number {
				return c.Name
			}
		}
	}
	return ""
}

// noProvider says why the destination is taken not to know a provider: its library is not among those that are loaded, and no label is there.
func (b *builder) noProvider(provider string) string {
	library := cmp.Or(labelLibraries[provider], provider)
	uses := func(l *catalog.SecurityLabel) bool { return l.Provider == provider }
	if slices.Contains(b.dst.Server.Preloaded, library) || slices.ContainsFunc(b.dst.SecurityLabels, uses) {
		return ""
	}
	return fmt.Sprintf("the destination is not known to have the label provider %s: library %s is not among the preloaded ones that %s can see",
		provider, library, cmp.Or(b.dst.Server.User, "the role"))
}
