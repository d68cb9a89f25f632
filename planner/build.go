package planner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/roles"
)

// Input is all that a plan is made of.
type Input struct {
	Config *config.Config
	// Configuration is the resolved configuration without credentials, to be kept in the plan.
	Configuration json.RawMessage
	Source        *catalog.Database
	// Destination is nil when the database is still to be created; DestinationServer is then the server that it will be on.
	Destination       *catalog.Database
	DestinationServer catalog.Server
	// Like is a database whose encoding and locale the new one has; nil stands for those that it is created with.
	Like *catalog.Database
	// SourceAt and DestinationAt are how the two were reached; Build fills in the rest of the plan's sides.
	SourceAt, DestinationAt Side
	// NonEmpty names the tables of the destination that hold rows.
	NonEmpty map[catalog.Name]bool
	// Done are addresses of rows, large objects and sequence values that the ledger or the state says are in already.
	Done        map[string]bool
	ToolVersion string
}

// Build makes the plan. The error is about a configuration that cannot be planned (*ConfigError), or an object without DDL.
func Build(in Input) (*Plan, error) {
	b := newBuilder(in)
	if err := b.build(); err != nil {
		return nil, err
	}
	return b.plan, nil
}

func newBuilder(in Input) *builder {
	b := &builder{
		in:       in,
		cfg:      in.Config,
		src:      in.Source,
		dst:      in.Destination,
		m:        newMapping(in.Config, in.Source),
		sel:      newSelection(in.Config.Select, in.Source),
		g:        newGraph(),
		excluded: map[catalog.Ref]map[int16]string{},
		tables:   map[catalog.Name]*catalog.Table{},
		indexes:  map[catalog.Name]*catalog.Index{},
		children: map[catalog.Name][]*catalog.Table{},
		plan: &Plan{
			FormatVersion: FormatVersion,
			ToolVersion:   in.ToolVersion,
			Configuration: in.Configuration,
			LedgerSchema:  in.Config.Destination.LedgerSchema,
			Unchanged:     map[string]int{},
			Excluded:      map[string]int{},
		},
	}
	if b.dst == nil {
		b.dst = newDatabase(b.src, in.Like, in.DestinationServer)
	}
	b.roles = newRoleChanges(roles.Settle(in.Config, &b.dst.Server))
	return b
}

// builder holds what the steps of Build share.
type builder struct {
	in   Input
	cfg  *config.Config
	src  *catalog.Database
	dst  *catalog.Database
	m    *mapping
	sel  *selection
	g    *graph
	plan *Plan

	objects []catalog.Object // the selected ones, as they are to be: roles mapped, columns left out
	there   *existing        // what the destination has
	// excluded are columns that the destination's tables will not have, by attnum.
	excluded map[catalog.Ref]map[int16]string
	tables   map[catalog.Name]*catalog.Table
	indexes  map[catalog.Name]*catalog.Index
	onIndex  map[catalog.Name][]*catalog.Constraint // see byIndex
	children map[catalog.Name][]*catalog.Table      // partitions and inheriting tables
	keys     map[catalog.Name]*catalog.Constraint   // see tableKey
	stands   *standing                              // see standingTables
	roles    *roleChanges
	code     []string // see refuseCode
}

func (b *builder) build() error {
	b.there = indexDestination(b.dst, b.m)
	if err := b.checkMapping(); err != nil {
		return err
	}
	if err := b.collect(); err != nil {
		return err
	}
	if err := b.addObjects(); err != nil {
		return err
	}
	if err := b.refuseCode(); err != nil {
		return err
	}
	b.addDatabase()
	b.addRoles()
	b.addUncarried()
	b.addDatabaseComment()
	b.addSecurityLabels()
	b.orderSettings()
	if b.cfg.Data {
		b.addRows()
		b.orderStanding()
		b.addExtensionRows()
		if err := b.addLargeObjects(); err != nil {
			return err
		}
		b.addSequenceValues()
	}
	b.orderRefreshes()
	b.orderNames()
	b.connect()
	b.stageSchemas()
	b.addAnalyze()
	b.g.skipCascade()
	if b.skipKeyIndexes() {
		b.g.skipCascade()
	}
	b.dropLeft()
	b.addRenames()
	if err := b.finish(); err != nil {
		return err
	}
	return b.describeSides()
}

