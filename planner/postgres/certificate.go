package postgres

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/youmark/pkcs8"
)

// CertificateError says what is wrong with the client's certificate or key.
type CertificateError struct {
	File   string
	Reason string
	Err    error // may be nil
}

// Error implements error.
func (e *CertificateError) Error() string {
	if e.Err == nil {
		return e.File + ": " + e.Reason
	}
	return fmt.Sprintf("%s: %s: %v", e.File, e.Reason, e.Err)
}

// Unwrap returns the cause.
func (e *CertificateError) Unwrap() error { return e.Err }

// loadCertificate reads the client's certificate, with its chain, and its key, which may be encrypted.
func loadCertificate(certFile, keyFile, password string) (tls.Certificate, error) {
	var cert tls.Certificate
	if certFile == "" || keyFile == "" {
		return cert, &CertificateError{File: certFile + keyFile, Reason: "a client certificate and its key are needed together"}
	}
	text, err := os.ReadFile(certFile)
	if err != nil {
		return cert, &CertificateError{File: certFile, Reason: "reading the client certificate", Err: err}
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			cert.Certificate = append(cert.Certificate, block.Bytes)
		}
	}
	if len(cert.Certificate) == 0 {
		return cert, &CertificateError{File: certFile, Reason: "no certificate in PEM format found in it"}
	}
	if cert.Leaf, err = x509.ParseCertificate(cert.Certificate[0]); err != nil {
		return cert, &CertificateError{File: certFile, Reason: "reading the client certificate", Err: err}
	}
	key, err := loadKey(keyFile, password)
	if err != nil {
		return cert, err
	}
	public, ok := cert.Leaf.PublicKey.(interface{ Equal(x crypto.PublicKey) bool })
	if !ok || !public.Equal(key.Public()) {
		return cert, &CertificateError{File: keyFile, Reason: "the key does not fit the certificate in " + certFile}
	}
	cert.PrivateKey = key
	return cert, nil
}

// loadKey reads a private key in any of PEM's forms: PKCS#8, PKCS#1 and SEC 1, the first one also
// encrypted, the others with the encryption in PEM's own headers (RFC 1421).
func loadKey(file, password string) (crypto.Signer, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, &CertificateError{File: file, Reason: "reading the client key", Err: err}
	}
	block, rest := pem.Decode(text)
	for block != nil && !strings.HasSuffix(block.Type, "PRIVATE KEY") { // EC PARAMETERS come first
		block, rest = pem.Decode(rest)
	}
	if block == nil {
		return nil, &CertificateError{File: file, Reason: "no key in PEM format found in it"}
	}
	der := block.Bytes
	oldEncryption := x509.IsEncryptedPEMBlock(block) //nolint:staticcheck // deprecated as weak, but there are such keys
	if (oldEncryption || block.Type == "ENCRYPTED PRIVATE KEY") && password == "" {
		return nil, &CertificateError{File: file, Reason: "the key is encrypted and needs its password (tls.client_key_password)"}
	}
	if oldEncryption {
		if der, err = x509.DecryptPEMBlock(block, []byte(password)); err != nil { //nolint:staticcheck // as above
			return nil, &CertificateError{File: file, Reason: "the key's password does not open it", Err: err}
		}
	}
	var key any
	switch block.Type {
	case "ENCRYPTED PRIVATE KEY":
		if key, err = pkcs8.ParsePKCS8PrivateKey(der, []byte(password)); err != nil {
			return nil, &CertificateError{File: file, Reason: "the key's password does not open it", Err: err}
		}
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(der)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(der)
	default:
		key, err = x509.ParsePKCS8PrivateKey(der)
	}
	if err != nil {
		return nil, &CertificateError{File: file, Reason: "reading the client key", Err: err}
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, &CertificateError{File: file, Reason: "reading the client key", Err: errors.New("not a key that can sign")}
	}
	return signer, nil
}
