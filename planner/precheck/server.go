package precheck

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"migrator/planner/postgres"
)

var serverChecks = []Check{
	{
		Name: "versions", Severity: Error, Run: checkVersions,
		Doc: "The source is 9.4 or newer; the destination is 12 or newer, and not older than the source.",
	},
	{
		Name: "destination_writable", Severity: Error, Run: checkWritable,
		Doc: "The destination is a primary and not set to read only.",
	},
	{
		Name: "long_transactions", Severity: Alert, Run: checkLongTransactions,
		Doc: "The source has no transaction open for long, and none prepared: they hold locks, and what they write is in no snapshot.",
	},
}

// The oldest versions, as server_version_num.
const (
	oldestSource      = 90400
	oldestDestination = 120000
)

func checkVersions(_ context.Context, in *Input) ([]Finding, error) {
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	if in.server() == nil {
		return nil, errNoServer
	}
	return compareVersions(versionOf(in.SourceConn), versionOf(in.server())), nil
}

type serverVersion struct {
	number int
	text   string
}

func versionOf(conn *pgx.Conn) serverVersion {
	return serverVersion{postgres.VersionNumber(conn), postgres.Version(conn)}
}

func compareVersions(src, dst serverVersion) []Finding {
	var findings []Finding
	if src.number < oldestSource {
		findings = append(findings, Finding{Side: Source, Found: "PostgreSQL " + src.text, Do: "upgrade the source to 9.4 or newer first"})
	}
	if dst.number < oldestDestination {
		findings = append(findings, Finding{Side: Destination, Found: "PostgreSQL " + dst.text, Do: "use a destination of 12 or newer"})
	}
	found := fmt.Sprintf("PostgreSQL %s to %s", src.text, dst.text)
	if major(dst.number) < major(src.number) {
		findings = append(findings, Finding{
			Side: Destination, Found: found, Do: "use a destination of the source's major version or newer; an older server does not know what a newer one has",
		})
	}
	if findings == nil {
		findings = []Finding{{Fine: true, Found: found}}
	}
	return findings
}

// major is what of a version number names the major version: two parts below 10, one from there on.
func major(version int) int {
	if version < 100000 {
		return version / 100 * 100
	}
	return version / 10000 * 10000
}

func checkWritable(ctx context.Context, in *Input) ([]Finding, error) {
	conn := in.server()
	if conn == nil {
		return nil, errNoServer
	}
	var recovery bool
	var readOnly string
	// reset_val is what the session began with: ours sets the parameter itself.
	err := conn.QueryRow(ctx, `SELECT pg_catalog.pg_is_in_recovery(),
		(SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only')`).Scan(&recovery, &readOnly)
	switch {
	case err != nil:
		return nil, err
	case recovery:
		return []Finding{{Side: Destination, Found: "the server is a standby, or still recovering", Do: "connect to the primary"}}, nil
	case readOnly == "on":
		return []Finding{{
			Side: Destination, Found: "default_transaction_read_only is on for this role, database or server",
			Do: "find out why it is (managed servers set it when the disk is full), then turn it off",
		}}, nil
	}
	return nil, nil
}

// longTransaction is how old a transaction may be before it is mentioned.
const longTransaction = "5 minutes"

func checkLongTransactions(ctx context.Context, in *Input) ([]Finding, error) {
	if in.SourceConn == nil {
		return nil, errNoSource
	}
	return longTransactions(ctx, in.SourceConn, longTransaction)
}

func longTransactions(ctx context.Context, conn *pgx.Conn, limit string) ([]Finding, error) {
	rows, err := conn.Query(ctx, `
		SELECT format('session %s of %s (%s), open for %s', pid, usename, application_name, date_trunc('second', now() - xact_start)),
			'end it, or wait for it'
		FROM pg_catalog.pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND now() - xact_start > $1::text::interval
		UNION ALL
		SELECT format('prepared transaction %L of %s, since %s', gid, owner, date_trunc('second', prepared)),
			format('COMMIT PREPARED or ROLLBACK PREPARED %L', gid)
		FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
		ORDER BY 1`, limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Finding, error) {
		f := Finding{Side: Source}
		err := row.Scan(&f.Found, &f.Do)
		return f, err
	})
}
