package planner

import (
	"fmt"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addSQL fills in the statements of a node's creation and what they lock.
func (b *builder) addSQL(n *node) error {
	a := &n.action
	var err error
	switch o := n.obj.(type) {
	case *catalog.Table:
		a.SQL, err = ddl.Create(o)
		for _, c := range o.Columns {
			a.Details = append(a.Details, describeColumn(c))
		}
		a.Estimate = Estimate{Rows: max(0, o.Rows), Bytes: o.Bytes}
	case *catalog.Constraint:
		a.SQL = ddl.CreateKey(o, b.indexes[catalog.Name{Schema: o.Schema, Name: o.Index}])
		a.Locks = []string{b.lock(o.Schema, o.Table)}
		if o.References != nil {
			a.Locks = append(a.Locks, b.lock(o.References.Schema, o.References.Name))
		}
		if x := b.indexes[catalog.Name{Schema: o.Schema, Name: o.Index}]; x != nil && ddl.BuildsOwnIndex(o) {
			a.Estimate.Bytes = x.Bytes
		}
	case *catalog.Index:
		a.SQL, err = ddl.Create(o)
		a.Shares = []string{b.lock(o.Schema, o.Table)}
		a.Estimate.Bytes = o.Bytes
	case *catalog.Sequence:
		a.SQL, err = b.createSequence(o)
	case *catalog.EventTrigger, *catalog.DefaultPrivileges, *catalog.DatabaseSetting:
		a.SQL, err = b.createLast(o)
	case *catalog.Statistics:
		a.SQL, err = ddl.Create(o)
		a.Locks = []string{b.lock(o.On.Schema, o.On.Name)}
	case *catalog.Trigger, *catalog.Rule, *catalog.Policy:
		a.SQL, err = ddl.Create(o)
		i := o.Meta()
		a.Locks = []string{b.lock(i.Schema, i.Table)}
	default:
		a.SQL, err = ddl.Create(o)
	}
	if err != nil {
		return fmt.Errorf("DDL of %s: %w", a.Address, err)
	}
	return nil
}

// createSequence makes a sequence; an identity column's is made by its column.
func (b *builder) createSequence(s *catalog.Sequence) ([]string, error) {
	if s.Identity && s.OwnedBy != nil {
		t := b.tables[catalog.Name{Schema: s.OwnedBy.Schema, Name: s.OwnedBy.Table}]
		if t != nil {
			for _, c := range t.Columns {
				if c.Name == s.OwnedBy.Column {
					sql, err := ddl.CreateIdentity(s, c.Identity)
					if logged := ddl.SetLogged(s, t); logged != "" && b.destinationVersion() >= ownPersistenceSince {
						sql = append(sql, logged)
					}
					return sql, err
				}
			}
		}
	}
	return ddl.Create(s)
}

// addCompanions adds the actions that belong to an object but must happen at another time.
func (b *builder) addCompanions(n *node) {
	i := n.obj.Meta()
	create := n.action
	companion := func(kind string, section Section, stage Stage, detail string, sql ...string) *node {
		c := b.g.add(&node{prio: kindOrder[kind], action: Action{
			Address: kind + "." + create.Address, Kind: kind, Change: Alter, Section: section, Stage: stage,
			Schema: i.Schema, Name: create.Name, Detail: detail, SQL: sql,
		}})
		c.needs(create.Address)
		c.absent = n.absent
		return c
	}
	switch o := n.obj.(type) {
	case *catalog.Table:
		if o.Bound != "" && len(o.Parents) == 1 {
			p := o.Parents[0]
			c := companion(string(catalog.KindPartition), PreData, StageSchema, "of "+p.Schema+"."+p.Name, ddl.Attach(o))
			c.action.Address = partitionAddress(o)
			delete(b.g.nodes, string(catalog.KindPartition)+"."+create.Address)
			c.action.Change = Create
			c.needs(b.addressOfTable(p))
			b.g.add(c)
		}
		if sql := ddl.RowSecurity(o); len(sql) > 0 {
			c := companion(ActionRowSecurity, PostData, StageRules, "", sql...)
			c.action.Locks = []string{b.lock(o.Schema, o.Name)}
		}
	case *catalog.Index:
		if o.Parent != nil {
			c := companion(string(catalog.KindIndexPartition), Data, StageData, "of "+o.Parent.Schema+"."+o.Parent.Name, ddl.AttachIndex(o))
			c.action.Locks = []string{b.lock(o.Schema, o.Table)}
		}
	case *catalog.Constraint:
		if ddl.NeedsValidate(o) {
			c := companion(ActionValidate, PostData, StageData, "", ddl.Validate(o))
			c.action.Locks = []string{b.lock(o.Schema, o.Table)}
			if o.References != nil {
				c.action.Shares = []string{b.lock(o.References.Schema, o.References.Name)}
			}
			if t := b.tables[catalog.Name{Schema: o.Schema, Name: o.Table}]; t != nil {
				c.action.Estimate.Bytes = t.Bytes
			}
		}
		if x := b.indexes[catalog.Name{Schema: o.Schema, Name: o.Index}]; x != nil && x.Parent != nil && ddl.BuildsOwnIndex(o) {
			c := companion(string(catalog.KindIndexPartition), Data, StageData, "of "+x.Parent.Schema+"."+x.Parent.Name, ddl.AttachIndex(x))
			c.action.Locks = []string{b.lock(o.Schema, o.Table)}
		}
	case *catalog.View:
		if i.Kind == catalog.KindMaterializedView && o.Populated && b.cfg.Data {
			c := companion(ActionRefresh, PostData, StageRefresh, "", b.refresh(o)...)
			c.action.Estimate.Bytes = o.Bytes
			if there, ok := b.there.find(i).(*catalog.View); ok && !there.Populated && !b.m.renamed(i) {
				c.absent = false // made by a run that did not come to its end
			}
		}
	}
	if sql := ddl.Late(n.obj); len(sql) > 0 {
		companion(ActionNotValid, PostData, StageRules, "rows that break it stay, as in the source", sql...)
	}
	if sql := b.newPrivileges(n.obj); len(sql) > 0 && !n.absent && create.Change == Create && create.Stage < StageLast {
		companion(ActionPrivileges, PostData, StageRules, "", sql...)
	}
}

// lock names what an action on a table locks: the root of its partitions, since statements on one of them reach up and
// down the tree in orders of their own.
func (b *builder) lock(schema, table string) string {
	at := catalog.Name{Schema: schema, Name: table}
	for t := b.tables[at]; t != nil && t.Bound != "" && len(t.Parents) == 1; t = b.tables[at] {
		at = t.Parents[0]
	}
	return relation(at.Schema, at.Name)
}

func partitionAddress(t *catalog.Table) string {
	return (&catalog.Item{Kind: catalog.KindPartition, Schema: t.Schema, Name: t.Name}).Address()
}

func (b *builder) addressOfTable(n catalog.Name) string {
	if t := b.tables[n]; t != nil {
		return t.Address() // it may be a foreign one
	}
	return (&catalog.Item{Kind: catalog.KindTable, Schema: n.Schema, Name: n.Name}).Address()
}

// builtByConstraint says whether an index comes with its constraint and is no action of its own.
func (b *builder) builtByConstraint(x *catalog.Index) bool {
	if x.Constraint == "" {
		return false
	}
	for _, o := range b.constraintsOf(x) {
		if o.Index == x.Name && ddl.BuildsOwnIndex(o) {
			return true
		}
	}
	return false
}

func (b *builder) constraintsOf(x *catalog.Index) []*catalog.Constraint {
	return b.byIndex()[catalog.Name{Schema: x.Schema, Name: x.Name}]
}

// connect turns the source's dependencies, and what the order of a load demands, into edges.
func (b *builder) connect() {
	b.redirectIndexes()
	for _, d := range b.src.Depends {
		b.connectOne(d)
	}
	indexes := map[string][]string{} // by table's address: indexes that stand apart
	for _, n := range b.g.nodes {
		i := n.meta()
		if i == nil {
			continue
		}
		if i.Schema != "" {
			n.needs((&catalog.Item{Kind: catalog.KindSchema, Name: i.Schema}).Address())
		}
		if x, ok := n.obj.(*catalog.Index); ok && !x.OnView {
			t := b.addressOfTable(catalog.Name{Schema: i.Schema, Name: i.Table})
			indexes[t] = append(indexes[t], n.action.Address)
		}
	}
	for _, n := range b.g.nodes {
		switch o := n.obj.(type) {
		case *catalog.Index:
			if o.OnView {
				if refresh := b.g.nodes[ActionRefresh+"."+viewAddress(o.Schema, o.Table)]; refresh != nil && refresh.action.Change != Skip {
					n.needs(refresh.action.Address)
				}
			} else {
				n.needs(b.rowsOf(catalog.Name{Schema: o.Schema, Name: o.Table})...)
			}
			if o.Parent != nil {
				b.attachNeeds(n.action.Address, o.Parent)
			}
		case *catalog.Constraint:
			name := catalog.Name{Schema: o.Schema, Name: o.Table}
			n.needs(b.rowsOf(name)...)
			// Attaching a key takes the table's strongest lock, so it comes when no index build holds a share of it.
			n.after = append(n.after, indexes[b.addressOfTable(name)]...)
			if o.References != nil {
				n.needs(b.rowsOf(*o.References)...)
			}
			if x := b.indexes[catalog.Name{Schema: o.Schema, Name: o.Index}]; x != nil && x.Parent != nil {
				b.attachNeeds(n.action.Address, x.Parent)
			}
		case *catalog.Statistics:
			n.needs(b.rowsOf(o.On)...)
		case *catalog.Table:
			for _, p := range o.Parents {
				if o.Bound == "" {
					n.needs(b.addressOfTable(p))
				}
			}
		}
	}
}

// attachNeeds makes the attachment of an index wait for its parent, whether an index or a constraint makes that.
func (b *builder) attachNeeds(child string, parent *catalog.Name) {
	n := b.g.nodes[string(catalog.KindIndexPartition)+"."+child]
	if n == nil {
		return
	}
	if p := b.indexes[*parent]; p != nil {
		n.needs(b.g.byRef[p.Ref])
	}
}

func viewAddress(schema, name string) string {
	return (&catalog.Item{Kind: catalog.KindMaterializedView, Schema: schema, Name: name}).Address()
}

func (n *node) meta() *catalog.Item {
	if n.obj == nil {
		return nil
	}
	return n.obj.Meta()
}

// redirectIndexes makes what needs the index of a key need the key.
func (b *builder) redirectIndexes() {
	for name, constraints := range b.byIndex() {
		x := b.indexes[name]
		if x == nil {
			continue
		}
		for _, c := range constraints {
			if c.Kind != catalog.KindForeignKey {
				if _, ok := b.g.nodes[c.Address()]; ok && ddl.BuildsOwnIndex(c) {
					b.g.byRef[x.Ref] = c.Address()
				}
			}
		}
	}
}

// byIndex maps an index to the constraints that stand on it.
func (b *builder) byIndex() map[catalog.Name][]*catalog.Constraint {
	if b.onIndex == nil {
		b.onIndex = map[catalog.Name][]*catalog.Constraint{}
		for _, o := range b.objects {
			if c, ok := o.(*catalog.Constraint); ok && c.Index != "" && c.Kind != catalog.KindForeignKey {
				k := catalog.Name{Schema: c.Schema, Name: c.Index}
				b.onIndex[k] = append(b.onIndex[k], c)
			}
		}
	}
	return b.onIndex
}

func (b *builder) connectOne(d catalog.Dependency) {
	from, to := b.g.nodes[b.g.byRef[d.From]], b.g.nodes[b.g.byRef[d.To]]
	if from == nil || to == nil || from == to {
		return
	}
	if name, gone := b.excluded[d.To][d.ToSub]; gone && d.ToSub != 0 {
		if !from.absent && from.left == "" {
			from.skip(fmt.Sprintf("needs column %q of %s, which mapping excludes", name, display(to)))
		}
		return
	}
	if _, gone := b.excluded[d.From][d.FromSub]; gone && d.FromSub != 0 {
		return // what the column needed, nobody needs
	}
	switch o := from.obj.(type) {
	case *catalog.Sequence:
		// An owned sequence is made before its table, whose default uses it; the table then takes it over.
		if t, ok := to.obj.(*catalog.Table); ok && !o.Identity && o.OwnedBy != nil &&
			o.OwnedBy.Schema == t.Schema && o.OwnedBy.Table == t.Name {
			if from.left == "" && !from.absent && from.action.Change == Create && to.action.Change == Create {
				to.needs(from.action.Address)
				to.action.SQL = append(to.action.SQL, ddl.OwnedBy(o))
			}
			return
		}
	case *catalog.Table:
		// A partition is made on its own and attached afterwards.
		if t, ok := to.obj.(*catalog.Table); ok && o.Bound != "" && len(o.Parents) == 1 &&
			o.Parents[0] == (catalog.Name{Schema: t.Schema, Name: t.Name}) {
			return
		}
	case *catalog.Index:
		// A partition's index is built on its own and attached afterwards.
		if _, ok := to.obj.(*catalog.Index); ok {
			return
		}
	case *catalog.Constraint:
		if x, ok := to.obj.(*catalog.Index); ok && o.Kind == catalog.KindForeignKey {
			for _, c := range b.constraintsOf(x) {
				from.needs(c.Address())
			}
		}
		if c, ok := to.obj.(*catalog.Constraint); ok && o.Kind != catalog.KindForeignKey && c.Kind == o.Kind {
			return // a partition's key and its parent's
		}
	}
	from.needs(to.action.Address)
}
