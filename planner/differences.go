package planner

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// How an object of the destination can differ from the source's.
const (
	Missing = "missing" // only the source has it
	Extra   = "extra"   // only the destination has it, and did not have it when the plan was made
	Changed = "changed"
)

// Difference is an object that is not the same on both sides.
type Difference struct {
	Address string `json:"address"`
	Kind    string `json:"kind"`
	// Name is the destination's, qualified.
	Name string `json:"name"`
	What string `json:"what"` // Missing, Extra or Changed
	// Properties are what differs of a changed object: definition, owner, comment, privileges, contents, value.
	Properties []string `json:"properties,omitempty"`
	// Source and Destination are what the one side has and the other has not.
	Source      []string `json:"source,omitempty"`
	Destination []string `json:"destination,omitempty"`
	// Mend is SQL that makes the destination equal, where a statement does.
	Mend []string `json:"mend,omitempty"`
}

// String says what differs, the kind and the name first.
func (d Difference) String() string {
	name := strings.TrimSpace(strings.ReplaceAll(d.Kind, "_", " ") + " " + d.Name)
	switch d.What {
	case Missing:
		return name + ": missing in the destination"
	case Extra:
		return name + ": only in the destination"
	}
	return name + ": different " + strings.Join(d.Properties, " and ")
}

// mostLines is how many lines of one side Lines shows.
const mostLines = 12

// Lines are what String leaves to be said, a line each.
func (d Difference) Lines() []string {
	var lines []string
	add := func(label string, texts []string) {
		for n, text := range texts {
			if n == mostLines {
				lines = append(lines, fmt.Sprintf("%-13sand %d more", label, len(texts)-n))
				return
			}
			lines = append(lines, fmt.Sprintf("%-13s%s", label, text))
		}
	}
	add("source:", d.Source)
	add("destination:", d.Destination)
	add("to mend it:", d.Mend)
	return lines
}

// GeneratedColumn is a column that both servers reckon and that is not copied.
type GeneratedColumn struct {
	Name, Final string // in the source and in the destination
	BinarySafe  bool
}

// Comparison is what Compare found.
type Comparison struct {
	Differences []Difference
	// Skipped are actions for what is not carried, and so not compared.
	Skipped []Action
	// Generated are the generated columns of copied tables, by the address of their rows. Those of tables with columns whose values the
	// mapping changes are not among them: they are reckoned from other values.
	Generated map[string][]GeneratedColumn
	// Views are the materialized views that hold rows on both sides, as if they were copied.
	Views []Action
}

// Compare says how the destination of a plan that was carried out differs from its source in anything but rows, the values of
// sequences and the contents of large objects. before is the fingerprint of the destination before it was: what was there then may be
// there now.
func Compare(in Input, before map[string]string) (*Comparison, error) {
	b := newBuilder(in)
	if err := b.build(); err != nil {
		return nil, err
	}
	c := &comparison{builder: b, before: before, gone: map[catalog.Name]bool{}, objects: map[string]catalog.Object{}}
	for _, o := range b.objects {
		c.objects[o.Meta().Address()] = o
	}
	for i := range b.plan.Actions {
		if err := c.action(&b.plan.Actions[i]); err != nil {
			return nil, err
		}
	}
	if b.cfg.Data {
		c.largeObjects()
		c.views()
		c.generated()
	}
	if b.cfg.Schema {
		c.extra()
	}
	c.fold()
	return &c.out, nil
}

// comparison is one call of Compare.
type comparison struct {
	*builder
	before  map[string]string
	objects map[string]catalog.Object // those of the source, by address
	gone    map[catalog.Name]bool     // relations that one side lacks: what belongs to them goes without saying
	found   []found
	out     Comparison
}

// found is a difference, and the relation that its object belongs to.
type found struct {
	Difference
	of catalog.Name
}

func (c *comparison) add(d Difference, of catalog.Object) {
	f := found{Difference: d}
	if of != nil {
		i := of.Meta()
		f.of = catalog.Name{Schema: i.Schema, Name: i.Table}
		if s, ok := of.(*catalog.Sequence); ok && s.OwnedBy != nil {
			f.of = catalog.Name{Schema: s.OwnedBy.Schema, Name: s.OwnedBy.Table}
		}
		whole := isRelation(i.Kind) && i.Kind != catalog.KindSequence
		switch {
		case d.What == Changed:
		case whole:
			c.gone[catalog.Name{Schema: i.Schema, Name: i.Name}] = true
		case d.What == Missing:
			f.Source = spelled(of)
		default:
			f.Destination = spelled(of)
		}
	}
	c.found = append(c.found, f)
}

