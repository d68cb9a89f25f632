package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"migrator/planner"
)

// SQL writes all DDL of the plan in its order. What is not SQL (rows, large objects, sequences' values) and what is
// skipped stands between as a comment. It is for reading: apply runs the same statements, with the rows between them.
func SQL(w io.Writer, p *planner.Plan) error {
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

// terminated ends a statement with one semicolon, on a line of its own if the last line may be a comment.
func terminated(statement string) string {
	statement = strings.TrimRight(statement, " \t\r\n;")
	last := statement[strings.LastIndexByte(statement, '\n')+1:]
	if strings.Contains(last, "--") {
		return statement + "\n;"
	}
	return statement + ";"
}
