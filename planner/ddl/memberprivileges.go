package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// memberWords are the words of GRANT for what may be a member of an extension. Views and foreign tables are tables to it, and
// aggregates functions.
var memberWords = map[catalog.Kind]string{
	catalog.KindColumn:             "TABLE",
	catalog.KindTable:              "TABLE",
	catalog.KindView:               "TABLE",
	catalog.KindMaterializedView:   "TABLE",
	catalog.KindForeignTable:       "TABLE",
	catalog.KindSequence:           "SEQUENCE",
	catalog.KindFunction:           "FUNCTION",
	catalog.KindProcedure:          "PROCEDURE",
	catalog.KindAggregate:          "FUNCTION",
	catalog.KindType:               "TYPE",
	catalog.KindDomain:             "DOMAIN",
	catalog.KindSchema:             "SCHEMA",
	catalog.KindLanguage:           "LANGUAGE",
	catalog.KindForeignDataWrapper: "FOREIGN DATA WRAPPER",
	catalog.KindServer:             "FOREIGN SERVER",
}

// memberTarget names the object that member privileges are on, as GRANT does, and its column if it is one.
func memberTarget(i *catalog.Item) (on, column string) {
	word, ok := memberWords[i.Of]
	if !ok {
		return "", ""
	}
	switch i.Of {
	case catalog.KindColumn:
		return word + " " + onTable(i), postgres.QuoteIdent(i.Name)
	case catalog.KindFunction, catalog.KindProcedure:
		return word + " " + qualified(i) + "(" + i.Args + ")", ""
	case catalog.KindAggregate:
		return word + " " + qualified(i) + "(" + callArgs(i.Args) + ")", ""
	}
	return word + " " + qualified(i), ""
}
