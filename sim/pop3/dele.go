package pop3

import "ehlo/sim/machine"

// Dele is DELE: it marks message N, which goes when the session ends with QUIT (RFC 1939 §5).
type Dele struct{ N int }

// Verb is DELE.
func (Dele) Verb() machine.Verb { return verbDELE }

func (c Dele) append(dst []byte) []byte { return appendMessage(append(dst, "DELE"...), c.N) }

func (Dele) follows() follows { return followsNothing }

func parseDele(s *scanner) request {
	c := Dele{s.message()}
	s.end()
	return c
}

func (c Dele) execute(s *Server) {
	if m, ok := s.message(c.N); ok {
		s.drop.mark(c.N, m.Size)
		s.drop.access(c.N)
		s.reply(ReplyDele)
	}
}
