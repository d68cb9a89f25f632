package render

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"migrator/planner"
	"migrator/planner/count"
)

// header is both sides in aligned columns.
func header(p *planner.Plan) []string {
	sides := [][]string{side("Source", &p.Source, false), side("Destination", &p.Destination, true)}
	lines := align([][]string{sides[0][1:], sides[1][1:]}, 3, 0)
	for i, s := range sides {
		lines[i] = pad(s[0], len("Destination  ")) + lines[i]
	}
	return lines
}

// side describes one database: what it is called and where, its version, what is in it.
func side(title string, s *planner.Side, destination bool) []string {
	content := count.Of(s.Tables, "table")
	if s.Bytes > 0 {
		content = size(s.Bytes) + " in " + content
	}
	switch {
	case s.Create:
		content = "to be created"
	case destination && s.Tables == 0:
		content = "empty"
	}
	return []string{title, place(s), versionText(s), content}
}

// place is "database @ host:port". A Unix socket's directory has no port to show.
func place(s *planner.Side) string {
	host := s.Host
	if !strings.HasPrefix(host, "/") {
		host = net.JoinHostPort(host, strconv.Itoa(int(s.Port)))
	}
	return printable(s.Database + " @ " + host)
}

// versionText is "PostgreSQL 15.8", whether the server's text is that, "15.8 (Debian ...)" or all of version().
func versionText(s *planner.Side) string {
	words := strings.Fields(strings.TrimPrefix(s.VersionText, "PostgreSQL "))
	if len(words) == 0 {
		if s.Version == 0 {
			return "PostgreSQL"
		}
		return fmt.Sprintf("PostgreSQL %d", s.Version/10000)
	}
	return "PostgreSQL " + printable(words[0])
}
