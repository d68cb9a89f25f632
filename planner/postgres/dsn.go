package postgres

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// params are connection parameters under libpq's names. They are parsed here, and not by pgx,
// so that passwords can be taken out before anything is put into the text of an error.
type params map[string]string

// parseDSN reads a postgres:// URL or a keyword/value string. Its errors quote nothing of the
// text, since in a malformed one a password may stand anywhere.
func parseDSN(text string) (params, error) {
	for _, scheme := range []string{"postgres://", "postgresql://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok {
			return parseURL(rest)
		}
	}
	return parseKeywords(text)
}

// parseURL reads what follows the scheme: [user[:password]@][host[:port],...][/database][?name=value&...].
// net/url refuses the lists of hosts that libpq allows.
func parseURL(rest string) (params, error) {
	p := params{}
	set := func(name, escaped string) error {
		value, err := url.PathUnescape(escaped)
		if err != nil || strings.ContainsRune(value, 0) {
			return fmt.Errorf("the URL's %s is not percent-encoded properly", name)
		}
		if value != "" {
			p[name] = value
		}
		return nil
	}
	rest, query, _ := strings.Cut(rest, "?")
	authority, database, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		authority = authority[at+1:]
		if err := errors.Join(set("user", user), set("password", password)); err != nil {
			return nil, err
		}
	}
	hosts, ports, err := splitHosts(authority)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(set("host", hosts), set("port", ports), set("dbname", database)); err != nil {
		return nil, err
	}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != "" || name == "" {
			return nil, errors.New("a parameter of the URL is not of the form name=value; in a password, / ? @ and # must be percent-encoded")
		}
		if name == "ssl" && value == "true" {
			name, value = "sslmode", "require"
		}
		if err := set(name, value); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// splitHosts turns h1:p1,h2,[::1]:p3 into the lists that the parameters host and port hold.
func splitHosts(authority string) (hosts, ports string, err error) {
	var hostList, portList []string
	anyPort := false
	for part := range strings.SplitSeq(authority, ",") {
		var host, port string
		if inner, ok := strings.CutPrefix(part, "["); ok {
			if host, port, ok = strings.Cut(inner, "]"); !ok {
				return "", "", errors.New("the URL has an IPv6 address without its closing bracket")
			}
			port = strings.TrimPrefix(port, ":")
		} else {
			host, port, _ = strings.Cut(part, ":")
		}
		if strings.Trim(port, "0123456789") != "" {
			return "", "", errors.New("the URL's port is not a number; in a password, : / ? @ and # must be percent-encoded")
		}
		anyPort = anyPort || port != ""
		hostList, portList = append(hostList, host), append(portList, port)
	}
	if anyPort {
		ports = strings.Join(portList, ",")
	}
	return strings.Join(hostList, ","), ports, nil
}

// parseKeywords reads name=value pairs; values may be in single quotes, with backslash escapes.
func parseKeywords(text string) (params, error) {
	p := params{}
	const space = " \t\r\n\v\f"
	for text = strings.TrimLeft(text, space); text != ""; text = strings.TrimLeft(text, space) {
		name, rest, ok := strings.Cut(text, "=")
		name = strings.TrimRight(name, space)
		if !ok || name == "" || strings.ContainsAny(name, space) {
			return nil, errors.New("the connection string is not a list of name=value pairs; values with spaces need single quotes")
		}
		rest = strings.TrimLeft(rest, space)
		quoted := strings.HasPrefix(rest, "'")
		if quoted {
			rest = rest[1:]
		}
		var value strings.Builder
		closed, i := !quoted, 0
		for ; i < len(rest); i++ {
			c := rest[i]
			if quoted && c == '\'' {
				closed = true
				i++
				break
			}
			if !quoted && strings.IndexByte(space, c) >= 0 {
				break
			}
			if c == '\\' {
				if i++; i == len(rest) {
					break
				}
				c = rest[i]
			}
			value.WriteByte(c)
		}
		if !closed {
			return nil, errors.New("the connection string has a quote that is not closed")
		}
		if strings.ContainsRune(value.String(), 0) {
			return nil, errors.New("the connection string has a NUL byte")
		}
		p[name], text = value.String(), rest[i:]
	}
	return p, nil
}

// take removes a parameter and returns it.
func (p params) take(name string) string {
	value := p[name]
	delete(p, name)
	return value
}

// String is the keyword/value form, in a fixed order.
func (p params) String() string {
	escape := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	var b strings.Builder
	for i, name := range slices.Sorted(maps.Keys(p)) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(name + "='" + escape.Replace(p[name]) + "'")
	}
	return b.String()
}
