package tlssim

import (
	"bytes"
	"crypto/sha256"
)

// Association is what a TLSA record is about (RFC 6698 §2.1.2): with selector 0 all of the certificate, with selector 1 its
// key, which the line with its names stands for, since a certificate of this package has none.
func (c *Certificate) Association(selector byte) []byte {
	text := []byte(c.String())
	if selector == 1 {
		return text[:bytes.IndexByte(text, '\n')+1]
	}
	return text
}

// judgeTLSA looks for a record that is for the certificate. One of usage 3 names the certificate, whatever else is wrong with
// it; one of usage 2 names its issuer, whose line it is about, and the certificate has to be right besides (RFC 7672 §3.1).
func (c *Certificate) judgeTLSA(records [][]byte, name string, now int64) Fault {
	for _, r := range records {
		if len(r) < 4 || r[1] > 1 || r[2] > 1 {
			continue
		}
		about := c.Association(r[1])
		if r[0] == 2 {
			about = []byte("issuer: " + c.Issuer + "\n")
		}
		if r[2] == 1 {
			sum := sha256.Sum256(about)
			about = sum[:]
		}
		if !bytes.Equal(about, r[3:]) {
			continue
		}
		if r[0] == 3 {
			return NoFault
		}
		if f := c.Judge(name, now, c.Issuer); r[0] == 2 && f == NoFault {
			return NoFault
		}
	}
	return NotNamed
}
