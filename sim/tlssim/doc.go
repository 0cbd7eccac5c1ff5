// Package tlssim is TLS as somebody on the way sees it: records with the right types, versions and lengths, a ClientHello
// with the name of the server in clear, and nothing that could be read after it (RFC 8446).
//
// What is simplified, and said in docs/tls.md: no key exchange is computed, no signature made. Both ends derive their keys
// from the two randoms and a value that the driver gives to them and to nobody else; the cipher is a keystream of SHA-256
// and its tag a digest. Certificates say who somebody is in a form of their own and are judged by names, dates and
// issuers. There is one version, TLS 1.3, one cipher suite, and no resumption.
package tlssim

import (
	"strconv"
	"strings"
)

// What a connection of this package has agreed on.
const (
	Version = "TLS 1.3"
	Cipher  = "TLS_AES_128_GCM_SHA256"
)

// Certificate says who a server is.
type Certificate struct {
	Names    []string // the first is its subject; "*.example.net" stands for any one label before example.net
	Issuer   string   // who signed it
	From, To int64    // when it is valid, in seconds since 1970-01-01 UTC, To included
}

// Fault is what is wrong with a certificate.
type Fault string

// The faults, in the order in which they are looked for.
const (
	NoFault     Fault = ""
	NotYetValid Fault = "not-yet-valid"
	Expired     Fault = "expired"
	WrongName   Fault = "name"
	WrongIssuer Fault = "issuer"
	NotNamed    Fault = "tlsa" // no TLSA record is for it
)

// Judge says what is wrong with a certificate for somebody who wants to talk to a name at a moment and trusts an issuer
// (RFC 6125 §6).
func (c *Certificate) Judge(name string, now int64, trusted string) Fault {
	switch {
	case now < c.From:
		return NotYetValid
	case now > c.To:
		return Expired
	case !c.covers(name):
		return WrongName
	case c.Issuer != trusted:
		return WrongIssuer
	}
	return NoFault
}

func (c *Certificate) covers(name string) bool {
	name = strings.TrimSuffix(name, ".")
	for _, n := range c.Names {
		if strings.EqualFold(n, name) {
			return true
		}
		if parent, wild := strings.CutPrefix(n, "*."); wild {
			if _, rest, ok := strings.Cut(name, "."); ok && strings.EqualFold(rest, parent) {
				return true
			}
		}
	}
	return false
}

// String gives the parts of the certificate, each on a line.
func (c *Certificate) String() string {
	return "names: " + strings.Join(c.Names, " ") + "\nissuer: " + c.Issuer + "\nfrom: " + strconv.FormatInt(c.From, 10) +
		"\nto: " + strconv.FormatInt(c.To, 10) + "\n"
}

// ParseCertificate reads what [Certificate.String] wrote.
func ParseCertificate(text string) (c Certificate, ok bool) {
	for line := range strings.Lines(text) {
		key, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		var err error
		switch {
		case !found:
			return c, false
		case key == "names":
			c.Names = strings.Fields(value)
		case key == "issuer":
			c.Issuer = value
		case key == "from":
			c.From, err = strconv.ParseInt(value, 10, 64)
		case key == "to":
			c.To, err = strconv.ParseInt(value, 10, 64)
		}
		if err != nil {
			return c, false
		}
	}
	return c, len(c.Names) > 0
}
