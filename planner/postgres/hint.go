package postgres

import (
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
)

// hint is the one next step for a kind of failure.
func hint(side, kind string, cfg *pgx.ConnConfig, address string) string {
	host := hostsOf(cfg)
	switch kind {
	case KindDNS:
		return "check " + side + ".host, or ask a resolver that knows it: getent hosts " + cfg.Host
	case KindTimeout:
		if address == "" {
			return "the name servers of this machine do not answer; check them"
		}
		return "allow " + localAddress(address) + " (this machine's address, before any NAT) to reach " + host + " in the firewall or security group"
	case KindRefused:
		if strings.HasPrefix(cfg.Host, "/") {
			return "check that the server runs and has its socket in " + cfg.Host
		}
		return "check that the server runs, that its listen_addresses covers this address, and that " + side + ".port is right"
	case KindLost:
		return "look into the server's log, or the proxy's in between; a port that speaks another protocol does this too"
	case KindNoHBAEntry:
		return "add a line for this client, role and database to pg_hba.conf and reload"
	case KindTLSRequired:
		return `set tls.mode = "require"`
	case KindTLSNotOffered:
		return `turn on ssl on the server, or, on a network you trust, set tls.mode = "prefer"`
	case KindTLSUntrusted:
		return "set tls.ca_cert to the certificate of the authority that signed the server's (the provider's bundle), or to \"system\""
	case KindTLSHostName:
		return `set ` + side + `.host to a name in the certificate, or tls.mode = "verify-ca", which does not look at the name`
	case KindTLSExpired:
		return "renew the server's certificate, and check both clocks"
	case KindTLS:
		return "check that " + host + " is a PostgreSQL server, and which TLS versions it takes"
	case KindClientKey, KindClientCertificate:
		return "set tls.client_cert and tls.client_key to a pair that the server's ssl_ca_file signed, for this role"
	case KindPassword:
		if cfg.Password == "" {
			return "no password is set: set " + side + ".password, PGPASSWORD or a line in .pgpass"
		}
		return "check " + side + ".user and " + side + ".password"
	case KindRole:
		return "create the role with LOGIN, or correct " + side + ".user"
	case KindDatabaseMissing:
		if side == "destination" {
			return "create it, or set create_database = true"
		}
		return "correct " + side + ".database"
	case KindNotPermitted:
		return "GRANT CONNECT ON DATABASE " + QuoteIdent(cfg.Database) + " TO " + QuoteIdent(cfg.User)
	case KindTooMany:
		return "close other sessions, raise max_connections or the role's limit, or lower parallelism"
	case KindStarting:
		return "wait until the server accepts connections and try again"
	case KindRecovery:
		return "connect to the primary"
	case KindPooler:
		return "connect to the server itself, or to a port of the pooler with session pooling"
	case KindSetting:
		return "correct or remove the setting in " + side + ".settings"
	}
	return ""
}

// localAddress is the address that this machine sends from to address. Connecting a UDP socket sends nothing.
func localAddress(address string) string {
	conn, err := net.Dial("udp", address)
	if err != nil {
		return "this machine"
	}
	defer conn.Close()
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return "this machine"
	}
	return host
}
