package executor

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner"
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// countedBelow is the size up to which a table's rows are counted. The size of a larger one has to tell whether it has changed.
const countedBelow = 64 << 20

// contents describes the rows of those tables in the destination into which a plan copies beside rows that are there. The plan keeps
// it with the fingerprint of the catalog: a plan that was applied and released finds its own rows there, and must not add to them again.
func contents(ctx context.Context, conn *pgx.Conn, p *planner.Plan, nonEmpty map[catalog.Name]bool) (map[string]string, error) {
	found := map[string]string{}
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Copy == nil || !a.Copy.KeepExisting {
			continue
		}
		name := catalog.Name(a.Copy.Final)
		if !nonEmpty[name] {
			continue
		}
		table := postgres.QuoteIdent(name.Schema, name.Name)
		var size, rows int64
		if err := conn.QueryRow(ctx, "SELECT pg_catalog.pg_relation_size($1::regclass)", table).Scan(&size); err != nil {
			return nil, fmt.Errorf("reading the size of %s in the destination: %w", table, err)
		}
		if size < countedBelow {
			if err := conn.QueryRow(ctx, "SELECT pg_catalog.count(*) FROM ONLY "+table).Scan(&rows); err != nil {
				return nil, fmt.Errorf("counting the rows of %s in the destination: %w", table, err)
			}
		}
		found[contentsKey(name)] = fmt.Sprintf("%d bytes, %d rows", size, rows)
	}
	return found, nil
}

// contentsKey is where a table's rows stand among the addresses of a fingerprint.
func contentsKey(name catalog.Name) string {
	return (&catalog.Item{Kind: "contents", Schema: name.Schema, Name: name.Name}).Address()
}

// present are what a plan makes or fills and what was not there, or empty, when it was made: that it is there now says
// that the plan was applied. At most three are named.
func (a *application) present(now map[string]string) []string {
	if found := planner.Present(a.Plan, now); len(found) > 0 {
		return found
	}
	var found []string
	for i := range a.Plan.Actions {
		c := &a.Plan.Actions[i]
		if c.Copy == nil || c.Change != planner.Copy || len(found) == 3 {
			continue
		}
		// A renamed table is only known by its new name when all is done.
		final := catalog.Name(c.Copy.Final)
		address := (&catalog.Item{Kind: catalog.KindTable, Schema: final.Schema, Name: final.Name}).Address()
		_, is := now[address]
		_, was := a.Plan.Destination.Fingerprint[address]
		_, filled := a.Plan.Destination.Fingerprint[contentsKey(final)]
		if is && !was {
			found = append(found, address)
		} else if is && !filled && a.reading.nonEmpty[final] {
			found = append(found, c.Address)
		}
	}
	return found
}
