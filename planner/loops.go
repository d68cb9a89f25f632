package planner

import (
	"fmt"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// breakLoops takes apart what needs itself through others, the way pg_dump does: a type whose functions take it is declared before it is
// defined, a default or a check that calls a function on its own
// table or domain is set after its creation, and a view that a function it calls returns is first made without rows. What
// is left is named as a hazard when the order is found.
func (b *builder) breakLoops() error {
	for repaired := true; repaired; {
		repaired = false
		for _, ring := range b.g.rings() {
			done, err := b.breakRing(ring)
			if err != nil {
				return err
			}
			repaired = repaired || done
		}
	}
	return nil
}

// breakRing tries the cheapest repair first and says whether one was made.
func (b *builder) breakRing(ring []*node) (bool, error) {
	in := map[string]bool{}
	for _, n := range ring {
		in[n.action.Address] = true
	}
	if dropSoft(ring, in) {
		return true, nil
	}
	for _, repair := range []func(*node, map[string]bool) (bool, error){b.splitType, b.splitTable, b.splitDomain, b.splitView} {
		for _, n := range ring {
			if n.action.Change != Create {
				continue
			}
			if done, err := repair(n, in); done || err != nil {
				return done, err
			}
		}
	}
	return false, nil
}

// dropSoft gives up what is only better in a certain order.
func dropSoft(ring []*node, in map[string]bool) bool {
	dropped := false
	for _, n := range ring {
		for a := range n.soft {
			if in[a] && n.deps[a] {
				delete(n.deps, a)
				dropped = true
			}
		}
	}
	return dropped
}

// needsInRing are the objects of the ring that an object needs in the source, with the sub-ids of what needs them.
func (b *builder) needsInRing(n *node, in map[string]bool) map[*node]map[int16]bool {
	subs := map[*node]map[int16]bool{}
	for _, d := range b.src.Depends {
		if d.From != n.obj.Meta().Ref {
			continue
		}
		if address := b.g.byRef[d.To]; n.deps[address] && in[address] {
			to := b.g.nodes[address]
			if subs[to] == nil {
				subs[to] = map[int16]bool{}
			}
			subs[to][d.FromSub] = true
		}
	}
	return subs
}

// splitTable sets defaults, and adds checks, that call functions of the ring after the table's creation.
func (b *builder) splitTable(n *node, in map[string]bool) (bool, error) {
	t, ok := n.obj.(*catalog.Table)
	if !ok {
		return false, nil
	}
	slim, ok := clone(t).(*catalog.Table)
	if !ok {
		return false, nil
	}
	apart := map[string]*node{}
	for to, subs := range b.needsInRing(n, in) {
		f, ok := to.obj.(*catalog.Function)
		if !ok {
			continue
		}
		found := 0
		for _, c := range slim.Columns {
			if !subs[c.Number] || c.Default == "" || c.Generated != "" || c.Identity != "" {
				continue
			}
			c.DefaultApart = true
			found++
			p := b.part(apart, n, catalog.KindDefault, c.Name, ddl.SetDefault(t, c))
			p.needs(to.action.Address)
			delete(subs, c.Number)
		}
		var kept []catalog.TableCheck
		for _, c := range slim.Checks {
			if !subs[0] || !mentions(c.Definition, f.Name) {
				kept = append(kept, c)
				continue
			}
			found++
			p := b.part(apart, n, catalog.KindCheck, c.Name, ddl.AddTableCheck(t, c)...)
			p.needs(to.action.Address)
		}
		if len(kept) < len(slim.Checks) {
			slim.Checks = kept
			delete(subs, 0)
		}
		if found > 0 && len(subs) == 0 {
			delete(n.deps, to.action.Address)
		}
	}
	if len(apart) == 0 {
		return false, nil
	}
	sql, err := ddl.Create(slim)
	if err != nil {
		return false, fmt.Errorf("DDL of %s: %w", n.action.Address, err)
	}
	whole, err := ddl.Create(t)
	if err != nil {
		return false, fmt.Errorf("DDL of %s: %w", n.action.Address, err)
	}
	n.obj = slim
	n.action.SQL = append(sql, n.action.SQL[len(whole):]...) // after its creation come the sequences that it owns
	for _, p := range apart {
		b.g.add(p)
	}
	return true, nil
}

// part is the action that completes a table or domain.
func (b *builder) part(parts map[string]*node, of *node, kind catalog.Kind, name string, sql ...string) *node {
	i := of.obj.Meta()
	address := (&catalog.Item{Kind: kind, Schema: i.Schema, Table: i.Name, Name: name}).Address()
	if parts[address] == nil {
		parts[address] = &node{prio: kindOrder[string(kind)], deps: map[string]bool{of.action.Address: true}, action: Action{
			Address: address, Kind: string(kind), Change: Create, Section: PreData, Stage: StageSchema,
			Schema: i.Schema, Name: i.Name + "." + name, SQL: sql,
		}}
	}
	return parts[address]
}

// splitDomain adds checks that call functions of the ring after the domain's creation.
func (b *builder) splitDomain(n *node, in map[string]bool) (bool, error) {
	d, ok := n.obj.(*catalog.Domain)
	if !ok {
		return false, nil
	}
	slim, ok := clone(d).(*catalog.Domain)
	if !ok {
		return false, nil
	}
	apart := map[string]*node{}
	for to := range b.needsInRing(n, in) {
		f, ok := to.obj.(*catalog.Function)
		if !ok {
			continue
		}
		var kept []catalog.DomainCheck
		for _, c := range slim.Checks {
			if !c.Valid || !mentions(c.Definition, f.Name) {
				kept = append(kept, c)
				continue
			}
			b.part(apart, n, catalog.KindCheck, c.Name, ddl.AddDomainCheck(d, c)...).needs(to.action.Address)
		}
		if len(kept) < len(slim.Checks) {
			slim.Checks = kept
			delete(n.deps, to.action.Address)
		}
	}
	if len(apart) == 0 {
		return false, nil
	}
	sql, err := ddl.Create(slim)
	if err != nil {
		return false, fmt.Errorf("DDL of %s: %w", n.action.Address, err)
	}
	n.obj, n.action.SQL = slim, sql
	for _, p := range apart {
		b.g.add(p)
	}
	return true, nil
}

// splitView first makes a view with its columns alone, which is enough for what mentions it, and gives it its query later.
func (b *builder) splitView(n *node, in map[string]bool) (bool, error) {
	v, ok := n.obj.(*catalog.View)
	if !ok || v.Kind != catalog.KindView {
		return false, nil
	}
	whole := &node{prio: n.prio, action: n.action, deps: map[string]bool{}}
	whole.action.Address = "query." + n.action.Address
	whole.action.Change, whole.action.Detail, whole.action.SQL = Alter, "its query", ddl.Replace(v)
	whole.needs(n.action.Address)
	for d := range n.deps {
		whole.needs(d)
		if in[d] {
			delete(n.deps, d)
		}
	}
	n.action.Detail, n.action.SQL = "without its query, which needs what needs the view", ddl.Placeholder(v)
	n.obj = nil // it is no view to split again
	b.g.add(whole)
	return true, nil
}
