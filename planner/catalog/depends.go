package catalog

import (
	"cmp"
	"slices"
)

// alias says which object an internal one is part of, and how well the edge that says so is trusted.
type alias struct {
	of   Ref
	rank int
}

// dependencies turns pg_depend into edges between objects of the Database. Whatever is no object of its own stands for what it is part
// of, as pg_depend itself says: an internal edge leads from a row type to its relation, from an array type to its element, from
// a view's ON SELECT rule to the view, from a multirange or a constructor to its range, from a foreign key's trigger to the key.
// Edges with an end that belongs to no object (TOAST, PostgreSQL's own) are dropped.
func (r *reader) dependencies() []Dependency {
	known := r.knownRefs()
	r.findAliases(known)

	edges := make([]Dependency, 0, len(r.edges))
	for _, d := range r.edges {
		if d.From.Class == "pg_attrdef" {
			// The default becomes its table, and what it needs the need of its column.
			d.FromSub = r.defaults[d.From.OID].number
		}
		from, isObject := r.resolve(d.From, known)
		to, found := r.resolve(d.To, known)
		if !isObject || !found || from == to || from.Class == "pg_extension" && d.From.Class != "pg_extension" {
			continue
		}
		d.From, d.To = from, to
		edges = append(edges, d)
	}
	edges = r.indexesFirst(edges)
	slices.SortFunc(edges, compareDependencies)
	return slices.Compact(edges)
}

// knownRefs are the objects that an edge can end at.
func (r *reader) knownRefs() map[Ref]bool {
	known := make(map[Ref]bool, len(r.edges)/4)
	for _, o := range r.db.Objects() {
		known[o.Meta().Ref] = true
	}
	for _, u := range r.db.Uncarried {
		known[u.Ref] = true
	}
	return known
}

// findAliases looks for the edges that lead from a part to its whole. Beside internal edges these are: a clone's to the
// constraint or trigger it is a clone of (P), and that of a constraint that is folded into its table or domain.
func (r *reader) findAliases(known map[Ref]bool) {
	for _, d := range r.edges {
		if known[d.From] {
			continue
		}
		var rank int
		switch {
		case d.Type == 'i':
			rank = 3
		case d.Type == 'P':
			rank = 2
		case d.Type == 'a' && slices.Contains(parts[d.From.Class], d.To.Class):
			rank = 1
		case d.Type == 'a' && d.From.Class == "pg_constraint" && (d.To.Class == "pg_class" || d.To.Class == "pg_type"):
			rank = 1
		default:
			continue
		}
		old, has := r.aliases[d.From]
		if !has || rank > old.rank || rank == old.rank && compareRefs(d.To, old.of) < 0 {
			r.aliases[d.From] = alias{d.To, rank}
		}
	}
	for oid, column := range r.defaults {
		r.aliases[Ref{"pg_attrdef", oid}] = alias{Ref{"pg_class", column.relation}, 4}
	}
	for relation, t := range r.composites {
		r.aliases[Ref{"pg_class", relation}] = alias{t.Ref, 4}
	}
}

// parts are catalogs whose rows are parts of objects, which pg_depend ties to them as if they were their own.
var parts = map[string][]string{
	"pg_publication_rel": {"pg_publication"}, "pg_publication_namespace": {"pg_publication"},
	"pg_amop": {"pg_opclass", "pg_opfamily"}, "pg_amproc": {"pg_opclass", "pg_opfamily"},
}

// resolve follows aliases to the object that ref is or is part of.
func (r *reader) resolve(ref Ref, known map[Ref]bool) (Ref, bool) {
	// The longest way is short (an array of multiranges); the bound is for catalogs that are damaged.
	for range 20 {
		if known[ref] {
			return ref, true
		}
		if extension, is := r.members[ref]; is {
			return extension, true
		}
		next, has := r.aliases[ref]
		if !has {
			return ref, false
		}
		ref = next.of
	}
	return ref, false
}

// indexesFirst turns the edge of a key's index to its constraint around, because the index is built first and the
// constraint made from it. That edge is all that ties the index to its table, so the table's takes its place.
func (r *reader) indexesFirst(edges []Dependency) []Dependency {
	tableOf := map[Ref]Ref{}
	byName := map[Name]Ref{}
	for _, t := range r.db.Tables {
		byName[Name{t.Schema, t.Name}] = t.Ref
	}
	for _, i := range r.db.Indexes {
		tableOf[i.Ref] = byName[Name{i.Schema, i.Table}]
	}
	for at, d := range edges {
		table, isIndex := tableOf[d.From]
		if !isIndex || d.To.Class != "pg_constraint" || d.Type != 'i' {
			continue
		}
		edges[at] = Dependency{From: d.To, To: d.From, Type: d.Type}
		edges = append(edges, Dependency{From: d.From, To: table, Type: 'a'})
	}
	return edges
}

func compareRefs(a, b Ref) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.OID, b.OID))
}

func compareDependencies(a, b Dependency) int {
	return cmp.Or(compareRefs(a.From, b.From), cmp.Compare(a.FromSub, b.FromSub), compareRefs(a.To, b.To),
		cmp.Compare(a.ToSub, b.ToSub), cmp.Compare(a.Type, b.Type))
}
