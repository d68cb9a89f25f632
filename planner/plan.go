// Package planner turns a configuration and two catalogs into a Plan: the ordered list of
// everything that apply will do, and of everything that it will not.
//
// Invariants:
//   - The same configuration and the same two catalogs give the same bytes.
//   - Actions are in an order in which they can be carried out one after another; DependsOn says
//     which of them really need each other.
//   - A plan holds no secret and is self-contained: apply needs nothing of the
//     configuration but credentials and limits.
package planner

import "encoding/json"

// FormatVersion is the version of the plan file's format.
const FormatVersion = 1

// Plan is what will be done.
type Plan struct {
	FormatVersion int    `json:"format_version"`
	ToolVersion   string `json:"tool_version"`
	// Configuration is the resolved configuration without credentials.
	Configuration json.RawMessage `json:"configuration"`
	LedgerSchema  string          `json:"ledger_schema"`
	Source        Side            `json:"source"`
	Destination   Side            `json:"destination"`
	Actions       []Action        `json:"actions"`
	Hazards       []Hazard        `json:"hazards,omitempty"`
	// Warnings are about the configuration: a pattern that matches nothing, ...
	Warnings []string `json:"warnings,omitempty"`
	// Unchanged counts the objects that are already there and equal, by kind.
	Unchanged map[string]int `json:"unchanged,omitempty"`
	// Excluded counts objects that the selection leaves behind, by kind.
	Excluded map[string]int `json:"excluded,omitempty"`
}

// Side is the identity of one of the two databases.
type Side struct {
	Host     string `json:"host"`
	Port     uint16 `json:"port"`
	Database string `json:"database"`
	User     string `json:"user"`
	// SystemID is the server's system identifier, empty when it cannot be read.
	SystemID string `json:"system_id,omitempty"`
	// DatabaseOID tells databases of one server apart, 0 when the database does not exist yet.
	DatabaseOID uint32 `json:"database_oid,omitempty"`
	Version     int    `json:"version"`
	VersionText string `json:"version_text"`
	Bytes       int64  `json:"bytes"`
	Tables      int    `json:"tables"`
	// Create says that apply creates the database (destination only), with Encoding, Collate and CType.
	Create   bool   `json:"create,omitempty"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`
	CType    string `json:"ctype"`
	// Fingerprint maps the address of each selected object to a digest of its definition.
	Fingerprint map[string]string `json:"fingerprint"`
}

// Change is what an action does to the destination.
type Change string

// The changes. What is there and equal is no action; Plan.Unchanged counts it.
const (
	Create   Change = "+"
	Alter    Change = "~"
	Copy     Change = ">"
	Skip     Change = "-" // not carried; Reason says why
	Conflict Change = "!" // refuses the plan; Reason says why
)

// Section is pg_dump's word for when an action happens.
type Section string

// The sections.
const (
	PreData  Section = "pre-data"
	Data     Section = "data"
	PostData Section = "post-data"
)

// Stage is a barrier in the run. Sections are how a plan is read, stages how it is carried out: foreign keys are
// post-data to a reader, but run beside the copies of other tables.
type Stage int

// The stages.
const (
	StageSchema  Stage = iota // objects that rows need, or that they may call: all there before the first row moves
	StageData                 // rows, and each table's indexes, keys, foreign keys and statistics as soon as its rows are in
	StageRules                // what would act on rows while they are loaded, and privileges
	StageRefresh              // materialized views, which run with their owners' privileges; their indexes
	StageRename               // all in one transaction
	StageLast                 // what would act on anything that is made or changed after it; in final names
)

// Kinds of actions beside the kinds of objects of package catalog.
const (
	ActionRows          = "rows"
	ActionLargeObjects  = "large_objects"
	ActionSequenceValue = "sequence_value"
	ActionAnalyze       = "analyze"
	ActionPrivileges    = "privileges"
	ActionRowSecurity   = "row_security"
	ActionValidate      = "validate"
	ActionNotValid      = "not_valid" // constraints that the source does not hold its old rows to
	ActionRefresh       = "refresh"
	ActionRename        = "rename"
	ActionSecurityLabel = "security_label"
)

