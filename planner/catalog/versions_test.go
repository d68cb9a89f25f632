package catalog_test

import (
	"errors"
	"regexp"
	"strings"
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

// since lists what the versions after 9.4 added to the catalogs and to the functions and types that queries for them may use, so that none
// of it stands in a query for an older server.
var since = map[int]string{
	90500: `pg_policy pg_transform pg_replication_origin relrowsecurity relforcerowsecurity protrftypes rolbypassrls regrole regnamespace to_regrole to_regnamespace
		array_position array_positions row_security_active jsonb_build_object jsonb_object jsonb_agg jsonb_set jsonb_pretty to_jsonb tablesample pg_get_object_address`,
	90600: `pg_init_privs amhandler amtype proparallel aggcombinefn aggserialfn aggdeserialfn pg_control_system pg_control_checkpoint num_nulls num_nonnulls
		pg_size_bytes parse_ident pg_blocking_pids jsonb_insert`,
	100000: `pg_partitioned_table pg_publication pg_publication_rel pg_sequence pg_sequences pg_statistic_ext pg_subscription pg_subscription_rel relpartbound relispartition
		attidentity collprovider collversion polpermissive tgoldtable tgnewtable pg_sequence_last_value pg_get_statisticsobjdef pg_get_partkeydef pg_current_wal_lsn
		pg_get_partition_constraintdef xmltable identity_column`,
	110000: `prokind conparentid aggfinalmodify aggmfinalmodify attmissingval atthasmissing indnkeyatts pubtruncate partdefid pg_partition_root`,
	120000: `attgenerated collisdeterministic prosupport pg_partition_tree pg_partition_ancestors`,
	130000: `tgparentid stxstattarget pubviaroot`,
	140000: `attcompression rngmultitypid prosqlbody typsubscript stxexprs subbinary substream inhdetachpending pg_get_function_sqlbody`,
	150000: `pg_publication_namespace pg_parameter_acl datlocprovider daticulocale colliculocale indnullsnotdistinct confdelsetcols prqual prattrs subtwophasestate
		subdisableonerr subskiplsn datcollversion`,
	160000: `daticurules collicurules suborigin subpasswordrequired subrunasowner inherit_option set_option`,
	170000: `datlocale colllocale subfailover dathasloginevt`,
	180000: `conenforced conperiod pubgencols relallfrozen`,
}

// TestSince looks for names in queries for servers that do not know them.
func TestSince(t *testing.T) {
	for first, names := range since {
		for name := range strings.FieldsSeq(names) {
			word := regexp.MustCompile(`(^|[^'\w])` + name + `\b`) // a name in quotes is asked for as a value
			for _, v := range versions {
				for what, sql := range catalog.QueriesFor(v) {
					if v < first && word.MatchString(sql) {
						t.Errorf("%d: the query for %s names %s", v, what, name)
					}
				}
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
			case pgerrcode.UndefinedColumn, pgerrcode.UndefinedTable, pgerrcode.UndefinedFunction, pgerrcode.UndefinedObject, pgerrcode.DatatypeMismatch:
			default:
				t.Errorf("%d: %s: %v", v, what, err)
			}
			this := serverVersion(t, conn)
			// The catalogs of 10 still have every column that those of 9.4 to 9.6 have and that queries name, but a sequence's own.
			oldest := this/10000 == 10 && v < 100000 && what != "parameters of sequences"
			if v == this/10000*10000 || oldest {
				t.Errorf("%d: %s: %v on a server of that version", v, what, err)
			}
		}
	}
}
