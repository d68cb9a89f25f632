package rowcopy

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"migrator/planner"
)

// role says what the answer to a statement of a script means.
type role int

const (
	control  role = iota // nothing but that it worked
	stored               // COPY n: rows that the destination received
	before               // a row with the number of rows that were there
	inserted             // INSERT 0 n: of those received, rows that were new
)

// step is a statement of the destination's script; item is -1 for what belongs to none.
type step struct {
	item int
	role role
	sql  string
}

// script is what the destination is told in one message: the transaction's begin, and for each item everything that its
// rows need. The COPYs among the statements take their data one after another from the same stream.
func script(items []Item, version int) []step {
	steps := []step{{-1, control, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"}}
	for i, item := range items {
		c := item.Copy
		for _, sql := range c.Before {
			steps = append(steps, step{i, control, sql})
		}
		freeze := item.freezes()
		switch {
		case c.KeepExisting:
			steps = append(steps, keepExisting(c, i, version)...)
		case freeze:
			steps = append(steps, step{i, control, "TRUNCATE ONLY " + quote(c.Into)}, step{i, stored, InsertSQL(c, freeze)})
		default:
			steps = append(steps, step{i, stored, InsertSQL(c, freeze)})
		}
		if len(c.After) > 0 {
			// ALTER TABLE does not touch a table with deferred checks that are still to come.
			steps = append(steps, step{i, control, "SET CONSTRAINTS ALL IMMEDIATE"})
		}
		for _, sql := range c.After {
			steps = append(steps, step{i, control, sql})
		}
	}
	return steps
}

// overridingVersion is the first version with identity columns, and so with OVERRIDING.
const overridingVersion = 10

// keepExisting receives rows beside the table, then adds those that collide with none of the rows already there. The lock keeps
// other writers out, so that the count before and the rows added are what the table holds at the end.
func keepExisting(c *planner.RowCopy, i, version int) []step {
	beside := "pg_temp.migrator_rows_" + strconv.Itoa(i)
	names, into := quoteAll(c.Columns), quote(c.Into)
	list, overriding := "", ""
	if names != "" {
		list = " (" + names + ")"
	}
	if version >= overridingVersion {
		overriding = " OVERRIDING SYSTEM VALUE"
	}
	source := selectSQL(quoteEach(c.Columns), beside)
	there := "ONLY " + into // the rows of tables that inherit from it are theirs
	if c.ThroughRoot {
		there = into
	}
	return []step{
		// Types without constraints, defaults and generation expressions: what is made of the rows is the INSERT's business.
		{i, control, "CREATE TEMPORARY TABLE " + beside + " ON COMMIT DROP AS " +
			selectSQL(quoteEach(c.Columns), into) + " WITH NO DATA"},
		{i, stored, "COPY " + beside + list + " FROM STDIN (" + format(c) + ")"},
		{i, control, "LOCK TABLE " + into + " IN SHARE ROW EXCLUSIVE MODE"},
		{i, before, "SELECT count(*) FROM " + there},
		{i, inserted, "INSERT INTO " + into + list + overriding + " " + source + " ON CONFLICT DO NOTHING"},
		// A bundle of many must not fill the disk with what is not needed any more, nor the lock table.
		{i, control, "DROP TABLE " + beside},
	}
}

func joinSteps(steps []step) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteString(";\n")
		}
		b.WriteString(s.sql)
	}
	return b.String()
}

// answers are what a server says to a script.
type answers struct {
	numbers []int64 // one for each step that was done
	// failure is the first error message; it is about the step after those done.
	failure error
	// lost is set when the connection broke before the answers' end.
	lost error
}

// read receives the answers to a script until the server is ready again. It calls failed at once when something goes wrong, which is
// while the sender may still be sending.
func (a *answers) read(s *session, steps []step, failed func()) {
	number := int64(-1)
	for !s.synced {
		message, err := s.receive()
		if err != nil {
			a.lost = err
			failed()
			return
		}
		switch m := message.(type) {
		case *pgproto3.DataRow:
			if len(m.Values) == 1 {
				number = tagRows(m.Values[0])
			}
		case *pgproto3.CommandComplete:
			// The number of a SELECT is what it returned, not how many rows that was.
			if n := len(a.numbers); n >= len(steps) || steps[n].role != before {
				number = tagRows(m.CommandTag)
			}
			a.numbers = append(a.numbers, number)
		case *pgproto3.ErrorResponse:
			if a.failure == nil {
				a.failure = pgconn.ErrorResponseToPgError(m)
				failed()
			}
		}
	}
	if a.failure == nil && len(a.numbers) != len(steps) {
		a.failure = &FormatError{What: "the destination has not answered each statement"}
		failed()
	}
}

// collect adds the answers to the items' results.
func (a *answers) collect(steps []step, results []Result) []int64 {
	received := make([]int64, len(results))
	for n, s := range steps {
		if s.item < 0 {
			continue
		}
		switch r := &results[s.item]; s.role {
		case stored:
			received[s.item] = a.numbers[n]
		case before:
			r.Before = a.numbers[n]
		case inserted:
			r.Kept = r.Rows - a.numbers[n]
		case control:
		}
	}
	return received
}
