// Package pki is the cluster's certificate authority.
package pki

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
)

// Authority signs certificates; its own is DIR/ca.crt.
type Authority struct {
	dir         string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// Pair is a certificate and its key, PEM, in files and in memory.
type Pair struct {
	CertificateFile, KeyFile string
	Certificate, Key         []byte
}

// NewAuthority makes one that keeps its files in the directory.
func NewAuthority(dir string) (*Authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	a := &Authority{dir: dir}
	template := &x509.Certificate{Subject: pkix.Name{CommonName: "kubernetes"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	pair, err := a.sign("ca", template)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(pair.Certificate)
	if a.certificate, err = x509.ParseCertificate(block.Bytes); err != nil {
		return nil, err
	}
	block, _ = pem.Decode(pair.Key)
	a.key, err = x509.ParseECPrivateKey(block.Bytes)
	return a, err
}

// File is the authority's own certificate.
func (a *Authority) File() string { return filepath.Join(a.dir, "ca.crt") }

// Client makes the certificate of a user in groups.
func (a *Authority) Client(name, user string, groups ...string) (Pair, error) {
	return a.sign(name, &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
}

// Server makes the certificate of a server that is reached under these names and addresses.
func (a *Authority) Server(name string, hosts ...string) (Pair, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	return a.sign(name, template)
}

// sign makes a key and its certificate; without an authority yet, it signs itself.
func (a *Authority) sign(name string, template *x509.Certificate) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	template.SerialNumber, _ = rand.Int(rand.Reader, big.NewInt(1<<62))
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = time.Now().Add(7 * 24 * time.Hour)
	parent, signer := a.certificate, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		return Pair{}, fmt.Errorf("certificate %s: %w", name, err)
	}
	encoded, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return Pair{}, err
	}
	pair := Pair{
		CertificateFile: filepath.Join(a.dir, name+".crt"),
		KeyFile:         filepath.Join(a.dir, name+".key"),
		Certificate:     pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:             pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: encoded}),
	}
	if err := os.WriteFile(pair.CertificateFile, pair.Certificate, 0o644); err != nil {
		return Pair{}, err
	}
	return pair, os.WriteFile(pair.KeyFile, pair.Key, 0o600)
}
