package config

import (
	"math"
	"time"
)

// Public is a configuration without credentials and without anything that depends on the
// machine it was loaded on: what a plan keeps. Its JSON form has a fixed order of fields, so
// that equal configurations give equal bytes.
type Public struct {
	Source      PublicEndpoint    `json:"source"`
	Destination PublicDestination `json:"destination"`
	Schema      bool              `json:"migrate_schema"`
	Data        bool              `json:"migrate_data"`
	Select      PublicSelect      `json:"select"`
	Mapping     PublicMapping     `json:"mapping"`
	Conflict    Conflict          `json:"conflict"`
	Roles       RolePolicy        `json:"roles"`
	CFunctions  CFunctionPolicy   `json:"c_functions"`
	Providers   []PublicProvider  `json:"providers,omitempty"`
	Parallelism PublicParallelism `json:"parallelism"`
	Throttle    PublicThrottle    `json:"throttle"`
	Retry       PublicRetry       `json:"retry"`
	Ignore      []PublicIgnore    `json:"ignore,omitempty"`
	VerifyMode  VerifyMode        `json:"verify_mode"`
}

// PublicEndpoint says which database is meant, not how to get in. Of a URL it has the host,
// port and database.
type PublicEndpoint struct {
	Hosts    []string          `json:"hosts,omitempty"`
	Ports    []string          `json:"ports,omitempty"` // one for all hosts, or one each
	Database string            `json:"database,omitempty"`
	Settings map[string]string `json:"settings,omitempty"`
}

// PublicDestination is a PublicEndpoint and what is done to the server behind it.
type PublicDestination struct {
	PublicEndpoint
	CreateDatabase bool   `json:"create_database"`
	LedgerSchema   string `json:"ledger_schema"`
}

// PublicSelect is Select without the places in the files.
type PublicSelect struct {
	Include        []string `json:"include,omitempty"`
	Exclude        []string `json:"exclude,omitempty"`
	Skip           []string `json:"skip,omitempty"`
	SkipExtensions []string `json:"skip_extensions,omitempty"`
}

// PublicMapping is Mapping without the places in the files.
type PublicMapping struct {
	Names   NamePolicy     `json:"names"`
	Schemas []PublicRename `json:"schemas,omitempty"`
	Roles   []PublicRename `json:"roles,omitempty"`
	Tables  []PublicTable  `json:"tables,omitempty"`
}

// PublicRename is a schema's or role's new name.
type PublicRename struct {
	Name   string `json:"name"`
	Rename string `json:"rename"`
}

// PublicTable is TableMapping without its place.
type PublicTable struct {
	Schema   string         `json:"schema"`
	Name     string         `json:"name"`
	Rename   string         `json:"rename,omitempty"`
	Where    string         `json:"where,omitempty"`
	Data     bool           `json:"data"`
	Conflict Conflict       `json:"conflict,omitempty"`
	Columns  []PublicColumn `json:"columns,omitempty"`
}

// PublicColumn is ColumnMapping without its place.
type PublicColumn struct {
	Name    string `json:"name"`
	Rename  string `json:"rename,omitempty"`
	Value   string `json:"value,omitempty"`
	Exclude bool   `json:"exclude,omitempty"`
}

// PublicProvider is Provider.
type PublicProvider struct {
	Name       string   `json:"name"`
	Roles      []string `json:"roles,omitempty"`
	Extensions []string `json:"extensions,omitempty"`
}

// PublicParallelism is Parallelism.
type PublicParallelism struct {
	Copy            int   `json:"copy"`
	Index           int   `json:"index"`
	SplitLargerThan int64 `json:"split_larger_than_bytes"`
}

// PublicThrottle is Throttle.
type PublicThrottle struct {
	QueriesPerSecond   float64 `json:"queries_per_second"`
	RowsPerSecond      float64 `json:"rows_per_second"`
	MegabytesPerSecond float64 `json:"megabytes_per_second"`
}

// PublicRetry is Retry, in seconds.
type PublicRetry struct {
	Connection float64 `json:"connection_seconds"`
	Other      float64 `json:"other_seconds"`
}

// PublicIgnore is Ignore without its place.
type PublicIgnore struct {
	Check   string   `json:"check"`
	Objects []string `json:"objects,omitempty"`
	Reason  string   `json:"reason"`
}

