package config

import (
	"errors"
	"time"

	"github.com/hashicorp/hcl/v2"
)

func parallelismBody(p *Parallelism) body {
	const most = 1000 // beyond any server's connections; a larger number is a slip
	return body{attributes: []attribute{
		whole(&p.Copy, "copy", "4", "how many streams copy rows at once", 1, most),
		whole(&p.Index, "index", "2", "how many indexes are built and constraints validated at once", 1, most),
		size(&p.SplitLargerThan, "split_larger_than", `"1GiB"`, "the size on disk above which a table is copied in parts", 8<<10),
	}}
}

func throttleBody(t *Throttle) body {
	return body{attributes: []attribute{
		rate(&t.QueriesPerSecond, "queries_per_second", "statements per second; 0 is no limit"),
		rate(&t.RowsPerSecond, "rows_per_second", "rows per second; 0 is no limit"),
		rate(&t.MegabytesPerSecond, "megabytes_per_second", "millions of bytes of copied rows per second; 0 is no limit"),
	}}
}

func retryBody(r *Retry) body {
	const day = 24 * time.Hour
	return body{
		attributes: []attribute{
			duration(&r.Connection, "connection", `"12h"`, "lost connections; 10m to 24h", 10*time.Minute, day),
			duration(&r.Other, "other", `"10m"`, "other errors, such as deadlocks or a full disk; 1m to 24h, and less than connection", time.Minute, day),
		},
		finish: func(p places) hcl.Diagnostics {
			var diags hcl.Diagnostics
			if r.Connection < 30*time.Minute {
				diags = append(diags, problem(hcl.DiagWarning, p.of("connection"), "Short retry time",
					"A server that restarts or fails over can take longer than "+short(r.Connection)+"; 30m or more is safer."))
			}
			if r.Other >= r.Connection {
				at := p.of("other")
				if !p.has("other") {
					at = p.of("connection")
				}
				diags = append(diags, problem(hcl.DiagError, at, "Retry times contradict each other",
					"retry.other ("+short(r.Other)+") must be less than retry.connection ("+short(r.Connection)+")."))
			}
			return diags
		},
	}
}

func precheckBody(p *Precheck) body {
	return body{blocks: []block{{
		name: "ignore", label: "CHECK", repeated: true, doc: "an alert that was looked at and is accepted",
		open: func(check string, at hcl.Range) body {
			i := Ignore{Check: check, Pos: position(at)}
			return body{
				attributes: []attribute{
					globs(texts(&i.Objects, "objects", "the objects it is accepted for, as globs on schema.object; all when left out", checkGlob)),
					text(&i.Reason, "reason", "why it is acceptable; reports repeat it", checkFilled).asRequired(),
				},
				finish: func(places) hcl.Diagnostics {
					p.Ignore = append(p.Ignore, i)
					if !checkLabel.MatchString(check) {
						return labelled(at, errors.New(`the label is the name of a check, such as "table_without_key"`))
					}
					return nil
				},
			}
		},
	}}}
}

func verifyBody(v *Verify) body {
	return body{attributes: []attribute{
		oneOf(&v.Mode, "mode", `"full"`, "full compares every row by its digest; count compares numbers of rows alone", VerifyFull, VerifyCount),
	}}
}

// globs names the type of a list of strings that are patterns.
func globs(a attribute) attribute {
	a.kind = "list of globs"
	return a
}
