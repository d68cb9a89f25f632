package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"migrator/executor"
	"migrator/planner"
	"migrator/planner/render"
)

// planView are the flags that say how a plan is shown.
type planView struct {
	json, compact, sql bool
	format             string
}

// The values of -format.
const (
	formatText     = "text"
	formatMarkdown = "markdown"
)

func (v *planView) register(f *pflag.FlagSet) {
	f.BoolVar(&v.json, "json", false, "Print the plan in the form of Terraform's plan JSON")
	f.StringVar(&v.format, "format", formatText, "Print as `text|markdown`; markdown is made for a comment on a pull request")
	f.BoolVar(&v.compact, "compact", false, "Only totals, hazards and what is unusual")
	f.BoolVar(&v.sql, "sql", false, "Print all SQL instead: the DDL, and as comments the statements that copy rows")
}

// check finds flags that contradict each other.
func (v *planView) check() error {
	if v.format != formatText && v.format != formatMarkdown {
		return fmt.Errorf("-format must be text or markdown, not %q", v.format)
	}
	chosen := 0
	for _, on := range []bool{v.json, v.sql, v.format != formatText} {
		if on {
			chosen++
		}
	}
	if chosen > 1 {
		return errors.New("-json, -sql and -format exclude each other")
	}
	return nil
}

// write shows a plan on stdout; saved is the file that it was saved to, if any.
func (v *planView) write(a *app, p *planner.Plan, saved string) error {
	o := a.renderOptions()
	o.Compact, o.PlanFile = v.compact, saved
	o.CopySQL = func(action *planner.Action) (source, destination []string) { return executor.CopySQL(p, action) }
	var err error
	if o.PlanID, err = planner.ID(p); err != nil {
		return err
	}
	switch {
	case v.json:
		return render.JSON(a.stdout, p, o)
	case v.sql:
		return render.SQL(a.stdout, p, o)
	case v.format == formatMarkdown:
		return render.Markdown(a.stdout, p, o)
	}
	return render.Text(a.stdout, p, o)
}
