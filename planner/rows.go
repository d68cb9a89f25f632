package planner

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/ddl"
	"migrator/planner/postgres"
)

// tidRangeScan is the first version whose ctid range conditions read only the range's blocks.
const tidRangeScan = 140000

// relation quotes a qualified name.
func relation(parts ...string) string { return postgres.QuoteIdent(parts...) }

func rowsAddress(t *catalog.Table) string {
	return (&catalog.Item{Kind: ActionRows, Schema: t.Schema, Name: t.Name}).Address()
}

// addRows makes a node for the rows of each selected table that holds rows of its own.
func (b *builder) addRows() error {
	for _, o := range b.objects {
		t, ok := o.(*catalog.Table)
		if !ok || t.Partitioned {
			continue
		}
		table := b.g.nodes[t.Address()]
		if table == nil || table.left != "" {
			continue
		}
		tm := b.m.tables[catalog.Name{Schema: t.Schema, Name: t.Name}]
		if tm.Name != "" && !tm.Data {
			continue
		}
		c, err := b.rowCopy(t)
		if err != nil {
			return err
		}
		n := b.g.add(&node{prio: kindOrder[ActionRows], action: Action{
			Address: rowsAddress(t), Kind: ActionRows, Change: Copy, Section: Data, Stage: StageData,
			Schema: t.Schema, Name: t.Name, Copy: c,
			Estimate: Estimate{Rows: max(0, t.Rows), Bytes: t.Bytes},
		}})
		n.needs(t.Address(), partitionAddress(t))
		if b.in.Done[n.action.Address] {
			n.absent = true
			continue
		}
		b.compareRows(n, table, t, tm)
	}
	return nil
}

// compareRows decides what happens when the table is in the destination already.
func (b *builder) compareRows(n, table *node, t *catalog.Table, tm config.TableMapping) {
	c := n.action.Copy
	at := b.there.find(t.Meta())
	if at == nil {
		c.Fresh = table.action.Change == Create
		if !b.cfg.Schema {
			n.conflict("the destination does not have this table, and migrate leaves out \"schema\"")
		}
		return
	}
	if b.m.renames() {
		// It is there under its final names, and the rows go straight in.
		c.Into, c.Columns = c.Final, c.FinalColumns
	}
	if !b.in.NonEmpty[catalog.Name(c.Into)] {
		return
	}
	policy := b.cfg.Conflict
	if tm.Conflict != "" {
		policy = tm.Conflict
	}
	if policy == config.ConflictIgnore {
		c.KeepExisting = true
		c.Format = "text"
		return
	}
	n.conflict("the destination's table has rows already (conflict = \"error\"); empty it, exclude it, or set conflict = \"ignore\"")
}

// rowCopy says how a table's rows are read and where they go.
func (b *builder) rowCopy(t *catalog.Table) (*RowCopy, error) {
	name := catalog.Name{Schema: t.Schema, Name: t.Name}
	tm := b.m.tables[name]
	into := name
	if root, ok := b.enumHashRoot(t); ok {
		into = root
	}
	c := &RowCopy{
		From:        Relation(name),
		Where:       tm.Where,
		Into:        Relation(into),
		Final:       Relation{Schema: b.m.schema(into.Schema), Name: b.m.relation(into.Schema, into.Name)},
		ThroughRoot: into != name,
		Format:      "binary",
		Select:      []string{}, Columns: []string{}, FinalColumns: []string{},
	}
	known := map[string]bool{}
	for _, col := range t.Columns {
		known[col.Name] = true
		if col.Generated != "" {
			continue
		}
		expr := postgres.QuoteIdent(col.Name)
		if cm := b.m.columnMapping(t.Schema, t.Name, col.Name); cm != nil && cm.Value != "" {
			// The cast makes the binary form that of the column.
			expr = "(" + cm.Value + ")::" + col.Type
		}
		c.Select = append(c.Select, expr)
		c.Columns = append(c.Columns, col.Name)
		c.FinalColumns = append(c.FinalColumns, b.m.column(t.Schema, t.Name, col.Name))
		if !col.BinarySafe {
			c.Format = "text"
		}
	}
	for i := range b.excluded[t.Ref] {
		known[b.excluded[t.Ref][i]] = true
	}
	for _, cm := range tm.Columns {
		if !known[cm.Name] {
			return nil, &ConfigError{
				Summary: "Mapping of a column that does not exist",
				Detail:  fmt.Sprintf("Table %s.%s has no column %q.%s", t.Schema, t.Name, cm.Name, suggest(cm.Name, known)),
				File:    cm.Pos.File, Line: cm.Pos.Line,
			}
		}
	}
	c.Key = b.keyOf(t, c.Columns)
	c.Parts = b.cut(t)
	return c, nil
}

