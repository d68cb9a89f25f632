package catalog

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// askUncarried lists, in one query, the user's objects of the kinds that no other query reads.
func (r *reader) askUncarried() {
	reasons := map[string]string{}
	r.ask("objects of other kinds", strings.Join(r.uncarriedSQL(reasons), " UNION ALL "), func(rows pgx.Rows) error {
		var u Uncarried
		if err := rows.Scan(&u.Kind, &u.Ref.Class, &u.Ref.OID, &u.Name); err != nil {
			return err
		}
		u.Reason = reasons[u.Kind]
		r.db.Uncarried = append(r.db.Uncarried, u)
		return nil
	})
}

// uncarriedSQL are queries for kind, catalog, OID and name. Where nothing else is said the server names the object, qualified and quoted
// (pg_identify_object). reasons are filled in by kind.
func (r *reader) uncarriedSQL(reasons map[string]string) []string {
	var all []string
	add := func(kind, class, oid, name, from string) {
		all = append(all, "SELECT '"+kind+"'::text, '"+class+"'::text, "+oid+", "+name+"::text FROM "+from)
	}
	// plain adds a catalog whose rows are each an object; schema is the column of its namespace, if it has one.
	plain := func(kind, class, schema, condition string) {
		from := class + " o "
		where := " WHERE o.oid >= 16384 AND " + notMember(class, "o.oid")
		if schema != "" {
			from += " JOIN pg_namespace n ON n.oid = o." + schema
			where += " AND " + ofUser
		}
		if condition != "" {
			where += " AND " + condition
		}
		add(kind, class, "o.oid", identity(class, "o.oid"), from+where)
	}

	reasons["shell operator"] = "it is only named by another operator, as its commutator or negator, and comes with that"
	plain("shell operator", "pg_operator", "oprnamespace", "o.oprcode::oid = 0")
	if r.v >= 100000 && !r.mayReadConnections {
		// Only a superuser may read the OID of a subscription below 14.
		reasons["subscription"] = "only a superuser can read its connection string"
		add("subscription", "pg_subscription", r.v.since(140000, "s.oid", "0::oid"), "quote_ident(s.subname)",
			"pg_subscription s WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())")
	}
	reasons["invalid index"] = "it is not valid, so no query uses it; pg_dump leaves it out too: drop it, or build it anew in the source"
	add("invalid index", "pg_class", "i.indexrelid", identity("pg_class", "i.indexrelid"), `pg_index i
		JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
		WHERE t.relkind <> 'p' AND NOT (i.indisvalid AND i.indisready) AND `+ofUser+` AND `+notMember("pg_class", "t.oid"))
	return append(all, r.besideSQL(reasons)...)
}

// identity names an object of a catalog as pg_identify_object does.
func identity(class, oid string) string {
	return identityOf("'"+class+"'::regclass", oid, "0")
}

func identityOf(class, oid, sub string) string {
	return "coalesce((SELECT i.identity FROM pg_identify_object(" + class + ", " + oid + ", " + sub + ") i), '')"
}

func sortUncarried(list []Uncarried) {
	slices.SortFunc(list, func(a, b Uncarried) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Ref.OID, b.Ref.OID))
	})
}
