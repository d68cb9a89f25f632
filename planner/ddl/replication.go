package ddl

import (
	"slices"
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/count"
	"migrator/planner/postgres"
)

// createPublication adds tables and schemas one by one, as pg_dump does.
func createPublication(p *catalog.Publication) []string {
	sql := "CREATE " + target(p)
	if p.AllTables {
		sql += " FOR ALL TABLES"
	}
	sql += " WITH (publish = " + postgres.QuoteLiteral(strings.Join(p.Publishes, ", "))
	if p.ViaRoot {
		sql += ", publish_via_partition_root = true"
	}
	if p.Generated == "s" {
		sql += ", publish_generated_columns = stored"
	}
	all := []string{sql + ")"}
	for _, s := range p.Schemas {
		all = append(all, "ALTER "+target(p)+" ADD TABLES IN SCHEMA "+postgres.QuoteIdent(s))
	}
	for _, t := range p.Tables {
		add := "ALTER " + target(p) + " ADD TABLE ONLY " + qualify(t.Table.Schema, t.Table.Name)
		if len(t.Columns) > 0 {
			add += " (" + strings.Join(quoteAll(t.Columns), ", ") + ")"
		}
		if t.Where != "" {
			add += " WHERE (" + t.Where + ")"
		}
		all = append(all, add)
	}
	return all
}

// createSubscription makes a subscription that does nothing yet: it does not connect, makes no slot, and is disabled.
func createSubscription(s *catalog.Subscription) string {
	slot := "NONE"
	if s.Slot != "" {
		slot = postgres.QuoteLiteral(s.Slot)
	}
	options := append([]string{"connect = false", "slot_name = " + slot}, s.Options...)
	return "CREATE " + target(s) + " CONNECTION " + postgres.QuoteLiteral(s.Connection) +
		" PUBLICATION " + strings.Join(quoteAll(s.Publications), ", ") + " WITH (" + strings.Join(options, ", ") + ")"
}

func quoteAll(names []string) []string {
	q := slices.Clone(names)
	for i, n := range q {
		q[i] = postgres.QuoteIdent(n)
	}
	return q
}

func describePublication(p *catalog.Publication) string {
	var d []string
	if p.AllTables {
		d = append(d, "all tables")
	}
	if n := len(p.Tables); n > 0 {
		d = append(d, count.Of(n, "table"))
	}
	if n := len(p.Schemas); n > 0 {
		d = append(d, count.Of(n, "schema"))
	}
	return strings.Join(append(d, strings.Join(p.Publishes, "/")), ", ")
}
