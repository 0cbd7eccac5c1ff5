package pop3

import "ehlo/sim/machine"

// Last is LAST: the highest message-number that was accessed in this session (RFC 1225). RFC 1460 took it out: UIDL does
// better what it was used for. Its reply has Count.
type Last struct{}

// Verb is LAST.
func (Last) Verb() machine.Verb { return verbLAST }

func (Last) append(dst []byte) []byte { return append(dst, "LAST"...) }

func (Last) follows() follows { return followsNothing }

func parseLast(s *scanner) request {
	s.end()
	return Last{}
}

func (Last) execute(s *Server) { s.reply(ReplyLast) }
