package pop3

import "ehlo/sim/machine"

// Stls is STLS: the TLS handshake follows the reply, and the session goes on inside (RFC 2595 §4).
type Stls struct{}

// Verb is STLS.
func (Stls) Verb() machine.Verb { return verbSTLS }

func (Stls) append(dst []byte) []byte { return append(dst, "STLS"...) }

func (Stls) follows() follows { return followsNothing }

func parseStls(s *scanner) request {
	s.end()
	return Stls{}
}

// execute drops what the client has sent behind the command: it came before the handshake, from whomever.
func (Stls) execute(s *Server) {
	if s.utf8 {
		s.reply(ReplyTLSLate)
		return
	}
	s.reply(ReplyStls)
	s.upgrading = true
	s.lines.Reset()
}
