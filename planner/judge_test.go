package planner_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// The judge compares two databases by what their catalogs hold, without the reader that plans are made with: every row of every catalog
// that pg_dump reads, with names in the place of OIDs and PostgreSQL's own deparsers for what is stored as trees. It knows servers of
// any version: of columns it compares those that both have.

// difference is one property of one object that is not the same on both sides.
type difference struct {
	catalog, object, property string
	source, destination       string
}

func (d difference) String() string {
	return fmt.Sprintf("%s %s.%s:\n  source      %s\n  destination %s", d.catalog, d.object, d.property, d.source, d.destination)
}

// The properties whose text a server may print in another way when it has read it.
const (
	viewDefinition  = "definition of the view"
	checkDefinition = "definition"
)

// absent stands for a row that one of the sides does not have.
const absent = "absent"

// judged is how the rows of a catalog are read. Columns that say nothing else are compared by their type.
type judged struct {
	catalog string
	// object names a row, x; where chooses the rows.
	object, where string
	// columns are expressions for single columns; "" leaves one out.
	columns map[string]string
	// more are properties that are no columns.
	more map[string]string
	// relation is the expression for the relation whose columns attribute numbers mean.
	relation string
	// acl is the expression for the default privileges.
	acl string
	// maintain says that both servers know the privilege MAINTAIN (17).
	maintain bool
	// noColumns leaves only what more has.
	noColumns bool
}

// sameCatalogs expects two databases to be the same to the judge, except for what versions do differently by themselves.
func sameCatalogs(t *testing.T, src, dst *pgx.Conn) {
	t.Helper()
	for _, d := range judge(t, src, dst) {
		t.Errorf("%s", d)
	}
}

// judge lists the differences that have no excuse.
func judge(t *testing.T, src, dst *pgx.Conn) []difference {
	t.Helper()
	from, to := numberOf(t, src), numberOf(t, dst)
	old, now := columnTypes(t, src), columnTypes(t, dst)
	mustExec(t, src, "judge", "BEGIN; SET LOCAL search_path = pg_catalog")
	mustExec(t, dst, "judge", "BEGIN; SET LOCAL search_path = pg_catalog")
	defer mustExec(t, src, "judge", "ROLLBACK")
	defer mustExec(t, dst, "judge", "ROLLBACK")
	specs := judgedCatalogs(from, to)
	everyCatalogIsJudged(t, specs, old, now)
	var all []difference
	for _, spec := range specs {
		spec.maintain = from >= 170000
		if old[spec.catalog] == nil || now[spec.catalog] == nil {
			continue
		}
		sql := spec.query(t, old[spec.catalog], now[spec.catalog])
		all = append(all, compareFacts(spec.catalog, facts(t, src, spec.catalog, sql), facts(t, dst, spec.catalog, sql))...)
	}
	return slices.DeleteFunc(all, func(d difference) bool { return excused(t, d, from, to, dst) })
}

