package pop3

import (
	"ehlo/sim/machine"
	"ehlo/sim/sasl"
)

// Apop is APOP: a name, and the digest of the greeting's timestamp and the password, which itself does not cross the
// connection (RFC 1939 §7). [sasl.APOP] makes the digest.
type Apop struct{ Name, Digest string }

// Verb is APOP.
func (Apop) Verb() machine.Verb { return verbAPOP }

func (c Apop) append(dst []byte) []byte {
	dst = append(append(dst, "APOP "...), c.Name...)
	return append(append(dst, ' '), c.Digest...)
}

func (Apop) follows() follows { return followsNothing }

func parseApop(s *scanner) request {
	c := Apop{Name: s.word(termName)}
	c.Digest = s.digest()
	s.end()
	return c
}

// digest reads 16 octets in lower-case hexadecimal (RFC 1939 §7).
func (s *scanner) digest() string {
	start := s.pos + 1
	text := s.word(termDigest)
	if s.err != nil {
		return ""
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') || i >= 32 {
			s.unspan()
			s.fail(start+i, termDigest, ReplyDigest)
			return ""
		}
	}
	if len(text) < 32 {
		s.unspan()
		s.fail(start+len(text), termDigest, ReplyDigest)
	}
	return text
}

func (c Apop) execute(s *Server) {
	s.user = c.Name
	s.ask(c, Event{Kind: AskSecret, User: c.Name})
}

func (c Apop) answered(s *Server, a Answer) {
	if !sasl.CheckAPOP(s.cfg.Timestamp, c.Digest, a.Secret) {
		s.mistakes++
		s.refuseLogin(Answer{})
		return
	}
	s.open(c.Name)
}
