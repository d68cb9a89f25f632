package planner_test

import (
	"context"
	"flag"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"migrator/planner"
)

// propertyChecks is how many schemas are tried where -rapid.checks does not say another number.
const propertyChecks = 20

// TestAnySchema makes random schemas, migrates them with the plan's SQL, and has pg_dump judge.
func TestAnySchema(t *testing.T) {
	t.Parallel()
	d := connectDatabases(t)
	limit := propertyChecks
	if f := flag.Lookup("rapid.checks"); f.Value.String() != f.DefValue {
		limit = int(^uint(0) >> 1)
	}
	writer, err := pgx.Connect(t.Context(), d.srcURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = writer.Close(context.Background()) })
	runs, failing, made, drawn := 0, false, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		statements := drawSchema(rt)
		if runs++; runs > limit && !failing {
			return
		}
		for _, conn := range []*pgx.Conn{writer, d.dst} {
			mustExec(t, conn, "emptying", emptying)
		}
		drawn += len(statements)
		for _, sql := range statements {
			if _, err := writer.PgConn().Exec(t.Context(), sql).ReadAll(); err == nil {
				made++ // what does not fit together is left out
			}
		}
		if problem := roundTrip(t, d); problem != "" {
			failing = true
			rt.Fatalf("%s\n\nafter\n%s", problem, strings.Join(statements, ";\n"))
		}
	})
	if !failing && made < drawn/2 {
		t.Errorf("of %d statements the server takes %d: the generator makes nothing", drawn, made)
	}
	t.Logf("of %d statements the server took %d", drawn, made)
}

// emptying drops every schema but PostgreSQL's own.
const emptying = `DO $$ DECLARE s name; BEGIN
	SET client_min_messages = warning;
	FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') LOOP
		EXECUTE format('DROP SCHEMA %I CASCADE', s);
	END LOOP; END $$`

// roundTrip carries the plan for a source out and says what is wrong with the result.
func roundTrip(t *testing.T, d databases) string {
	t.Helper()
	in := d.input(t, everything())
	p, err := planner.Build(in)
	if err != nil {
		return err.Error()
	}
	for _, a := range p.Actions {
		switch {
		case a.Change == planner.Conflict, a.Change == planner.Skip:
			return string(a.Change) + " " + a.Address + ": " + a.Reason
		case len(a.SQL) == 0:
			continue
		}
		if _, err := d.dst.PgConn().Exec(t.Context(), strings.Join(a.SQL, ";\n")).ReadAll(); err != nil {
			return a.Address + ": " + err.Error() + "\n" + strings.Join(a.SQL, ";\n")
		}
	}
	var left, right []string
	var both sync.WaitGroup
	both.Go(func() { left = dump(t, d.srcURL) })
	both.Go(func() { right = dump(t, d.dstURL) })
	both.Wait()
	if diff := cmp.Diff(left, right); diff != "" {
		return "pg_dump of source (-) and destination (+) differ:\n" + diff
	}
	in = d.input(t, everything())
	in.Done = done(p)
	second, err := planner.Build(in)
	if err != nil {
		return err.Error()
	}
	if planner.HasChanges(second) {
		return "a second plan has " + strings.Join(lines(second), ", ")
	}
	return ""
}
