package dial

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

// handshake begins TLS on the connection and says with whom.
func (s *session) handshake(ctx context.Context) error {
	name := s.Name
	if name == "" {
		name, _, _ = net.SplitHostPort(s.Address)
	}
	var problem error
	c := tls.Client(s.conn, &tls.Config{
		ServerName: name,
		// Verified below, so that a certificate that does not pass can still be shown.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if problem = verify(state, name, s.Roots); s.Insecure {
				return nil
			}
			return problem
		},
	})
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	err := c.HandshakeContext(ctx)
	state := c.ConnectionState()
	for i, cert := range state.PeerCertificates {
		s.printer.Heading(describe(i, cert))
	}
	switch {
	case problem != nil && !s.Insecure:
		return fmt.Errorf("%s has no certificate that can be trusted: %w (-ca names who may sign, -insecure goes on all the same)", name, problem)
	case err != nil:
		return fmt.Errorf("the TLS handshake did not work out: %w", err)
	}
	s.conn = c
	s.printer.Heading(fmt.Sprintf("%s, %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)))
	if problem != nil {
		s.printer.Heading("not verified: " + problem.Error())
	}
	return nil
}

// verify checks the chain and the name as a client has to (RFC 8446 §4.4.2, RFC 6125).
func verify(state tls.ConnectionState, name string, roots *x509.CertPool) error {
	if len(state.PeerCertificates) == 0 {
		return errors.New("the server showed none")
	}
	o := x509.VerifyOptions{DNSName: name, Roots: roots, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := state.PeerCertificates[0].Verify(o)
	return err
}

// describe is a certificate in one line.
func describe(i int, c *x509.Certificate) string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	text := fmt.Sprintf("certificate %d: %s", i+1, c.Subject)
	if len(names) > 0 {
		text += " for " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s, by %s, until %s", text, c.Issuer, c.NotAfter.UTC().Format(time.DateOnly))
}