// fold leaves out what belongs to relations that are missing as a whole.
func (c *comparison) fold() {
	for _, f := range c.found {
		if f.of.Name == "" || !c.gone[f.of] {
			c.out.Differences = append(c.out.Differences, f.Difference)
		}
	}
	slices.SortStableFunc(c.out.Differences, func(a, b Difference) int {
		return cmp.Or(kindOrder[a.Kind]-kindOrder[b.Kind], strings.Compare(a.Name, b.Name))
	})
}

// named is a difference of an object of the source.
func (c *comparison) named(o catalog.Object, what string) Difference {
	i := c.m.mapped(o.Meta())
	return named(&i, o.Meta().Address(), what)
}

func named(i *catalog.Item, address, what string) Difference {
	name := displayName(i)
	if i.Schema != "" {
		name = i.Schema + "." + name
	}
	return Difference{Address: address, Kind: string(i.Kind), Name: name, What: what}
}

// action takes up what a second plan would still do.
func (c *comparison) action(a *Action) error {
	n := c.g.nodes[a.Address]
	switch {
	case a.Change == Skip:
		c.out.Skipped = append(c.out.Skipped, *a)
	case a.Kind == ActionRows:
		d := Difference{Address: a.Address, Kind: a.Kind, Name: a.Copy.Final.Schema + "." + a.Copy.Final.Name, What: Missing, Source: []string{"the migration has not copied them"}}
		c.found = append(c.found, found{d, catalog.Name(a.Copy.From)})
	case strings.HasPrefix(a.Address, "alter."):
		if o := c.objects[strings.TrimPrefix(a.Address, "alter.")]; o != nil {
			c.inPlace(o, c.there.find(o.Meta()))
		}
	case n.obj == nil:
		if a.Kind == string(catalog.KindDatabaseSetting) { // the comment on the database
			c.found = append(c.found, found{Difference: Difference{
				Address: a.Address, Kind: "database", Name: c.databaseName(), What: Changed, Properties: []string{"comment"},
				Source: []string{quoted(c.src.Comment)}, Destination: []string{quoted(c.dst.Comment)}, Mend: a.SQL,
			}})
		}
	default:
		return c.object(a, n.obj)
	}
	return nil
}

// object compares one that the destination lacks or has otherwise.
func (c *comparison) object(a *Action, o catalog.Object) error {
	there := c.there.find(o.Meta())
	if p, ok := o.(*catalog.MemberPrivileges); ok {
		have := c.there.find(&p.Item)
		if have == nil {
			have = &catalog.MemberPrivileges{Item: catalog.Item{Kind: p.Kind, Of: p.Of, Schema: p.Schema, Table: p.Table, Name: p.Name, Args: p.Args, Owner: p.Owner}}
		}
		d := c.named(o, Changed)
		d.Properties, d.Mend = []string{"privileges"}, a.SQL
		d.Source, d.Destination = lacks(ddl.Privileges(p), ddl.Privileges(have))
		c.add(d, nil)
		return nil
	}
	if there == nil {
		c.add(c.named(o, Missing), o)
		return nil
	}
	if s, ok := o.(*catalog.DatabaseSetting); ok {
		have, _ := there.(*catalog.DatabaseSetting)
		d := c.named(o, Changed)
		d.Properties, d.Source, d.Destination, d.Mend = []string{"value"}, []string{s.Value}, []string{have.Value}, a.SQL
		c.add(d, nil)
		return nil
	}
	want, err := c.plainCore(o, c.src)
	if err != nil {
		return err
	}
	have, err := c.plainCore(c.withoutNews(there), c.dst)
	if err != nil {
		return err
	}
	d := c.named(o, Changed)
	d.Properties = []string{"definition"}
	d.Source, d.Destination = differingLines(want, have, c.m)
	c.add(d, o)
	c.inPlace(o, there) // a plan leaves that of a conflict alone
	return nil
}

// inPlace compares owner, comments and privileges.
func (c *comparison) inPlace(o, have catalog.Object) {
	if have == nil {
		return
	}
	d := c.named(o, Changed)
	d.Mend = c.changeInPlace(o, have)
	if len(d.Mend) == 0 {
		return
	}
	want := c.asItShouldBe(o, have)
	have = c.withoutNews(have)
	note := func(property string, source, destination []string) {
		d.Properties = append(d.Properties, property)
		d.Source, d.Destination = append(d.Source, source...), append(d.Destination, destination...)
	}
	if w, h := ddl.SetOwner(want), ddl.SetOwner(have); w != h && slices.Contains(d.Mend, w) {
		note("owner", []string{"owner " + want.Meta().Owner}, []string{"owner " + have.Meta().Owner})
		have = withOwner(have, want.Meta().Owner)
	}
	if len(ddl.ChangeComments(want, have)) > 0 {
		source, destination := lacks(ddl.Comments(want), ddl.Comments(have))
		note("comment", source, destination)
	}
	if len(ddl.ChangePrivileges(want, have)) > 0 {
		source, destination := lacks(ddl.Privileges(want), ddl.Privileges(have))
		note("privileges", source, destination)
	}
	c.add(d, o)
}

