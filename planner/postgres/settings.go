package postgres

import (
	"maps"
	"slices"
	"strings"
)

// setting is a session setting and its value.
type setting struct{ name, value string }

// sessionSettings are for every session. A server that does not know one of them goes without.
var sessionSettings = []setting{
	// Long statements and idle snapshots are what a migration consists of.
	{"statement_timeout", "0"},
	{"lock_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"}, // 9.6
	{"idle_session_timeout", "0"},                // 14
	{"transaction_timeout", "0"},                 // 17
	// An error is better than missing rows.
	{"row_security", "off"}, // 9.5
	// Two servers print the same value the same way.
	{"DateStyle", "ISO, MDY"},
	{"IntervalStyle", "postgres"},
	{"TimeZone", "UTC"},
	{"bytea_output", "hex"},
	{"extra_float_digits", "3"}, // below 12 what makes floats exact; above, any value over 0 does
	{"quote_all_identifiers", "off"},
	{"standard_conforming_strings", "on"},
	{"xmlbinary", "base64"},
	{"xmloption", "content"},
	{"lc_monetary", "C"},
	// A scan that starts in the middle gives another order each time.
	{"synchronize_seqscans", "off"},
	{"client_min_messages", "warning"},
	// The server notices a vanished client, and gives its locks back, after 10 s + 60 * 10 s.
	{"tcp_keepalives_idle", "10"},
	{"tcp_keepalives_interval", "10"},
	{"tcp_keepalives_count", "60"},
}

// writingSettings are added for sessions that may write; a role's or database's own defaults must not
// decide where objects go and how.
var writingSettings = []setting{
	{"check_function_bodies", "off"},
	{"default_tablespace", ""},
	{"default_table_access_method", "heap"}, // 12
	{"default_with_oids", "off"},            // below 12
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_deferrable", "off"},
	{"transform_null_equals", "off"},
	{"array_nulls", "on"},
}

// SessionSetting is the value that every session gives to a setting, empty for one that it leaves alone.
func SessionSetting(name string) string {
	for _, s := range sessionSettings {
		if s.name == name {
			return s.value
		}
	}
	return ""
}

// settingsSQL is one message of the simple protocol that sets everything and ends with a row: the backend's pid.
// The user's own settings come last, with SET's own error for one that does not exist.
func settingsSQL(opts Options, user map[string]string) string {
	list := sessionSettings
	readOnly := "on"
	if !opts.ReadOnly {
		list = slices.Concat(list, writingSettings)
		readOnly = "off"
	}
	list = append(slices.Clone(list), setting{"default_transaction_read_only", readOnly})

	var b strings.Builder
	// First of all, so that nothing below can be shadowed by an object in the user's own path.
	b.WriteString("SET search_path = " + opts.searchPath() + ";\n")
	b.WriteString("SELECT pg_catalog.set_config(s.name, v.value, false) FROM (VALUES ")
	for i, s := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + QuoteLiteral(s.name) + ", " + QuoteLiteral(s.value) + ")")
	}
	b.WriteString(") v (name, value) JOIN pg_catalog.pg_settings s ON s.name OPERATOR(pg_catalog.=) v.name;\n")
	for _, name := range slices.Sorted(maps.Keys(user)) {
		b.WriteString("SELECT pg_catalog.set_config(" + QuoteLiteral(name) + ", " + QuoteLiteral(user[name]) + ", false);\n")
	}
	b.WriteString("SELECT pg_catalog.pg_backend_pid()")
	return b.String()
}
