// Package dkim signs messages in the name of a domain and verifies such signatures (DomainKeys Identified Mail, RFC 6376;
// RFC 8463 for Ed25519, RFC 8301 for what is not to be used any more), and seals what was found out about a message for
// those who get it next (Authenticated Received Chain, RFC 8617). It does no I/O: keys are asked of a [dns.Lookups].
package dkim

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"ehlo/sim/message"
)

// Signer is who signs for a domain. It never changes.
type Signer struct {
	Domain   string
	Selector string
	Key      PrivateKey
	Simple   bool // octet by octet, instead of by what the text says (RFC 6376 §3.4)
}

// signed are the fields that are signed where they are there (RFC 6376 §5.4.1).
var signed = []string{"From", "Sender", "Reply-To", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "List-Id", "List-Unsubscribe"}

// form is how the signer writes what it signs, for header and body.
func (s *Signer) form() string {
	if s.Simple {
		return "simple"
	}
	return "relaxed"
}

// Record is the name of the TXT record that publishes the key (RFC 6376 §3.6.2.1).
func (s *Signer) Record() string { return s.Selector + "._domainkey." + s.Domain }

// Sign returns the DKIM-Signature field to put before a message, with its line end. now is in seconds since 1970-01-01 UTC.
func (s *Signer) Sign(msg []byte, now int64) []byte {
	header, body := message.Split(msg)
	names, fields := choose(message.Fields(header))
	sum := sha256.Sum256(canonicalBody(body, !s.Simple))
	form := s.form()
	text := "DKIM-Signature: v=1; a=" + string(s.Key.Algorithm) + "-sha256; c=" + form + "/" + form + "; d=" + s.Domain +
		"; s=" + s.Selector + ";\r\n\tt=" + strconv.FormatInt(now, 10) + "; h=" + strings.Join(names, ":") + ";\r\n\tbh=" +
		base64.StdEncoding.EncodeToString(sum[:]) + ";\r\n\tb="
	return finish(text, s.Key.sign(digestFields(fields, []byte(text), !s.Simple)))
}

// choose finds the fields of a header to sign, each from the bottom, and names From once more than it is there, so that
// none can be added (RFC 6376 §8.15).
func choose(all []message.Field) (names []string, fields [][]byte) {
	p := newPicker(all)
	for _, name := range signed {
		for {
			raw := p.pick(name)
			if raw == nil {
				break
			}
			names, fields = append(names, name), append(fields, raw)
		}
	}
	return append(names, "From"), fields
}

// finish writes a signature behind the "b=" at the end of a field.
func finish(text string, signature []byte) []byte {
	const width = 70
	b64 := base64.StdEncoding.EncodeToString(signature)
	for len(b64) > width {
		text += b64[:width] + "\r\n\t "
		b64 = b64[width:]
	}
	return []byte(text + b64 + "\r\n")
}
