package executor

import (
	"slices"

	"migrator/planner"
	"migrator/planner/catalog"
)

// checkSelection refuses a selection that leaves everything behind although there is something: nobody means that.
func (r *reading) checkSelection() error {
	s := r.cfg.Select
	if len(s.Include)+len(s.Exclude) == 0 || anyOf(planner.Selected(r.cfg, r.source)) || !anyOf(r.source.Objects()) {
		return nil
	}
	e := &planner.ConfigError{
		Summary: "Nothing is selected",
		Detail:  "No object of the source matches the patterns of select { include, exclude }, so there would be nothing to migrate.",
	}
	if all := slices.Concat(s.Include, s.Exclude); all[0].Pos.File != "" {
		e.File, e.Line = all[0].Pos.File, all[0].Pos.Line
	}
	return e
}

// anyOf says whether there is anything that patterns choose: extensions and privileges on what belongs to them are not chosen by name.
func anyOf(objects []catalog.Object) bool {
	for _, o := range objects {
		switch o.(type) {
		case *catalog.Extension, *catalog.MemberPrivileges:
		default:
			return true
		}
	}
	return false
}
