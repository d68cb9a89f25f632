package ddl

import (
	"strings"

	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// words are the kinds of objects as SQL commands name them.
var words = map[catalog.Kind]string{
	catalog.KindDatabase:         "DATABASE",
	catalog.KindSchema:           "SCHEMA",
	catalog.KindExtension:        "EXTENSION",
	catalog.KindType:             "TYPE",
	catalog.KindDomain:           "DOMAIN",
	catalog.KindFunction:         "FUNCTION",
	catalog.KindProcedure:        "PROCEDURE",
	catalog.KindAggregate:        "AGGREGATE",
	catalog.KindOperator:         "OPERATOR",
	catalog.KindSequence:         "SEQUENCE",
	catalog.KindTable:            "TABLE",
	catalog.KindView:             "VIEW",
	catalog.KindMaterializedView: "MATERIALIZED VIEW",
	catalog.KindIndex:            "INDEX",
	catalog.KindPrimaryKey:       "CONSTRAINT",
	catalog.KindUnique:           "CONSTRAINT",
	catalog.KindExclusion:        "CONSTRAINT",
	catalog.KindCheck:            "CONSTRAINT",
	catalog.KindForeignKey:       "CONSTRAINT",
	catalog.KindRule:             "RULE",
	catalog.KindTrigger:          "TRIGGER",
	catalog.KindPolicy:           "POLICY",
	catalog.KindLargeObject:      "LARGE OBJECT",

	catalog.KindCollation:       "COLLATION",
	catalog.KindConversion:      "CONVERSION",
	catalog.KindCast:            "CAST",
	catalog.KindStatistics:      "STATISTICS",
	catalog.KindTSParser:        "TEXT SEARCH PARSER",
	catalog.KindTSTemplate:      "TEXT SEARCH TEMPLATE",
	catalog.KindTSDictionary:    "TEXT SEARCH DICTIONARY",
	catalog.KindTSConfiguration: "TEXT SEARCH CONFIGURATION",

	catalog.KindPublication:  "PUBLICATION",
	catalog.KindSubscription: "SUBSCRIPTION",
	catalog.KindEventTrigger: "EVENT TRIGGER",

	catalog.KindForeignDataWrapper: "FOREIGN DATA WRAPPER",
	catalog.KindServer:             "SERVER",
	catalog.KindUserMapping:        "USER MAPPING",
	catalog.KindForeignTable:       "FOREIGN TABLE",

	catalog.KindAccessMethod:   "ACCESS METHOD",
	catalog.KindOperatorFamily: "OPERATOR FAMILY",
	catalog.KindOperatorClass:  "OPERATOR CLASS",
	catalog.KindLanguage:       "LANGUAGE",
	catalog.KindTransform:      "TRANSFORM",
}

// target names an object the way ALTER, COMMENT ON and DROP do: `TABLE sales.orders`, `TRIGGER audit ON sales.orders`.
func target(o catalog.Object) string {
	i := o.Meta()
	return words[i.Kind] + " " + reference(i)
}

// reference is target without the word for the kind.
func reference(i *catalog.Item) string {
	switch i.Kind {
	case catalog.KindFunction, catalog.KindProcedure:
		return qualified(i) + "(" + i.Args + ")"
	case catalog.KindAggregate:
		return qualified(i) + "(" + orStar(i.Args) + ")"
	case catalog.KindOperator:
		return operatorName(i) + " (" + i.Args + ")"
	case catalog.KindOperatorFamily, catalog.KindOperatorClass:
		return qualified(i) + usingMethod(i)
	case catalog.KindTransform:
		return i.Name
	case catalog.KindCast:
		return "(" + i.Name + ")"
	case catalog.KindLargeObject:
		if isNumber(i.Name) {
			return i.Name
		}
	}
	if i.Table != "" && i.Kind != catalog.KindIndex {
		return postgres.QuoteIdent(i.Name) + " ON " + onTable(i)
	}
	return qualified(i)
}

// qualified is an object's own name with its schema.
func qualified(i *catalog.Item) string { return qualify(i.Schema, i.Name) }

// onTable is the qualified name of the relation that something belongs to.
func onTable(i *catalog.Item) string { return qualify(i.Schema, i.Table) }

func qualify(schema, name string) string {
	if schema == "" {
		return postgres.QuoteIdent(name)
	}
	return postgres.QuoteIdent(schema, name)
}

// operatorName qualifies an operator; its own name is never quoted.
func operatorName(i *catalog.Item) string {
	if i.Schema == "" {
		return i.Name
	}
	return postgres.QuoteIdent(i.Schema) + "." + i.Name
}

// orStar is how an aggregate without arguments is called.
func orStar(args string) string {
	if strings.TrimSpace(args) == "" {
		return "*"
	}
	return args
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// usingMethod names the access method of an operator family or class.
func usingMethod(i *catalog.Item) string { return " USING " + postgres.QuoteIdent(i.Args) }
