package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

func createTSParser(p *catalog.TSParser) string {
	return "CREATE " + target(p) + " " + list(settings("START", p.Start, "GETTOKEN", p.Token, "END", p.End, "HEADLINE", p.Headline, "LEXTYPES", p.LexTypes))
}

func createTSTemplate(t *catalog.TSTemplate) string {
	return "CREATE " + target(t) + " " + list(settings("INIT", t.Init, "LEXIZE", t.Lexize))
}

func createTSDictionary(d *catalog.TSDictionary) string {
	p := settings("TEMPLATE", d.Template)
	if d.Options != "" {
		p = append(p, d.Options)
	}
	return "CREATE " + target(d) + " " + list(p)
}

func createTSConfiguration(c *catalog.TSConfiguration) []string {
	sql := []string{"CREATE " + target(c) + " " + list(settings("PARSER", c.Parser))}
	for _, m := range c.Mappings {
		sql = append(sql, "ALTER "+target(c)+" ADD MAPPING FOR "+postgres.QuoteIdent(m.Token)+" WITH "+strings.Join(m.Dictionaries, ", "))
	}
	return sql
}

// settings pairs keys with values and leaves out keys without a value.
func settings(pairs ...string) []string {
	var all []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, pairs[i]+" = "+pairs[i+1])
		}
	}
	return all
}
