package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// configError is for parameters that are wrong before anything is tried.
func configError(side string, err error) *ConnectError {
	e := &ConnectError{Side: side, Kind: KindConfiguration, Hint: "correct the " + side + " block, or the URL or PG* variable it takes this from", Err: err}
	var cert *CertificateError
	if errors.As(err, &cert) {
		e.Kind, e.Hint = KindClientKey, "correct tls.client_cert, tls.client_key and tls.client_key_password"
	}
	return e
}

// connectError finds the attempt that came furthest, since pgx tries several addresses and, in the modes allow
// and prefer, with and without TLS, and says what is wrong with that one. address is the last one tried.
func connectError(ctx context.Context, side string, cfg *pgx.ConnConfig, address string, err error) *ConnectError {
	var best error
	kind, bestRank := KindOther, -1
	for _, leaf := range attempts(err) {
		if k := diagnose(leaf); rank(k) > bestRank {
			best, kind, bestRank = leaf, k, rank(k)
		}
	}
	e := &ConnectError{Side: side, Host: hostsOf(cfg), Kind: kind, Err: cause(best)}
	if kind == KindNoHBAEntry && !triesTLS(cfg) && offersTLS(ctx, address) {
		e.Kind = KindTLSRequired
	}
	e.Hint = hint(side, e.Kind, cfg, address)
	return e
}

// cause leaves out the layers that only repeat the address and the step.
func cause(err error) error {
	var (
		server    *pgconn.PgError
		handshake *handshakeError
		name      *net.DNSError
		network   *net.OpError
	)
	switch {
	case pgconn.Timeout(err): // a context's error, which callers look for
		return err
	case errors.As(err, &server):
		return server
	case errors.Is(err, errTLSNotOffered):
		return errTLSNotOffered
	case errors.As(err, &handshake):
		return handshake.err
	case errors.As(err, &name):
		return name
	case errors.As(err, &network):
		return network
	}
	return err
}

// attempts takes pgx's error apart into one error for each attempt. pgconn.ConnectError holds the configuration
// with the password, so nothing that wraps it leaves this package.
func attempts(err error) []error {
	var whole *pgconn.ConnectError
	if errors.As(err, &whole) {
		err = whole.Unwrap()
	}
	// A resolver's errors are joined below another level of wrapping.
	if inner := errors.Unwrap(err); inner != nil {
		if list, ok := inner.(interface{ Unwrap() []error }); ok {
			return list.Unwrap()
		}
	}
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return list.Unwrap()
	}
	return []error{err}
}

// rank orders kinds by how far an attempt came, and how much its failure says.
func rank(kind string) int {
	switch kind {
	case KindOther:
		return 0
	case KindDNS:
		return 1
	case KindTimeout, KindRefused:
		return 2
	case KindTLSNotOffered, KindLost:
		return 3
	case KindNoHBAEntry: // of the second attempt, without TLS, if the first one failed with it
		return 4
	case KindTLSUntrusted, KindTLSHostName, KindTLSExpired, KindTLS:
		return 5
	default:
		return 6
	}
}

// diagnose names the kind of one attempt's failure.
func diagnose(err error) string {
	var (
		server    *pgconn.PgError
		pooler    *PoolerError
		setting   *settingsError
		handshake *handshakeError
		name      *net.DNSError
		network   net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return KindCanceled
	case errors.As(err, &pooler):
		return KindPooler
	case errors.Is(err, errInRecovery):
		return KindRecovery
	case errors.As(err, &server):
		kind := diagnoseServer(server)
		if kind == KindOther && errors.As(err, &setting) {
			return KindSetting
		}
		return kind
	case errors.Is(err, errTLSNotOffered):
		return KindTLSNotOffered
	case errors.As(err, &name) && !name.IsTimeout:
		return KindDNS
	case pgconn.Timeout(err), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return KindTimeout
	case errors.As(err, &handshake):
		return diagnoseTLS(err)
	case isRemoteAlert(err):
		return KindClientCertificate
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return KindLost
	case errors.As(err, &network):
		return KindRefused
	}
	return KindOther
}

// diagnoseServer goes by SQLSTATE. For 28000 that is not enough: pg_hba.conf, a missing role and a
// missing client certificate share it, so the server's routine is asked, and for the last its words.
func diagnoseServer(err *pgconn.PgError) string {
	switch err.Code {
	case pgerrcode.InvalidPassword:
		return KindPassword
	case pgerrcode.InvalidCatalogName:
		return KindDatabaseMissing
	case pgerrcode.InsufficientPrivilege:
		return KindNotPermitted
	case pgerrcode.TooManyConnections:
		return KindTooMany
	case pgerrcode.CannotConnectNow, pgerrcode.AdminShutdown, pgerrcode.CrashShutdown:
		return KindStarting
	case pgerrcode.InvalidAuthorizationSpecification:
		switch {
		case err.Routine == "InitializeSessionUserId":
			return KindRole
		case strings.Contains(err.Message, "client certificate"): // the server gives only words
			return KindClientCertificate
		}
		return KindNoHBAEntry
	}
	return KindOther
}

func diagnoseTLS(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &host):
		return KindTLSHostName
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return KindTLSExpired
	case errors.As(err, &unknown), errors.As(err, &invalid):
		return KindTLSUntrusted
	case isRemoteAlert(err):
		return KindClientCertificate
	}
	return KindTLS
}

// isRemoteAlert says that the other side ended TLS with an alert. With TLS 1.3 a refused client certificate
// shows only with the first read after the handshake. crypto/tls does not export the alert's type.
func isRemoteAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}
