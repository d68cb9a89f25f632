package planner

import (
	"fmt"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
	"migrator/planner/roles"
)

// selection decides which of the source's objects are migrated.
type selection struct {
	cfg  config.Select
	hits map[string]bool // by glob: whether it matched anything
	// tables by name, so that what belongs to a table can follow it.
	tables map[catalog.Name]*catalog.Table
	// homes are schemas that hold a selected partition, whatever patterns say of them.
	homes map[string]bool
	// keys are the kinds of the constraints that stand on indexes, by the index's name.
	keys map[catalog.Name]catalog.Kind
	memo map[catalog.Name]bool
}

func newSelection(cfg config.Select, db *catalog.Database) *selection {
	s := &selection{
		cfg:    cfg,
		hits:   map[string]bool{},
		tables: map[catalog.Name]*catalog.Table{},
		homes:  map[string]bool{},
		keys:   map[catalog.Name]catalog.Kind{},
		memo:   map[catalog.Name]bool{},
	}
	for _, t := range db.Tables {
		s.tables[catalog.Name{Schema: t.Schema, Name: t.Name}] = t
	}
	for _, c := range db.Constraints {
		if c.Index != "" && c.Kind != catalog.KindForeignKey {
			s.keys[catalog.Name{Schema: c.Schema, Name: c.Index}] = c.Kind
		}
	}
	for _, t := range db.Tables {
		if t.Bound != "" && s.relation(t.Schema, t.Name) {
			s.homes[t.Schema] = true
		}
	}
	return s
}

// selects says whether an object of the source is to be migrated.
func (s *selection) selects(o catalog.Object) bool {
	i := o.Meta()
	if s.skips(o) {
		return false
	}
	switch o := o.(type) {
	case *catalog.Schema:
		return s.schema(o.Name)
	case *catalog.Extension:
		for _, e := range s.cfg.SkipExtensions {
			if e == o.Name {
				return false
			}
		}
		return true
	case *catalog.LargeObject:
		return true
	case *catalog.MemberPrivileges:
		return s.member(o)
	case *catalog.Statistics:
		return s.relation(o.On.Schema, o.On.Name)
	case *catalog.Sequence:
		if o.OwnedBy != nil { // a part of its table
			return s.relation(o.OwnedBy.Schema, o.OwnedBy.Table)
		}
	}
	if i.Schema == "" {
		return true // the whole database's; where it needs what is not selected, that is its reason
	}
	name := i.Name
	if i.Table != "" {
		name = i.Table
	}
	return s.relation(i.Schema, name)
}

// skips says whether select.skip names the object's kind. The index of a key is a part of the key, not an index to skip.
func (s *selection) skips(o catalog.Object) bool {
	i := o.Meta()
	kind := i.Kind
	if key, ok := s.keys[catalog.Name{Schema: i.Schema, Name: i.Name}]; ok && kind == catalog.KindIndex {
		kind = key
	}
	return s.skipsWord(string(kind)) || (kind == catalog.KindPrivileges || kind == catalog.KindDefaultPrivileges) && s.skipsWord(skipGrants)
}

// member says whether privileges on an object of an extension or of PostgreSQL's own are selected. An extension is not chosen by
// its schema, and neither is what belongs to it.
func (s *selection) member(p *catalog.MemberPrivileges) bool {
	name := p.Name
	if p.Table != "" {
		name = p.Table
	}
	if s.matches(s.cfg.Exclude, p.Schema, name) {
		return false
	}
	return p.Extension != "" || len(s.cfg.Include) == 0 || s.matches(s.cfg.Include, p.Schema, name)
}

// schema is selected when something in it may be, and not all of it is excluded.
func (s *selection) schema(name string) bool {
	in := len(s.cfg.Include) == 0 || s.homes[name]
	for _, p := range s.cfg.Include {
		if gs, gn := cutGlob(p.Glob); matchPart(gs, name) {
			in = true
			s.hits[p.Glob] = s.hits[p.Glob] || gn == "*"
		}
	}
	for _, p := range s.cfg.Exclude {
		if gs, gn := cutGlob(p.Glob); matchPart(gs, name) && gn == "*" {
			s.hits[p.Glob] = true
			in = false
		}
	}
	return in
}

// relation says whether schema.name is selected; a partition follows its root.
func (s *selection) relation(schema, name string) bool {
	key := catalog.Name{Schema: schema, Name: name}
	if r, ok := s.memo[key]; ok {
		return r
	}
	in := s.matches(s.cfg.Include, schema, name)
	if !in {
		if t := s.tables[key]; t != nil && t.Bound != "" {
			for _, p := range t.Parents {
				in = in || s.relation(p.Schema, p.Name)
			}
		}
	}
	out := s.matches(s.cfg.Exclude, schema, name)
	in = (in || len(s.cfg.Include) == 0) && !out
	s.memo[key] = in
	return in
}

func (s *selection) matches(patterns []config.Pattern, schema, name string) bool {
	found := false
	for _, p := range patterns {
		if MatchGlob(p.Glob, schema, name) {
			s.hits[p.Glob] = true
			found = true
		}
	}
	return found
}

// unmatched are the patterns that matched no object.
func (s *selection) unmatched() []string {
	var warnings []string
	for _, p := range append(append([]config.Pattern{}, s.cfg.Include...), s.cfg.Exclude...) {
		if !s.hits[p.Glob] {
			warnings = append(warnings, fmt.Sprintf("The pattern %q (%s:%d) matches nothing in the source.", p.Glob, p.Pos.File, p.Pos.Line))
		}
	}
	return warnings
}

// MatchGlob says whether a glob on schema.object matches; a glob without a dot is one on the schema and means all in it.
func MatchGlob(glob, schema, name string) bool {
	gs, gn := cutGlob(glob)
	return matchPart(gs, schema) && matchPart(gn, name)
}

// cutGlob takes a glob apart into the one on schemas and the one on objects.
func cutGlob(glob string) (schema, object string) {
	schema, object, ok := strings.Cut(glob, ".")
	if !ok {
		object = "*"
	}
	return schema, object
}

// excludedBy is the pattern that leaves an object behind, empty if none does.
func (s *selection) excludedBy(schema, name string) string {
	for _, p := range s.cfg.Exclude {
		if MatchGlob(p.Glob, schema, name) {
			return p.Glob
		}
	}
	return ""
}

// matchPart matches one side of a glob, where * is any text and ? any character. Nothing else has a meaning.
func matchPart(glob, name string) bool {
	g, n := []rune(glob), []rune(name)
	at, star, from := 0, -1, 0 // star is the last * met, from where in the name the text after it is looked for
	for i := 0; i < len(n); {
		switch {
		case at < len(g) && g[at] == '*':
			star, from = at, i
			at++
		case at < len(g) && (g[at] == '?' || g[at] == n[i]):
			at++
			i++
		case star >= 0:
			from++
			at, i = star+1, from
		default:
			return false
		}
	}
	for at < len(g) && g[at] == '*' {
		at++
	}
	return at == len(g)
}

// Selected are the source's objects that the configuration selects, without the extensions of managed services, which no plan makes.
func Selected(cfg *config.Config, db *catalog.Database) []catalog.Object {
	s := newSelection(cfg.Select, db)
	var objects []catalog.Object
	for _, o := range db.Objects() {
		if e, ok := o.(*catalog.Extension); ok && roles.OfExtension(cfg, e.Name) != "" {
			continue
		}
		if s.selects(o) {
			objects = append(objects, o)
		}
	}
	return objects
}
