package planner

import (
	"fmt"
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// standing is what tables of the destination have that does not wait for the rows: a trigger would write what the source's rows hold
// already, and a foreign key wants the rows that it references first.
type standing struct {
	tables   map[catalog.Name]*catalog.Table
	triggers map[catalog.Name][]*catalog.Trigger
	rules    map[catalog.Name][]*catalog.Rule
	keys     map[catalog.Name][]*catalog.Constraint
	sources  map[catalog.Name]catalog.Name // the source's table that a table of the destination stands for
}

func (b *builder) standingTables() *standing {
	if b.stands != nil {
		return b.stands
	}
	s := &standing{
		tables: map[catalog.Name]*catalog.Table{}, triggers: map[catalog.Name][]*catalog.Trigger{}, rules: map[catalog.Name][]*catalog.Rule{},
		keys: map[catalog.Name][]*catalog.Constraint{}, sources: map[catalog.Name]catalog.Name{},
	}
	for _, t := range b.dst.Tables {
		s.tables[catalog.Name{Schema: t.Schema, Name: t.Name}] = t
	}
	for _, t := range b.dst.Triggers {
		name := catalog.Name{Schema: t.Schema, Name: t.Table}
		s.triggers[name] = append(s.triggers[name], t)
	}
	for _, r := range b.dst.Rules {
		name := catalog.Name{Schema: r.Schema, Name: r.Table}
		s.rules[name] = append(s.rules[name], r)
	}
	for _, c := range b.dst.Constraints {
		if c.Kind == catalog.KindForeignKey && c.References != nil {
			name := catalog.Name{Schema: c.Schema, Name: c.Table}
			s.keys[name] = append(s.keys[name], c)
		}
	}
	for name := range b.tables {
		s.sources[catalog.Name{Schema: b.m.schema(name.Schema), Name: b.m.relation(name.Schema, name.Name)}] = name
	}
	b.stands = s
	return s
}

// into prepares rows for a table that the destination has already.
func (b *builder) into(n *node, at catalog.Name) {
	s, c := b.standingTables(), n.action.Copy
	triggers := s.firing(at)
	if c.ThroughRoot && len(triggers) > 0 {
		n.conflict(fmt.Sprintf("the destination's table has trigger %s, which would fire for rows that are routed to partitions; "+
			"drop it, and make it again when they are in", triggers[0].Name))
		return
	}
	var silent []string
	for _, t := range triggers {
		silent = append(silent, "trigger "+t.Name)
		c.Before = append(c.Before, ddl.SetTriggerState(at, t.Name, "D"))
		c.After = append(c.After, ddl.SetTriggerState(at, t.Name, t.Enabled))
	}
	for _, r := range s.rules[at] {
		if c.KeepExisting && r.OnInsert && fires(r.Enabled) { // COPY knows no rules, INSERT does
			silent = append(silent, "rule "+r.Name)
			c.Before = append(c.Before, ddl.SetRuleState(at, r.Name, "D"))
			c.After = append(c.After, ddl.SetRuleState(at, r.Name, r.Enabled))
		}
	}
	if len(silent) > 0 {
		c.Parts = nil // each would wait for the other's lock on the table
		n.action.Detail = strings.Join(silent, ", ") + " disabled meanwhile"
	}
	tables := append([]catalog.Name{at}, s.above(at)...)
	for _, table := range tables {
		for _, fk := range s.keys[table] {
			if slices.Contains(tables, *fk.References) {
				c.Parts = nil // a row of one part may reference one of another
			}
			n.waitsFor = append(n.waitsFor, fk)
		}
	}
}

// firing are the triggers of a table that act on new rows, its own and those of the partitioned tables above it.
func (s *standing) firing(at catalog.Name) []*catalog.Trigger {
	var found []*catalog.Trigger
	seen := map[string]bool{} // a partition's trigger is listed only when it is not enabled as its parent's
	for i, table := range append([]catalog.Name{at}, s.above(at)...) {
		for _, t := range s.triggers[table] {
			if i > 0 && !t.ForEachRow || seen[t.Name] {
				continue
			}
			seen[t.Name] = true
			if t.OnInsert && fires(t.Enabled) {
				found = append(found, t)
			}
		}
	}
	return found
}

// fires says whether a trigger or rule in this state acts in a session like ours.
func fires(enabled string) bool { return enabled == "O" || enabled == "A" }

// above are the partitioned tables that a table is a partition of, the nearest first.
func (s *standing) above(at catalog.Name) []catalog.Name {
	var names []catalog.Name
	for t := s.tables[at]; t != nil && t.Bound != "" && len(t.Parents) == 1; t = s.tables[t.Parents[0]] {
		names = append(names, t.Parents[0])
	}
	return names
}

// orderStanding makes rows wait for those that foreign keys of the destination want to see.
func (b *builder) orderStanding() {
	for _, n := range b.g.nodes {
		for _, fk := range n.waitsFor {
			if from, ok := b.standingTables().sources[*fk.References]; ok {
				n.needs(b.rowsOf(from)...)
			}
		}
	}
}

// refuseRings makes conflicts of rows that wait for each other: whichever came first, a foreign key would miss the others.
func (b *builder) refuseRings() {
	for _, ring := range b.g.rings() {
		for _, n := range ring {
			if len(n.waitsFor) == 0 {
				continue
			}
			names := make([]string, len(n.waitsFor))
			for i, fk := range n.waitsFor {
				names[i] = fk.Name
			}
			slices.Sort(names)
			n.conflict(fmt.Sprintf("the foreign keys that the destination has make a ring of this table and others (%s); "+
				"drop one of them, and make it again when the rows are in", strings.Join(slices.Compact(names), ", ")))
			n.deps = map[string]bool{}
		}
	}
}
