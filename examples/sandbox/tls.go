package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/youmark/pkcs8"
)

// Certificates are the files of a server's small certificate authority, all PEM. They are
// made anew for every server and are of no use anywhere else.
type Certificates struct {
	// CACert signed the server's and the client's certificate.
	CACert string
	// ClientCert is a client certificate for the superuser.
	ClientCert string
	// ClientKey is its key in PKCS#8.
	ClientKey string
	// EncryptedClientKey is the same key, encrypted (PKCS#8, PBES2) with ClientKeyPassword.
	EncryptedClientKey string
	// ClientKeyPassword opens EncryptedClientKey.
	ClientKeyPassword string
	// OtherCACert is an authority that signed nothing here, to try what a wrong one does.
	OtherCACert string

	serverCert, serverKey string
}

// identity is a certificate with its key.
type identity struct {
	cert *x509.Certificate
	der  []byte
	key  *ecdsa.PrivateKey
}

// writeCertificates makes all of them in dir. What the server reads belongs to its account;
// the client's key belongs to this process's user, as libpq demands.
func writeCertificates(dir string, acct *account) (*Certificates, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the directory of certificates: %w", err)
	}
	if err := acct.own(dir); err != nil {
		return nil, err
	}
	ca, err := newIdentity("Sandbox CA", nil)
	if err != nil {
		return nil, err
	}
	other, err := newIdentity("Other CA", nil)
	if err != nil {
		return nil, err
	}
	server, err := newIdentity("localhost", ca)
	if err != nil {
		return nil, err
	}
	client, err := newIdentity(superuser, ca)
	if err != nil {
		return nil, err
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	c := &Certificates{
		CACert: path("ca.crt"), OtherCACert: path("other-ca.crt"),
		ClientCert: path("client.crt"), ClientKey: path("client.key"),
		EncryptedClientKey: path("client.encrypted.key"), ClientKeyPassword: randomPassword(),
		serverCert: path("server.crt"), serverKey: path("server.key"),
	}
	err = c.write(ca, other, server, client, acct)
	return c, err
}

func (c *Certificates) write(ca, other, server, client *identity, acct *account) error {
	plain := func(id *identity) ([]byte, error) { return x509.MarshalPKCS8PrivateKey(id.key) }
	serverKey, err := plain(server)
	if err != nil {
		return fmt.Errorf("encoding the server's key: %w", err)
	}
	clientKey, err := plain(client)
	if err != nil {
		return fmt.Errorf("encoding the client's key: %w", err)
	}
	encrypted, err := pkcs8.MarshalPrivateKey(client.key, []byte(c.ClientKeyPassword), nil)
	if err != nil {
		return fmt.Errorf("encrypting the client's key: %w", err)
	}
	for _, file := range []struct {
		path, kind string
		der        []byte
		forServer  bool
	}{
		{c.CACert, "CERTIFICATE", ca.der, true},
		{c.OtherCACert, "CERTIFICATE", other.der, false},
		{c.serverCert, "CERTIFICATE", server.der, true},
		{c.serverKey, "PRIVATE KEY", serverKey, true},
		{c.ClientCert, "CERTIFICATE", client.der, false},
		{c.ClientKey, "PRIVATE KEY", clientKey, false},
		{c.EncryptedClientKey, "ENCRYPTED PRIVATE KEY", encrypted, false},
	} {
		text := pem.EncodeToMemory(&pem.Block{Type: file.kind, Bytes: file.der})
		if err := os.WriteFile(file.path, text, 0o600); err != nil {
			return fmt.Errorf("writing a certificate: %w", err)
		}
		if file.forServer {
			if err := acct.own(file.path); err != nil {
				return err
			}
		}
	}
	return nil
}

// newIdentity makes a certificate for 127.0.0.1 and localhost (which does a client's no harm),
// signed by ca, or a new authority when ca is nil.
func newIdentity(name string, ca *identity) (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("making a serial number: %w", err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(30 * 24 * time.Hour),
		BasicConstraintsValid: true,
	}
	signer := &identity{cert: template, key: key}
	if ca == nil {
		template.IsCA = true
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		signer = ca
		template.KeyUsage = x509.KeyUsageDigitalSignature
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
		template.DNSNames = []string{"localhost"}
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, &key.PublicKey, signer.key)
	if err != nil {
		return nil, fmt.Errorf("signing the certificate of %s: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading back the certificate of %s: %w", name, err)
	}
	return &identity{cert: cert, der: der, key: key}, nil
}
