package config

import (
	"errors"
	"math"

	"github.com/hashicorp/hcl/v2"
)

func endpointBody(e *Endpoint) body {
	var port int
	portAttribute := whole(&port, "port", "", "the TCP port; 5432 when nothing says otherwise", 1, math.MaxUint16)
	setPort := portAttribute.set
	portAttribute.set = func(a argument) error {
		err := setPort(a)
		e.Port = uint16(port)
		return err
	}
	return body{
		attributes: []attribute{
			text(&e.URL, "url", "a postgres:// URL or a libpq keyword/value string; the other attributes win over it", checkURL).asSecret(urlReveals),
			textOrTexts(&e.Hosts, "host", "a name, an address, a Unix socket directory, or a list of them to try in order", checkHost),
			portAttribute,
			text(&e.Database, "database", "the database", checkName),
			text(&e.User, "user", "the role to connect as", checkName).asPrivate(),
			text(&e.Password, "password", "its password; left out, .pgpass and PGPASSWORD are looked at", checkNoNull).asSecret(notEmpty),
			textMap(&e.Settings, "settings", "session settings, sent with SET after connecting", checkSetting),
		},
		blocks: []block{{name: "tls", doc: "how the connection is encrypted and the server is verified",
			open: func(string, hcl.Range) body { return tlsBody(&e.TLS) }}},
	}
}

func destinationBody(d *Destination) body {
	b := endpointBody(&d.Endpoint)
	b.attributes = append(b.attributes,
		yesNo(&d.CreateDatabase, "create_database", "false", "whether the database is created, with the source's encoding and locale, when it does not exist"),
		text(&d.LedgerSchema, "ledger_schema", "the schema of migrator's own record of what is committed", checkName, checkLedgerSchema).withDefault(`"migrator_ledger"`),
	)
	return b
}

func tlsBody(t *TLS) body {
	return body{
		attributes: []attribute{
			oneOf(&t.Mode, "mode", "", "libpq's sslmode; prefer when nothing says otherwise",
				"disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
			path(&t.CACert, "ca_cert", `a PEM file with the certificates to trust, or "system" for the operating system's`, "system").asPrivate(),
			path(&t.ClientCert, "client_cert", "a PEM file with the client's certificate").asPrivate(),
			path(&t.ClientKey, "client_key", "a PEM file with the client's key").asPrivate(),
			text(&t.ClientKeyPassword, "client_key_password", "the password of an encrypted client key").asSecret(notEmpty),
		},
		finish: func(p places) hcl.Diagnostics {
			var diags hcl.Diagnostics
			need := func(has, needs string) {
				if p.has(has) && !p.has(needs) {
					diags = append(diags, problem(hcl.DiagError, p.block, "Incomplete client certificate", has+" is of no use without "+needs+"."))
				}
			}
			need("client_cert", "client_key")
			need("client_key", "client_cert")
			need("client_key_password", "client_key")
			return diags
		},
	}
}

func notEmpty(s string) bool { return s != "" }

// checkURL never repeats the text, because it may hold a password.
func checkURL(s string) error {
	c, err := parseConnString(s)
	if err != nil {
		return err
	}
	for _, h := range c.hosts {
		if h != "" && checkHost(h) != nil {
			return errors.New("a host in it is not a name, an address or a socket directory")
		}
	}
	return nil
}

func urlReveals(s string) bool {
	c, err := parseConnString(s)
	return err == nil && len(c.secrets) > 0
}
