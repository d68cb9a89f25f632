package postgres

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"migrator/config"
	"migrator/examples/sandbox"
)

// secureServer is a server of the test's own.
func secureServer(t *testing.T, options sandbox.Options) *sandbox.Server {
	t.Helper()
	s, err := sandbox.Start(t.Context(), options)
	if errors.Is(err, sandbox.ErrNoServer) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTLSModes(t *testing.T) {
	s := secureServer(t, sandbox.Options{RequireTLS: true})
	for _, c := range []struct {
		name string
		tls  config.TLS
		kind string // empty: connects
	}{
		{"disable", config.TLS{Mode: "disable"}, KindTLSRequired},
		{"allow", config.TLS{Mode: "allow"}, ""},
		{"prefer", config.TLS{Mode: "prefer"}, ""},
		{"default", config.TLS{}, ""},
		{"require", config.TLS{Mode: "require"}, ""},
		{"require with a CA is verify-ca", config.TLS{Mode: "require", CACert: s.TLS.OtherCACert}, KindTLSUntrusted},
		{"verify-ca", config.TLS{Mode: "verify-ca", CACert: s.TLS.CACert}, ""},
		{"verify-ca, other CA", config.TLS{Mode: "verify-ca", CACert: s.TLS.OtherCACert}, KindTLSUntrusted},
		{"verify-full", config.TLS{Mode: "verify-full", CACert: s.TLS.CACert}, ""},
		{"verify-full, other CA", config.TLS{Mode: "verify-full", CACert: s.TLS.OtherCACert}, KindTLSUntrusted},
		{"system roots", config.TLS{Mode: "verify-full", CACert: "system"}, KindTLSUntrusted},
		{"no such file", config.TLS{Mode: "verify-full", CACert: "/nowhere/ca.pem"}, KindConfiguration},
		{"no such mode", config.TLS{Mode: "maybe"}, KindConfiguration},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := attributes(s, "postgres")
			ep.TLS = c.tls
			if c.kind != "" {
				_ = wantKind(t, ep, c.kind)
				return
			}
			conn := connect(t, ep, Options{})
			if !scan[bool](t, conn, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") {
				t.Error("no TLS")
			}
		})
	}
}

func TestClientCertificate(t *testing.T) {
	s := secureServer(t, sandbox.Options{RequireClientCert: true})
	full := config.TLS{
		Mode: "verify-full", CACert: s.TLS.CACert, ClientCert: s.TLS.ClientCert,
		ClientKey: s.TLS.EncryptedClientKey, ClientKeyPassword: s.TLS.ClientKeyPassword,
	}
	for _, c := range []struct {
		name string
		edit func(*config.TLS)
		kind string
	}{
		{"PKCS#8 with a password", func(*config.TLS) {}, ""},
		{"without a password", func(c *config.TLS) { c.ClientKey, c.ClientKeyPassword = s.TLS.ClientKey, "" }, ""},
		{"old PEM encryption", func(c *config.TLS) { c.ClientKey = oldEncryption(t, s.TLS.ClientKey, c.ClientKeyPassword) }, ""},
		{"old PEM encryption, wrong password", func(c *config.TLS) { c.ClientKey = oldEncryption(t, s.TLS.ClientKey, "other") }, KindClientKey},
		{"wrong password", func(c *config.TLS) { c.ClientKeyPassword = "hunter2" }, KindClientKey},
		{"no password", func(c *config.TLS) { c.ClientKeyPassword = "" }, KindClientKey},
		{"certificate without key", func(c *config.TLS) { c.ClientKey = "" }, KindClientKey},
		{"key of another certificate", func(c *config.TLS) { _, c.ClientKey = selfSigned(t, "x", time.Hour) }, KindClientKey},
		{"no such key", func(c *config.TLS) { c.ClientKey = "/nowhere/key" }, KindClientKey},
		{"not a key", func(c *config.TLS) { c.ClientKey = c.CACert }, KindClientKey},
		{"none", func(c *config.TLS) { c.ClientCert, c.ClientKey = "", "" }, KindClientCertificate},
		{"signed by nobody", func(c *config.TLS) { c.ClientCert, c.ClientKey = selfSigned(t, "postgres", time.Hour) }, KindClientCertificate},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := attributes(s, "postgres")
			ep.TLS = full
			c.edit(&ep.TLS)
			if c.kind != "" {
				_ = wantKind(t, ep, c.kind, ep.TLS.ClientKeyPassword)
				return
			}
			connect(t, ep, Options{})
		})
	}
	t.Run("in the URL", func(t *testing.T) {
		ep := attributes(s, "postgres")
		ep.TLS = config.TLS{}
		ep.URL = "postgres:///?sslmode=verify-full&sslrootcert=" + full.CACert + "&sslcert=" + full.ClientCert +
			"&sslkey=" + full.ClientKey + "&sslpassword=" + full.ClientKeyPassword
		connect(t, ep, Options{})
	})
}

func TestServerCertificate(t *testing.T) {
	for _, c := range []struct {
		name, host string
		validFor   time.Duration
		mode, kind string
	}{
		{"another name", "other.example", time.Hour, "verify-full", KindTLSHostName},
		{"another name, verify-ca", "other.example", time.Hour, "verify-ca", KindLost},
		{"expired", "localhost", -time.Hour, "verify-full", KindTLSExpired},
		{"expired, verify-ca", "localhost", -time.Hour, "verify-ca", KindTLSExpired},
		{"expired, not verified", "localhost", -time.Hour, "require", KindLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			certFile, keyFile := selfSigned(t, c.host, c.validFor)
			cert, err := tls.LoadX509KeyPair(certFile, keyFile)
			if err != nil {
				t.Fatal(err)
			}
			// A server that does TLS and nothing else.
			port := serve(t, func(conn net.Conn) {
				if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil {
					return
				}
				_, _ = conn.Write([]byte("S"))
				secure := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{cert}})
				_, _ = secure.Read(make([]byte, 1))
			})
			ep := config.Endpoint{Hosts: []string{"localhost"}, Port: port, TLS: config.TLS{Mode: c.mode, CACert: certFile}}
			if c.mode == "require" {
				ep.TLS.CACert = ""
			}
			_ = wantKind(t, ep, c.kind)
		})
	}
}

// serve answers every connection to a new port, one after the other, until the test ends.
func serve(t *testing.T, answer func(net.Conn)) (port uint16) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			answer(conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	addr, ok := listener.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatalf("%s is no TCP address", listener.Addr())
	}
	return uint16(addr.Port)
}

// selfSigned writes a certificate that is its own authority, valid until validFor from now.
func selfSigned(t *testing.T, host string, validFor time.Duration) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(validFor), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, &pem.Block{Type: "CERTIFICATE", Bytes: der}), writePEM(t, &pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
}

// oldEncryption writes the key of a PKCS#8 file in the encryption that openssl used before PKCS#8.
func oldEncryption(t *testing.T, file, password string) string {
	t.Helper()
	signer, err := loadKey(file, "")
	if err != nil {
		t.Fatal(err)
	}
	key, ok := signer.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatalf("the key is a %T", signer)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block, err := x509.EncryptPEMBlock(rand.Reader, "EC PRIVATE KEY", der, []byte(password), x509.PEMCipherAES256) //nolint:staticcheck // to read it back
	if err != nil {
		t.Fatal(err)
	}
	return writePEM(t, block)
}

func writePEM(t *testing.T, block *pem.Block) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
