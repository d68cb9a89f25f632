package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxName is NAMEDATALEN - 1: PostgreSQL cuts longer names without an error, which is how two names become one.
const maxName = 63

func checkAll(s string, checks []func(string) error) error {
	for _, check := range checks {
		if err := check(s); err != nil {
			return err
		}
	}
	return nil
}

func checkOneOf[T ~string](s string, allowed []T) error {
	words := make([]string, len(allowed))
	for i, v := range allowed {
		if s == string(v) {
			return nil
		}
		words[i] = string(v)
	}
	return fmt.Errorf("must be one of %s.%s", enumeration(allowed), didYouMean(s, words))
}

// checkName accepts what PostgreSQL accepts between double quotes.
func checkName(s string) error {
	switch {
	case s == "":
		return errors.New("a name must not be empty; leave the attribute out to keep the name")
	case strings.ContainsRune(s, 0) || !utf8.ValidString(s):
		return errors.New("a name must not contain null characters")
	case len(s) > maxName:
		return fmt.Errorf("%q is %d bytes long; PostgreSQL cuts names after %d bytes", s, len(s), maxName)
	}
	return nil
}

// checkNewSchema refuses names under which PostgreSQL makes no schema, and that of its own views.
func checkNewSchema(s string) error {
	if strings.HasPrefix(s, "pg_") || s == "information_schema" {
		return fmt.Errorf("%q cannot be a schema's name: PostgreSQL keeps information_schema and names that begin with pg_ for itself", s)
	}
	return nil
}

func checkFilled(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("must not be empty")
	}
	return nil
}

// checkNoNull refuses what the protocol cannot carry in a string.
func checkNoNull(s string) error {
	if strings.ContainsRune(s, 0) {
		return errors.New("must not contain null characters")
	}
	return nil
}

// checkGlob accepts schema.object with * and ?. Brackets and braces are refused because
// people who write them expect a class or a choice, and would get neither.
func checkGlob(s string) error {
	schema, object, found := strings.Cut(s, ".")
	switch {
	case s == "":
		return errors.New(`a pattern must not be empty; "*.*" is everything`)
	case strings.ContainsAny(s, "[]{}"):
		return fmt.Errorf("%q: patterns know * (any text) and ? (one character); brackets have no meaning, write ? for a bracket in a name", s)
	case strings.HasPrefix(s, "!"):
		return fmt.Errorf("%q: a pattern cannot be negated; use exclude", s)
	case !found:
		return fmt.Errorf("%q has no schema; write \"*.%s\" for any schema, or \"%s.*\" for all of one schema", s, s, s)
	case schema == "" || object == "":
		return fmt.Errorf("%q must have a schema and an object on both sides of the dot", s)
	}
	return checkNoNull(s)
}

var settingName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)*$`)

// ownSettings are what migrator sets itself because the exactness of the copy rests on them.
var ownSettings = map[string]bool{
	"bytea_output": true, "client_encoding": true, "datestyle": true, "default_transaction_isolation": true,
	"default_transaction_read_only": true, "extra_float_digits": true, "intervalstyle": true,
	"row_security": true, "search_path": true, "session_replication_role": true,
	"standard_conforming_strings": true, "synchronize_seqscans": true, "timezone": true,
}

func checkSetting(key, value string) error {
	if !settingName.MatchString(key) {
		return fmt.Errorf("%q is not the name of a setting", key)
	}
	if ownSettings[strings.ToLower(key)] {
		return fmt.Errorf("%q cannot be chosen: migrator sets it itself, because the exactness of the copy depends on it", key)
	}
	return checkNoNull(value)
}

func checkLedgerSchema(s string) error {
	if strings.HasPrefix(s, "pg_") || s == "information_schema" || s == "public" {
		return fmt.Errorf("%q cannot hold the ledger; choose a schema that holds nothing else and does not begin with pg_", s)
	}
	return nil
}

func checkHost(s string) error {
	switch {
	case strings.TrimSpace(s) == "":
		return errors.New("a host must not be empty")
	case strings.Contains(s, "://"):
		return errors.New("a host is a name, an address or a socket directory; a URL goes into the attribute url")
	case strings.ContainsAny(s, ", \t\n\x00"):
		return errors.New(`a host must not contain commas or spaces; write several hosts as a list: ["a", "b"]`)
	}
	return nil
}

var checkLabel = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// splitName takes "schema.name" apart. A part that has a dot itself is written in double
// quotes, as in SQL; case is kept with quotes and without.
func splitName(s string) (schema, name string, err error) {
	usage := fmt.Errorf(`%q is not of the form "schema.table"; a dot inside of a name needs double quotes around the name: "\"my.schema\".table"`, s)
	var parts []string
	for rest := s; ; {
		part, after, err := cutPart(rest)
		if err != nil {
			return "", "", usage
		}
		parts = append(parts, part)
		if after == "" {
			break
		}
		rest = after[1:]
	}
	if len(parts) != 2 {
		return "", "", usage
	}
	for _, p := range parts {
		if err := checkName(p); err != nil {
			return "", "", err
		}
	}
	return parts[0], parts[1], nil
}

// cutPart takes the first part off a qualified name; after is empty or begins with the dot.
func cutPart(s string) (part, after string, err error) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexByte(s, '.')
		if i < 0 {
			return s, "", nil
		}
		return s[:i], s[i:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
			b.WriteByte(s[i])
		case i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case i+1 == len(s) || s[i+1] == '.':
			return b.String(), s[i+1:], nil
		default:
			return "", "", errors.New("text after the closing quote")
		}
	}
	return "", "", errors.New("unclosed quote")
}

// checkNewColumn refuses the names of the columns that every table has by itself (5.6 of the manual, System Columns).
func checkNewColumn(s string) error {
	if slices.Contains([]string{"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}, s) {
		return fmt.Errorf("%q cannot be a column's name: every table has a system column of this name", s)
	}
	return nil
}
