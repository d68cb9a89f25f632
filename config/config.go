// Package config reads the *.hcl files of a directory into one Config: what is to be
// migrated, from where, to where, and how. It talks to no server. Every mistake in the
// files is an HCL diagnostic with a file, a line and a snippet.
package config

import "time"

// Config is one migration of one database, all variables resolved and all defaults filled in.
type Config struct {
	// Dir is the directory the files were read from, absolute; relative paths in them are relative to it.
	Dir         string
	Source      Endpoint
	Destination Destination
	// Schema and Data say what is moved: `migrate = ["schema", "data"]`, both by default.
	Schema, Data bool
	Select       Select
	Mapping      Mapping
	Conflict     Conflict
	// Roles is what becomes of roles that the destination does not have.
	Roles RolePolicy
	// CFunctions is what becomes of functions that are code in a library, and of base types.
	CFunctions CFunctionPolicy
	// Providers are managed services beside those that are known by themselves.
	Providers   []Provider
	Parallelism Parallelism
	Throttle    Throttle
	Retry       Retry
	Precheck    Precheck
	Verify      Verify
	// StatePath is where the state file lives, absolute; `state { path = ... }`, "migrator.json" beside the configuration by default.
	StatePath string
}

// Endpoint is how to reach one database. What is left empty is filled in the way libpq does:
// from PGSERVICE, .pgpass and the PG* environment variables.
type Endpoint struct {
	// URL is a postgres:// URL or a libpq keyword/value string; the attributes below win over it.
	URL      string
	Hosts    []string // a path that starts with "/" is a Unix socket directory
	Port     uint16
	Database string
	User     string
	Password string // never printed
	TLS      TLS
	// Settings are session settings (GUCs) given by the user, sent with SET after connecting.
	Settings map[string]string
}

// TLS is libpq's sslmode family. Paths are absolute after loading.
type TLS struct {
	// Mode is one of disable, allow, prefer, require, verify-ca, verify-full; empty means libpq's default, prefer.
	Mode string
	// CACert is a PEM file, or "system" for the operating system's roots.
	CACert            string
	ClientCert        string
	ClientKey         string
	ClientKeyPassword string // never printed; PKCS#8 and the old PEM encryption
}

// Destination is an Endpoint and what is done to the server behind it.
type Destination struct {
	Endpoint
	// CreateDatabase creates the database (encoding and locale of the source) when it does not exist.
	CreateDatabase bool
	// LedgerSchema is the schema of migrator's own record of what is committed; "migrator_ledger" by default.
	LedgerSchema string
}

// Select is which objects are migrated. Patterns are globs (`*`, `?`) on schema.object.
type Select struct {
	Include []Pattern // empty: everything that is not PostgreSQL's own
	Exclude []Pattern
	// Skip names kinds of objects that stay behind: "trigger", "materialized_view", ...
	Skip []string
	// SkipExtensions names extensions that stay behind with all that needs them.
	SkipExtensions []string
}

// Pattern is a glob on schema.object with the place it was written at, for warnings.
type Pattern struct {
	Glob string
	Pos  Position
}

// Position is a place in a configuration file.
type Position struct {
	File string
	Line int
}

// NamePolicy is the capitalization policy of `mapping.names`.
type NamePolicy string

// The capitalization policies: names of schemas, relations and columns stay as they are in the source, or are folded.
const (
	NamesSource NamePolicy = "source"
	NamesLower  NamePolicy = "lower"
	NamesUpper  NamePolicy = "upper"
)

// Mapping is what differs in the destination on purpose. Names on the left are the source's.
type Mapping struct {
	Names   NamePolicy
	Schemas []SchemaMapping
	Roles   []RoleMapping
	Tables  []TableMapping
}

// SchemaMapping renames a schema.
type SchemaMapping struct {
	Name, Rename string
	Pos          Position
}

// RoleMapping replaces a role, as an owner, grantee, grantor or policy's role, by another.
type RoleMapping struct {
	Name, Rename string
	Pos          Position
}

// TableMapping says what differs for one table (or view, for Rename alone).
type TableMapping struct {
	Schema, Name string // of the source
	Rename       string // empty: keeps its name
	Where        string // a condition in the source's SQL; only its rows are copied
	// Data is false when the table is created but its rows stay behind.
	Data bool
	// Conflict overrides Config.Conflict when not empty.
	Conflict Conflict
	Columns  []ColumnMapping
	Pos      Position
}

// ColumnMapping says what differs for one column.
type ColumnMapping struct {
	Name    string
	Rename  string // empty: keeps its name
	Value   string // an SQL expression evaluated on the source instead of the column
	Exclude bool   // the destination's table does not have the column
	Pos     Position
}

// Conflict is what happens when a table that is to be filled has rows in the destination.
type Conflict string

// The conflict policies of this release.
const (
	// ConflictError refuses the plan.
	ConflictError Conflict = "error"
	// ConflictIgnore keeps a table of equal structure, and its rows; rows that collide on a key are not copied, counted and reported.
	ConflictIgnore Conflict = "ignore"
)

// RolePolicy is what becomes of the roles that objects name and the destination does not have.
type RolePolicy string

// The policies for roles.
const (
	// RolesMap names the source's roles, or those that mapping has in their place; all must be there.
	RolesMap RolePolicy = "map"
	// RolesCreate makes those that are missing, without a password and without LOGIN.
	RolesCreate RolePolicy = "create"
	// RolesIgnore leaves every object with the role that connects, and leaves out privileges of roles that are missing.
	RolesIgnore RolePolicy = "ignore"
)

// CFunctionPolicy is what becomes of functions in C, of internal ones, and of base types, whose functions these are.
type CFunctionPolicy string

// The policies for functions in C.
const (
	CFunctionsSkip   CFunctionPolicy = "skip"   // they stay behind, with all that needs them
	CFunctionsCreate CFunctionPolicy = "create" // they are made; the destination must have their libraries
	CFunctionsError  CFunctionPolicy = "error"  // they refuse the plan
)

// Provider is a managed service with roles and extensions of its own, which no other server has.
type Provider struct {
	Name string
	// Roles and Extensions are globs on names.
	Roles, Extensions []string
}

// Parallelism is how many things happen at once.
type Parallelism struct {
	Copy  int // COPY streams, default 4
	Index int // index builds and constraint validations, default 2
	// SplitLargerThan is the size on disk, in bytes, above which a table is copied in parts; default 1 GiB.
	SplitLargerThan int64
}

// Throttle limits the load on the servers; 0 is no limit.
type Throttle struct {
	QueriesPerSecond   float64
	RowsPerSecond      float64
	MegabytesPerSecond float64 // 10^6 bytes of COPY stream
}

// Retry is how long errors that can pass by themselves are retried, counted from the last progress.
type Retry struct {
	Connection time.Duration // 10m to 24h, default 12h
	Other      time.Duration // 1m to 24h, less than Connection, default 10m
}

// Precheck holds the alerts that the user has looked at and accepted.
type Precheck struct {
	Ignore []Ignore
}

// Ignore accepts one alert for some objects.
type Ignore struct {
	Check   string
	Objects []string // globs on schema.object; empty means all
	Reason  string   // required
	Pos     Position
}

// Verify is how the destination is compared with the source.
type Verify struct {
	Mode VerifyMode
}

// VerifyMode is how deep verify looks.
type VerifyMode string

// The modes of verification.
const (
	VerifyFull  VerifyMode = "full"  // every row's digest
	VerifyCount VerifyMode = "count" // row counts alone
)
