package config

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// minSecret is the length in bytes below which a text is not looked for: replacing every "a"
// would hide the message and tell the secret.
const minSecret = 3

// Redact replaces this configuration's secrets (passwords, those of client keys and those
// inside of URLs, however they are escaped) in a text by "(sensitive)". It is the last line of
// defence, for errors of others and for logs. Secrets shorter than 3 bytes are not replaced.
func (c *Config) Redact(s string) string { return redactor(c.secrets())(s) }

// secrets are the texts that Redact looks for.
func (c *Config) secrets() []string {
	var all []string
	for _, e := range []Endpoint{c.Source, c.Destination.Endpoint} {
		all = append(all, e.Password, e.TLS.ClientKeyPassword)
		if e.URL == "" {
			continue
		}
		parsed, err := parseConnString(e.URL)
		if err != nil {
			all = append(all, e.URL) // it cannot be told which part of it is secret
			continue
		}
		all = append(all, parsed.secrets...)
	}
	return all
}

// redactor makes a function that replaces every one of the secrets.
func redactor(secrets []string) func(string) string {
	var all []string
	for _, s := range secrets {
		for _, spelling := range spellings(s) {
			if len(spelling) >= minSecret {
				all = append(all, spelling)
			}
		}
	}
	// The longest first: a secret can be the beginning of another.
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) })
	all = slices.Compact(all)
	pairs := make([]string, 0, 2*len(all))
	for _, s := range all {
		pairs = append(pairs, s, hidden)
	}
	return strings.NewReplacer(pairs...).Replace
}

// spellings are the ways in which a text turns up: as it is, in a URL, in %q and in JSON.
func spellings(s string) []string {
	goQuoted := strconv.Quote(s)
	all := []string{s, url.QueryEscape(s), url.PathEscape(s), goQuoted[1 : len(goQuoted)-1]}
	if quoted, err := json.Marshal(s); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	return all
}
