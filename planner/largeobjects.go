package planner

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"migrator/planner/catalog"
	"migrator/planner/ddl"
)

// addLargeObjects makes nodes for batches of large objects.
func (b *builder) addLargeObjects() error {
	const batch = 1000
	var objects []*catalog.LargeObject
	for _, o := range b.objects {
		l, ok := o.(*catalog.LargeObject)
		switch {
		case !ok:
		case b.sel.selects(l):
			objects = append(objects, l)
		default:
			b.plan.Excluded[string(l.Kind)]++
		}
	}
	// By number, so that a batch is a range without the objects of another one.
	slices.SortFunc(objects, func(a, b *catalog.LargeObject) int { return cmp.Compare(objectID(a), objectID(b)) })
	for len(objects) > 0 {
		some := objects[:min(batch, len(objects))]
		objects = objects[len(some):]
		first, last := objectID(some[0]), objectID(some[len(some)-1])
		n := b.g.add(&node{prio: kindOrder[ActionLargeObjects], action: Action{
			Address: fmt.Sprintf("%s.%d-%d", ActionLargeObjects, first, last), Kind: ActionLargeObjects, Change: Copy,
			Section: Data, Stage: StageData, Name: fmt.Sprintf("%d-%d", first, last),
			Objects: &ObjectRange{From: first, To: last, Count: len(some)},
		}})
		n.absent = b.in.Done[n.action.Address] && b.there.largeObjects[some[0].Name]
		for _, l := range some {
			sql, err := ddl.Create(l)
			if err != nil {
				return fmt.Errorf("DDL of %s: %w", l.Address(), err)
			}
			n.action.SQL = append(n.action.SQL, append(sql, b.newPrivileges(l)...)...)
			if b.there.largeObjects[l.Name] && !n.absent {
				n.conflict("the destination has large object " + l.Name + " already")
				break
			}
		}
	}
	return nil
}

func objectID(l *catalog.LargeObject) uint32 {
	id, _ := strconv.ParseUint(l.Name, 10, 32) // the reader printed it from an oid
	return uint32(id)
}
