package ddl

import (
	"strconv"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// providers are the words for pg_collation.collprovider; libc, which versions before 10 know alone, is not said.
var providers = map[string]string{"i": "icu", "b": "builtin", "d": "default"}

func createCollation(c *catalog.Collation) string {
	var p []string
	add := func(key, value string) {
		if value != "" {
			p = append(p, key+" = "+postgres.QuoteLiteral(value))
		}
	}
	if word := providers[c.Provider]; word != "" {
		p = append(p, "provider = "+word)
	}
	if c.Nondeterministic {
		p = append(p, "deterministic = false")
	}
	if c.Provider == "c" && c.Collate != c.CType {
		add("lc_collate", c.Collate)
		add("lc_ctype", c.CType)
	} else {
		add("locale", c.Locale+c.Collate) // one of them is empty
	}
	add("rules", c.Rules)
	return "CREATE " + target(c) + " " + list(p)
}

func createConversion(c *catalog.Conversion) string {
	sql := "CREATE "
	if c.Default {
		sql += "DEFAULT "
	}
	return sql + target(c) + " FOR " + postgres.QuoteLiteral(c.From) + " TO " + postgres.QuoteLiteral(c.To) + " FROM " + c.Function
}

// castContexts are the clauses for pg_cast.castcontext; explicit is the default.
var castContexts = map[string]string{"a": " AS ASSIGNMENT", "i": " AS IMPLICIT"}

func createCast(c *catalog.Cast) string {
	sql := "CREATE " + target(c)
	switch c.Method {
	case "f":
		sql += " WITH FUNCTION " + c.Function
	case "i":
		sql += " WITH INOUT"
	default:
		sql += " WITHOUT FUNCTION"
	}
	return sql + castContexts[c.Context]
}

func createStatistics(s *catalog.Statistics) []string {
	sql := []string{s.Definition}
	if s.Target >= 0 {
		sql = append(sql, "ALTER "+target(s)+" SET STATISTICS "+strconv.Itoa(s.Target))
	}
	return sql
}
