package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"migrator/config"
	"migrator/planner/count"
)

// Step is one step of opening a session.
type Step struct {
	Name string // "dns", "tcp", "tls", "auth" or "session", in this order
	// Skipped steps were not needed, or not come to.
	Skipped bool
	Took    time.Duration
	Detail  string // what was found: an address, a TLS version
	Err     error  // the *ConnectError that ended it here
}

// Probe opens a session, closes it, and says how far it came and how long each step took. With several
// addresses, the steps are those of the attempt that was made last.
func Probe(ctx context.Context, ep config.Endpoint, opts Options) []Step {
	conn, steps, _ := ConnectSteps(ctx, ep, opts)
	if conn != nil {
		closeSoon(ctx, conn)
	}
	return steps
}

// ConnectSteps is Connect that also returns what Probe does.
func ConnectSteps(ctx context.Context, ep config.Endpoint, opts Options) (*pgx.Conn, []Step, error) {
	began := time.Now()
	conn, t, err := open(ctx, ep, opts)
	return conn, t.steps(time.Since(began), err), err
}

// steps turns a trace into steps. What is not accounted for by the first four is the session's settings.
func (t *trace) steps(total time.Duration, err error) []Step {
	var addresses []string
	for address := range t.resolved {
		addresses = append(addresses, address)
	}
	socket := strings.HasPrefix(t.address, "/")
	steps := []Step{
		{Name: "dns", Took: t.dns, Skipped: socket},
		{Name: "tcp", Took: t.tcp, Detail: t.address},
		{Name: "tls", Took: t.tls, Skipped: t.secure == nil},
		{Name: "auth", Took: t.auth},
		{Name: "session", Took: max(0, total-t.dns-t.tcp-t.tls-t.auth)},
	}
	if len(addresses) > 0 {
		steps[stageDNS].Detail = count.Of(len(addresses), "address")
	}
	if t.secure != nil {
		steps[stageTLS].Detail = describeTLS(t.secure)
	}
	if err == nil {
		return steps
	}
	var connect *ConnectError
	last := t.stage
	if errors.As(err, &connect) { // of several attempts the one that came furthest is reported
		last = stageOf(connect.Kind, t.stage)
	}
	steps[last].Err, steps[last].Skipped = err, false
	for i := range steps[last+1:] {
		steps[int(last)+1+i] = Step{Name: steps[int(last)+1+i].Name, Skipped: true}
	}
	return steps
}

// stageOf is the step that a kind of failure belongs to; other says it for kinds that can happen in any.
func stageOf(kind string, other stage) stage {
	switch kind {
	case KindDNS:
		return stageDNS
	case KindRefused:
		return stageTCP
	case KindTLSNotOffered, KindTLSUntrusted, KindTLSHostName, KindTLSExpired, KindTLS, KindClientKey, KindClientCertificate:
		return stageTLS
	case KindNoHBAEntry, KindTLSRequired, KindPassword, KindRole, KindDatabaseMissing, KindNotPermitted, KindTooMany, KindStarting:
		return stageAuth
	}
	return other
}

func describeTLS(state *tls.ConnectionState) string {
	detail := tls.VersionName(state.Version)
	if len(state.PeerCertificates) > 0 {
		detail += ", certificate valid until " + state.PeerCertificates[0].NotAfter.UTC().Format(time.DateOnly)
	}
	return detail
}
