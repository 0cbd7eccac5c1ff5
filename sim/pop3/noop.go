package pop3

import "ehlo/sim/machine"

// Noop is NOOP: a positive reply and nothing else (RFC 1939 §5).
type Noop struct{}

// Verb is NOOP.
func (Noop) Verb() machine.Verb { return verbNOOP }

func (Noop) append(dst []byte) []byte { return append(dst, "NOOP"...) }

func (Noop) follows() follows { return followsNothing }

func parseNoop(s *scanner) request {
	s.end()
	return Noop{}
}

func (Noop) execute(s *Server) { s.reply(ReplyNoop) }
