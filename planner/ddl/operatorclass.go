package ddl

import (
	"strings"

	"migrator/planner/catalog"
)

func createOperatorFamily(f *catalog.OperatorFamily) []string {
	sql := []string{"CREATE " + target(f)}
	if len(f.Members) > 0 {
		sql = append(sql, "ALTER "+target(f)+" ADD\n    "+strings.Join(f.Members, ",\n    "))
	}
	return sql
}

// createOperatorClass names a class's storage where there is nothing else to name: the list cannot be empty.
func createOperatorClass(c *catalog.OperatorClass) string {
	sql := "CREATE OPERATOR CLASS " + qualified(&c.Item)
	if c.Default {
		sql += " DEFAULT"
	}
	members := c.Members
	switch {
	case c.Storage != "":
		members = append([]string{"STORAGE " + c.Storage}, members...)
	case len(members) == 0:
		members = []string{"STORAGE " + c.Type}
	}
	return sql + " FOR TYPE " + c.Type + usingMethod(&c.Item) + " FAMILY " + c.Family + " AS\n    " + strings.Join(members, ",\n    ")
}

// createLanguage gives a language its functions; OR REPLACE is not said, so that another of the name is not taken over.
func createLanguage(l *catalog.Language) string {
	sql := "CREATE "
	if l.Trusted {
		sql += "TRUSTED "
	}
	sql += target(l)
	for _, f := range []struct{ word, function string }{{"HANDLER", l.Handler}, {"INLINE", l.Inline}, {"VALIDATOR", l.Validator}} {
		if f.function != "" {
			sql += " " + f.word + " " + f.function
		}
	}
	return sql
}

func createTransform(t *catalog.Transform) string {
	var parts []string
	if t.FromSQL != "" {
		parts = append(parts, "FROM SQL WITH FUNCTION "+t.FromSQL)
	}
	if t.ToSQL != "" {
		parts = append(parts, "TO SQL WITH FUNCTION "+t.ToSQL)
	}
	return "CREATE " + target(t) + " (" + strings.Join(parts, ", ") + ")"
}

// accessMethodTypes are the words for pg_am.amtype.
var accessMethodTypes = map[string]string{"i": "INDEX", "t": "TABLE"}

func createAccessMethod(a *catalog.AccessMethod) string {
	return "CREATE " + target(a) + " TYPE " + accessMethodTypes[a.Type] + " HANDLER " + a.Handler
}