// Public is the part of the configuration that a plan keeps.
func (c *Config) Public() Public {
	return Public{
		Source: publicEndpoint(c.Source),
		Destination: PublicDestination{
			PublicEndpoint: publicEndpoint(c.Destination.Endpoint),
			CreateDatabase: c.Destination.CreateDatabase, LedgerSchema: c.Destination.LedgerSchema,
		},
		Schema: c.Schema, Data: c.Data,
		Select: PublicSelect{
			Include: convertEach(c.Select.Include, func(p Pattern) string { return p.Glob }),
			Exclude: convertEach(c.Select.Exclude, func(p Pattern) string { return p.Glob }),
			Skip:    c.Select.Skip, SkipExtensions: c.Select.SkipExtensions,
		},
		Mapping: PublicMapping{
			Names:   c.Mapping.Names,
			Schemas: convertEach(c.Mapping.Schemas, func(s SchemaMapping) PublicRename { return PublicRename{s.Name, s.Rename} }),
			Roles:   convertEach(c.Mapping.Roles, func(r RoleMapping) PublicRename { return PublicRename{r.Name, r.Rename} }),
			Tables:  convertEach(c.Mapping.Tables, publicTable),
		},
		Conflict:    c.Conflict,
		Roles:       c.Roles,
		CFunctions:  c.CFunctions,
		Providers:   convertEach(c.Providers, func(p Provider) PublicProvider { return PublicProvider(p) }),
		Parallelism: PublicParallelism(c.Parallelism),
		Throttle:    PublicThrottle(c.Throttle),
		Retry:       PublicRetry{c.Retry.Connection.Seconds(), c.Retry.Other.Seconds()},
		Ignore:      convertEach(c.Precheck.Ignore, func(i Ignore) PublicIgnore { return PublicIgnore{i.Check, i.Objects, i.Reason} }),
		VerifyMode:  c.Verify.Mode,
	}
}

// Apply gives a configuration that does what p says over the connections of c: what a saved
// plan is carried out with. Of c it keeps the endpoints' addresses and credentials, the
// directory and the path of the state.
func (p Public) Apply(c *Config) *Config {
	out := &Config{
		Dir: c.Dir, StatePath: c.StatePath, Source: c.Source, Destination: c.Destination,
		Schema: p.Schema, Data: p.Data, Conflict: p.Conflict, Roles: p.Roles, CFunctions: p.CFunctions,
		Providers: convertEach(p.Providers, func(p PublicProvider) Provider { return Provider(p) }),
		Select: Select{
			Include: convertEach(p.Select.Include, func(g string) Pattern { return Pattern{Glob: g} }),
			Exclude: convertEach(p.Select.Exclude, func(g string) Pattern { return Pattern{Glob: g} }),
			Skip:    p.Select.Skip, SkipExtensions: p.Select.SkipExtensions,
		},
		Mapping: Mapping{
			Names:   p.Mapping.Names,
			Schemas: convertEach(p.Mapping.Schemas, func(r PublicRename) SchemaMapping { return SchemaMapping{Name: r.Name, Rename: r.Rename} }),
			Roles:   convertEach(p.Mapping.Roles, func(r PublicRename) RoleMapping { return RoleMapping{Name: r.Name, Rename: r.Rename} }),
			Tables:  convertEach(p.Mapping.Tables, PublicTable.mapping),
		},
		Parallelism: Parallelism(p.Parallelism),
		Throttle:    Throttle(p.Throttle),
		Retry:       Retry{seconds(p.Retry.Connection), seconds(p.Retry.Other)},
		Precheck: Precheck{Ignore: convertEach(p.Ignore, func(i PublicIgnore) Ignore {
			return Ignore{Check: i.Check, Objects: i.Objects, Reason: i.Reason}
		})},
		Verify: Verify{Mode: p.VerifyMode},
	}
	out.Source.Settings, out.Destination.Settings = p.Source.Settings, p.Destination.Settings
	out.Destination.CreateDatabase, out.Destination.LedgerSchema = p.Destination.CreateDatabase, p.Destination.LedgerSchema
	return out
}

func publicEndpoint(e Endpoint) PublicEndpoint {
	p := PublicEndpoint{Settings: e.Settings}
	if e.URL != "" {
		// A URL that cannot be parsed is refused by Load; of any other nothing may be shown.
		if c, err := parseConnString(e.URL); err == nil {
			p.Hosts, p.Ports, p.Database = c.hosts, c.ports, c.database
		}
	}
	if len(e.Hosts) > 0 {
		p.Hosts = e.Hosts
	}
	if e.Port != 0 {
		p.Ports = []string{portText(e.Port)}
	}
	if e.Database != "" {
		p.Database = e.Database
	}
	return p
}

func publicTable(t TableMapping) PublicTable {
	return PublicTable{Schema: t.Schema, Name: t.Name, Rename: t.Rename, Where: t.Where, Data: t.Data, Conflict: t.Conflict,
		Columns: convertEach(t.Columns, func(c ColumnMapping) PublicColumn { return PublicColumn{c.Name, c.Rename, c.Value, c.Exclude} })}
}

func (t PublicTable) mapping() TableMapping {
	return TableMapping{Schema: t.Schema, Name: t.Name, Rename: t.Rename, Where: t.Where, Data: t.Data, Conflict: t.Conflict,
		Columns: convertEach(t.Columns, func(c PublicColumn) ColumnMapping {
			return ColumnMapping{Name: c.Name, Rename: c.Rename, Value: c.Value, Exclude: c.Exclude}
		})}
}

func seconds(n float64) time.Duration { return time.Duration(math.Round(n * float64(time.Second))) }

// convertEach keeps nil as nil, so that what is absent stays absent in JSON.
func convertEach[A, B any](in []A, f func(A) B) []B {
	var out []B
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