// collect selects the source's objects and makes them what they are to be in the destination, but for names.
func (b *builder) collect() error {
	for _, o := range b.src.Objects() {
		c := clone(o)
		b.sel.leaveOut(c)
		b.settleRoles(c)
		b.forDestination(c)
		switch c := c.(type) {
		case *catalog.Table:
			b.tables[catalog.Name{Schema: c.Schema, Name: c.Name}] = c
			for _, p := range c.Parents {
				b.children[p] = append(b.children[p], c)
			}
		case *catalog.Index:
			b.indexes[catalog.Name{Schema: c.Schema, Name: c.Name}] = c
		}
		b.objects = append(b.objects, c)
	}
	for _, o := range b.objects {
		if t, ok := o.(*catalog.Table); ok {
			if err := b.excludeColumns(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropLeft removes what the selection leaves behind, after its dependents have been found, and what goes without saying.
func (b *builder) dropLeft() {
	for a, n := range b.g.nodes {
		switch {
		case n.left != "":
			b.plan.Excluded[n.action.Kind]++
			delete(b.g.nodes, a)
		case n.implied:
			delete(b.g.nodes, a)
		}
	}
}

// finish orders the actions and moves them into the plan.
func (b *builder) finish() error {
	b.g.follow()
	for _, n := range b.g.nodes {
		if n.absent && n.obj != nil && b.cfg.Schema {
			b.plan.Unchanged[n.action.Kind]++
		}
		if n.action.Change == Skip || n.action.Change == Conflict {
			n.deps = map[string]bool{}
		}
	}
	b.g.prune()
	for _, n := range b.g.nodes {
		for d := range n.deps {
			if c := b.g.nodes[d].action.Change; c == Skip || c == Conflict {
				delete(n.deps, d)
			}
		}
	}
	b.refuseRings()
	if err := b.breakLoops(); err != nil {
		return err
	}
	b.g.rise()
	sorted, loops := b.g.order()
	b.plan.Actions = make([]Action, 0, len(sorted))
	for _, n := range sorted {
		n.action.DependsOn = n.sortedDeps()
		b.plan.Actions = append(b.plan.Actions, n.action)
	}
	for _, a := range loops {
		b.plan.Hazards = append(b.plan.Hazards, Hazard{
			Name: "dependency_loop", Object: a,
			What: "its dependencies form a loop, which was broken here; creating it may fail",
			Do:   "look at its statements (-sql); if it fails, leave it out with select.exclude and make it by hand",
		})
	}
	b.addHazards()
	b.plan.Warnings = append(b.plan.Warnings, b.sel.unmatched()...)
	sort.Strings(b.plan.Warnings)
	b.plan.Warnings = dedupe(b.plan.Warnings)
	return nil
}

func (b *builder) describeSides() error {
	var err error
	b.plan.Source, err = describeSide(b.in.SourceAt, b.src, b.sel)
	if err != nil {
		return fmt.Errorf("fingerprint of the source: %w", err)
	}
	b.plan.Destination, err = describeSide(b.in.DestinationAt, b.dst, nil)
	if err != nil {
		return fmt.Errorf("fingerprint of the destination: %w", err)
	}
	b.plan.Destination.Create = b.in.Destination == nil
	return nil
}

// addUncarried lists what this release does not carry.
func (b *builder) addUncarried() {
	for _, u := range b.src.Uncarried {
		if b.sel.skipsUncarried(u.Kind) {
			b.plan.Excluded[u.Kind]++
			continue
		}
		address := u.Kind + "." + u.Name
		for again := 2; b.g.nodes[address] != nil; again++ { // not every kind's names are unique
			address = fmt.Sprintf("%s.%s (%d)", u.Kind, u.Name, again)
		}
		n := b.g.add(&node{action: Action{
			Address: address,
			Kind:    u.Kind,
			Section: PreData,
			Name:    u.Name,
		}})
		n.skip(cmp.Or(u.Reason, "this release does not carry this kind of object"))
		// What is left out for its secret alone can be there already, made by hand.
		n.absent = u.Reason != "" && slices.ContainsFunc(b.dst.Uncarried, func(at catalog.Uncarried) bool {
			return at.Kind == u.Kind && at.Name == u.Name
		})
		b.g.byRef[u.Ref] = n.action.Address
	}
}

// addObjects makes a node for the creation of each object, and compares it with the destination.
func (b *builder) addObjects() error {
	for _, o := range b.objects {
		i := o.Meta()
		if i.Kind == catalog.KindLargeObject {
			continue
		}
		if x, ok := o.(*catalog.Index); ok && b.builtByConstraint(x) {
			continue
		}
		n := b.g.add(&node{obj: o, prio: kindOrder[string(i.Kind)], action: Action{
			Address: i.Address(),
			Kind:    string(i.Kind),
			Change:  Create,
			Section: sectionOf(i.Kind),
			Stage:   stageOf(o),
			Schema:  i.Schema,
			Name:    displayName(i),
			Detail:  ddl.Describe(o),
		}})
		b.g.byRef[i.Ref] = n.action.Address
		n.needs(b.roles.needs[o]...)
		if !b.sel.selects(o) {
			n.left = b.offer(o)
			continue
		}
		if !b.cfg.Schema {
			n.absent = true // the schema is there already; the rows find out
			b.refreshStanding(n)
			continue
		}
		if reason := cmp.Or(b.roles.barred[o], b.cannotCarry(o), b.breaks(o)); reason != "" {
			n.skip(reason)
			continue
		}
		if code := libraryCode(o); code != "" && b.cfg.CFunctions != config.CFunctionsCreate {
			if err := b.leaveCode(n, code); err != nil {
				return err
			}
			continue
		}
		if p, ok := o.(*catalog.MemberPrivileges); ok {
			b.addMember(n, p)
			continue
		}
		if err := b.addSQL(n); err != nil {
			return err
		}
		if err := b.compare(n); err != nil {
			return err
		}
		b.addCompanions(n)
	}
	return nil
}

// offer is the configuration line that leaves an object behind, or would select it.
func (b *builder) offer(o catalog.Object) string {
	i := o.Meta()
	if b.sel.skips(o) {
		return fmt.Sprintf("select.skip has %q", i.Kind)
	}
	if i.Kind == catalog.KindExtension {
		return fmt.Sprintf("extension %q { skip = true }", i.Name)
	}
	schema, name := i.Schema, i.Name
	if i.Table != "" {
		name = i.Table
	}
	if s, ok := o.(*catalog.Sequence); ok && s.OwnedBy != nil {
		name = s.OwnedBy.Table
	}
	if i.Kind == catalog.KindSchema {
		schema, name = i.Name, "*"
	}
	if glob := b.sel.excludedBy(schema, name); glob != "" {
		return fmt.Sprintf("select.exclude has %q", glob)
	}
	return fmt.Sprintf("add %q to select.include", schema+"."+name)
}

func (b *builder) cannotCarry(o catalog.Object) string {
	if e, ok := o.(*catalog.Extension); ok && b.there.find(&e.Item) == nil {
		if p := roles.OfExtension(b.cfg, e.Name); p != "" {
			return "it is an extension of " + p + "; where the destination has it, create it beforehand"
		}
	}
	return ""
}

func dedupe(sorted []string) []string {
	var out []string
	for i, s := range sorted {
		if i == 0 || s != sorted[i-1] {
			out = append(out, s)
		}
	}
	return out
}
