package planner

import (
	"cmp"
	"fmt"
	"math"
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
func (b *builder) addRows() {
	for _, o := range b.objects {
		t, ok := o.(*catalog.Table)
		if !ok || t.Partitioned || t.Foreign {
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
		n := b.g.add(&node{prio: kindOrder[ActionRows], action: Action{
			Address: rowsAddress(t), Kind: ActionRows, Change: Copy, Section: Data, Stage: StageData,
			Schema: t.Schema, Name: t.Name, Copy: b.rowCopy(t),
			Estimate: Estimate{Rows: max(0, t.Rows), Bytes: t.Bytes},
		}})
		for _, c := range t.Columns {
			if cm := b.m.columnMapping(t.Schema, t.Name, c.Name); cm != nil && cm.Value != "" {
				n.action.Details = append(n.action.Details, "column\t"+c.Name+"\tvalue\t"+cm.Value)
			}
		}
		n.needs(t.Address(), partitionAddress(t))
		for at := t; at != nil && at.Bound != "" && len(at.Parents) == 1; at = b.tables[at.Parents[0]] {
			n.needs(partitionAddress(at)) // rows that are routed need all of the way
		}
		// A state that was released may be older than the destination: what is not there was not done.
		if b.in.Done[n.action.Address] && b.there.find(t.Meta()) != nil {
			n.absent = true
			continue
		}
		b.compareRows(n, table, t, tm)
	}
}

// compareRows decides what happens when the table is in the destination already.
func (b *builder) compareRows(n, table *node, t *catalog.Table, tm config.TableMapping) {
	c := n.action.Copy
	at, ok := b.there.find(t.Meta()).(*catalog.Table)
	if !ok {
		c.Fresh = table.action.Change == Create
		if !b.cfg.Schema {
			n.conflict("the destination does not have this table, and migrate leaves out \"schema\"")
		}
		return
	}
	if at.Partitioned {
		// Its rows would be in tables of other names, where neither a resume nor a verification looks for them.
		n.conflict("the destination's table is partitioned and the source's is not; give it the source's form there, or exclude it")
		return
	}
	if misfit := b.fitColumns(c, t, at); misfit != "" {
		n.conflict(misfit)
		return
	}
	// It is there under its final names, and the rows go straight in.
	c.Into, c.Columns = c.Final, c.FinalColumns
	if b.in.NonEmpty[catalog.Name{Schema: at.Schema, Name: at.Name}] {
		if cmp.Or(tm.Conflict, b.cfg.Conflict) != config.ConflictIgnore {
			n.conflict("the destination's table has rows already (conflict = \"error\"); empty it, exclude it, or set conflict = \"ignore\"")
			return
		}
		// In one part: another part could not tell the rows that were there before from those that the first one brought.
		c.KeepExisting, c.Format, c.Parts = true, "text", nil
	}
	b.into(n, catalog.Name{Schema: at.Schema, Name: at.Name})
}

// fitColumns finds the columns of the destination's table, and says of the first that cannot take its values why. The binary form of one type means something
// else, or nothing, to another, so that rows for columns of other types go as text.
func (b *builder) fitColumns(c *RowCopy, t, at *catalog.Table) (misfit string) {
	there, here := map[string]*catalog.Column{}, map[string]*catalog.Column{}
	for _, col := range at.Columns {
		there[col.Name] = col
	}
	for _, col := range t.Columns {
		here[col.Name] = col
	}
	for i, name := range c.FinalColumns {
		from, to := here[c.Columns[i]], there[name]
		if to == nil {
			return fmt.Sprintf("the destination's table has no column %q", name)
		}
		if to.Generated != "" {
			return fmt.Sprintf("column %q is generated in the destination and not in the source, so that its values cannot be stored; "+
				"make it a plain one there, or exclude it", name)
		}
		if ddl.Normalize(from.Type, b.m.same) == ddl.Normalize(to.Type, b.m.same) {
			continue
		}
		c.Format = "text"
		b.hazard("column_type_differs", t.Schema+"."+t.Name+"."+from.Name,
			fmt.Sprintf("is %s in the source and %s in the destination; its values go as text, and are equal when their texts are", from.Type, to.Type),
			"see that the destination's type takes every value, or make it the source's")
	}
	for _, col := range t.Columns {
		name := b.m.column(t.Schema, t.Name, col.Name)
		if to := there[name]; col.Generated != "" && to != nil && to.Generated == "" {
			return fmt.Sprintf("column %q is generated in the source and not in the destination, so that its values would be missing; "+
				"make it a generated one there, or exclude it", name)
		}
	}
	return ""
}

// rowCopy says how a table's rows are read and where they go.
func (b *builder) rowCopy(t *catalog.Table) *RowCopy {
	name := catalog.Name{Schema: t.Schema, Name: t.Name}
	tm := b.m.tables[name]
	into := name
	if root, ok := b.routingRoot(t); ok {
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
	columns := t.Columns
	if c.ThroughRoot {
		columns = b.inOrderOf(b.tables[into], t)
	}
	for _, col := range columns {
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
	if c.Encoding = b.sharedEncoding(); c.Encoding != "" {
		c.Format = "text" // the binary form is always in the sessions' encoding
	}
	c.Key = b.keyOf(t, c.Columns)
	c.Parts = b.cut(t)
	return c
}

// sharedEncoding is the encoding of both databases, empty for UTF8, which the sessions speak, and for SQL_ASCII, whose sessions speak that.
func (b *builder) sharedEncoding() string {
	if e := b.src.Encoding; e == b.dst.Encoding && e != "UTF8" && e != postgres.SQLASCII {
		return e
	}
	return ""
}

// inOrderOf are a partition's columns in its root's order, so that the digests of all partitions can be added up.
func (b *builder) inOrderOf(root, t *catalog.Table) []*catalog.Column {
	byName := make(map[string]*catalog.Column, len(t.Columns))
	for _, c := range t.Columns {
		byName[c.Name] = c
	}
	columns := make([]*catalog.Column, 0, len(t.Columns))
	for _, c := range root.Columns {
		if own := byName[c.Name]; own != nil {
			columns = append(columns, own)
		}
	}
	return columns
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

// rowsOf are the addresses of all rows that a table shows: its own, and those of its partitions. Where rows are routed anew,
// any sibling's copy may fill a partition, so it shows what the root shows.
func (b *builder) rowsOf(name catalog.Name) []string {
	t := b.tables[name]
	if t == nil {
		return nil
	}
	if root, ok := b.routingRoot(t); ok {
		name = root
	}
	return b.rowsBelow(name)
}

func (b *builder) rowsBelow(name catalog.Name) []string {
	t := b.tables[name]
	if t == nil {
		return nil
	}
	if !t.Partitioned {
		if n := b.g.nodes[rowsAddress(t)]; n != nil {
			return []string{n.action.Address}
		}
		return nil
	}
	var all []string
	for _, child := range b.children[name] {
		all = append(all, b.rowsBelow(catalog.Name{Schema: child.Schema, Name: child.Name})...)
	}
	return all
}

// describeColumn is a column's line below its table, its cells apart by tabs.
func describeColumn(c *catalog.Column) string {
	parts := []string{"column", c.Name, c.Type}
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
	return strings.Join(parts, "\t")
}
