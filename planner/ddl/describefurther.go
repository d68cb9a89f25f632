package ddl

import "migrator/planner/catalog"

func describeCollation(c *catalog.Collation) string {
	d := "libc"
	if word := providers[c.Provider]; word != "" {
		d = word
	}
	if c.Collate != "" || c.Locale != "" {
		d += " " + c.Locale + c.Collate
	}
	if c.Nondeterministic {
		d += ", not deterministic"
	}
	return d
}

func describeCast(c *catalog.Cast) string {
	switch c.Method {
	case "f":
		return "calls " + c.Function
	case "i":
		return "through text"
	}
	return "binary"
}
