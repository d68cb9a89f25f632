package catalog_test

import (
	"errors"
	"regexp"
	"strconv"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"migrator/planner/catalog"
)

var versions = []int{90400, 90500, 90600, 100000, 110000, 120000, 130000, 140000, 150000, 160000, 170000, 180000}

// TestVersionGates checks that no query names what a version has not yet, or no longer.
func TestVersionGates(t *testing.T) {
	for _, gate := range []struct {
		name        string
		first, last int // last 0: still there
	}{
		{"pg_policy", 90500, 0}, {"relrowsecurity", 90500, 0}, {"pg_transform", 90500, 0},
		{"pg_init_privs", 90600, 0}, {"pg_control_system", 90600, 0}, {"proparallel", 90600, 0}, {"aggcombinefn", 90600, 0},
		{"pg_sequence", 100000, 0}, {"relpartbound", 100000, 0}, {"relispartition", 100000, 0}, {"attidentity", 100000, 0}, {"polpermissive", 100000, 0},
		{"pg_publication", 100000, 0}, {"pg_subscription", 100000, 0}, {"pg_statistic_ext", 100000, 0}, {"pg_get_partkeydef", 100000, 0},
		{"start_value", 90400, 99999}, {"prokind", 110000, 0}, {"proisagg", 90400, 109999}, {"conparentid", 110000, 0}, {"aggfinalmodify", 110000, 0},
		{"attgenerated", 120000, 0}, {"relhasoids", 90400, 119999}, {"tgparentid", 130000, 0}, {"attcompression", 140000, 0}, {"rngmultitypid", 140000, 0},
		{"anymultirange", 140000, 0}, {"datlocprovider", 150000, 0}, {"daticulocale", 150000, 169999}, {"daticurules", 160000, 0}, {"datlocale", 170000, 0}, {"conperiod", 180000, 0},
	} {
		word := regexp.MustCompile(`\b` + gate.name + `\b`)
		for _, v := range versions {
			has := v >= gate.first && (gate.last == 0 || v <= gate.last)
			named := false
			for what, sql := range catalog.QueriesFor(v) {
				if word.MatchString(sql) {
					named = true
					if !has {
						t.Errorf("%d: the query for %s names %s", v, what, gate.name)
					}
				}
			}
			if has && !named {
				t.Errorf("%d: no query names %s", v, gate.name)
			}
		}
	}
}

// TestVersionSyntax has this server parse the queries for all versions: it may miss names, but must not find a mistake of grammar.
func TestVersionSyntax(t *testing.T) {
	conn := connect(t, "")
	for _, v := range versions {
		for what, sql := range catalog.QueriesFor(v) {
			_, err := conn.PgConn().Prepare(t.Context(), "", sql, nil)
			var server *pgconn.PgError
			if !errors.As(err, &server) {
				continue
			}
			switch server.Code {
			case pgerrcode.UndefinedColumn, pgerrcode.UndefinedTable, pgerrcode.UndefinedFunction:
			default:
				t.Errorf("%d: %s: %v", v, what, err)
			}
			if this, _ := strconv.Atoi(serverVersion(t, conn)); v == this/10000*10000 {
				t.Errorf("%d: %s: %v on a server of that version", v, what, err)
			}
		}
	}
}
