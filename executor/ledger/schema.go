package ledger

import (
	"strings"

	"migrator/planner/postgres"
)

// format is the version of the tables below, which a later release may change.
const format = 1

// The ledger's tables.
const (
	tableRun      = "run"
	tableDone     = "done"
	tablePlan     = "plan"
	tableSnapshot = "snapshot"
	tableSource   = "source"
)

// tables are all tables of a ledger.
var tables = []string{tableRun, tableDone, tablePlan, tableSnapshot, tableSource}

// expand puts quoted qualified names in the place of {run}, {done}, ... and {schema}. No identifier is put into a statement otherwise.
func expand(schema, sql string) string {
	pairs := []string{"{schema}", postgres.QuoteIdent(schema)}
	for _, table := range tables {
		pairs = append(pairs, "{"+table+"}", postgres.QuoteIdent(schema, table))
	}
	return strings.NewReplacer(pairs...).Replace(sql)
}

// schemaSQL makes an empty ledger. It is plain enough for every server since 9.4. The revocations are for databases whose
// default privileges give new objects to everybody.
const schemaSQL = `
CREATE SCHEMA {schema};
COMMENT ON SCHEMA {schema} IS 'Record of a running migration into this database. It makes an interrupted run resumable; do not change or drop it. "migrator release" removes it.';
CREATE TABLE {run} (
	only_row     boolean     NOT NULL DEFAULT true PRIMARY KEY CHECK (only_row),
	format       integer     NOT NULL,
	lineage      text        NOT NULL,
	plan_id      text        NOT NULL,
	fence        bigint      NOT NULL,
	holder       text        NOT NULL,
	held_since   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	backend_pid  integer     NOT NULL DEFAULT pg_catalog.pg_backend_pid(),
	tool_version text        NOT NULL,
	started_at   timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	completed_at timestamptz
);
CREATE TABLE {done} (
	address      text COLLATE pg_catalog."C" NOT NULL,
	part         integer     NOT NULL,
	rows         bigint      NOT NULL,
	bytes        bigint      NOT NULL,
	digest       text        NOT NULL,
	kept         bigint      NOT NULL,
	before       bigint      NOT NULL,
	full_address text,
	fence        bigint      NOT NULL,
	at           timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	PRIMARY KEY (address, part)
);
CREATE TABLE {plan} (
	id   text  NOT NULL PRIMARY KEY,
	body bytea NOT NULL
);
ALTER TABLE {plan} ALTER body SET STORAGE EXTERNAL;
CREATE TABLE {snapshot} (
	epoch        integer     NOT NULL PRIMARY KEY,
	snapshot     text        NOT NULL,
	timeline     integer     NOT NULL,
	in_recovery  boolean     NOT NULL,
	track_counts boolean     NOT NULL,
	stats_reset  timestamptz,
	taken_at     timestamptz NOT NULL
);
CREATE TABLE {source} (
	epoch    integer NOT NULL,
	schema   text COLLATE pg_catalog."C" NOT NULL,
	name     text COLLATE pg_catalog."C" NOT NULL,
	inserted bigint  NOT NULL,
	updated  bigint  NOT NULL,
	deleted  bigint  NOT NULL,
	filenode bigint  NOT NULL,
	PRIMARY KEY (epoch, schema, name)
);
REVOKE ALL ON SCHEMA {schema} FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC;
`