// Action is one line of a plan.
type Action struct {
	// Address is unique in the plan, stable and readable: "table.public.orders", "rows.public.orders".
	Address string `json:"address"`
	// Kind is a catalog.Kind or one of the Action constants.
	Kind    string  `json:"kind"`
	Change  Change  `json:"change"`
	Section Section `json:"section"`
	// Schema and Name are what the line shows, in the source's names.
	Schema string `json:"schema,omitempty"`
	Name   string `json:"name"`
	// Detail is the rest of the line: "14 columns", "references sales.customers".
	Detail string `json:"detail,omitempty"`
	// Details are lines below it: a table's columns.
	Details []string `json:"details,omitempty"`
	// SQL is run in order in one transaction in the destination.
	SQL []string `json:"sql,omitempty"`
	// Copy is set for rows, Objects for large objects, Sequence for a sequence's value.
	Copy     *RowCopy       `json:"copy,omitempty"`
	Objects  *ObjectRange   `json:"objects,omitempty"`
	Sequence *SequenceValue `json:"sequence,omitempty"`
	// Stage is when the action may run: after every action of a lower stage, and after those it depends on.
	Stage Stage `json:"stage"`
	// DependsOn are addresses of actions that must be done before.
	DependsOn []string `json:"depends_on,omitempty"`
	// Locks are relations ("schema.name", quoted) that the SQL locks against writers or other DDL, Shares those that it locks
	// against the former. Two actions where one's Locks meet the other's Locks or Shares do not run at once.
	Locks  []string `json:"locks,omitempty"`
	Shares []string `json:"shares,omitempty"`
	// Reason is set for Skip and Conflict.
	Reason   string   `json:"reason,omitempty"`
	Estimate Estimate `json:"estimate"`
}

// Estimate is how much there is to do, as far as statistics tell. Zero is unknown or nothing.
type Estimate struct {
	Rows  int64 `json:"rows,omitempty"`
	Bytes int64 `json:"bytes,omitempty"` // on the source's disk
}

// Relation is a qualified name, unquoted.
type Relation struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
}

// RowCopy is how one relation's rows are moved.
type RowCopy struct {
	// From is read with ONLY. Select are SQL expressions on it, one for each of Columns.
	From   Relation `json:"from"`
	Select []string `json:"select"`
	Where  string   `json:"where,omitempty"`
	// FinalWhere tells the copied rows from others of the destination's table: those of an extension.
	FinalWhere string `json:"final_where,omitempty"`
	// Into and Columns are where the rows go during the run, Final and FinalColumns what these are called after the renames.
	Into         Relation `json:"into"`
	Columns      []string `json:"columns"`
	Final        Relation `json:"final"`
	FinalColumns []string `json:"final_columns"`
	// ThroughRoot says that Into and Final are a partitioned table above From's counterpart; all copies with the same Final
	// are verified as one.
	ThroughRoot bool `json:"through_root,omitempty"`
	// Format is "binary" or "text": of both COPYs, and of the digests.
	Format string `json:"format"`
	// Encoding is that of both databases where it is not UTF8: rows then go as text in it, byte for byte, since not every text of
	// another encoding comes back from UTF8 as it went. Empty leaves it to the sessions.
	Encoding string `json:"encoding,omitempty"`
	// Parts cut the table by ctid blocks; empty means one part.
	Parts []BlockRange `json:"parts,omitempty"`
	// Fresh says that the table is made by this plan: nobody else's rows are in it, and a single part may TRUNCATE and FREEZE.
	Fresh bool `json:"fresh,omitempty"`
	// KeepExisting is conflict = "ignore": rows that collide on a key with rows already there are not copied, but counted.
	KeepExisting bool `json:"keep_existing,omitempty"`
	// Before and After are statements around the rows, in their transaction: triggers of a table that is there already are disabled and
	// enabled again.
	Before []string `json:"before,omitempty"`
	After  []string `json:"after,omitempty"`
	// Key are the positions in Columns of the primary key (or a unique key of NOT NULL columns), to name rows that differ; empty without a key.
	Key []int `json:"key,omitempty"`
}

// BlockRange is a part of a table: blocks From (inclusive) to To (exclusive); To 0 is the end.
type BlockRange struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// ObjectRange is a batch of large objects: OIDs From (inclusive) to To (inclusive).
type ObjectRange struct {
	From  uint32 `json:"from"`
	To    uint32 `json:"to"`
	Count int    `json:"count"`
}

// SequenceValue is a sequence whose last_value and is_called are read at apply and set in the destination.
type SequenceValue struct {
	From Relation `json:"from"`
	Into Relation `json:"into"`
	// Final is the sequence's name after the renames.
	Final Relation `json:"final"`
	// Keep is for a sequence beside rows that stay in the destination: where its own value is ahead, that stays too. Descending says
	// which way it counts.
	Keep       bool `json:"keep,omitempty"`
	Descending bool `json:"descending,omitempty"`
}

// Hazard is something a reviewer should know before approving.
type Hazard struct {
	Name   string `json:"name"` // table_without_key, function_body_mentions_renamed, ...
	Object string `json:"object"`
	What   string `json:"what"`         // what happens
	Do     string `json:"do,omitempty"` // what to do about it
}

// PartCount is the number of parts the rows are moved in, at least 1.
func (c *RowCopy) PartCount() int { return max(1, len(c.Parts)) }