// cut divides a large table into ranges of blocks.
func (b *builder) cut(t *catalog.Table) []BlockRange {
	split := b.cfg.Parallelism.SplitLargerThan
	if b.src.Server.Version < tidRangeScan || split <= 0 || t.Bytes <= split || t.Pages < 2 || (t.AccessMethod != "" && t.AccessMethod != "heap") {
		return nil
	}
	n := min(int64(math.Ceil(float64(t.Bytes)/float64(split))), t.Pages, 1000)
	parts := make([]BlockRange, n)
	for i := range parts {
		parts[i] = BlockRange{From: t.Pages * int64(i) / n, To: t.Pages * (int64(i) + 1) / n}
	}
	parts[n-1].To = 0 // whatever the table has grown by
	return parts
}

// enumHashRoot is the topmost partitioned table above t that hashes an enum: its partitions' rows must be routed anew.
func (b *builder) enumHashRoot(t *catalog.Table) (catalog.Name, bool) {
	var root catalog.Name
	found := false
	for at := t; at != nil && at.Bound != "" && len(at.Parents) == 1; {
		name := at.Parents[0]
		at = b.tables[name]
		if at != nil && at.HashesEnum {
			root, found = name, true
		}
	}
	return root, found
}

// keyOf finds the primary key's columns among those that are copied.
func (b *builder) keyOf(t *catalog.Table, columns []string) []int {
	at := map[string]int{}
	for i, c := range columns {
		at[c] = i
	}
	for _, c := range b.keysOf(t) {
		var key []int
		for _, name := range ddl.KeyColumns(c.Definition) {
			i, ok := at[name]
			if !ok {
				return nil
			}
			key = append(key, i)
		}
		return key
	}
	return nil
}

// keysOf are the table's primary keys: one, or none.
func (b *builder) keysOf(t *catalog.Table) []*catalog.Constraint {
	if b.keys == nil {
		b.keys = map[catalog.Name]*catalog.Constraint{}
		for _, o := range b.objects {
			if c, ok := o.(*catalog.Constraint); ok && c.Kind == catalog.KindPrimaryKey {
				b.keys[catalog.Name{Schema: c.Schema, Name: c.Table}] = c
			}
		}
	}
	if k := b.keys[catalog.Name{Schema: t.Schema, Name: t.Name}]; k != nil {
		return []*catalog.Constraint{k}
	}
	return nil
}

// rowsOf are the addresses of all rows that a table shows: its own, and those of its partitions.
func (b *builder) rowsOf(name catalog.Name) []string {
	t := b.tables[name]
	if t == nil {
		return nil
	}
	if !t.Partitioned {
		if n := b.g.nodes[rowsAddress(t)]; n != nil {
			return b.siblingsThroughRoot(t, n)
		}
		return nil
	}
	var all []string
	for _, child := range b.children[name] {
		all = append(all, b.rowsOf(catalog.Name{Schema: child.Schema, Name: child.Name})...)
	}
	return all
}

// siblingsThroughRoot: when rows are routed anew, any sibling's copy may fill this partition.
func (b *builder) siblingsThroughRoot(t *catalog.Table, n *node) []string {
	if n.action.Copy == nil || !n.action.Copy.ThroughRoot || b.inRoot {
		return []string{n.action.Address}
	}
	b.inRoot = true
	defer func() { b.inRoot = false }()
	return b.rowsOf(catalog.Name(n.action.Copy.rootSource()))
}

// rootSource is the source's name of the partitioned table that rows go in through.
func (c *RowCopy) rootSource() Relation { return c.Into }

