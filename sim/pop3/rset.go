package pop3

import "ehlo/sim/machine"

// Rset is RSET: it takes back every DELE of the session (RFC 1939 §5), and what LAST counts (RFC 1225).
type Rset struct{}

// Verb is RSET.
func (Rset) Verb() machine.Verb { return verbRSET }

func (Rset) append(dst []byte) []byte { return append(dst, "RSET"...) }

func (Rset) follows() follows { return followsNothing }

func parseRset(s *scanner) request {
	s.end()
	return Rset{}
}

func (Rset) execute(s *Server) {
	s.drop.reset()
	s.reply(ReplyRset)
}
