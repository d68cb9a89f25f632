package ddl

import (
	"migrator/planner/catalog"
	"migrator/planner/postgres"
)

// SetOwner gives an object to its owner. It is empty for kinds without an owner of their own, for identity
// sequences, whose owner is always their table's, and for what stays with the role that makes it.
func SetOwner(o catalog.Object) string {
	i := o.Meta()
	switch o := o.(type) {
	case *catalog.DatabaseProperties, *catalog.Schema, *catalog.Type, *catalog.Domain, *catalog.Function, *catalog.Aggregate, *catalog.Operator,
		*catalog.Table, *catalog.View, *catalog.LargeObject,
		*catalog.Collation, *catalog.Conversion, *catalog.Statistics, *catalog.TSDictionary, *catalog.TSConfiguration,
		*catalog.Publication, *catalog.Subscription, *catalog.EventTrigger,
		*catalog.ForeignDataWrapper, *catalog.ForeignServer, *catalog.OperatorFamily, *catalog.OperatorClass, *catalog.Language:
	case *catalog.Sequence:
		if o.Identity {
			return ""
		}
	default:
		return ""
	}
	if i.Owner == "" || i.StaysWithCreator {
		return ""
	}
	return "ALTER " + target(o) + " OWNER TO " + postgres.QuoteIdent(i.Owner)
}
