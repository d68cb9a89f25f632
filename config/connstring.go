package config

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// connString is what a URL or keyword/value string says, as far as this package needs it:
// to check it, to describe it and to keep its secrets. Connecting is the driver's.
type connString struct {
	hosts          []string
	ports          []string
	database, user string
	mode           string   // sslmode
	secrets        []string // every spelling of its passwords
}

// parseConnString takes apart what libpq accepts. Errors do not repeat the text, which may
// hold a password. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
func parseConnString(s string) (connString, error) {
	if strings.ContainsRune(s, 0) {
		return connString{}, errors.New("a null character cannot be part of it")
	}
	var words map[string]string
	var secrets []string
	var err error
	switch {
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		words, secrets, err = urlWords(s)
	case strings.Contains(s, "://"):
		err = errors.New(`a URL must begin with "postgres://" or "postgresql://"`)
	case strings.TrimSpace(s) == "":
		err = errors.New("must not be empty")
	default:
		words, err = keywordWords(s)
	}
	if err != nil {
		return connString{}, err
	}
	c := connString{database: words["dbname"], user: words["user"], mode: words["sslmode"], secrets: secrets}
	for _, word := range []string{"password", "sslpassword"} {
		if words[word] != "" {
			c.secrets = append(c.secrets, words[word])
		}
	}
	if words["host"] != "" {
		c.hosts = strings.Split(words["host"], ",")
	}
	if words["port"] != "" {
		c.ports = strings.Split(words["port"], ",")
	}
	for _, p := range c.ports {
		if n, err := strconv.Atoi(p); p != "" && (err != nil || n < 1 || n > 65535) {
			return connString{}, errors.New("a port in it is not a number from 1 to 65535")
		}
	}
	if len(c.ports) > 1 && len(c.ports) != len(c.hosts) {
		return connString{}, fmt.Errorf("it has %d hosts and %d ports", len(c.hosts), len(c.ports))
	}
	return c, nil
}

// urlWords gives a URL's parts under libpq's keywords, and its password as it is spelled in it.
func urlWords(s string) (words map[string]string, secrets []string, err error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, nil, errors.New(`it is not a URL of the form postgres://USER@HOST:PORT/DATABASE; the characters / @ : ? # % in a password are written %2F %40 %3A %3F %23 %25`)
	}
	words = map[string]string{"user": u.User.Username(), "dbname": strings.TrimPrefix(u.Path, "/")}
	if password, ok := u.User.Password(); ok && password != "" {
		words["password"] = password
		_, raw, _ := strings.Cut(u.User.String(), ":")
		secrets = append(secrets, raw, url.QueryEscape(password))
		if _, spelled, found := strings.Cut(authority(s), ":"); found {
			secrets = append(secrets, spelled)
		}
	}
	var hosts, ports []string
	for _, h := range strings.Split(u.Host, ",") {
		host, port := splitPort(h)
		hosts, ports = append(hosts, host), append(ports, port)
	}
	words["host"] = strings.Join(hosts, ",")
	if strings.Trim(strings.Join(ports, ""), ",") != "" {
		words["port"] = strings.Join(ports, ",")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, nil, errors.New("what follows the question mark is not of the form name=value&name=value")
	}
	for name, values := range query {
		words[name] = values[0]
		if name == "password" || name == "sslpassword" {
			secrets = append(secrets, url.QueryEscape(values[0]))
		}
	}
	return words, secrets, nil
}

// authority is the USER:PASSWORD of a URL, as it is spelled.
func authority(s string) string {
	_, rest, _ := strings.Cut(s, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[:max(0, strings.LastIndexByte(rest, '@'))]
}

func splitPort(h string) (host, port string) {
	i := strings.LastIndexByte(h, ':')
	if i < 0 || strings.HasSuffix(h, "]") {
		return strings.Trim(h, "[]"), ""
	}
	return strings.Trim(h[:i], "[]"), h[i+1:]
}

// keywordWords reads "host=a password='it”s'": values in quotes may have spaces, a
// backslash takes the next character as it is.
func keywordWords(s string) (map[string]string, error) {
	usage := errors.New(`it is neither a URL (postgres://USER@HOST:PORT/DATABASE) nor a keyword string (host=... user=... dbname=...)`)
	words := map[string]string{}
	for rest := strings.TrimSpace(s); rest != ""; rest = strings.TrimSpace(rest) {
		name, after, found := strings.Cut(rest, "=")
		name = strings.TrimSpace(name)
		if !found || name == "" || strings.ContainsAny(name, " \t\n'\\") {
			return nil, usage
		}
		value, next, ok := cutValue(strings.TrimLeft(after, " \t\n"))
		if !ok {
			return nil, usage
		}
		words[name], rest = value, next
	}
	return words, nil
}

func cutValue(s string) (value, rest string, ok bool) {
	quoted := strings.HasPrefix(s, "'")
	if quoted {
		s = s[1:]
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case quoted && c == '\'':
			return b.String(), s[i+1:], true
		case !quoted && (c == ' ' || c == '\t' || c == '\n'):
			return b.String(), s[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", !quoted
}
