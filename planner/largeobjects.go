package planner

import (
	"fmt"
	"strconv"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

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
