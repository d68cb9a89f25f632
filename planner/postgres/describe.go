package postgres

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Describe names a session's database and server in the words of a plan's head:
// shop @ db.example.com:5432   PostgreSQL 15.8.
func Describe(conn *pgx.Conn) string {
	return conn.Config().Database + " @ " + Address(conn) + "   PostgreSQL " + Version(conn)
}

// Address is the host, as the user wrote it, and the port that a session went to.
func Address(conn *pgx.Conn) string {
	cfg := conn.Config()
	host, ok := conn.PgConn().CustomData()[customHost].(string)
	if !ok {
		return joinHostPort(cfg.Host, cfg.Port)
	}
	if _, port, found := cutLast(conn.PgConn().Conn().RemoteAddr().String(), ':'); found {
		if number, err := strconv.ParseUint(port, 10, 16); err == nil {
			return joinHostPort(host, uint16(number))
		}
	}
	return joinHostPort(host, cfg.Port)
}

// Version is the server's version as it says it when a session begins, without a packager's addition: "15.8".
func Version(conn *pgx.Conn) string {
	version, _, _ := strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	return version
}

// VersionNumber is Version as server_version_num writes it: 150008 for 15.8, 90426 for 9.4.26, 180000 for 18beta1.
func VersionNumber(conn *pgx.Conn) int { return versionNumber(Version(conn)) }

func versionNumber(text string) int {
	var parts [3]int
	for i, part := range strings.SplitN(text, ".", 3) {
		digits := part[:len(part)-len(strings.TrimLeft(part, "0123456789"))]
		parts[i], _ = strconv.Atoi(digits)
	}
	if parts[0] < 10 {
		return parts[0]*10000 + parts[1]*100 + parts[2]
	}
	return parts[0]*10000 + parts[1]
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}
