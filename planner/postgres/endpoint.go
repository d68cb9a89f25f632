package postgres

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
)

// connectTimeout is for each address, when the user sets no connect_timeout: libpq would wait for as long as
// the kernel does, which is minutes behind a firewall that drops packets.
const connectTimeout = 20 * time.Second

// connConfig turns an endpoint into pgx's configuration. What the endpoint leaves open is filled
// in by pgx the way libpq does it: from PGSERVICE, PG* variables and .pgpass.
func connConfig(ep config.Endpoint) (*pgx.ConnConfig, error) {
	p, err := parseDSN(ep.URL)
	if err != nil {
		return nil, err
	}
	if db, ok := p["database"]; ok { // pgx's own spelling
		p["dbname"] = db
		delete(p, "database")
	}
	if len(ep.Hosts) > 0 {
		p["host"] = strings.Join(ep.Hosts, ",")
		if strings.Contains(p["port"], ",") { // one port for each host of the URL, which these are not
			delete(p, "port")
		}
	}
	if ep.Port != 0 {
		p["port"] = strconv.Itoa(int(ep.Port))
	}
	for name, value := range map[string]string{
		"dbname": ep.Database, "user": ep.User, "password": ep.Password, "sslmode": ep.TLS.Mode,
		"sslrootcert": ep.TLS.CACert, "sslcert": ep.TLS.ClientCert, "sslkey": ep.TLS.ClientKey,
		"sslpassword": ep.TLS.ClientKeyPassword,
	} {
		if value != "" {
			p[name] = value
		}
	}
	password := p.take("password")
	cert, err := p.takeCertificate()
	if err != nil {
		return nil, err
	}
	cfg, err := pgx.ParseConfig(p.String())
	if err != nil {
		return nil, safeParseError(err)
	}
	if password != "" {
		cfg.Password = password
	}
	if cert != nil {
		addCertificate(cfg, *cert)
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = connectTimeout
	}
	return cfg, nil
}

// takeCertificate removes the parameters of the client's certificate and loads it, since pgx does not open
// PKCS#8 keys with a password. Files named by a service, and libpq's default ones, are left to pgx.
func (p params) takeCertificate() (*tls.Certificate, error) {
	if p["service"] == "" && os.Getenv("PGSERVICE") == "" {
		for name, variable := range map[string]string{"sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslpassword": "PGSSLPASSWORD"} {
			if value := os.Getenv(variable); p[name] == "" && value != "" {
				p[name] = value
			}
		}
	}
	certFile, keyFile, password := p["sslcert"], p["sslkey"], p.take("sslpassword")
	if certFile == "" && keyFile == "" {
		return nil, nil
	}
	p["sslcert"], p["sslkey"] = "", "" // present but empty: no default files either
	if p["sslmode"] == "disable" {
		return nil, nil
	}
	cert, err := loadCertificate(certFile, keyFile, password)
	if err != nil {
		return nil, err
	}
	return &cert, nil
}

// addCertificate shows cert in every attempt that uses TLS.
func addCertificate(cfg *pgx.ConnConfig, cert tls.Certificate) {
	if cfg.TLSConfig != nil {
		cfg.TLSConfig.Certificates = []tls.Certificate{cert}
	}
	for _, fallback := range cfg.Fallbacks {
		if fallback.TLSConfig != nil {
			fallback.TLSConfig.Certificates = []tls.Certificate{cert}
		}
	}
}

// safeParseError drops the connection string from pgx's error: what remains names files and parameters only.
func safeParseError(err error) error {
	text := err.Error()
	if i := strings.LastIndex(text, "`: "); i >= 0 {
		text = text[i+len("`: "):]
	}
	return errors.New(text)
}

// hostsOf names all hosts of a configuration, each once, for people.
func hostsOf(cfg *pgx.ConnConfig) string {
	hosts := []string{joinHostPort(cfg.Host, cfg.Port)}
	for _, f := range cfg.Fallbacks {
		if h := joinHostPort(f.Host, f.Port); h != hosts[len(hosts)-1] {
			hosts = append(hosts, h)
		}
	}
	return strings.Join(hosts, ",")
}

func joinHostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}

// triesTLS says whether any attempt of a configuration uses TLS.
func triesTLS(cfg *pgx.ConnConfig) bool {
	for _, f := range cfg.Fallbacks {
		if f.TLSConfig != nil {
			return true
		}
	}
	return cfg.TLSConfig != nil
}