// addLargeObjects makes nodes for batches of large objects.
func (b *builder) addLargeObjects() {
	const batch = 1000
	var objects []*catalog.LargeObject
	for _, o := range b.objects {
		if l, ok := o.(*catalog.LargeObject); ok && b.sel.selects(l) {
			objects = append(objects, l)
		}
	}
	for len(objects) > 0 {
		some := objects[:min(batch, len(objects))]
		objects = objects[len(some):]
		first, last := objectID(some[0]), objectID(some[len(some)-1])
		n := b.g.add(&node{prio: kindOrder[ActionLargeObjects], action: Action{
			Address: fmt.Sprintf("%s.%d-%d", ActionLargeObjects, first, last), Kind: ActionLargeObjects, Change: Copy,
			Section: Data, Stage: StageData, Name: fmt.Sprintf("%d-%d", first, last),
			Detail:  fmt.Sprintf("%d objects", len(some)),
			Objects: &ObjectRange{From: first, To: last, Count: len(some)},
		}})
		n.absent = b.in.Done[n.action.Address]
		for _, l := range some {
			sql, err := ddl.Create(l)
			if err == nil {
				n.action.SQL = append(n.action.SQL, sql...)
			}
			n.action.SQL = append(n.action.SQL, ddl.Privileges(l)...)
			if b.there.largeObjects[l.Name] && !n.absent {
				n.conflict("the destination has large object " + l.Name + " already")
				break
			}
		}
	}
}

func objectID(l *catalog.LargeObject) uint32 {
	id, _ := strconv.ParseUint(l.Name, 10, 32) // the reader printed it from an oid
	return uint32(id)
}

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
		if b.there.find(&s.Item) != nil {
			v.Into = v.Final
		}
		n := b.g.add(&node{prio: kindOrder[ActionSequenceValue], action: Action{
			Address: (&catalog.Item{Kind: ActionSequenceValue, Schema: s.Schema, Name: s.Name}).Address(),
			Kind:    ActionSequenceValue, Change: Alter, Section: Data, Stage: StageData,
			Schema: s.Schema, Name: s.Name, Detail: "as it is when the run reads it", Sequence: v,
		}})
		n.needs(s.Address())
		n.absent = b.in.Done[n.action.Address]
	}
}

// addAnalyze makes a node for the statistics of each table and each root of partitions whose rows are copied.
func (b *builder) addAnalyze() {
	byTable := map[string][]string{} // indexes by their table's address
	for _, n := range b.g.nodes {
		if x, ok := n.obj.(*catalog.Index); ok {
			t := b.addressOfTable(catalog.Name{Schema: x.Schema, Name: x.Table})
			byTable[t] = append(byTable[t], n.action.Address)
		}
	}
	for _, o := range b.objects {
		t, ok := o.(*catalog.Table)
		if !ok || t.Bound != "" || !b.cfg.Data {
			continue
		}
		name := catalog.Name{Schema: t.Schema, Name: t.Name}
		rows := b.rowsOf(name)
		copied := false
		for _, r := range rows {
			n := b.g.nodes[r]
			copied = copied || n != nil && !n.absent && n.left == "" && n.action.Change == Copy
		}
		if !copied {
			continue
		}
		into := name
		if n := b.g.nodes[rows[0]]; !t.Partitioned && n.action.Copy != nil {
			into = catalog.Name(n.action.Copy.Into)
		}
		n := b.g.add(&node{prio: kindOrder[ActionAnalyze], action: Action{
			Address: (&catalog.Item{Kind: ActionAnalyze, Schema: t.Schema, Name: t.Name}).Address(),
			Kind:    ActionAnalyze, Change: Alter, Section: PostData, Stage: StageData, Schema: t.Schema, Name: t.Name,
			SQL: []string{ddl.Analyze(into.Schema, into.Name)}, Locks: []string{relation(into.Schema, into.Name)},
			Estimate: Estimate{Bytes: t.Bytes},
		}})
		n.needs(rows...)
		for _, at := range append([]catalog.Name{name}, b.descendants(name)...) {
			n.needs(byTable[b.addressOfTable(at)]...)
		}
	}
}

func (b *builder) descendants(name catalog.Name) []catalog.Name {
	var all []catalog.Name
	if t := b.tables[name]; t == nil || !t.Partitioned {
		return nil
	}
	for _, c := range b.children[name] {
		n := catalog.Name{Schema: c.Schema, Name: c.Name}
		all = append(append(all, n), b.descendants(n)...)
	}
	return all
}

// describeColumn is a column's line below its table.
func describeColumn(c *catalog.Column) string {
	parts := []string{c.Name, c.Type}
	if c.NotNull {
		parts = append(parts, "not null")
	}
	switch {
	case c.Identity != "":
		parts = append(parts, "identity")
	case c.Generated != "":
		parts = append(parts, "generated")
	case c.Default != "":
		parts = append(parts, "default "+c.Default)
	}
	return strings.Join(parts, "  ")
}
