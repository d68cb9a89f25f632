package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"migrator/planner"
)

// SQL writes all DDL of the plan in its order. What moves rows, large objects and sequences' values between two servers, and what is
// skipped, stands between as a comment. It is for reading: apply runs the same statements.
func SQL(w io.Writer, p *planner.Plan, o Options) error {
	b := bufio.NewWriter(w)
	var section planner.Section
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Section != section {
			if section != "" {
				fmt.Fprintln(b)
			}
			section = a.Section
			fmt.Fprintf(b, "-- %s\n", printable(string(section)))
		}
		line := strings.TrimRight(fmt.Sprintf("%s %s  %s", printable(string(a.Change)), printable(a.Address), remark(a)), " ")
		fmt.Fprintf(b, "\n-- %s\n", line)
		if a.Change == planner.Skip || a.Change == planner.Conflict {
			continue
		}
		if a.Copy != nil && o.CopySQL != nil {
			copySQL(b, a, o.CopySQL)
		}
		if len(a.SQL) > 1 {
			fmt.Fprintln(b, "BEGIN;")
		}
		for _, statement := range a.SQL {
			fmt.Fprintln(b, terminated(statement))
		}
		if len(a.SQL) > 1 {
			fmt.Fprintln(b, "COMMIT;")
		}
	}
	return b.Flush()
}

// copySQL writes the statements that move rows as comments: psql has no way to run them.
func copySQL(w io.Writer, a *planner.Action, statements func(*planner.Action) (source, destination []string)) {
	source, destination := statements(a)
	each := ""
	if len(source) > 1 {
		each = ", once for each of these"
	}
	for _, side := range []struct {
		title      string
		statements []string
	}{
		{"on the source, in the run's snapshot", source},
		{"on the destination, in one transaction with the record of it" + each, destination},
	} {
		fmt.Fprintf(w, "-- %s:\n", side.title)
		for _, statement := range side.statements {
			for line := range strings.SplitSeq(terminated(statement), "\n") {
				fmt.Fprintf(w, "--   %s\n", printable(line))
			}
		}
	}
}

// terminated ends a statement with one semicolon, on a line of its own if the last line may be a comment.
func terminated(statement string) string {
	statement = strings.TrimRight(statement, " \t\r\n;")
	last := statement[strings.LastIndexByte(statement, '\n')+1:]
	if strings.Contains(last, "--") {
		return statement + "\n;"
	}
	return statement + ";"
}
