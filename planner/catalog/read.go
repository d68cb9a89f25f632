package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// beginReading opens the snapshot and pins every setting that the deparsers' text depends on. Behind a
// pooler the session's own settings may be another client's, so they are set for the transaction. The estimates for
// catalog queries are high enough to start the JIT compiler (11), which then costs more than the queries.
const beginReading = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = pg_catalog;
SET LOCAL quote_all_identifiers = off;
SET LOCAL DateStyle = 'ISO, MDY';
SET LOCAL IntervalStyle = postgres;
SET LOCAL TimeZone = 'UTC';
SET LOCAL bytea_output = hex;
SET LOCAL extra_float_digits = 3;
SELECT current_setting('server_version_num'),
	coalesce((SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc
		WHERE proname = 'pg_control_system' AND pronamespace = 11), false),
	coalesce((SELECT has_column_privilege(attrelid, attnum, 'SELECT') FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
		WHERE c.relname = 'pg_subscription' AND c.relnamespace = 11 AND attname = 'subconninfo'), false),
	(SELECT set_config('jit', 'off', true) FROM pg_settings WHERE name = 'jit')`

// Read reads the whole database that conn is connected to. conn must be idle, outside of a
// transaction; it is left so. It opens one repeatable-read, read-only transaction, asks one query per kind of object
// in one pipelined batch and gives back what it found, or an error that names the kind it was reading.
//
// The server's deparsers look at the present, not at the snapshot: DDL that runs at the same time can make Read fail.
// Last and Called of sequences are left unknown; see ReadSequenceValues.
func Read(ctx context.Context, conn *pgx.Conn) (_ *Database, err error) {
	r := newReader()
	if err := r.begin(ctx, conn.PgConn()); err != nil {
		return nil, err
	}
	defer func() {
		// ctx may be what ended the reading; the connection is then closed already.
		rollback, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if e := conn.PgConn().Exec(rollback, "ROLLBACK").Close(); e != nil && err == nil {
			err = fmt.Errorf("end the reading of the catalog: %w", e)
		}
		var unreadable *EncodingError
		if errors.As(err, &unreadable) {
			unreadable.find(ctx, conn.PgConn())
		}
	}()
	if err := r.readOwnComments(ctx, conn.PgConn()); err != nil {
		return nil, fmt.Errorf("read the comments of extensions: %w", err)
	}
	r.askAll()
	if err := r.run(ctx, conn); err != nil {
		return nil, err
	}
	// Below 10 a sequence's parameters are columns of the sequence itself, whose names the first batch has brought.
	r.askOldSequences()
	if err := r.run(ctx, conn); err != nil {
		return nil, err
	}
	r.finish()
	return r.db, nil
}

// begin opens the transaction, in one round trip.
func (r *reader) begin(ctx context.Context, conn *pgconn.PgConn) error {
	if conn.TxStatus() != 'I' {
		return errors.New("read the catalog: the connection is inside a transaction")
	}
	results, err := conn.Exec(ctx, beginReading).ReadAll()
	if err != nil {
		conn.Exec(ctx, "ROLLBACK").Close() //nolint:errcheck // the first error is the one that matters
		return fmt.Errorf("begin to read the catalog: %w", err)
	}
	row := results[len(results)-1].Rows[0]
	if _, err := fmt.Sscan(string(row[0]), &r.v); err != nil {
		return fmt.Errorf("read the server's version %q: %w", row[0], err)
	}
	r.mayReadControl = string(row[1]) == "t"
	r.mayReadConnections = string(row[2]) == "t"
	return nil
}

// askAll lists the queries; their order is that in which the answers are taken, so that parts find their wholes.
func (r *reader) askAll() {
	r.askServer()
	r.askTypeFacts()
	r.askSchemas()
	r.askExtensions()
	r.askTypes()
	r.askBaseTypes()
	r.askDomains()
	r.askFunctions()
	r.askAggregates()
	r.askOperators()
	r.askSequences()
	r.askTables()
	r.askColumns()
	r.askTableChecks()
	r.askViews()
	r.askIndexes()
	r.askConstraints()
	r.askRules()
	r.askTriggers()
	r.askPolicies()
	r.askLargeObjects()
	r.askCollations()
	r.askConversions()
	r.askCasts()
	r.askStatistics()
	r.askTextSearch()
	r.askPublications()
	r.askSubscriptions()
	r.askEventTriggers()
	r.askDefaultPrivileges()
	r.askNewObjects()
	r.askRoles()
	r.askSecurityLabels()
	r.askLanguages()
	r.askOperatorClasses()
	r.askSettings()
	r.askForeign()
	r.askForeignTables()
	r.askMemberPrivileges()
	r.askUncarried()
	r.askDepends()
}

// finish derives what needs several kinds at once, and sorts.
func (r *reader) finish() {
	r.inheritColumns()
	r.markEnumHashes()
	r.markExtensionDependents()
	d := r.db
	sortByAddress(d.Schemas)
	sortByAddress(d.Extensions)
	sortByAddress(d.Types)
	sortByAddress(d.Domains)
	sortByAddress(d.Functions)
	sortByAddress(d.Aggregates)
	sortByAddress(d.Operators)
	sortByAddress(d.Sequences)
	sortByAddress(d.Tables)
	sortByAddress(d.Views)
	sortByAddress(d.Indexes)
	sortByAddress(d.Constraints)
	sortByAddress(d.Rules)
	sortByAddress(d.Triggers)
	sortByAddress(d.Policies)
	sortByAddress(d.LargeObjects)
	sortByAddress(d.Collations)
	sortByAddress(d.Conversions)
	sortByAddress(d.Casts)
	sortByAddress(d.Statistics)
	sortByAddress(d.TSParsers)
	sortByAddress(d.TSTemplates)
	sortByAddress(d.TSDictionaries)
	sortByAddress(d.TSConfigurations)
	sortByAddress(d.Publications)
	sortByAddress(d.Subscriptions)
	sortByAddress(d.EventTriggers)
	sortByAddress(d.DefaultPrivileges)
	sortByAddress(d.AccessMethods)
	sortByAddress(d.Languages)
	sortByAddress(d.Transforms)
	sortByAddress(d.OperatorFamilies)
	sortByAddress(d.OperatorClasses)
	sortByAddress(d.ForeignDataWrappers)
	sortByAddress(d.ForeignServers)
	sortByAddress(d.UserMappings)
	sortByAddress(d.MemberPrivileges)
	sortUncarried(d.Uncarried)
	d.Depends = r.dependencies()
}

// cutSemicolon takes the final semicolon off what pg_get_viewdef and pg_get_ruledef print.
func cutSemicolon(sql string) string {
	return strings.TrimSuffix(strings.TrimRight(sql, " \n"), ";")
}
