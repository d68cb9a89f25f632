package precheck

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"migrator/config"
	"migrator/planner/catalog"
)

// ignores are the configuration's, with a note of which ones were of use.
type ignores struct {
	list []config.Ignore
	used []bool
}

func newIgnores(cfg *config.Config) *ignores {
	g := &ignores{}
	if cfg != nil {
		g.list = cfg.Precheck.Ignore
	}
	g.used = make([]bool, len(g.list))
	return g
}

// split separates the objects of a failed alert that are ignored from those that are not.
func (g *ignores) split(r Result, objects []catalog.Name) []Result {
	if r.Severity != Alert {
		r.Objects = display(objects)
		return []Result{r}
	}
	var results []Result
	left := objects
	for i, ignore := range g.list {
		if ignore.Check != r.Name || len(objects) > 0 && len(left) == 0 {
			continue
		}
		var taken, rest []catalog.Name
		for _, o := range left {
			if accepts(ignore, o) {
				taken = append(taken, o)
			} else {
				rest = append(rest, o)
			}
		}
		if len(taken) == 0 && (len(objects) > 0 || len(ignore.Objects) > 0) {
			continue
		}
		g.used[i] = true
		ignored := r
		ignored.Status, ignored.Objects, ignored.Reason = Ignored, display(taken), ignore.Reason
		results = append(results, ignored)
		if left = rest; len(left) == 0 {
			return results
		}
	}
	r.Objects = display(left)
	return append(results, r)
}

func accepts(ignore config.Ignore, o catalog.Name) bool {
	return len(ignore.Objects) == 0 || slices.ContainsFunc(ignore.Objects, func(glob string) bool { return matches(glob, o) })
}

// matches is the glob on schema.object; one without a dot means everything in the schema, or an object without a schema.
func matches(glob string, o catalog.Name) bool {
	if o.Schema == "" {
		return matchPart(glob, o.Name)
	}
	schema, name, ok := strings.Cut(glob, ".")
	return matchPart(schema, o.Schema) && (!ok || matchPart(name, o.Name))
}

// matchPart is path.Match without a special meaning of the slash, which names may hold.
func matchPart(glob, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(glob, "/", "\x00"), strings.ReplaceAll(name, "/", "\x00"))
	return err == nil && ok
}

// unused warns of ignores that did nothing: for a check that does not exist, for an error, or for nothing found.
func (g *ignores) unused(only []string) []Result {
	var results []Result
	for i, ignore := range g.list {
		if g.used[i] || len(only) > 0 && !slices.Contains(only, ignore.Check) {
			continue
		}
		r := Result{Name: "ignore", Severity: Info, Status: Failed, Do: "remove it"}
		if ignore.Pos.File != "" {
			r.Do = fmt.Sprintf("remove it (%s:%d)", ignore.Pos.File, ignore.Pos.Line)
		}
		at := slices.IndexFunc(All(), func(c Check) bool { return c.Name == ignore.Check })
		switch {
		case at < 0:
			r.Found = fmt.Sprintf("there is no check %q to ignore", ignore.Check)
		case All()[at].Severity == Error:
			r.Found = fmt.Sprintf("the ignore of %q matches no alert, and its errors cannot be ignored", ignore.Check)
		default:
			r.Found = fmt.Sprintf("the ignore of %q matches nothing", ignore.Check)
		}
		results = append(results, r)
	}
	return results
}

func display(objects []catalog.Name) []string {
	var names []string
	for _, o := range objects {
		name := catalog.AddressPart(o.Name)
		if o.Schema != "" {
			name = catalog.AddressPart(o.Schema) + "." + name
		}
		names = append(names, name)
	}
	return names
}