// largeObjects compares which there are, and all but their contents.
func (c *comparison) largeObjects() {
	for _, o := range c.builder.objects {
		l, ok := o.(*catalog.LargeObject)
		if !ok || !c.sel.selects(l) {
			continue
		}
		if there := c.there.find(&l.Item); there != nil {
			c.inPlace(l, there)
		} else {
			c.add(c.named(l, Missing), nil)
		}
	}
}

// views compares whether materialized views hold rows.
func (c *comparison) views() {
	skipped := map[string]bool{}
	for _, a := range c.out.Skipped {
		skipped[strings.TrimPrefix(a.Address, ActionRefresh+".")] = true
	}
	for _, o := range c.builder.objects {
		v, ok := o.(*catalog.View)
		if !ok || v.Kind != catalog.KindMaterializedView || !c.sel.selects(v) || skipped[v.Address()] {
			continue
		}
		there, ok := c.there.find(&v.Item).(*catalog.View)
		switch {
		case !ok:
		case v.Populated && there.Populated:
			c.out.Views = append(c.out.Views, viewCopy(v, there))
		case v.Populated != there.Populated:
			d := c.named(v, Changed)
			d.Properties = []string{"contents"}
			d.Source, d.Destination = []string{populated(v)}, []string{populated(there)}
			d.Mend = []string{ddl.Refresh(there)}
			if !v.Populated {
				d.Mend[0] += " WITH NO DATA"
			}
			c.add(d, v)
		}
	}
}

func populated(v *catalog.View) string {
	if v.Populated {
		return "filled"
	}
	return "not filled (WITH NO DATA)"
}

// viewCopy reads a materialized view on both sides, as text, which is the same on all versions.
func viewCopy(v, there *catalog.View) Action {
	c := &RowCopy{From: Relation{v.Schema, v.Name}, Final: Relation{there.Schema, there.Name}, Format: "text"}
	for n := range min(len(v.Columns), len(there.Columns)) {
		c.Select = append(c.Select, postgres.QuoteIdent(v.Columns[n].Name))
		c.FinalColumns = append(c.FinalColumns, there.Columns[n].Name)
	}
	return Action{Address: v.Address(), Kind: string(v.Kind), Change: Copy, Schema: v.Schema, Name: v.Name, Copy: c, Estimate: Estimate{Bytes: v.Bytes}}
}

// generated collects the columns that no copy has.
func (c *comparison) generated() {
	c.out.Generated = map[string][]GeneratedColumn{}
	for _, t := range c.tables {
		changed := slices.ContainsFunc(t.Columns, func(col *catalog.Column) bool {
			m := c.m.columnMapping(t.Schema, t.Name, col.Name)
			return m != nil && m.Value != ""
		})
		if changed {
			continue
		}
		var columns []GeneratedColumn
		for _, col := range t.Columns {
			if col.Generated != "" {
				columns = append(columns, GeneratedColumn{Name: col.Name, Final: c.m.column(t.Schema, t.Name, col.Name), BinarySafe: col.BinarySafe})
			}
		}
		if len(columns) > 0 {
			sort.Slice(columns, func(i, j int) bool { return columns[i].Final < columns[j].Final }) // partitions may have them in another order
			c.out.Generated[rowsAddress(t)] = columns
		}
	}
}

// extra finds what the destination has beyond the source, and has not had before.
func (c *comparison) extra() {
	matched := c.matched()
	ledger := c.cfg.Destination.LedgerSchema
	for _, o := range c.dst.Objects() {
		i := o.Meta()
		if _, was := c.before[i.Address()]; was || matched[c.there.key(*i)] || i.Schema == ledger || i.Kind == catalog.KindSchema && i.Name == ledger ||
			i.Kind == catalog.KindExtension || c.sel.skips(o) {
			continue
		}
		if x, ok := o.(*catalog.Index); ok && x.Constraint != "" {
			continue // its constraint says all
		}
		c.add(named(i, i.Address(), Extra), o)
	}
}

// spelled is what an object is, for those that one side has alone.
func spelled(o catalog.Object) []string {
	text, err := ddl.Definition(bare(o))
	if err != nil {
		return nil // its name has to do
	}
	return append(splitLines(text), ddl.Privileges(o)...)
}

func quoted(comment string) string {
	if comment == "" {
		return "none"
	}
	return postgres.QuoteLiteral(comment)
}
