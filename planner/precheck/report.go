package precheck

import (
	"fmt"
	"strings"
)

// Result is one line of a report.
type Result struct {
	Name     string   `json:"name"`
	Severity Severity `json:"severity"`
	Status   Status   `json:"status"`
	Side     string   `json:"side,omitempty"`
	Found    string   `json:"found,omitempty"`
	Do       string   `json:"do,omitempty"`
	Objects  []string `json:"objects,omitempty"`
	Fix      []string `json:"fix,omitempty"`
	Reason   string   `json:"reason,omitempty"` // of the ignore
}

// Report is what came out of all checks.
type Report struct {
	Results []Result `json:"results"`
}

// Count is how many results have a status, of any severity if none is named.
func (r Report) Count(status Status, severities ...Severity) int {
	n := 0
	for _, x := range r.Results {
		match := len(severities) == 0
		for _, s := range severities {
			match = match || x.Severity == s
		}
		if match && x.Status == status {
			n++
		}
	}
	return n
}

// OK says that nothing stands in the way: no error, and no alert that is not ignored. A check that
// was skipped is no obstacle of its own; what kept it from being asked is.
func (r Report) OK() bool { return r.Count(Failed, Error, Alert) == 0 }

// SuccessRate is the share, in percent, of passed and ignored results among those that count: not skipped, not information.
func (r Report) SuccessRate() float64 {
	good := r.Count(Passed, Error, Alert) + r.Count(Ignored, Error, Alert)
	all := good + r.Count(Failed, Error, Alert)
	if all == 0 {
		return 100
	}
	return 100 * float64(good) / float64(all)
}

// TableHeader names the columns of Table.
var TableHeader = []string{"status", "severity", "check", "side", "found", "what to do"}

// Table is one row for each result, under TableHeader.
func (r Report) Table() [][]string {
	var rows [][]string
	for _, x := range r.Results {
		found := x.Found
		if list := listed(x.Objects); list != "" {
			found = strings.TrimSpace(found + ": " + list)
		}
		do := x.Do
		if x.Status == Ignored {
			do = "ignored: " + x.Reason
		}
		rows = append(rows, []string{string(x.Status), string(x.Severity), x.Name, x.Side, found, do})
	}
	return rows
}

// maxListed is how many objects a line of a table names.
const maxListed = 5

func listed(objects []string) string {
	if len(objects) <= maxListed {
		return strings.Join(objects, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(objects[:maxListed], ", "), len(objects)-maxListed)
}

// GrantScript is the SQL of all fixes of failed results, each once, first the source's, then the destination's;
// empty when there is none.
func (r Report) GrantScript() string {
	var b strings.Builder
	for _, side := range []string{Source, Destination} {
		seen := map[string]bool{}
		for _, x := range r.Results {
			if x.Side != side || x.Status != Failed {
				continue
			}
			for _, sql := range x.Fix {
				if seen[sql] {
					continue
				}
				if len(seen) == 0 {
					if b.Len() > 0 {
						b.WriteByte('\n')
					}
					b.WriteString("-- On the " + side + ":\n")
				}
				seen[sql] = true
				b.WriteString(sql + ";\n")
			}
		}
	}
	return b.String()
}
