// Package peer begins TLS with a real server and tells with whom: the chain, its names and dates, and whether it can be
// trusted.
package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Options say whom to expect.
type Options struct {
	Name     string         // what the certificate must be for: a host name or an address
	Roots    *x509.CertPool // who may have signed it; nil is whom this machine trusts
	Insecure bool           // go on with a certificate that cannot be verified
}

// Info is what is known of a handshake, also of one that did not work out.
type Info struct {
	Version string `json:"version,omitempty"` // "TLS 1.3"
	Cipher  string `json:"cipher,omitempty"`
	Name    string `json:"name"`
	Chain   []Cert `json:"chain"`
	Problem string `json:"problem,omitempty"` // why the chain cannot be verified
}

// Cert is one certificate of a chain.
type Cert struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Names     []string  `json:"names"`
	NotBefore time.Time `json:"notBefore"`
	NotAfter  time.Time `json:"notAfter"`
}

// String is the certificate in one line.
func (c Cert) String() string {
	text := c.Subject
	if len(c.Names) > 0 {
		text += " for " + strings.Join(c.Names, ", ")
	}
	return fmt.Sprintf("%s, by %s, until %s", text, c.Issuer, c.NotAfter.UTC().Format(time.DateOnly))
}

// ErrCertificate is part of the error for a certificate that cannot be verified.
var ErrCertificate = errors.New("no certificate that can be trusted")

// Handshake begins TLS on a connection as its client. The information is there also where it fails, as far as the server
// showed anything. The context bounds the time.
func Handshake(ctx context.Context, conn net.Conn, o Options) (net.Conn, Info, error) {
	info := Info{Name: o.Name, Chain: []Cert{}}
	var problem error
	c := tls.Client(conn, &tls.Config{
		ServerName:         o.Name,
		InsecureSkipVerify: true, // verified in VerifyConnection, so that a chain that does not pass can still be shown
		VerifyConnection: func(state tls.ConnectionState) error {
			for _, cert := range state.PeerCertificates {
				info.Chain = append(info.Chain, describe(cert))
			}
			if problem = verify(state, o); problem == nil || o.Insecure {
				return nil
			}
			return problem
		},
	})
	err := c.HandshakeContext(ctx)
	if problem != nil {
		info.Problem = problem.Error()
	}
	if problem != nil && !o.Insecure {
		return nil, info, fmt.Errorf("%s has %w: %w", o.Name, ErrCertificate, problem)
	}
	if err != nil {
		return nil, info, fmt.Errorf("the TLS handshake did not work out: %w", err)
	}
	state := c.ConnectionState()
	info.Version, info.Cipher = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	return c, info, nil
}

// verify checks the chain and the name as a client has to (RFC 8446 §4.4.2).
func verify(state tls.ConnectionState, o Options) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server showed none")
	}
	v := x509.VerifyOptions{DNSName: o.Name, Roots: o.Roots, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		v.Intermediates.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(v)
	return err
}

func describe(c *x509.Certificate) Cert {
	names := append([]string{}, c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return Cert{Subject: c.Subject.String(), Issuer: c.Issuer.String(), Names: names, NotBefore: c.NotBefore, NotAfter: c.NotAfter}
}

// Roots reads a file of certificates in PEM.
func Roots(text []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, errors.New("no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----")
	}
	return pool, nil
}
