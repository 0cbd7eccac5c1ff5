package lab

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"time"

	"ehlo/sim/machine"
	"ehlo/sim/world"
)

// KeyPair names the files, in PEM, of a certificate with its chain and of its key.
type KeyPair struct{ Certificate, Key string }

// identity is what the lab shows to those who speak TLS.
type identity struct {
	config    *tls.Config
	authority []byte // in PEM: the certificate that clients have to trust; nil where the certificates are the user's own
}

// How long the certificates made at start are good. Clients of some systems refuse one that lasts longer than 825 days.
const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 800 * 24 * time.Hour
)

// newIdentity reads the certificates that the options name, or makes one for the lab's names, signed by an authority of
// its own. Among several the client's server name chooses (RFC 6066 §3).
func newIdentity(o *Options, def *world.Definition) (*identity, error) {
	id := &identity{config: &tls.Config{MinVersion: tls.VersionTLS12}}
	for _, pair := range o.Certificates {
		cert, err := tls.LoadX509KeyPair(pair.Certificate, pair.Key)
		if err != nil {
			return nil, certificateError(pair, err)
		}
		id.config.Certificates = append(id.config.Certificates, cert)
	}
	if len(o.Certificates) > 0 {
		return id, nil
	}
	names := []string{def.Hosts[0].Name, "localhost"}
	for _, d := range def.Domains {
		names = append(names, d.Name)
	}
	a, err := authorityOf(o.Data, time.Now())
	if err != nil {
		return nil, err
	}
	leaf, err := a.sign(names, time.Now())
	if err != nil {
		return nil, err
	}
	id.config.Certificates = []tls.Certificate{leaf}
	id.authority = a.pem()
	return id, nil
}

func certificateError(pair KeyPair, err error) error {
	var path *fs.PathError
	switch {
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return optionError("-cert and -key: there is no file %s", path.Path)
	case errors.As(err, &path):
		return optionError("-cert and -key: %s cannot be read: %v", path.Path, path.Err)
	}
	return optionError("-cert %s with -key %s: %v; both are to be files in PEM, the key that of the certificate", pair.Certificate, pair.Key, err)
}

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// authorityOf is the authority that a directory keeps, or a new one where there is none.
func authorityOf(dir string, now time.Time) (*authority, error) {
	if dir == "" {
		return newAuthority(now)
	}
	return keptAuthority(dir, now)
}

// pem is the authority's certificate.
func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func newAuthority(now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{Organization: []string{"ehlo lab"}, CommonName: "ehlo lab authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(authorityLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert, key}, err
}

// sign makes a certificate for host names, and for this machine's own addresses.
func (a *authority) sign(names []string, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: serial(), Subject: pkix.Name{Organization: []string{"ehlo lab"}, CommonName: names[0]},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(leafLife), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	return tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: key}, err
}

// serial is a serial number that no other certificate has.
func serial() *big.Int {
	n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // the system's source never fails
	return n
}

// infoOf is what a machine may know of a connection's TLS.
func infoOf(c *tls.Conn) machine.TLSInfo {
	s := c.ConnectionState()
	return machine.TLSInfo{Version: tls.VersionName(s.Version), Cipher: tls.CipherSuiteName(s.CipherSuite), ServerName: s.ServerName}
}

// handshake puts the session's connection inside TLS. The client has little time for it, and the lab may close meanwhile.
func (s *session) handshake() (machine.TLSInfo, error) {
	deadline := time.Now().Add(s.lab.limits.Handshake)
	if err := s.raw.SetDeadline(deadline); err != nil {
		return machine.TLSInfo{}, err
	}
	if s.closing.Load() { // wake set the deadline before this did
		return machine.TLSInfo{}, os.ErrDeadlineExceeded
	}
	c := tls.Server(s.raw, s.lab.identity.config)
	if err := c.Handshake(); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) && !s.closing.Load() {
			err = fmt.Errorf("the client did not finish the handshake within %v", s.lab.limits.Handshake)
		}
		return machine.TLSInfo{}, &handshakeError{err}
	}
	if err := s.raw.SetDeadline(time.Time{}); err != nil {
		return machine.TLSInfo{}, err
	}
	s.writeBy, s.readBy = time.Time{}, 0 // the handshake has ended them
	s.conn = c
	info := infoOf(c)
	s.record.secure(s.lab.now(), info)
	return info, nil
}

// handshakeError is a TLS handshake that failed.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return e.err.Error() }

func (e *handshakeError) Unwrap() error { return e.err }

// upgrade does the handshake that the machine has asked for in its last reply. What the client sent before it is not
// read any more: nothing injected in the clear may count as said inside TLS (RFC 3207 §6).
func (s *session) upgrade() error {
	if err := s.flush(); err != nil {
		return err
	}
	s.socket.end()
	info, err := s.handshake()
	if err != nil {
		return err
	}
	s.machine.Upgraded(s.lab.now(), info)
	s.input, s.silent = 0, false
	return s.step()
}
