package postgres

import "strings"

// The kinds of failures to open a session: ConnectError.Kind.
const (
	KindConfiguration     = "configuration"      // the parameters make no sense, before anything was tried
	KindDNS               = "dns"                // the host's name does not resolve
	KindTimeout           = "timeout"            // nothing answers
	KindRefused           = "refused"            // nothing listens, or the way there is closed
	KindLost              = "lost"               // the connection broke while the session was being opened
	KindNoHBAEntry        = "no_hba_entry"       // pg_hba.conf does not let us in
	KindTLSRequired       = "tls_required"       // the server wants TLS
	KindTLSNotOffered     = "tls_not_offered"    // we want TLS
	KindTLSUntrusted      = "tls_untrusted"      // the server's certificate is signed by nobody we trust
	KindTLSHostName       = "tls_host_name"      // the server's certificate is for another name
	KindTLSExpired        = "tls_expired"        // the server's certificate is not valid now
	KindTLS               = "tls"                // the handshake failed otherwise
	KindClientKey         = "client_key"         // the client's key or certificate cannot be used
	KindClientCertificate = "client_certificate" // the server refuses or misses the client's certificate
	KindPassword          = "password"           // wrong or missing password
	KindRole              = "role"               // the role does not exist or may not log in
	KindDatabaseMissing   = "database_missing"
	KindNotPermitted      = "not_permitted" // no CONNECT privilege
	KindTooMany           = "too_many_connections"
	KindStarting          = "starting" // starting up, shutting down or recovering from a crash
	KindRecovery          = "recovery" // a standby, where the session is to write
	KindPooler            = "pooler"   // a transaction pooler
	KindSetting           = "setting"  // one of the session settings is refused
	KindCanceled          = "canceled" // our own context ended
	KindOther             = "other"
)

// ConnectError says why a session could not be opened, and what to do next.
type ConnectError struct {
	Side string // "source" or "destination"
	Host string // host:port, several with commas
	Kind string // one of the Kind constants
	Hint string // one next step; not part of Error's text
	Err  error
}

// kindText is each kind in words.
var kindText = map[string]string{
	KindConfiguration: "the connection's parameters are wrong", KindDNS: "the host name does not resolve",
	KindTimeout: "no answer", KindRefused: "connection refused", KindLost: "the connection broke",
	KindNoHBAEntry: "the server does not accept this client", KindTLSRequired: "the server requires TLS",
	KindTLSNotOffered: "the server does not offer TLS", KindTLSUntrusted: "the server's certificate is not trusted",
	KindTLSHostName: "the server's certificate is for another host name", KindTLSExpired: "the server's certificate is not valid at this time",
	KindTLS: "TLS failed", KindClientKey: "the client certificate cannot be used",
	KindClientCertificate: "the server does not accept the client certificate", KindPassword: "the password is not accepted",
	KindRole: "the role cannot log in", KindDatabaseMissing: "the database does not exist",
	KindNotPermitted: "not permitted to connect", KindTooMany: "too many connections", KindStarting: "the server is not ready",
	KindRecovery: "the server is read only", KindPooler: "a transaction pooler is in the way",
	KindSetting: "a session setting is refused", KindCanceled: "canceled", KindOther: "cannot connect",
}

// Error implements error. It names the side, the host and the reason, never a password.
func (e *ConnectError) Error() string {
	var b strings.Builder
	b.WriteString(e.Side)
	if e.Host != "" {
		if e.Side != "" {
			b.WriteByte(' ')
		}
		b.WriteString(e.Host)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(kindText[e.Kind])
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause, without pgx's own wrapping, which holds the whole configuration.
func (e *ConnectError) Unwrap() error { return e.Err }
