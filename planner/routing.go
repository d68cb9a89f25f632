package planner

import (
	"fmt"

	"migrator/planner/catalog"
)

// routingRoot is the topmost partitioned table above t whose rows may belong in other partitions than in the source and must be routed
// anew: it hashes an enum, or its key holds texts that the destination compares or encodes in another way.
func (b *builder) routingRoot(t *catalog.Table) (catalog.Name, bool) {
	var root catalog.Name
	found := false
	for at := t; at != nil && at.Bound != "" && len(at.Parents) == 1; {
		name := at.Parents[0]
		at = b.tables[name]
		if at != nil && (at.HashesEnum || b.routesOtherwise(at)) {
			root, found = name, true
		}
	}
	return root, found
}

func (b *builder) routesOtherwise(t *catalog.Table) bool {
	return t.Routing != nil && !t.Routing.RoutesLike(b.src, b.dst)
}

// hazardRouting names the partitioned tables whose texts decide otherwise in the destination. Their partitions are made with the
// source's bounds, which need not take every row there.
func (b *builder) hazardRouting() {
	for _, o := range b.objects {
		t, ok := o.(*catalog.Table)
		if !ok || !b.cfg.Data || !b.routesOtherwise(t) {
			continue
		}
		differs := "collation, or the version of its library, is another than the source's, or not known"
		if b.src.Encoding != b.dst.Encoding {
			differs = fmt.Sprintf("encoding is %s, the source's %s", b.dst.Encoding, b.src.Encoding)
		}
		b.hazard("partitions_by_text", t.Schema+"."+t.Name,
			"the destination's "+differs+": rows go in through this table and may come into other partitions than in the source; one that no partition takes ends the run",
			"nothing where every text has a partition in any order (a default one, or hashes); otherwise create the destination's database with the source's encoding and locale, on a server with its library")
	}
}