func numberOf(t *testing.T, conn *pgx.Conn) int {
	t.Helper()
	var v int
	if err := conn.QueryRow(t.Context(), "SELECT current_setting('server_version_num')::int").Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// columnTypes are the columns of all system catalogs with their types.
func columnTypes(t *testing.T, conn *pgx.Conn) map[string]map[string]string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 11 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped`)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	var catalog, column, typ string
	if _, err := pgx.ForEachRow(rows, []any{&catalog, &column, &typ}, func() error {
		if all[catalog] == nil {
			all[catalog] = map[string]string{}
		}
		all[catalog][column] = typ
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// everyCatalogIsJudged fails for a catalog, of a new version perhaps, that is neither judged nor known to be none of its business.
func everyCatalogIsJudged(t *testing.T, specs []judged, servers ...map[string]map[string]string) {
	t.Helper()
	for _, catalogs := range servers {
		for catalog := range catalogs {
			if !slices.ContainsFunc(specs, func(j judged) bool { return j.catalog == catalog }) && !slices.Contains(notJudged, catalog) {
				t.Errorf("nobody judges %s", catalog)
			}
		}
	}
}

// query is a query for object, property and value of all rows. A column whose type needs words of its own and has none fails the test.
func (j judged) query(t *testing.T, old, now map[string]string) string {
	t.Helper()
	var values []string
	for column, typ := range now {
		if j.noColumns || old[column] == "" || column == "oid" {
			continue
		}
		expression, special := j.columns[column]
		switch {
		case special && expression == "":
			continue
		case !special:
			expression = j.value(t, column, typ)
		}
		values = append(values, "('"+column+"', ("+expression+")::text)")
	}
	for property, expression := range j.more {
		values = append(values, "('"+property+"', ("+expression+")::text)")
	}
	slices.Sort(values)
	where := j.where
	if where == "" {
		where = "true"
	}
	return "SELECT " + j.object + ", v.property, coalesce(v.value, '') FROM " + j.catalog + " x CROSS JOIN LATERAL (VALUES " +
		strings.Join(values, ", ") + ") v (property, value) WHERE " + where
}

// value is the expression that makes a column mean the same on every server.
func (j judged) value(t *testing.T, column, typ string) string {
	t.Helper()
	x := "x." + column
	target := references[j.catalog+"."+column]
	switch typ {
	case "oid", "regproc":
		if typ == "regproc" {
			target = "pg_proc"
		}
		if target != "" {
			return nameOf(target, x)
		}
	case "oidvector", "oid[]":
		if target != "" {
			return "SELECT string_agg(coalesce(" + nameOf(target, "e.o") + ", '-'), ', ' ORDER BY e.n) FROM unnest(" + x + "::oid[]) WITH ORDINALITY e (o, n)"
		}
	case "int2vector", "smallint[]":
		if j.relation != "" && column != "indoption" {
			relation := j.relation
			if column == "confkey" {
				relation = "x.confrelid"
			}
			return "SELECT string_agg(coalesce(a.attname, '-'), ', ' ORDER BY e.n) FROM unnest(" + x + "::int2[]) WITH ORDINALITY e (o, n) " +
				"LEFT JOIN pg_attribute a ON a.attrelid = " + relation + " AND a.attnum = e.o"
		}
		if column == "indoption" {
			return x
		}
	case "aclitem[]":
		return privileges("coalesce("+x+", "+j.acl+")", j.maintain)
	case "pg_node_tree":
	default:
		return x
	}
	t.Errorf("the judge has no words for %s.%s of type %s", j.catalog, column, typ)
	return "''"
}

// nameOf is PostgreSQL's own name for an object.
func nameOf(class, oid string) string {
	return "(SELECT i.identity FROM pg_identify_object('" + class + "'::regclass, " + oid + ", 0) i WHERE " + oid + " <> 0)"
}

// privileges lists the single privileges of an access control list.
func privileges(acl string, maintain bool) string {
	known := ""
	if !maintain {
		known = " WHERE e.privilege_type <> 'MAINTAIN'"
	}
	return `SELECT string_agg(p.one, ', ' ORDER BY p.one) FROM (SELECT format('%s to %s by %s%s', e.privilege_type, CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END,
		pg_get_userbyid(e.grantor), CASE WHEN e.is_grantable THEN ' with grant option' END) AS one FROM aclexplode(` + acl + `) e` + known + `) p`
}

// facts are the values of all properties of all objects of a catalog.
func facts(t *testing.T, conn *pgx.Conn, catalog, sql string) map[[2]string]string {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v\n%s", catalog, err, sql)
	}
	all := map[[2]string]string{}
	var object, property, value string
	if _, err := pgx.ForEachRow(rows, []any{&object, &property, &value}, func() error {
		// The type's name is a keyword from 17 on.
		key := [2]string{jsonName.ReplaceAllString(object, "json"), property}
		if _, twice := all[key]; twice {
			t.Errorf("the judge has two rows for %s %s", catalog, object)
		}
		all[key] = jsonName.ReplaceAllString(value, "json")
		return nil
	}); err != nil {
		t.Fatalf("%s: %v\n%s", catalog, err, sql)
	}
	return all
}

var jsonName = regexp.MustCompile(`\bpg_catalog\.json\b`)

func compareFacts(catalog string, src, dst map[[2]string]string) []difference {
	var all []difference
	seen := map[string]bool{}
	gone := func(object, source, destination string) {
		if !seen[object] {
			seen[object] = true
			all = append(all, difference{catalog, object, "", source, destination})
		}
	}
	for key, value := range src {
		other, there := dst[key]
		switch {
		case !there:
			gone(key[0], "there", absent)
		case value != other:
			all = append(all, difference{catalog, key[0], key[1], value, other})
		}
	}
	for key := range dst {
		if _, there := src[key]; !there {
			gone(key[0], absent, "there")
		}
	}
	slices.SortFunc(all, func(a, b difference) int {
		return strings.Compare(a.object+"\x00"+a.property, b.object+"\x00"+b.property)
	})
	return all
}

// excuse is something that a newer version has or prints differently by itself.
type excuse struct {
	before, from                                   int // the source is older than before, the destination at least from
	catalog, object, property, source, destination string
	why                                            string
}

// excused says whether a difference is one that versions make by themselves.
func excused(t *testing.T, d difference, from, to int, dst *pgx.Conn) bool {
	t.Helper()
	// What the newer server makes of the text is what the object can be, at best.
	switch {
	case d.catalog == "pg_class" && d.property == viewDefinition && d.destination != "":
		return cmp.Equal(deparsedView(t, dst, d.source), d.destination)
	case d.catalog == "pg_constraint" && (d.property == checkDefinition || d.property == "conbin") && d.destination != "":
		return d.property == "conbin" || cmp.Equal(deparsedCheck(t, dst, d.object, d.source), d.destination)
	}
	matches := func(pattern, text string) bool {
		return pattern == "" || regexp.MustCompile("^(?:"+pattern+")$").MatchString(text)
	}
	return slices.ContainsFunc(excuses, func(e excuse) bool {
		return from < e.before && to >= e.from && e.catalog == d.catalog && matches(e.object, d.object) && e.property == d.property &&
			matches(e.source, d.source) && matches(e.destination, d.destination)
	})
}

// deparsedView is the text that a server prints for a query which another one has printed.
func deparsedView(t *testing.T, conn *pgx.Conn, query string) string {
	t.Helper()
	return afterwards(t, conn, "CREATE TEMPORARY VIEW judged AS "+query, "SELECT pg_get_viewdef('pg_temp.judged'::regclass)")
}

// deparsedCheck is the text that a server prints for a check of one of its tables or domains which another server has printed.
func deparsedCheck(t *testing.T, conn *pgx.Conn, object, definition string) string {
	t.Helper()
	_, on, _ := strings.Cut(object, " on ")
	kind := "TABLE "
	if domain, is := strings.CutPrefix(on, "domain "); is {
		kind, on = "DOMAIN ", domain
	}
	return afterwards(t, conn, "ALTER "+kind+on+" ADD CONSTRAINT judged "+definition, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'judged'")
}

// afterwards asks a question after a statement that is then undone.
func afterwards(t *testing.T, conn *pgx.Conn, statement, question string) string {
	t.Helper()
	mustExec(t, conn, "judge", "SAVEPOINT judge; "+statement)
	var text string
	if err := conn.QueryRow(t.Context(), question+" LIMIT 1").Scan(&text); err != nil {
		t.Fatal(err)
	}
	mustExec(t, conn, "judge", "ROLLBACK TO SAVEPOINT judge")
	return text
}
