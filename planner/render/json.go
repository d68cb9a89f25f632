package render

import (
	"encoding/json"
	"io"

	"migrator/planner"
)

// jsonFormatVersion is that of Terraform's plan JSON whose shape ours follows, so that tools for Terraform's plans read it.
const jsonFormatVersion = "1.2"

// providerName stands where Terraform names the provider.
const providerName = "migrator/postgresql"

// The actions of Terraform's plan JSON that ours use.
const (
	jsonNoOp   = "no-op"
	jsonCreate = "create"
	jsonUpdate = "update"
)

// jsonPlan is the document. The first fields are Terraform's, those below the line ours.
type jsonPlan struct {
	FormatVersion   string       `json:"format_version"`
	ResourceChanges []jsonChange `json:"resource_changes"`
	// Applyable and Errored tell pipelines whether an apply makes sense.
	Applyable bool `json:"applyable"`
	Complete  bool `json:"complete"`
	Errored   bool `json:"errored"`

	// Ours.
	MigratorVersion string           `json:"migrator_version"`
	PlanID          string           `json:"plan_id,omitempty"`
	Source          jsonSide         `json:"source"`
	Destination     jsonSide         `json:"destination"`
	LedgerSchema    string           `json:"ledger_schema"`
	Settings        json.RawMessage  `json:"settings,omitempty"`
	Summary         Summary          `json:"summary"`
	Hazards         []planner.Hazard `json:"hazards"`
	Warnings        []string         `json:"warnings"`
	Unchanged       map[string]int   `json:"unchanged"`
	Excluded        map[string]int   `json:"excluded"`
}

// jsonSide is planner.Side without the fingerprint, which is for migrator alone and as long as the plan.
type jsonSide struct {
	planner.Side
	Fingerprint string `json:"fingerprint,omitempty"`
}

// jsonChange is one of resource_changes.
type jsonChange struct {
	Address      string     `json:"address"`
	Mode         string     `json:"mode"`
	Type         string     `json:"type"`
	Name         string     `json:"name"`
	ProviderName string     `json:"provider_name"`
	Change       jsonValues `json:"change"`
	ActionReason string     `json:"action_reason,omitempty"`

	// Ours.
	Schema    string           `json:"schema,omitempty"`
	Sign      planner.Change   `json:"sign"`
	Section   planner.Section  `json:"section"`
	DependsOn []string         `json:"depends_on,omitempty"`
	Estimate  planner.Estimate `json:"estimate"`
	SQL       []string         `json:"sql,omitempty"`
}

// jsonValues is Terraform's "change" object.
type jsonValues struct {
	Actions         []string        `json:"actions"`
	Before          any             `json:"before"`
	After           any             `json:"after"`
	AfterUnknown    map[string]bool `json:"after_unknown"`
	BeforeSensitive bool            `json:"before_sensitive"`
	AfterSensitive  bool            `json:"after_sensitive"`
}

// jsonObject is what before and after say of an object.
type jsonObject struct {
	Schema   string                 `json:"schema,omitempty"`
	Name     string                 `json:"name"`
	Detail   string                 `json:"detail,omitempty"`
	Details  []string               `json:"details,omitempty"`
	Copy     *planner.RowCopy       `json:"copy,omitempty"`
	Objects  *planner.ObjectRange   `json:"objects,omitempty"`
	Sequence *planner.SequenceValue `json:"sequence,omitempty"`
}

// JSON writes the plan in the shape of Terraform's plan JSON.
func JSON(w io.Writer, p *planner.Plan, o Options) error {
	s := Summarize(p)
	doc := jsonPlan{
		FormatVersion:   jsonFormatVersion,
		ResourceChanges: make([]jsonChange, len(p.Actions)),
		Applyable:       s.HasChanges() && s.Conflict == 0,
		Complete:        true,
		Errored:         s.Conflict > 0,
		MigratorVersion: p.ToolVersion,
		PlanID:          o.PlanID,
		Source:          jsonSide{Side: p.Source},
		Destination:     jsonSide{Side: p.Destination},
		LedgerSchema:    p.LedgerSchema,
		Settings:        p.Configuration,
		Summary:         s,
		Hazards:         append([]planner.Hazard{}, p.Hazards...),
		Warnings:        append([]string{}, p.Warnings...),
		Unchanged:       p.Unchanged,
		Excluded:        p.Excluded,
	}
	for i := range p.Actions {
		doc.ResourceChanges[i] = changeOf(&p.Actions[i])
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(doc)
}

// changeOf is one action. What is not carried and what refuses the plan changes nothing: a no-op with a reason.
func changeOf(a *planner.Action) jsonChange {
	c := jsonChange{
		Address: a.Address, Mode: "managed", Type: a.Kind, Name: a.Name, ProviderName: providerName, ActionReason: a.Reason,
		Schema: a.Schema, Sign: a.Change, Section: a.Section, DependsOn: a.DependsOn, Estimate: a.Estimate, SQL: a.SQL,
		Change: jsonValues{AfterUnknown: map[string]bool{}},
	}
	identity := jsonObject{Schema: a.Schema, Name: a.Name}
	object := identity
	object.Detail, object.Details, object.Copy, object.Objects, object.Sequence = a.Detail, a.Details, a.Copy, a.Objects, a.Sequence
	switch a.Change {
	case planner.Create:
		c.Change.Actions, c.Change.After = []string{jsonCreate}, object
	case planner.Copy:
		c.Change.Actions, c.Change.After = []string{jsonCreate}, object
		// How many rows there will be is known when they have been read.
		c.Change.AfterUnknown["rows"] = true
	case planner.Alter:
		c.Change.Actions, c.Change.Before, c.Change.After = []string{jsonUpdate}, identity, object
	case planner.Conflict:
		c.Change.Actions, c.Change.Before, c.Change.After = []string{jsonNoOp}, identity, identity
	default:
		c.Change.Actions = []string{jsonNoOp}
	}
	return c
}
